import type { CallKit, WireEvent } from "../interop/kit.ts";
import { slicePcm, toneLevelDbfs, type Pcm, type PhoneCall } from "../../src/testing/index.ts";

/** SIP of a LEG-A that is answered, as `messageLines` shows it. */
export const setUpOf = {
  Inbound: ["< INVITE", "> 100", "> 180", "> 200", "< ACK"],
  Outbound: ["> INVITE", "< 100", "< 180", "< 200", "> ACK"],
} as const;

/** SIP of a LEG-A that is not answered when it is bridged: what comes from LEG-B is passed on, its 180 and its answer. */
export const setUpByBridge = {
  Inbound: ["< INVITE", "> 100", "> 180", "> 180", "> 200", "< ACK"],
  Outbound: setUpOf.Outbound,
} as const;

/** SIP of a leg that we call and that answers. */
export const answeredB: readonly string[] = setUpOf.Outbound;

/** Who ends a leg that is up. */
export const ourBye: readonly string[] = ["> BYE", "< 200 BYE"];
export const theirBye: readonly string[] = ["< BYE", "> 200 BYE"];

/** An event in one line: what is told, of whom, and the participants ("HANGUP LEG-A 0 [A Disconnected, B Connected]"). */
export function eventLine({ InvocationEventType, ActionData, CallDetails }: WireEvent): string {
  const reported = ActionData === undefined ? [] : actionWords(InvocationEventType, ActionData);
  const participants = CallDetails.Participants.map(
    ({ ParticipantTag, Status = "-" }) => `${String(ParticipantTag).slice(-1)} ${String(Status)}`,
  );
  return [InvocationEventType, ...reported, `[${participants.join(", ")}]`].join(" ");
}

function actionWords(type: string, data: NonNullable<WireEvent["ActionData"]>): readonly string[] {
  const { ParticipantTag, SipResponseCode } = data.Parameters;
  if (type === "HANGUP") return [String(ParticipantTag), String(SipResponseCode)];
  if (type === "CALL_UPDATE_REQUESTED" || type === "NEW_OUTBOUND_CALL") return [];
  if (type === "DIGITS_RECEIVED") return [String((data as { ReceivedDigits?: string }).ReceivedDigits)];
  return [data.Type, ...(data.ErrorType === undefined ? [] : [data.ErrorType])];
}

/** The SIP messages of one dialog as the server saw them, without those that were sent again: "> INVITE", "< 180", "< 200 BYE". */
export function messageLines(kit: CallKit, sipCallId: string): readonly string[] {
  return kit.trace
    .filter((entry) => entry.sipCallId === sipCallId && !entry.isRetransmission)
    .map(({ direction, startLine, method }) => {
      const [first = ""] = startLine.split(" ");
      const what = first === method || method === "INVITE" ? first : `${first} ${method}`;
      return `${direction === "sent" ? ">" : "<"} ${what}`;
    });
}

/** What was on its way when something changed is over after this. */
const changeMs = 120;
const listenMs = 300;
const heardDbfs = -30;

/** Names of the tones that a far end hears from now on, joined with "+"; "" for silence. */
export async function hearing(
  kit: CallKit,
  call: PhoneCall,
  tonesHz: Readonly<Record<string, number>>,
): Promise<string> {
  const heard = slicePcm(await listen(kit, call, changeMs + listenMs), changeMs);
  return Object.entries(tonesHz)
    .filter(([, frequencyHz]) => toneLevelDbfs(heard, frequencyHz) > heardDbfs)
    .map(([name]) => name)
    .join("+");
}

/** Resolves when a far end hears this. Throws after about 8 s with what it heard last. */
export async function untilHears(
  kit: CallKit,
  call: PhoneCall,
  tonesHz: Readonly<Record<string, number>>,
  name: string,
): Promise<void> {
  let heard = "";
  for (let attempt = 0; attempt < 20; attempt++) {
    heard = await hearing(kit, call, tonesHz);
    if (heard === name) return;
  }
  throw new Error(`"${heard}" is heard instead of "${name}"`);
}

/** What a far end hears from now on, for so long. */
export async function listen(kit: CallKit, call: PhoneCall, durationMs: number): Promise<Pcm> {
  await call.takeHeard();
  await kit.pass(durationMs);
  return call.takeHeard();
}
