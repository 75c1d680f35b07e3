import { tagOf } from "../../src/call/index.ts";
import type { CallEffect, CallFact, CallInput, CallState, MachineConfig, NewCall } from "../../src/call/index.ts";
import type { LegId } from "../../src/kernel/index.ts";

type LiveState = "offered" | "answering" | "created" | "dialing" | "ringing" | "answered";

/** A leg as inputs and effects tell of it. */
export interface BookedLeg {
  readonly id: LegId;
  readonly tag: "LEG-A" | "LEG-B";
  readonly kind: "telephone" | "meeting";
  state: LiveState | "over";
  wasAnswered: boolean;
  /** Audio flows before the answer: we let the caller hear some, or the far end sends some. */
  hasEarlyMedia: boolean;
}

/** What an independent observer knows of the legs. */
export interface Book {
  readonly a: BookedLeg;
  /** The last LEG-B; undefined before the first, and once it is gone without an answer or before LEG-A was up. */
  b: BookedLeg | undefined;
  /** A LEG-B that a new one took the place of in this step. */
  replaced: BookedLeg | undefined;
  find(legId: string): BookedLeg | undefined;
  legs(): readonly BookedLeg[];
  anyLive(): boolean;
  anyConnected(): boolean;
  /** The leg whose state the current input changed. */
  changed: BookedLeg | undefined;
  input(input: CallInput): void;
  /** Gives what is wrong with the effect, if anything. */
  effect(effect: CallEffect): string | undefined;
  /** Names of the timers that were pending before the step, by id. */
  timerName(state: CallState, timerId: string): string | undefined;
}

/** Opens the book of a call. */
export function openBook({ call, config }: { readonly call: NewCall; readonly config: MachineConfig }): Book {
  const mayReplace = config.compatibility.replaceLegB;
  const a: BookedLeg = {
    id: call.legId,
    tag: "LEG-A",
    kind: "telephone",
    state: call.direction === "Inbound" ? "offered" : "created",
    wasAnswered: false,
    hasEarlyMedia: false,
  };
  const all: BookedLeg[] = [a];

  const book: Book = {
    a,
    b: undefined,
    replaced: undefined,
    changed: undefined,
    find: (legId) => all.find((leg) => leg.id === legId),
    legs: () => (book.b === undefined ? [a] : [a, book.b]),
    anyLive: () => a.state !== "over" || (book.b !== undefined && book.b.state !== "over"),
    anyConnected: () => a.state === "answered" || book.b?.state === "answered",
    input(input) {
      book.changed = undefined;
      book.replaced = undefined;
      if (!("legId" in input)) return;
      const leg = all.find((one) => one.id === input.legId);
      if (leg === undefined || (leg !== a && leg !== book.b)) return;
      takeInput(book, leg, input);
    },
    effect(effect) {
      if (effect.do === "dial-leg") return dial(book, all, effect.legId, mayReplace);
      if (effect.do === "join-meeting") return join(book, all, effect);
      // A leg that was never dialled ends without a message to anybody.
      if (effect.do === "observe" && isEndOf(effect.fact, "LEG-A") && a.state === "created") a.state = "over";
      if (!("legId" in effect)) return undefined;
      const leg = all.find((one) => one.id === effect.legId);
      if (leg === undefined) return `${effect.do} names a leg that does not exist`;
      const wrong = takeEffect(book, leg, effect);
      return wrong ? `${effect.do} on ${leg.tag}, which is ${leg.state}` : undefined;
    },
    timerName: (state, timerId) => Object.entries(timersOf(state)).find(([, id]) => id === timerId)?.[0],
  };
  return book;
}

/** The timers of a state that are pending, by name; those of keys with the tag of their leg. */
export function timersOf({ timers, legs }: CallState): Readonly<Record<string, string>> {
  const ofLegs = legs.flatMap((leg) =>
    Object.entries(leg.timers).map(([name, id]) => [name.endsWith("digits") ? `${name}:${tagOf(leg)}` : name, id]),
  );
  return { ...timers, ...(Object.fromEntries(ofLegs) as Record<string, string>) };
}

/** Whether the state knows of two legs that are joined with each other; undefined when only one of them knows. */
export function isBridged({ legs }: CallState): boolean | undefined {
  const joined = legs.filter(({ joinedWith }) => joinedWith !== undefined);
  const [one, other] = joined;
  if (one === undefined) return false;
  const isWhole = joined.length === 2 && one.joinedWith === other?.id && other?.joinedWith === one.id;
  return isWhole ? true : undefined;
}

function isEndOf(fact: CallFact, tag: "LEG-A" | "LEG-B"): boolean {
  return fact.type === "leg-changed" && fact.state === "ended" && fact.participantTag === tag;
}

function takeInput(book: Book, leg: BookedLeg, input: CallInput): void {
  if (leg.kind === "meeting") {
    takeMeetingInput(book, leg, input);
    return;
  }
  const { state } = leg;
  const isCalled = state === "dialing" || state === "ringing";
  if (input.type === "leg-ringing" && state === "dialing") leg.state = "ringing";
  else if (input.type === "leg-early-media" && isCalled) leg.hasEarlyMedia = true;
  else if (input.type === "leg-answered" && (state === "answering" || isCalled)) {
    leg.state = "answered";
    leg.wasAnswered = true;
  } else if (input.type === "leg-ended" && state !== "over") closed(book, leg);
  else return;
  book.changed = leg;
}

function takeMeetingInput(book: Book, leg: BookedLeg, input: CallInput): void {
  if (input.type === "meeting-joined" && leg.state === "dialing") {
    leg.state = "answered";
    leg.wasAnswered = true;
  } else if (input.type === "meeting-refused" && leg.state === "dialing") closed(book, leg);
  else if (input.type === "meeting-left" && leg.state === "answered") closed(book, leg);
  else return;
  book.changed = leg;
}

/** A LEG-B that never answered was never there; nor was one that left while LEG-A was still being answered. Contract:
 * events-hangup-unanswered-partner */
function closed(book: Book, leg: BookedLeg): void {
  leg.state = "over";
  if (leg === book.b && (!leg.wasAnswered || book.a.state === "answering")) book.b = undefined;
}

function dial(book: Book, all: BookedLeg[], legId: LegId, mayReplace: boolean): string | undefined {
  const known = all.find((leg) => leg.id === legId);
  if (known === book.a) {
    if (known.state !== "created") return `LEG-A is dialled, but it is ${known.state}`;
    known.state = "dialing";
    return undefined;
  }
  if (known !== undefined) return "a new LEG-B has the CallId of an old one";
  const isUp = book.b !== undefined && book.b.state !== "over";
  if (isUp && mayReplace) book.replaced = book.b;
  else if (isUp) return "a LEG-B is dialled while another is up";
  book.b = newPartner(legId, "telephone");
  all.push(book.b);
  return undefined;
}

function newPartner(id: LegId, kind: BookedLeg["kind"]): BookedLeg {
  return { id, tag: "LEG-B", kind, state: "dialing", wasAnswered: false, hasEarlyMedia: false };
}

function join(
  book: Book,
  all: BookedLeg[],
  { legId, phoneLegId }: Extract<CallEffect, { do: "join-meeting" }>,
): string | undefined {
  if (all.some((leg) => leg.id === legId)) return "a meeting has the CallId of an old leg";
  if (phoneLegId !== book.a.id || book.a.state !== "answered")
    return `LEG-A joins a meeting, but it is ${book.a.state}`;
  if (book.b !== undefined && book.b.state !== "over") return "a meeting is joined while a LEG-B is up";
  book.b = newPartner(legId, "meeting");
  all.push(book.b);
  return undefined;
}

/** True: the leg is in no state for that. */
function takeEffect(book: Book, leg: BookedLeg, effect: CallEffect): boolean {
  const { state } = leg;
  if (leg.kind === "meeting" && effect.do !== "leave-meeting" && effect.do !== "mute-attendees") return true;
  switch (effect.do) {
    case "leave-meeting":
      if (leg.kind !== "meeting" || state === "over") return true;
      closed(book, leg);
      return false;
    case "mute-attendees":
      return leg.kind !== "meeting" || state !== "answered";
    case "answer-leg":
      if (state !== "offered") return true;
      leg.state = "answering";
      return false;
    case "reject-leg":
      if (state !== "offered" || ![480, 486, 503, 603].includes(effect.status)) return true;
      closed(book, leg);
      return false;
    case "hang-up-leg":
      if (state === "offered" || state === "created" || state === "over") return true;
      closed(book, leg);
      return false;
    case "open-early-media":
      leg.hasEarlyMedia = true;
      return state !== "offered" && state !== "answering";
    case "close-early-media":
      if (!leg.hasEarlyMedia) return true;
      leg.hasEarlyMedia = false;
      return state !== "offered";
    case "ring-leg":
      return state !== "offered" || leg.hasEarlyMedia;
    case "play-audio":
      return state === "over" || (state !== "answered" && !leg.hasEarlyMedia);
    case "send-digits":
    case "record-audio":
      return state !== "answered";
    case "start-call-recording":
    case "pause-call-recording":
    case "resume-call-recording":
    case "suppress-noise":
      return state === "over";
    default:
      return false;
  }
}
