import type { CallLimits, CompatibilitySwitches, JsonObject, TargetApplication } from "../../../src/call/index.ts";
import type { LegId } from "../../../src/kernel/index.ts";
import type { Book, BookedLeg } from "../book.ts";
import type { View } from "../watch.ts";
import { takesMeeting } from "./action-traits.ts";

/** An event that the contract asks for. */
export interface Expected {
  type: string;
  /** The leg that an action in the reply means when it names none. */
  readonly legId: LegId;
  /** `ActionData.Type`. */
  readonly action: string | undefined;
  /** `CallId ParticipantTag Status` of each participant, when it happened. */
  readonly participants: readonly string[];
  /** A HANGUP's SipResponseCode; undefined: it shows none. */
  readonly code: number | undefined;
  /** An empty reply brings ACTION_SUCCESSFUL of the Hangup. */
  readonly hangupAfterwards: boolean;
  /** The recording whose outcome it waits for. */
  awaits: string | undefined;
  /** `ErrorType` of an ACTION_FAILED. */
  errorType: string | undefined;
}

/** An action of a list. */
export interface Planned {
  readonly type: string;
  readonly parameters: JsonObject;
  readonly defaultLegId: LegId;
}

/** The action that has the floor. */
export interface Running {
  readonly type: string;
  readonly leg: BookedLeg;
  /** As events show them. */
  readonly parameters: JsonObject;
  recordingId: string | undefined;
}

/** What an event is sent once more as: not before a time, to whom, and whether that is a retry. */
export interface Again {
  readonly at: number;
  readonly isAtOnce: boolean;
  readonly via: string | undefined;
  readonly isRetried: boolean;
}

/** The invocation that is under way, or that waits for being tried again. */
export interface InFlight {
  readonly id: string;
  readonly expected: Expected;
  /** The event, for the first time. */
  readonly sentAt: number;
  readonly isRetried: boolean;
  /** The function that stands in. */
  readonly via: string | undefined;
  /** Of the first function that failed with some. */
  readonly fallbackActions: readonly Omit<Planned, "defaultLegId">[] | undefined;
  /** The event must be sent once more. */
  readonly again: Again | undefined;
}

/** What an independent observer expects of a call, from the rules of the contract alone. */
export interface CallModel {
  readonly book: Book;
  readonly direction: "Inbound" | "Outbound";
  readonly targets: readonly TargetApplication[];
  readonly isCreatedWithArguments: boolean;
  readonly limits: CallLimits;
  readonly switches: CompatibilitySwitches;
  /** In the order in which they happened. */
  events: Expected[];
  inFlight: InFlight | undefined;
  /** The event of the last invocation. */
  sentEvent: JsonObject | undefined;
  sequence: number;
  /** When invocations began. */
  readonly invokedAt: number[];
  /** Applications that can still be asked. */
  targetsLeft: number;
  attributes: JsonObject | undefined;
  invalidInARow: number;
  queue: Planned[];
  running: Running | undefined;
  replacement: Planned[] | undefined;
  /** The list stands still until this event is answered. */
  heldBy: Expected | undefined;
  /** The actions of the configuration stand in for replies. */
  fallbackRuns: boolean;
  /** The 30 s for a first action have passed. */
  isOverdue: boolean;
  /** NEW_OUTBOUND_CALL was answered: LEG-A is dialled. */
  isDialDue: boolean;
  /** Observers have heard of something in a reply that is not as the contract has it. */
  areFindingsReported: boolean;
  readonly step: StepNotes;
}

/** What the current step asks for. */
export interface StepNotes {
  /** The call must end now, with this code for HANGUP. */
  mustEnd: { readonly why: string; readonly code: number; readonly keepsResults?: true } | undefined;
  /** What observers must be told of the reply. */
  verdict: "response-ignored" | "response-invalid" | undefined;
  /** An action of the reply has wrong parameters. */
  hasFlaw: boolean;
  /** A recording whose outcome is known now. */
  settled: string | undefined;
  /** The running action must be interrupted. */
  interrupts: boolean;
  /** Legs that Hangup actions end, and the code that they named. */
  readonly hangUps: Map<LegId, number | undefined>;
  /** HANGUPs of this step, which come behind its other events. */
  hangupEvents: Expected[];
  isRingTimeout: boolean;
  /** SIP status that the caller was refused with. */
  rejectedWith: number | undefined;
  /** LEG-Bs that were given up before they answered. */
  gaveUp: number;
  /** Meetings that LEG-A took along when it ended. */
  leftMeetings: number;
  /** Legs that have ended in this step. */
  readonly ended: Set<LegId>;
}

/** The model of a call before its first step. */
export function newCallModel({ scene: { call, config }, book }: View): CallModel {
  return {
    book,
    direction: call.direction,
    targets: call.targets,
    isCreatedWithArguments: call.arguments !== undefined,
    limits: config.limits,
    switches: config.compatibility,
    events: [],
    inFlight: undefined,
    sentEvent: undefined,
    sequence: 0,
    invokedAt: [],
    targetsLeft: call.targets.length - 1,
    attributes: undefined,
    invalidInARow: 0,
    queue: [],
    running: undefined,
    replacement: undefined,
    heldBy: undefined,
    fallbackRuns: false,
    isOverdue: false,
    isDialDue: false,
    areFindingsReported: false,
    step: {
      mustEnd: undefined,
      verdict: undefined,
      hasFlaw: false,
      settled: undefined,
      interrupts: false,
      hangUps: new Map(),
      hangupEvents: [],
      isRingTimeout: false,
      rejectedWith: undefined,
      gaveUp: 0,
      leftMeetings: 0,
      ended: new Set(),
    },
  };
}

/** Forgets what the last step asked for. */
export function beginStep({ step }: CallModel): void {
  step.mustEnd = undefined;
  step.verdict = undefined;
  step.hasFlaw = false;
  step.settled = undefined;
  step.interrupts = false;
  if (step.hangUps.size > 0) step.hangUps.clear();
  step.hangupEvents = [];
  step.isRingTimeout = false;
  step.rejectedWith = undefined;
  step.gaveUp = 0;
  step.leftMeetings = 0;
  if (step.ended.size > 0) step.ended.clear();
}

/** The participants as an event about a leg shows them. Contract: events-participants, events-partner-departed */
export function participantsOf({ book, switches }: CallModel, about: LegId): readonly string[] {
  const { a, replaced } = book;
  const b = replaced?.id === about ? replaced : book.b;
  // A meeting leaves with its telephone.
  const state = b?.kind === "meeting" && b.wasAnswered && a.state === "over" ? "over" : b?.state;
  const isThere = state === "answered" || (state === "over" && switches.listDepartedLegB);
  if (b === undefined || state === undefined || !(isThere || b.id === about)) return [describe(a, a.state)];
  return [describe(a, a.state), describe(b, state)];
}

function describe({ id, tag, wasAnswered }: BookedLeg, state: BookedLeg["state"]): string {
  const status = state === "over" ? " Disconnected" : wasAnswered ? " Connected" : "";
  return `${id} ${tag}${status}`;
}

/** Expects an event of what happens now. */
export function expectEvent(
  model: CallModel,
  type: string,
  legId: LegId,
  action?: string,
  more: Partial<Pick<Expected, "code" | "hangupAfterwards" | "awaits" | "errorType">> = {},
): Expected {
  const expected: Expected = {
    type,
    legId,
    action,
    participants: participantsOf(model, legId),
    code: undefined,
    hangupAfterwards: false,
    awaits: undefined,
    errorType: undefined,
    ...more,
  };
  if (type === "HANGUP" || more.hangupAfterwards !== undefined) model.step.hangupEvents.push(expected);
  else model.events.push(expected);
  return expected;
}

/** Nothing is left of the list. */
export function clearList(model: CallModel): void {
  model.queue = [];
  model.running = undefined;
  model.replacement = undefined;
  model.heldBy = undefined;
}

/** The leg that an action means. Contract: actions-leg, actions-leg-meant, actions-leg-meeting */
export function legOf({ book }: CallModel, { type, parameters, defaultLegId }: Planned): BookedLeg | undefined {
  const { CallId, ParticipantTag } = parameters;
  if (CallId !== undefined && CallId !== "") return book.legs().find((leg) => leg.id === CallId);
  if (ParticipantTag !== undefined && ParticipantTag !== "")
    return book.legs().find((leg) => leg.tag === ParticipantTag);
  const named = book.legs().find((leg) => leg.id === defaultLegId && leg.state !== "over");
  const meant = named ?? book.legs().find((leg) => leg.state === "answered") ?? book.a;
  const isJoined = book.b?.kind === "meeting" && book.b.state === "answered";
  if (type === "ModifyChimeMeetingAttendees" && isJoined) return book.b;
  return meant.kind === "meeting" && !takesMeeting.has(type) ? book.a : meant;
}
