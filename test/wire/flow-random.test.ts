import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { ownNumber, virtualCallTest, type CallKit, type WireEvent } from "../interop/kit.ts";
import type { Phone, PhoneCall, PhoneOptions } from "../../src/testing/index.ts";
import { storedTone } from "./call-scene.ts";
import { createRoughNetwork } from "./rough-network.ts";

/** More calls, or those of a seed that failed: `FLOW_CALLS=1000 FLOW_SEED=7 node --test dist/test/wire/flow-random.test.js`. */
const calls = Number(process.env["FLOW_CALLS"] ?? 40);
const seed = Number(process.env["FLOW_SEED"] ?? Date.now() % 1_000_000);
const lanes = 8;
/** A far end stays no longer than that. */
const longestStayMs = 1_500;

/** Numbers below a limit, the same for the same seed. */
function createChance(start: number): (limit: number) => number {
  let state = start >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Replies that depend on the call's number, the event's number and the seed alone. */
const randomFunction = `
  const { Sequence, CallDetails: { Participants: legs } } = event;
  const far = legs[0].Direction === "Inbound" ? legs[0].From : legs[0].To;
  let state = (Number(far.slice(-7)) * 131 + Sequence * 7919 + ${seed} * 31) >>> 0;
  const below = (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor(((state ^ (state >>> 13)) >>> 0) / 2 ** 32 * limit);
  };
  const one = (...choices) => choices[below(choices.length)];
  const leg = () => one({}, {}, { ParticipantTag: "LEG-A" }, { ParticipantTag: "LEG-B" });
  const AudioSource = { Type: "S3", BucketName: "prompts", Key: "prompt.wav" };
  const action = () => one(
    () => ({ Type: "PlayAudio", Parameters: { AudioSource, ...leg() } }),
    () => ({ Type: "Pause", Parameters: { DurationInMilliseconds: 20 + below(300) } }),
    () => ({ Type: "CallAndBridge", Parameters: {
      CallerIdNumber: "${ownNumber}", CallTimeoutSeconds: 1, RingbackTone: one(undefined, AudioSource),
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+1510555" + String(5000 + below(1000)) }] } }),
    () => ({ Type: "CallAndBridge", Parameters: {
      CallerIdNumber: "${ownNumber}", Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+15105556000" }] } }),
    () => ({ Type: "CallAndBridge", Parameters: {
      CallerIdNumber: "${ownNumber}", Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+15105556001" }] } }),
    () => ({ Type: "PlayAudioAndGetDigits", Parameters: {
      AudioSource, FailureAudioSource: AudioSource, RepeatDurationInMilliseconds: 300, ...leg() } }),
    () => ({ Type: "RecordAudio", Parameters: {
      DurationInSeconds: 1, RecordingDestination: { Type: "S3", BucketName: "rec" }, ...leg() } }),
    () => ({ Type: "StartCallRecording", Parameters: {
      Track: "BOTH", Destination: { Type: "S3", Location: "rec" }, ...leg() } }),
    () => ({ Type: "ReceiveDigits", Parameters: {
      InputDigitsRegex: "^\\\\d$", InBetweenDigitsDurationInMilliseconds: 50, FlushDigitsDurationInMilliseconds: 500, ...leg() } }),
    () => ({ Type: "SendDigits", Parameters: { Digits: "12", ...leg() } }),
    () => ({ Type: "Hangup", Parameters: { SipResponseCode: one("0", "480", "486"), ...leg() } }),
  )();
  if (below(3) === 0) await new Promise((resolve) => setTimeout(resolve, below(250)));
  return Array.from({ length: Sequence === 1 || below(4) > 0 ? 1 + below(3) : 0 }, action);`;

for (const [network, createNetwork] of [
  ["a network that keeps what it is given", () => undefined],
  ["a network that loses, repeats and reorders datagrams", createRoughNetwork],
] as const) {
  virtualCallTest(
    `${calls} calls over ${network}, whose far ends and function act at random times: each ends, with one HANGUP for each leg`,
    { functions: [randomFunction], prompts: { "prompt.wav": storedTone(660, 200) }, limits: { unansweredSeconds: 3 } },
    async (kit, t) => {
      t.diagnostic(`FLOW_SEED=${seed}`);
      const chance = createChance(seed);
      const rough = createNetwork(kit.world, chance);
      const phoneOptions: Partial<PhoneOptions> = rough === undefined ? {} : { network: rough };
      const staying: Promise<void>[] = [];
      const called = await kit.openPhone({
        ...phoneOptions,
        greeting: { type: "ring" },
        onCall: (call) => void staying.push(behave(kit, call, chance)),
      });
      const caller = await kit.openPhone(phoneOptions);
      try {
        kit.routeTo(called.phone.address);
        const waiting = Array.from({ length: calls }, (_, index) => index);
        const lane = async () => {
          for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
            await runCall(kit, caller.phone, index, chance);
          }
        };
        await Promise.all(Array.from({ length: lanes }, lane));
        await Promise.all(staying);
        // A far end whose BYE or its answer was lost for good is given up after 32 s.
        const haveEnded = () => count(kit, "call-ended") === count(kit, "call-started");
        await kit.until("all calls have ended", haveEnded, 60_000);
        await kit.until("the phones are idle", () => isQuiet(caller.phone) && isQuiet(called.phone), 60_000);
        assertEachEndedOnce(kit, t);
      } finally {
        await Promise.all([caller.close(), called.close()]);
      }
    },
  );
}

/** One call in either direction, with updates; until its far ends must have left. */
async function runCall(kit: CallKit, caller: Phone, index: number, chance: (limit: number) => number): Promise<void> {
  const number = `+1510${5_550_000 + index}`;
  if (chance(2) === 0) {
    const { host, port } = kit.address("udp");
    await behave(kit, caller.dial(`sip:${ownNumber}@${host}:${port}`, { from: number }), chance);
    return;
  }
  const transactionId = await kit.call({ ToPhoneNumber: number });
  for (let updates = chance(3); updates > 0; updates--) {
    await kit.pass(chance(400));
    // The call may be over.
    await kit
      .update(transactionId, {})
      .catch((error: unknown) => assert.equal((error as Error).name, "NotFoundException"));
  }
  await kit.pass(chance(longestStayMs));
}

/** A far end that answers, refuses, presses keys and leaves when it likes. */
async function behave(kit: CallKit, call: PhoneCall, chance: (limit: number) => number): Promise<void> {
  const first = chance(10);
  // Some are in a hurry: then things cross on the wire.
  const hurry = chance(3) === 0 ? 10 : 1;
  const hangsUpAfterMs = (50 + chance(longestStayMs)) / hurry;
  const acts = async () => {
    await kit.pass(chance(150) / hurry);
    if (first < 7) call.answer();
    else if (first < 9 && call.direction === "incoming") call.reject([486, 480, 603][chance(3)] ?? 486);
    if (chance(2) === 0) await call.pressKeys("12#").catch(() => undefined); // Its call may be over.
  };
  const leaves = async () => {
    await kit.pass(hangsUpAfterMs);
    call.hangUp();
  };
  await Promise.all([acts(), leaves(), call.ended]);
}

const count = (kit: CallKit, type: string) => kit.facts.filter((fact) => fact.type === type).length;

function isQuiet(phone: Phone): boolean {
  const { calls: open, dialogs } = phone.ledger();
  return open === 0 && dialogs === 0;
}

function assertEachEndedOnce(kit: CallKit, t: TestContext): void {
  const byCall = new Map<string, WireEvent[]>();
  for (const fact of kit.facts) {
    if (fact.type !== "invoked") continue;
    const event = fact.event as WireEvent;
    const { TransactionId } = event.CallDetails;
    byCall.set(TransactionId, [...(byCall.get(TransactionId) ?? []), event]);
  }
  assert.equal(byCall.size, count(kit, "call-started"));
  let legs = 0;
  for (const [transactionId, events] of byCall) {
    const reported = events.map((event) => event.InvocationEventType).join(" ");
    assert.deepEqual(
      events.map(({ Sequence }) => Sequence),
      events.map((_, index) => index + 1),
      reported,
    );
    const ids = new Set(
      events.flatMap(({ CallDetails }) => CallDetails.Participants.map((leg) => String(leg["CallId"]))),
    );
    for (const id of ids) {
      const ends = events.filter(
        ({ InvocationEventType, ActionData }) =>
          InvocationEventType === "HANGUP" && ActionData?.Parameters["CallId"] === id,
      );
      assert.equal(ends.length, 1, `${transactionId}, leg ${id}: ${reported}`);
      legs += 1;
    }
  }
  const answered = kit.facts.filter((fact) => fact.type === "leg-changed" && fact.state === "answered").length;
  const codes = new Set(kit.trace.map(({ startLine }) => startLine.split(" ")[0]));
  const again = kit.trace.filter(({ isRetransmission }) => isRetransmission).length;
  t.diagnostic(
    `${byCall.size} calls, ${legs} legs told, ${answered} answered; ${kit.trace.length} SIP messages, ${again} again: ${[...codes].join(" ")}`,
  );
}
