import type { CreateSipMediaApplicationCallCommandInput } from "@aws-sdk/client-chime-sdk-voice";
import { ownNumber, type CallKit, type WireAction, type WireEvent } from "../interop/kit.ts";
import { encodeWav, tone, type Phone, type PhoneCall, type PhoneCallReport } from "../../src/testing/index.ts";
import type { ExpectedTone } from "./heard.ts";

/** Level of the tones of tests. */
export const levelDbfs = -12;

/** A stored tone, and what a phone should hear of it. */
export const storedTone = (frequencyHz: number, durationMs: number) =>
  encodeWav(tone(frequencyHz, durationMs, levelDbfs));
export const heardTone = (frequencyHz: number, durationMs: number): ExpectedTone => ({
  ...{ frequencyHz, levelDbfs, durationMs },
});

/** Actions as a function writes them. */
export const playAudio = (Key: string, more: Readonly<Record<string, unknown>> = {}): WireAction => ({
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key }, ...more },
});
export const pause = (ms: number): WireAction => ({
  Type: "Pause",
  Parameters: { DurationInMilliseconds: String(ms) },
});
export const hangUp = (code = "0"): WireAction => ({ Type: "Hangup", Parameters: { SipResponseCode: code } });

/** What came of one call. */
export interface FinishedCall {
  readonly report: PhoneCallReport;
  readonly events: readonly WireEvent[];
  readonly types: readonly string[];
}

/** Something that is done while a call is up. The phone's side has begun; it may not be answered yet. */
export type Doing = (call: PhoneCall, transactionId: string) => Promise<void>;

/** The phone calls the server, until the call is over on both sides. */
export async function callIn(kit: CallKit, phone: Phone, doing?: Doing): Promise<FinishedCall> {
  const finished = expectOneCall(kit);
  const { host, port } = kit.address("udp");
  const call = phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550101" });
  await doing?.(call, "");
  return finished(call);
}

/** A phone whose calls can be waited for: hand `take` on as `onCall`. */
export function createDoorbell() {
  const rung: PhoneCall[] = [];
  let onRing: (call: PhoneCall) => void = (call) => void rung.push(call);
  return {
    take: (call: PhoneCall) => onRing(call),
    next: () =>
      new Promise<PhoneCall>((resolve) => {
        const [waiting] = rung.splice(0, 1);
        if (waiting === undefined) onRing = resolve;
        else resolve(waiting);
      }),
  };
}

/** The server calls the phone, which answers by itself, until the call is over on both sides. */
export async function callOut(
  kit: CallKit,
  phone: Phone,
  doorbell: ReturnType<typeof createDoorbell>,
  doing?: Doing,
  request: Partial<CreateSipMediaApplicationCallCommandInput> = {},
): Promise<FinishedCall> {
  const finished = expectOneCall(kit);
  kit.routeTo(phone.address);
  const incoming = doorbell.next();
  const transactionId = await kit.call(request);
  const call = await incoming;
  await doing?.(call, transactionId);
  return finished(call);
}

function expectOneCall(kit: CallKit): (call: PhoneCall) => Promise<FinishedCall> {
  const eventsBefore = kit.events().length;
  const endedBefore = kit.facts.filter((fact) => fact.type === "call-ended").length;
  return async (call) => {
    const report = await call.ended;
    await kit.untilEnded(endedBefore + 1);
    const events = kit.events().slice(eventsBefore);
    return { report, events, types: events.map((event) => event.InvocationEventType) };
  };
}
