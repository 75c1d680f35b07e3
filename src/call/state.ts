import type { JsonObject } from "../contract/index.ts";
import type { LegId, TransactionId } from "../kernel/index.ts";
import type { JsonAction } from "../invoke/index.ts";
import type { CallEndType } from "./end-type.ts";
import type { FunctionReply, JoinedMeeting } from "./inputs.ts";
import type { Known, Question } from "./questions.ts";

export type { JsonObject };

/** The application that decides for a call. */
export interface TargetApplication {
  readonly applicationId: string;
  readonly functionArn: string;
  readonly region: string;
}

/**
 * The life of a leg.
 *
 *     inbound:   offered -> answering -> answered -> ended
 *     outbound:  created -> dialing -> ringing -> answered -> ended      (any state may go to ended)
 *     meeting:   dialing -> answered -> ended                            (dialing: it is being joined; answered: it is joined)
 */
export type LegState =
  | { readonly type: "offered" } // inbound; 180 sent
  | { readonly type: "answering" } // inbound; 200 asked for
  | { readonly type: "created" } // outbound; nothing sent yet
  | { readonly type: "dialing" } // outbound; INVITE sent
  | { readonly type: "ringing" } // outbound; 180 or 183 came
  | { readonly type: "answered"; readonly answeredAt: number }
  | { readonly type: "ended"; readonly endedAt: number };

/** One leg of the call. */
export interface Leg {
  readonly id: LegId;
  /** What is at its far end. A meeting never outlives the telephone that is in it. */
  readonly kind: "telephone" | "meeting";
  /** Of a meeting that was joined: which, and as whom. */
  readonly meeting: JoinedMeeting | undefined;
  /** The leg whose action called it, and which gets its events first; undefined: the call began with it. */
  readonly calledFor: LegId | undefined;
  /** The leg that it is bridged with. */
  readonly joinedWith: LegId | undefined;
  /** Its timers that are pending: the id that each was started with. */
  readonly timers: Readonly<Partial<Record<LegTimerName, string>>>;
  readonly direction: "Inbound" | "Outbound";
  readonly to: string;
  readonly from: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Headers of the leg's own INVITE that the function may see; undefined when there are none. */
  readonly shownHeaders: Readonly<Record<string, string>> | undefined;
  readonly state: LegState;
}

/** An action as the function sent it, with the leg that is meant when it names none. */
export interface RequestedAction {
  readonly type: string;
  readonly parameters: JsonObject;
  readonly defaultLegId: LegId;
}

/** The running action. `value` and `state` belong to its definition and are plain data. */
export interface RunningAction {
  readonly request: RequestedAction;
  readonly legId: LegId;
  /** Parameters as events show them. */
  readonly echo: JsonObject;
  readonly value: unknown;
  readonly phase: { readonly type: "answering" } | { readonly type: "running"; readonly state: unknown };
}

/** The one action list of a call. */
export interface ActionList {
  readonly queue: readonly RequestedAction[];
  readonly running: RunningAction | undefined;
  /** A list that takes over when the running action, which cannot be interrupted, is done. */
  readonly replacement: readonly RequestedAction[] | undefined;
  /** The list waits until the function has replied to the event of an action in its middle. */
  readonly heldByReply: boolean;
}

/** The content of an event; participants are those of the moment when it happened, number and attributes those of sending. */
export interface PendingEvent {
  readonly type: InvocationEventType;
  readonly actionData: JsonObject | undefined;
  readonly error: { readonly type: string; readonly message: string } | undefined;
  readonly participants: readonly JsonObject[];
  /** The leg that an action in the reply means when it names none. */
  readonly legId: LegId;
  /** The reply decides how the held list goes on. */
  readonly releasesList: boolean;
  /** An ACTION_SUCCESSFUL that is sent if the reply to this event brings no actions. */
  readonly successAfterwards: JsonObject | undefined;
  /** An action that goes on although its leg has left: the event waits for its outcome, and others behind it. */
  readonly awaited: RunningAction | undefined;
  /** A process that is gone may have told it before. Contract: events-after-a-loss */
  readonly mayRepeat?: true;
}

export type InvocationEventType =
  | "NEW_INBOUND_CALL"
  | "NEW_OUTBOUND_CALL"
  | "RINGING"
  | "CALL_ANSWERED"
  | "ACTION_SUCCESSFUL"
  | "ACTION_FAILED"
  | "ACTION_INTERRUPTED"
  | "DIGITS_RECEIVED"
  | "CALL_UPDATE_REQUESTED"
  | "HANGUP"
  | "INVALID_LAMBDA_RESPONSE";

/** The running invocation. */
export interface Invocation {
  readonly id: string;
  readonly sequence: number;
  readonly pending: PendingEvent;
  readonly event: JsonObject;
  /** Epoch milliseconds; the deadline counts from here, retries and functions that stand in included. */
  readonly sentAt: number;
  /** When the function was asked that has it now, or will be. */
  readonly askedAt: number;
  /** That function was asked once before. */
  readonly retried: boolean;
  /** Since when it is owed after a loss and could not be told. Contract: events-told-after-a-loss */
  readonly owedSince?: number;
  /** Name of the function that stands in for that of the target. */
  readonly via?: string;
  /** Those of the first function that failed and has some. */
  readonly fallbackActions?: readonly JsonAction[];
}

/** The listener for keys of a leg that no action takes. Contract: actions-receive-digits */
export interface DigitListener {
  readonly legId: LegId;
  /** A regular expression that is looked for in the collected keys. */
  readonly pattern: string;
  /** Silence after keys that match until they are told. */
  readonly betweenMs: number;
  /** Life of the collected keys, from the first. */
  readonly flushMs: number;
  /** As its events show them. */
  readonly parameters: JsonObject;
  /** Keys collected so far, and whether they match. */
  readonly digits: string;
  readonly matches: boolean;
  /** The life of the collected keys is over: a further key begins anew. */
  readonly isStale: boolean;
  /** Looking for the pattern took too long: it is not tried again until the keys are dropped. */
  readonly isTooSlow: boolean;
}

/** A search for a pattern that the call waits for. */
export interface PendingSearch {
  readonly id: string;
  readonly legId: LegId;
  /** The running action, or the listener of the leg. */
  readonly asker: "action" | "listener";
  /** The key that is being taken; undefined when it is the end of a prompt or of a time. */
  readonly digit: string | undefined;
}

/** A reply that waits for answers without which it cannot be checked. */
export interface PendingLookUp {
  readonly id: string;
  readonly questions: readonly Question[];
  readonly reply: FunctionReply;
}

/** The background recording of a leg that is up, once it was started. */
export interface LegRecording {
  readonly legId: LegId;
  readonly recordingId: string;
  readonly state: "recording" | "paused" | "stopped";
}

/** How often actions failed in one way: of one type, on one leg, with one error type. */
export interface FailureKind {
  readonly kind: string;
  readonly count: number;
  /** The texts that were reported of them. */
  readonly reported: readonly string[];
}

/** Names of the timers that a call can have, each at most once. */
export type TimerName = "longest-call" | "action" | "awaited" | "pace" | "retry";

/** Names of the timers that a leg can have, each at most once. */
export type LegTimerName = "unanswered" | "ring" | "flush-digits" | "between-digits";

/** Pending timers by name; the value is the id that the timer was started with. */
export type Timers = Readonly<Partial<Record<TimerName, string>>>;

/** Everything there is to know about one call. Plain data: it can be stored, compared and continued elsewhere. */
export interface CallState {
  readonly transactionId: TransactionId;
  readonly startedAt: number;
  readonly accountId: string;
  readonly sipRuleId: string | undefined;
  readonly target: TargetApplication;
  /** Targets to try when the first invocation cannot be made. */
  readonly fallbackTargets: readonly TargetApplication[];
  /** undefined: never set, or cleared. */
  readonly attributes: JsonObject | undefined;
  /** `Sequence` of the last event; 0 before the first. */
  readonly sequence: number;
  /** Replies in a row that could not be used. */
  readonly invalidReplies: number;
  /** First the one that the call began with. */
  readonly legs: readonly Leg[];
  /** Headers for the INVITE of an outbound LEG-A. */
  readonly dialHeaders: Readonly<Record<string, string>>;
  /** `ArgumentsMap` of the API request that made the call; undefined when it had none. */
  readonly createArguments: Readonly<Record<string, string>> | undefined;
  readonly list: ActionList;
  /** At most one for each leg. */
  readonly listeners: readonly DigitListener[];
  readonly search: PendingSearch | undefined;
  /** Searches so far. */
  readonly searches: number;
  readonly lookUp: PendingLookUp | undefined;
  /** Look-ups so far. */
  readonly lookUps: number;
  /** Answers of look-ups, the newest last. */
  readonly known: readonly Known[];
  readonly invocation: Invocation | undefined;
  readonly pendingEvents: readonly PendingEvent[];
  /** The list is that of the configuration for functions that fail, since no reply brought another one. */
  readonly fallbackRuns: boolean;
  /** When the last invocations began, as many as there may be in a second; epoch milliseconds. */
  readonly invokedAt: readonly number[];
  readonly timers: Timers;
  /** At most one for each leg. */
  readonly recordings: readonly LegRecording[];
  /** Recordings so far. */
  readonly recordingsMade: number;
  /** Warnings and findings that were reported and are not repeated. */
  readonly warnings: readonly string[];
  /** Failures of actions that follow each other closely, `at`: the last one, epoch milliseconds. */
  readonly failures: { readonly at: number; readonly kinds: readonly FailureKind[] } | undefined;
  /** For ids of invocations, playbacks and timers. */
  readonly nextId: number;
  /** The 30 s for a first action have passed. */
  readonly overdue: boolean;
  /** The process that had the call is gone, and this one tells its end. */
  readonly isAfterLoss: true | undefined;
  /** Why the call ended or is ending; undefined while it goes on. */
  readonly cause: string | undefined;
  /** The same in one word. */
  readonly endType: CallEndType | undefined;
  /** All is told and closed; nothing happens any more. */
  readonly finished: boolean;
}
