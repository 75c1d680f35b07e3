import type { LegId } from "../kernel/index.ts";
import type { RecordingTrack } from "../media/index.ts";
import type { SpeechRequest } from "../speech/index.ts";
import type { CallEndType } from "./end-type.ts";
import type { CallFact } from "./facts.ts";
import type { Question } from "./questions.ts";
import type { JsonObject, TargetApplication } from "./state.ts";

/** Audio to play: a stored file or speech. */
export type AudioSource =
  | { readonly type: "object"; readonly bucket: string; readonly key: string }
  | { readonly type: "speech"; readonly speech: SpeechRequest };

/** Where an object lies in the store. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** Whom an outbound leg is for. */
export type Destination =
  | { readonly type: "number" } // the leg's `to`, through the trunk
  | { readonly type: "connector"; readonly arn: string } // the leg's `to` as user part, at a Voice Connector
  | { readonly type: "uri"; readonly uri: string };

/** An effect, as data. The runner performs it and feeds results back as inputs. */
export type CallEffect =
  | {
      readonly do: "invoke";
      readonly invocationId: string;
      readonly target: TargetApplication;
      readonly event: JsonObject;
      /** Name of the function that stands in for that of the target. */
      readonly via?: string;
      /** Time left for the answer. */
      readonly deadlineMs: number;
    }
  | {
      readonly do: "dial-leg";
      readonly legId: LegId;
      readonly destination: Destination;
      readonly to: string;
      readonly from: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly do: "answer-leg"; readonly legId: LegId }
  | { readonly do: "reject-leg"; readonly legId: LegId; readonly status: number }
  /** `reason`: of an end that is not a usual one, for the far end. */
  | { readonly do: "hang-up-leg"; readonly legId: LegId; readonly reason?: HangUpReason }
  /** Tells the caller of an unanswered inbound leg that it rings. */
  | { readonly do: "ring-leg"; readonly legId: LegId }
  /** Lets the caller of an unanswered inbound leg hear audio, until `close-early-media` or for good. */
  | { readonly do: "open-early-media"; readonly legId: LegId }
  /** Leaves that caller with the ringing of its own phone. */
  | { readonly do: "close-early-media"; readonly legId: LegId }
  /** Joins the audio of two legs, until `unbridge-legs`. */
  | { readonly do: "bridge-legs"; readonly legIds: readonly [LegId, LegId] }
  | { readonly do: "unbridge-legs"; readonly legIds: readonly [LegId, LegId] }
  /** Gets audio ready, since it will be played soon. No input comes back. */
  | { readonly do: "prepare-audio"; readonly source: AudioSource }
  | {
      readonly do: "play-audio";
      readonly playbackId: string;
      readonly legId: LegId;
      readonly source: AudioSource;
      readonly repeat: number;
    }
  | { readonly do: "stop-playback"; readonly playbackId: string; readonly legId: LegId }
  /** Presses keys; `digits-sent` comes back. A comma in `digits` is a pause of 500 ms. */
  | {
      readonly do: "send-digits";
      readonly sendId: string;
      readonly legId: LegId;
      readonly digits: string;
      readonly toneMs: number;
      readonly gapMs: number;
    }
  /** Records the far end until the first of the ends, then stores the file; `recording-ended` or `recording-failed` comes back. */
  | {
      readonly do: "record-audio";
      readonly recordingId: string;
      readonly legId: LegId;
      readonly destination: ObjectName;
      readonly maxMs: number;
      readonly silenceMs: number | undefined;
      readonly silenceThreshold: number;
      readonly terminators: readonly string[];
    }
  /** Ends it now, if it has not ended. */
  | { readonly do: "stop-record-audio"; readonly recordingId: string; readonly legId: LegId }
  /** Records the leg in the background; `recording-started` or `recording-failed` comes back. Its end stores the file; `recording-failed`
   * may come then too. */
  | {
      readonly do: "start-call-recording";
      readonly recordingId: string;
      readonly legId: LegId;
      readonly destination: ObjectName;
      readonly track: RecordingTrack;
    }
  | {
      readonly do: "pause-call-recording" | "resume-call-recording" | "stop-call-recording";
      readonly recordingId: string;
      readonly legId: LegId;
    }
  /** Brings a telephone into the meeting whose attendee the token names; `meeting`: the id that was sent along. `meeting-joined` or
   * `meeting-refused` comes back. `legId`: the meeting's own. */
  | {
      readonly do: "join-meeting";
      readonly legId: LegId;
      readonly phoneLegId: LegId;
      readonly joinToken: string;
      readonly meeting: string | undefined;
    }
  /** Takes the telephone out of the meeting, or gives up joining it. */
  | { readonly do: "leave-meeting"; readonly legId: LegId }
  /** Mutes attendees of the leg's meeting who take part by telephone, or ends that; `attendees-muted` or `attendees-not-muted` comes back. */
  | {
      readonly do: "mute-attendees";
      readonly muteId: string;
      readonly legId: LegId;
      readonly meeting: string;
      readonly attendees: readonly string[];
      readonly isMuted: boolean;
    }
  /** Takes noise out of what the far end of the leg says, or leaves it as it is again. At first it is left. */
  | { readonly do: "suppress-noise"; readonly legId: LegId; readonly isOn: boolean }
  /** Looks for a pattern in each of the texts until it is found; `pattern-searched` comes back, and no other input before it. */
  | {
      readonly do: "search-pattern";
      readonly searchId: string;
      readonly pattern: string;
      readonly texts: readonly string[];
    }
  /** Asks for facts from outside of the call; `looked-up` comes back, and no other input before it. */
  | { readonly do: "look-up"; readonly lookUpId: string; readonly questions: readonly Question[] }
  | { readonly do: "start-timer"; readonly timerId: string; readonly delayMs: number }
  | { readonly do: "cancel-timer"; readonly timerId: string }
  /** Tells observers. */
  | { readonly do: "observe"; readonly fact: CallFact }
  /** Logs a warning for the operator. `fact`: the fact that observers got. */
  | { readonly do: "warn"; readonly message: string; readonly fact?: CallFact }
  /** An input that does not fit this state. */
  | { readonly do: "ignore"; readonly input: string; readonly why: string }
  /** The last effect of every call: all is reported and closed, and the runner frees what it holds. */
  | { readonly do: "end-call"; readonly endType: CallEndType; readonly cause: string };

/** A SIP status and words. RFC 3326 */
export interface HangUpReason {
  readonly status: number;
  readonly text: string;
}
