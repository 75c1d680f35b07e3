import type { LegEnd } from "../endpoint/index.ts";
import type { LegId } from "../kernel/index.ts";
import type { RecordingEnd } from "../media/index.ts";
import type { FailedInvocation } from "../invoke/index.ts";
import type { PatternVerdict } from "./pattern/pattern-matcher.ts";
import type { Answer } from "./questions.ts";
import type { Cut } from "./reply/reply-bounds.ts";

/** Why a playback or recording did not happen. `code` is the `AppError` code of the room that refused. */
export interface PlaybackError {
  readonly code: string;
  readonly message: string;
}

/** The outcome of something that an action asked of the media of its leg. */
export type MediaOutcome =
  | { readonly type: "playback-finished"; readonly playbackId: string }
  | { readonly type: "playback-failed"; readonly playbackId: string; readonly error: PlaybackError }
  | { readonly type: "digits-sent"; readonly sendId: string }
  /** A background recording runs. */
  | { readonly type: "recording-started"; readonly recordingId: string }
  /** A recording of the action's own ended, and its file is in the store. `terminator`: the key, when one ended it. */
  | {
      readonly type: "recording-ended";
      readonly recordingId: string;
      readonly end: RecordingEnd;
      readonly terminator: string | undefined;
    }
  | { readonly type: "recording-failed"; readonly recordingId: string; readonly error: PlaybackError };

/** A meeting, and the attendee as whom a telephone is in it. */
export interface JoinedMeeting {
  readonly meetingId: string;
  readonly attendeeId: string;
}

/** The outcome of muting attendees of a meeting. */
export type MuteOutcome =
  /** `unknown`: those who are no attendees of this meeting by telephone; if there are any, nobody was muted. */
  | { readonly type: "attendees-muted"; readonly muteId: string; readonly unknown: readonly string[] }
  | { readonly type: "attendees-not-muted"; readonly muteId: string; readonly error: PlaybackError };

/** What happens to a call, in the order it happened. `at` is epoch milliseconds; it is the only clock that the machine knows. */
export type CallInput = { readonly at: number } & (
  | { readonly type: "start" }
  | { readonly type: "leg-ringing"; readonly legId: LegId }
  /** Audio can flow to and from the far end of an outbound leg, which has not answered. */
  | { readonly type: "leg-early-media"; readonly legId: LegId }
  | { readonly type: "leg-answered"; readonly legId: LegId }
  | { readonly type: "leg-ended"; readonly legId: LegId; readonly end: LegEnd }
  | { readonly type: "function-replied"; readonly invocationId: string; readonly reply: FunctionReply }
  | { readonly type: "update-requested"; readonly arguments: Readonly<Record<string, string>> }
  | { readonly type: "digit"; readonly legId: LegId; readonly digit: string }
  | MediaOutcome
  /** A telephone is in the meeting, and its audio is joined. */
  | ({ readonly type: "meeting-joined"; readonly legId: LegId } & JoinedMeeting)
  /** `isOurs`: something failed here; else the token, or the meeting, does not let anybody in. */
  | { readonly type: "meeting-refused"; readonly legId: LegId; readonly why: string; readonly isOurs: boolean }
  /** The meeting has ended, or the telephone was put out of it. */
  | { readonly type: "meeting-left"; readonly legId: LegId; readonly why: string }
  | MuteOutcome
  | { readonly type: "pattern-searched"; readonly searchId: string; readonly verdict: PatternVerdict }
  /** Answers to the questions of a `look-up`, in their order. */
  | { readonly type: "looked-up"; readonly lookUpId: string; readonly answers: readonly Answer[] }
  | { readonly type: "timer-fired"; readonly timerId: string }
  /** An operator hangs the leg up. */
  | { readonly type: "hang-up-requested"; readonly legId: LegId }
  | { readonly type: "shutdown" }
);

/** A parsed reply, or why there is none. */
export type FunctionReply =
  | {
      readonly type: "response";
      /** As it was sent, except for what was cut. */
      readonly value: unknown;
      /** Parts that were too long and were cut. */
      readonly cuts?: readonly Cut[];
      /** These are the actions that the configuration has for a function that failed. */
      readonly isFallback?: true;
    }
  | FailedInvocation;
