import assert from "node:assert/strict";
import {
  ownNumber,
  peerNumber,
  virtualCallTest,
  type CallKit,
  type WireAction,
  type WireEvent,
} from "../interop/kit.ts";
import { concatPcm, silence, tone, encodeWav, type PhoneCall, type PhoneOptions } from "../../src/testing/index.ts";
import type { OpenedPhone } from "./call-phone.ts";
import { createDoorbell, levelDbfs, storedTone } from "./call-scene.ts";
import { eventLine, hearing, messageLines, setUpByBridge, setUpOf } from "./flow-lines.ts";

/** Which way LEG-A was set up. */
export type Direction = "Inbound" | "Outbound";

/** The number of LEG-B. */
export const secondNumber = "+15105550177";

/** What can be heard in a flow, by name: what each far end says without end, and the stored prompts. */
export const tonesHz = { a: 440, b: 880, prompt: 660, ring: 350, long: 1200 } as const;

const prompts = {
  "prompt.wav": storedTone(tonesHz.prompt, 500),
  "ring.wav": encodeWav(concatPcm(tone(tonesHz.ring, 200, levelDbfs), silence(100))),
  "long.wav": storedTone(tonesHz.long, 20_000),
};

export const source = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });
export const bridge = (more: Readonly<Record<string, unknown>> = {}): WireAction => ({
  Type: "CallAndBridge",
  Parameters: {
    CallerIdNumber: ownNumber,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: secondNumber }],
    ...more,
  },
});
/** Hangup of one leg. */
export const hangUpLeg = (ParticipantTag: "LEG-A" | "LEG-B", SipResponseCode = "0"): WireAction => ({
  Type: "Hangup",
  Parameters: { ParticipantTag, SipResponseCode },
});

export interface FlowOptions {
  /** What the function does with LEG-A: the reply to NEW_INBOUND_CALL or CALL_ANSWERED. */
  readonly start: readonly WireAction[];
  /** Its other replies, by event with the leg or the action that it tells of ("HANGUP LEG-B", "ACTION_FAILED"). */
  readonly replies?: Readonly<Record<string, readonly WireAction[]>>;
  /** Both unless told otherwise. */
  readonly directions?: readonly Direction[];
  /** The phones; both answer at once unless told otherwise. */
  readonly phoneA?: Partial<PhoneOptions>;
  readonly phoneB?: Partial<PhoneOptions>;
  readonly limits?: Readonly<Record<string, number>>;
}

/** One call with its far ends. */
export interface Scene {
  readonly kit: CallKit;
  readonly direction: Direction;
  /** The far end of LEG-A: it dials, or is called. */
  readonly a: PhoneCall;
  /** The far end of the next LEG-B. */
  nextB(): Promise<PhoneCall>;
  /** Both far ends of a bridge that is up; each says its tone from now on. */
  bridged(): Promise<PhoneCall>;
  /** Sends an update, which the function answers with these actions. */
  update(...actions: readonly WireAction[]): Promise<void>;
  /** Resolves when the function was told so (`eventLine` without the participants), so many times. */
  reported(what: string, times?: number): Promise<void>;
  /** Resolves when the function's action of this type runs. */
  runs(type: string): Promise<void>;
  /** Names of the tones that a far end hears from now on, for a while. */
  hears(call: PhoneCall): Promise<string>;
  /** Resolves when the call is over for the server. */
  over(): Promise<void>;
  /** What the function was told so far. */
  events(): readonly WireEvent[];
}

/** A flow that is played over SIP and RTP on virtual time, once for each direction of LEG-A. */
export function flowTest(title: string, options: FlowOptions, play: (scene: Scene) => Promise<void>): void {
  const { start, replies = {}, directions = ["Inbound", "Outbound"], limits = {} } = options;
  const table = { NEW_INBOUND_CALL: start, CALL_ANSWERED: start, ...replies };
  const body = `const { InvocationEventType: type, ActionData: data } = event;
    if (type === "CALL_UPDATE_REQUESTED") return JSON.parse(data.Parameters.Arguments.do);
    const table = ${JSON.stringify(table)};
    return table[type + " " + data?.Parameters.ParticipantTag] ?? table[type + " " + data?.Type] ?? table[type];`;
  for (const direction of directions) {
    const name = directions.length === 1 ? title : `${title} (LEG-A ${direction.toLowerCase()})`;
    virtualCallTest(name, { functions: [body], prompts, limits }, (kit) => playFlow(kit, direction, options, play));
  }
}

async function playFlow(
  kit: CallKit,
  direction: Direction,
  { phoneA, phoneB }: FlowOptions,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const ring = createDoorbell();
  const ringB = createDoorbell();
  const one = await kit.openPhone({ ...phoneA, onCall: both(phoneA?.onCall, ring.take) });
  const other = await kit.openPhone({ ...phoneB, onCall: both(phoneB?.onCall, ringB.take) });
  try {
    await play(await openScene(kit, direction, { one, other, ring, ringB }));
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

type OnCall = (call: PhoneCall) => void;

function both(first: OnCall | undefined, second: OnCall): OnCall {
  return (call) => {
    first?.(call);
    second(call);
  };
}

interface Phones {
  readonly one: OpenedPhone;
  readonly other: OpenedPhone;
  readonly ring: ReturnType<typeof createDoorbell>;
  readonly ringB: ReturnType<typeof createDoorbell>;
}

async function openScene(kit: CallKit, direction: Direction, phones: Phones): Promise<Scene> {
  const eventsBefore = kit.events().length;
  const endedBefore = kit.facts.filter(({ type }) => type === "call-ended").length;
  const factsBefore = kit.facts.length;
  const a = await openLegA(kit, direction, phones);
  kit.routeTo(phones.other.phone.address);
  const events = () => kit.events().slice(eventsBefore);
  const reported: Scene["reported"] = (what, times = 1) =>
    kit.until(
      `the function is told ${what}`,
      () => events().filter((event) => eventLine(event).startsWith(what)).length >= times,
    );
  const runs: Scene["runs"] = (type) =>
    kit.until(`${type} runs`, () =>
      kit.facts.slice(factsBefore).some((fact) => fact.type === "action-started" && fact.action === type),
    );
  const nextB = () => phones.ringB.next();
  return {
    ...{ kit, direction, a, nextB, reported, runs, events },
    bridged: async () => {
      const b = await nextB();
      await Promise.all([a.answered, b.answered, reported("ACTION_SUCCESSFUL CallAndBridge")]);
      talk(a, tonesHz.a);
      talk(b, tonesHz.b);
      return b;
    },
    update: async (...actions) => {
      await reported(direction === "Inbound" ? "NEW_INBOUND_CALL" : "NEW_OUTBOUND_CALL");
      const { TransactionId } = events()[0]?.CallDetails ?? { TransactionId: "" };
      await kit.update(TransactionId, { do: JSON.stringify(actions) });
    },
    hears: (call) => hearing(kit, call, tonesHz),
    over: () => kit.untilEnded(endedBefore + 1),
  };
}

async function openLegA(kit: CallKit, direction: Direction, { one, ring }: Phones): Promise<PhoneCall> {
  if (direction === "Inbound") {
    const { host, port } = kit.address("udp");
    return one.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: peerNumber });
  }
  kit.routeTo(one.phone.address);
  const incoming = ring.next();
  await kit.call();
  return incoming;
}

/** Lets a far end say its tone until its call is over. */
export function talk(call: PhoneCall, frequencyHz: number): void {
  call.play(tone(frequencyHz, 30_000, levelDbfs)).catch(() => undefined); // It ends with the call.
}

/** What a whole flow should have been. */
export interface ExpectedFlow {
  /** What the function was told behind what tells that LEG-A came up. */
  readonly events: readonly string[];
  /** SIP on LEG-A from the server's side, behind its set-up: by the first action or, if that is CallAndBridge, by the bridge. `setUp`
   * "none": it was not answered, and all is listed. */
  readonly a: readonly string[];
  readonly setUp?: "answered" | "bridged" | "none";
  /** SIP on each LEG-B, whole. */
  readonly b?: readonly (readonly string[])[];
}

const setUpLines = { answered: setUpOf, bridged: setUpByBridge, none: { Inbound: [], Outbound: [] } } as const;

/** Checks what the function was told, from the first event to the last, and each SIP message of each leg. */
export async function assertFlow(scene: Scene, { events, a, setUp = "answered", b = [] }: ExpectedFlow): Promise<void> {
  const { direction, kit } = scene;
  const all = scene.events();
  const opening =
    direction === "Inbound"
      ? ["NEW_INBOUND_CALL [A -]"]
      : ["NEW_OUTBOUND_CALL [A -]", "RINGING [A -]", "CALL_ANSWERED [A Connected]"];
  assert.deepEqual(all.map(eventLine), [...(setUp === "none" ? [] : opening), ...events]);
  assert.deepEqual(
    all.map(({ Sequence }) => Sequence),
    all.map((_, index) => index + 1),
  );
  assertParties(all, direction);
  const transactionId = all[0]?.CallDetails.TransactionId ?? "";
  assert.ok(all.every(({ CallDetails }) => CallDetails.TransactionId === transactionId));
  const callIds = (tag: string) =>
    kit.facts.flatMap((fact) => (fact.type === "leg-signalled" && fact.participantTag === tag ? [fact.sipCallId] : []));
  // A scene that is played again leaves those of the first time in front.
  const [idA = ""] = callIds("LEG-A").slice(-1);
  const idsB = callIds("LEG-B").slice(callIds("LEG-B").length - b.length);
  const seen = () => [idA, ...idsB].map((id) => messageLines(kit, id));
  const expected = [[...setUpLines[setUp][direction], ...a], ...b];
  // The last responses and ACKs may come after the end of the call.
  const isComplete = () => seen().every((lines, index) => lines.length >= (expected[index]?.length ?? 0));
  await kit.until("the last SIP message", isComplete, 2_000).catch(() => undefined); // What is missing is shown next.
  assert.deepEqual(seen(), expected);
}

/** Numbers and directions of participants are the same in all events, and each leg keeps its id. */
function assertParties(events: readonly WireEvent[], direction: Direction): void {
  const legA = direction === "Inbound" ? [direction, ownNumber, peerNumber] : [direction, peerNumber, ownNumber];
  const legs: Readonly<Record<string, readonly string[]>> = {
    "LEG-A": legA,
    "LEG-B": ["Outbound", secondNumber, ownNumber],
  };
  for (const { ActionData, CallDetails } of events) {
    for (const { ParticipantTag, Direction, To, From } of CallDetails.Participants) {
      assert.deepEqual([Direction, To, From], legs[String(ParticipantTag)]);
    }
    const { ParticipantTag, CallId } = ActionData?.Type === "Hangup" ? ActionData.Parameters : {};
    const named = CallDetails.Participants.find((participant) => participant["ParticipantTag"] === ParticipantTag);
    if (ParticipantTag !== undefined) assert.equal(CallId, named?.["CallId"]);
  }
  const idsOfA = new Set(events.map(({ CallDetails }) => CallDetails.Participants[0]?.["CallId"]));
  assert.equal(idsOfA.size, 1);
}
