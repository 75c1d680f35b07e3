import { dial, type Handler } from "../../src/testing/index.ts";

interface Told {
  readonly InvocationEventType: string;
  readonly ActionData?: { readonly Type: string };
}

const reply = (...Actions: readonly object[]) => ({ SchemaVersion: "1.0", Actions });

/** Speaks, and hangs up. */
const greeter: Handler = async ({ InvocationEventType: type }: Told) =>
  type === "NEW_INBOUND_CALL"
    ? reply(
        { Type: "Speak", Parameters: { Text: "Hello world." } },
        { Type: "Hangup", Parameters: { SipResponseCode: "0" } },
      )
    : reply();

/** Asks for a key, and puts the caller through. */
const menu: Handler = async ({ InvocationEventType: type, ActionData: data }: Told) => {
  switch (`${type} ${data?.Type ?? ""}`.trim()) {
    case "NEW_INBOUND_CALL":
      return reply({
        Type: "SpeakAndGetDigits",
        Parameters: {
          InputDigitsRegex: "^1$",
          SpeechParameters: { Text: "Press 1 for sales." },
          FailureSpeechParameters: { Text: "Sorry." },
          MinNumberOfDigits: 1,
          MaxNumberOfDigits: 1,
          Repeat: 2,
          RepeatDurationInMilliseconds: 3_000,
        },
      });
    case "ACTION_SUCCESSFUL SpeakAndGetDigits":
      return reply({
        Type: "CallAndBridge",
        Parameters: {
          CallTimeoutSeconds: 20,
          CallerIdNumber: "+12065550100",
          Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550123" }],
        },
      });
    case "HANGUP Hangup":
      return reply({ Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-B" } });
    default:
      return reply();
  }
};

/** Calls by script, as authors write them. */
export const scriptedCalls = {
  async greeting(): Promise<void> {
    const call = await dial(greeter);
    await call.hears("Hello world.");
    await call.isHungUp();
    await call.ends();
  },
  async bridge(): Promise<void> {
    const call = await dial(menu);
    await call.hears("Press 1 for sales.");
    await call.presses("1");
    const sales = await call.dials("+12065550123");
    await sales.answers();
    await call.hangsUp();
    await sales.isHungUp();
    await call.ends();
  },
} as const;

/** Plays one of them so many times. @returns calls per second of processor time */
export async function playMany(name: keyof typeof scriptedCalls, times: number): Promise<number> {
  const start = process.cpuUsage();
  for (let count = 0; count < times; count++) await scriptedCalls[name]();
  const { user, system } = process.cpuUsage(start);
  return (1e6 * times) / (user + system);
}
