import assert from "node:assert/strict";
import { NotFoundException, UpdateSipMediaApplicationCallCommand } from "@aws-sdk/client-chime-sdk-voice";
import type { CallFact } from "../../src/app/index.ts";
import { functionTest, type FunctionKit } from "./function-kit.ts";

const callsAtOnce = 30;
const repliesInAll = 150;
/** What a call asks for beyond this ends it. */
const repliesPerCall = 20;

/** Replies that functions should never give, and some that they do. */
const replyMaker = `
  const speak = (Text) => ({ Type: "Speak", Parameters: { Text } });
  const pause = (ms) => ({ Type: "Pause", Parameters: { DurationInMilliseconds: ms } });
  const play = (Key) => ({ Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key } } });
  const actions = (...Actions) => ({ SchemaVersion: "1.0", Actions });
  const circle = {}; circle.self = circle;
  const makers = [
    () => actions(pause(100), speak("Hi")),
    () => actions(speak("Yes"), speak("No")),
    () => actions(play("nowhere.wav"), speak("Never")),
    () => actions(play("../../etc/passwd")),
    () => actions(play("a\\0b")),
    () => actions(pause("120"), pause(100)),
    () => actions({ Type: "Pause", Parameters: { DurationInMilliseconds: 1e308 } }),
    () => actions({ Type: "Speak", Parameters: { Text: "x".repeat(1001) } }),
    () => actions({ Type: "Speak", Parameters: { Text: "<speak><<<&&&", TextType: "ssml" } }),
    () => actions({ Type: "Speak", Parameters: { Text: { toString: 1 } } }),
    () => actions({ Type: "Speak", Parameters: null }),
    () => actions({ Type: "Speak", Parameters: { Text: "Who?", ParticipantTag: "LEG-Z" } }),
    () => actions({ Type: "__proto__" }),
    () => actions({ Type: "constructor", Parameters: {} }),
    () => actions({ Type: "x".repeat(1_000_000) }),
    () => actions({ Type: "Pause", Parameters: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => ["m" + i, i])) }),
    () => JSON.parse('{"SchemaVersion":"1.0","TransactionAttributes":{"a":' + "[".repeat(2_000) + "]".repeat(2_000) + "}}"),
    () => actions(null),
    () => actions(...Array(11).fill(pause(100))),
    () => actions(...Array(10).fill(pause(1))),
    () => ({ SchemaVersion: "1.0", Actions: { 0: speak("An object") } }),
    () => ({ SchemaVersion: "2.0", Actions: [speak("Another version")] }),
    () => ({ SchemaVersion: "1.0", Actions: [], TransactionAttributes: "text" }),
    () => ({ SchemaVersion: "1.0", Actions: [pause(100)], TransactionAttributes: { a: "x".repeat(30_000) } }),
    () => ({ SchemaVersion: "1.0", Actions: [pause(100)], TransactionAttributes: { ["__proto__"]: { polluted: 1 }, n: [1] } }),
    () => ({ statusCode: 200, body: "{}" }),
    () => null,
    () => [],
    () => "text",
    () => 42,
    () => circle,
    () => 10n,
    () => { throw new Error("out of order"); },
    () => { throw null; },
    () => actions({ Type: "Hangup", Parameters: { SipResponseCode: "999" } }, speak("After the end")),
    () => actions({ Type: "Hangup", Parameters: { ParticipantTag: "LEG-B" } }),
  ];`;

functionTest(
  `${callsAtOnce} calls at once survive ${repliesInAll} random replies and updates; each ends once and nothing is left`,
  {
    function: { file: "./app.mjs", maxProcesses: 4 },
    files: {
      "objects/prompts/text.wav": "no sound at all",
      "app.mjs": `${replyMaker}
        // Each call has its own seed, and each event of it its own reply, whichever process is asked.
        const random = (seed) => {
          let a = Math.imul(seed, 0x9e3779b9) ^ 0x85ebca6b;
          a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
          a = Math.imul(a ^ (a >>> 15), 0x735a2d97);
          return ((a ^ (a >>> 15)) >>> 0) / 2 ** 32;
        };
        export const handler = async (event) => {
          const [leg] = event.CallDetails.Participants;
          const seed = Number((leg.Direction === "Inbound" ? leg.From : leg.To).slice(-7)) * 100 + event.Sequence;
          if (event.Sequence > ${repliesPerCall}) return actions({ Type: "Hangup", Parameters: {} });
          if (event.Sequence === 1) return actions(pause(100), speak("Begin"));
          return makers[Math.floor(random(seed) * makers.length)]();
        };`,
    },
  },
  async (kit) => {
    const replies = () => count(kit, "replied") + count(kit, "function-failed");
    let calls = 0;
    const lane = async (index: number) => {
      while (replies() < repliesInAll) {
        const number = `+1510${String(5_550_000 + calls++)}`;
        await disturb(kit, index % 2 === 0 ? await callIn(kit, number) : await kit.call({ ToPhoneNumber: number }));
      }
    };
    await Promise.all(Array.from({ length: callsAtOnce }, (_, index) => lane(index)));
    await kit.untilEnded(calls);

    assert.equal(count(kit, "call-started"), calls);
    assert.equal(count(kit, "call-ended"), calls);
    const errors = kit.log.filter(({ level }) => Number(level) >= 50);
    assert.deepEqual(errors, []);
    assertSequences(kit);
  },
);

/** The phone calls; the transaction id. */
async function callIn(kit: FunctionKit, from: string): Promise<string> {
  const call = kit.phone.dial(kit.uri(), { from });
  const id = () =>
    kit.observations.find(({ fact }) => fact.type === "leg-signalled" && fact.sipCallId === call.sipCallId)
      ?.transactionId;
  await kit.until("the call has begun", () => call.sipCallId !== "" && id() !== undefined);
  return id() ?? "";
}

/** Updates a call again and again, as soon as its function was told of the update before, until it has ended. */
async function disturb(kit: FunctionKit, transactionId: string): Promise<void> {
  const [application] = kit.config.applications;
  const update = new UpdateSipMediaApplicationCallCommand({
    SipMediaApplicationId: application?.id,
    TransactionId: transactionId,
    Arguments: { word: "now" },
  });
  const reported = () => kit.observations.filter((entry) => entry.transactionId === transactionId);
  for (let updates = 1; ; updates++) {
    try {
      await kit.client.send(update);
    } catch (error) {
      if (error instanceof NotFoundException) return;
      throw error;
    }
    await kit.until(
      "the update was told, or the call has ended",
      () => reported().some(({ fact }) => fact.type === "call-ended") || reported().filter(isUpdate).length >= updates,
    );
  }
}

function isUpdate({ fact }: { readonly fact: CallFact }): boolean {
  return (
    fact.type === "invoked" &&
    (fact.event as { readonly InvocationEventType: string }).InvocationEventType === "CALL_UPDATE_REQUESTED"
  );
}

function count(kit: FunctionKit, type: CallFact["type"]): number {
  return kit.facts.filter((fact) => fact.type === type).length;
}

/** Each call counts its events from 1 without a gap. */
function assertSequences(kit: FunctionKit): void {
  const sequences = new Map<string, number[]>();
  for (const { transactionId, fact } of kit.observations) {
    if (fact.type !== "invoked") continue;
    sequences.set(transactionId, [...(sequences.get(transactionId) ?? []), fact.sequence]);
  }
  for (const list of sequences.values()) {
    assert.deepEqual(
      list,
      list.map((_, index) => index + 1),
    );
  }
}
