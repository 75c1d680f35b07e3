import type { LegId, TransactionId } from "../../kernel/index.ts";
import type { RecordingTrack } from "../../media/index.ts";
import type { CallFacts, ObjectShape, ShapeLimits } from "../../contract/index.ts";
import type { CompatibilitySwitches } from "../compatibility.ts";
import type { AudioSource, Destination, ObjectName } from "../effects.ts";
import type { MediaOutcome, MuteOutcome } from "../inputs.ts";
import type { PatternVerdict } from "../pattern/pattern-matcher.ts";
import type { JsonObject, Leg } from "../state.ts";

/** What an action may ask for while it runs on its leg. */
export type ActionEffect =
  | { readonly do: "play-audio"; readonly playbackId: string; readonly source: AudioSource; readonly repeat: number }
  | { readonly do: "stop-playback"; readonly playbackId: string }
  /** Calls a second party: LEG-B. */
  | {
      readonly do: "dial-partner";
      readonly destination: Destination;
      readonly to: string;
      readonly from: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** Joins a meeting: LEG-B. `meeting`: the id that was sent along. `partner-answered` or `partner-failed` comes back. */
  | { readonly do: "join-meeting"; readonly joinToken: string; readonly meeting: string | undefined }
  /** Gives up a second party that has not answered, or a meeting that is being joined; no event comes of it. */
  | { readonly do: "drop-partner" }
  /** Answers the action's own leg. */
  | { readonly do: "answer" }
  /** Tells the caller of an unanswered leg that it rings. */
  | { readonly do: "ring" }
  /** Lets the caller of an unanswered leg hear audio; ends that, so that the caller's phone rings again. */
  | { readonly do: "open-early-media" | "close-early-media" }
  /** Joins the audio of both legs, also of one that is not answered but has early media. */
  | { readonly do: "bridge" }
  /** Presses keys towards the leg's far end; a comma is a pause of 500 ms. */
  | {
      readonly do: "send-digits";
      readonly sendId: string;
      readonly digits: string;
      readonly toneMs: number;
      readonly gapMs: number;
    }
  /** Listens for the keys of the leg that no action takes, also after the action has ended; replaces an earlier listener. `betweenMs`: silence
   * after keys that match; `flushMs`: life of the collected keys from the first. */
  | {
      readonly do: "listen-for-digits";
      readonly pattern: string;
      readonly betweenMs: number;
      readonly flushMs: number;
    }
  /** Searches each of the texts for a pattern until one matches; `pattern-searched` comes back, and no other input before it. */
  | { readonly do: "search-pattern"; readonly pattern: string; readonly texts: readonly string[] }
  /** Records the far end until the first of the end conditions, then puts the file into the object store. `silenceMs` undefined: never for
   * silence. */
  | {
      readonly do: "record-audio";
      readonly recordingId: string;
      readonly destination: ObjectName;
      readonly maxMs: number;
      readonly silenceMs: number | undefined;
      readonly silenceThreshold: number;
      readonly terminators: readonly string[];
    }
  /** Ends such a recording now; the file is stored all the same. */
  | { readonly do: "stop-record-audio"; readonly recordingId: string }
  /** Records the leg in the background until it is stopped or the leg ends; `recording-started` or `recording-failed` comes back. */
  | {
      readonly do: "start-call-recording";
      readonly recordingId: string;
      readonly destination: ObjectName;
      readonly track: RecordingTrack;
    }
  /** Change the leg's background recording. No effect when there is none, or when it is in that state already. */
  | { readonly do: "pause-call-recording" | "resume-call-recording" | "stop-call-recording" }
  /** Takes noise out of what the far end says, or leaves it as it is again. */
  | { readonly do: "suppress-noise"; readonly isOn: boolean }
  /** Mutes attendees of the leg's meeting, or ends that; `attendees-muted` or `attendees-not-muted` comes back. */
  | {
      readonly do: "mute-attendees";
      readonly muteId: string;
      readonly meeting: string;
      readonly attendees: readonly string[];
      readonly isMuted: boolean;
    }
  /** The action's one timer. It ends with the action. */
  | { readonly do: "start-timer"; readonly delayMs: number };

/** The inputs of a running action. */
export type ActionInput =
  | MediaOutcome
  | MuteOutcome
  | { readonly type: "digit"; readonly digit: string }
  | { readonly type: "pattern-searched"; readonly verdict: PatternVerdict }
  /** Progress of the second party that `dial-partner` called (it rings, has early media, answered, or failed), or of `join-meeting`. */
  | { readonly type: "partner-rang" }
  | { readonly type: "partner-early-media" }
  | { readonly type: "partner-answered" }
  /** `isOurs`: the failure was on this side, not an answer or silence of the far end. */
  | { readonly type: "partner-failed"; readonly cause: string; readonly isOurs: boolean }
  /** The action's own leg was answered. */
  | { readonly type: "answered" }
  | { readonly type: "timer" };

/** A failure as events show it. */
export interface ActionError {
  readonly errorType: string;
  readonly errorMessage: string;
  /** For people, in the log and the timeline, not in the event. `why`: what somebody has to fix; `cause`: what happened, without a fault. */
  readonly why?: string;
  readonly cause?: string;
  /** The party of the leg has left. */
  readonly isLegGone?: true;
  /** The same in one text, as the original's oldest failures have it: `Error` of the event's `ActionData`. */
  readonly legacyError?: string;
  /** Further members of the event's `ActionData`. */
  readonly details?: JsonObject;
}

/** The outcome of checking an action's parameters. `echo` goes into events: what was sent, numbers as numbers, defaults added. */
export type ActionCheck<Value> =
  | { readonly type: "good"; readonly value: Value; readonly echo: JsonObject }
  | ({ readonly type: "bad" } & ActionError);

/** How an action goes on. */
export type ActionProgress<State> =
  | { readonly type: "running"; readonly state: State; readonly effects: readonly ActionEffect[] }
  | { readonly type: "succeeded"; readonly result: JsonObject; readonly effects: readonly ActionEffect[] }
  | ({ readonly type: "failed"; readonly effects: readonly ActionEffect[] } & ActionError)
  /** Ends the action's own leg; a success if that has ended already. `sipResponseCode` undefined: the function named none. */
  | { readonly type: "hang-up"; readonly sipResponseCode: number | undefined };

/** The leg an action runs on, and a source of ids. */
export interface ActionContext {
  readonly legId: LegId;
  /** Whether the leg was answered. */
  readonly isAnswered: boolean;
  /** A new id for a playback. */
  readonly newPlaybackId: () => string;
  /** A new id for keys to be sent. */
  readonly newSendId: () => string;
  /** A new id for attendees to be muted. */
  readonly newMuteId: () => string;
  /** A new id for a recording, and its number in the call from 1. */
  readonly newRecording: () => { readonly recordingId: string; readonly number: number };
  /** For names of recordings. */
  readonly transactionId: TransactionId;
  /** When the leg began, epoch milliseconds. */
  readonly legStartedAt: number;
  /** The background recording of the leg; "stopped" once it was ended by an action. */
  readonly callRecording: "none" | "recording" | "paused" | "stopped";
  readonly compatibility: CompatibilitySwitches;
}

/** What a check may use besides the parameters. */
export interface CheckContext {
  readonly limits: ActionLimits;
  readonly compatibility: CompatibilitySwitches;
  readonly leg: Pick<Leg, "id" | "kind" | "calledFor" | "from" | "state" | "meeting">;
  /** What another leg is that is up, or being called; undefined: there is none. */
  readonly partner: Leg["kind"] | undefined;
  /** The answers of look-ups that were made when the reply came. */
  readonly facts: CallFacts;
}

/** Settings that checks of parameters depend on. */
export interface ActionLimits extends ShapeLimits {
  /** Silence between two keys of SendDigits, milliseconds. */
  readonly digitGapMs: number;
  /** Longest RecordAudio, milliseconds, whatever it asks for. */
  readonly longestRecordingMs: number;
}

/** Everything about one action type. `Value` and `State` are plain data: they are part of the call's state. */
export interface ActionDefinition<Value = unknown, State = unknown> {
  /** `Type` on the wire. */
  readonly type: string;
  /** The parameters it takes, of which a check and the author's tools are made. */
  readonly parameters: ObjectShape<unknown>;
  /** Members of `ActionData` that a success adds. */
  readonly results?: ObjectShape<unknown>;
  /** What every failure of it shows besides its error. */
  readonly everyFailure?: Pick<ActionError, "legacyError" | "details">;
  /** Set when this version does not support it: the error, and why. */
  readonly unavailable?: ActionError;
  /** Answers an unanswered inbound leg before it starts. Contract: actions-answering, actions-answering-others */
  readonly answers: boolean | ((compatibility: CompatibilitySwitches) => boolean);
  /** Which legs it can run on: answered; answered, or inbound so that we can answer it; not ended; or any. */
  readonly needs: "answered" | "answerable" | "live" | "known";
  /** Of which kind; "meeting": any, and without a name the call's meeting is meant. Default: telephones. Contract: actions-leg-meeting */
  readonly legs?: "any" | "meeting";
  /** The error for a ParticipantTag that no leg has; default: `invalidLeg`. */
  readonly withoutLeg?: ActionError;
  /** A success is reported at once, also in the middle of a list. Contract: events-success-midway, events-success-midway-newer */
  readonly reportsMidList: boolean;
  /** A new list stops it; otherwise the new list waits for its end. Contract: events-interrupt, events-interrupt-speak */
  readonly interruptible: boolean;
  /** Ends with ACTION_FAILED when its leg leaves meanwhile; otherwise it just ends. */
  readonly failsWhenLegLeaves: boolean;
  /** It ends its leg: the first of a new list does not wait for the action that is calling that leg. */
  readonly endsLeg?: true;
  /** Its events name the leg by CallId too when only its tag, or nothing, was sent. Contract: events-echo-leg */
  readonly namesLegById?: true;
  /** It is stopped when its leg leaves meanwhile, and takes further inputs until it has ended; its event comes before HANGUP. */
  readonly outlivesLeg?: true;
  check(parameters: JsonObject, context: CheckContext): ActionCheck<Value>;
  /** Audio that it will play: made ready as soon as the list is accepted. */
  prepare?(value: Value): readonly AudioSource[];
  start(value: Value, context: ActionContext): ActionProgress<State>;
  /** undefined: the input means nothing to this action. */
  step?(value: Value, state: State, input: ActionInput, context: ActionContext): ActionProgress<State> | undefined;
  /** What must be stopped when the action is cut short. */
  stop?(state: State): readonly ActionEffect[];
  /** The partial result for the event when it is interrupted. */
  partialResult?(value: Value, state: State, context: ActionContext): JsonObject;
}

/** Closes a definition over its own value and state types, so that definitions of different actions fit one list. */
export function defineAction<Value, State = never>(definition: ActionDefinition<Value, State>): ActionDefinition {
  return definition as unknown as ActionDefinition;
}

/** The error for any failure of this server. */
export const systemException: ActionError = {
  errorType: "SystemException",
  errorMessage: "System error while running action",
};

/** The error for a leg that does not exist, has left, or cannot be used for the action. */
export const invalidLeg: ActionError = {
  errorType: "InvalidActionParameter",
  errorMessage: "CallId or ParticipantTag parameter for action is invalid.",
};
