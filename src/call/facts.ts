import type { TransactionId } from "../kernel/index.ts";
import type { Finding } from "../contract/index.ts";
import type { LegEncryption } from "../endpoint/index.ts";
import type { AudioProblem, MediaStats } from "../media/index.ts";
import type { CallEndType } from "./end-type.ts";
import type { JoinedMeeting } from "./inputs.ts";

/** One thing that happened in a call. */
export type CallFact =
  | {
      readonly type: "call-started";
      readonly direction: "inbound" | "outbound";
      readonly from: string;
      readonly to: string;
      readonly applicationId: string;
    }
  /** Ties a SIP dialog to the transaction. `trunk`: that a called party is called by. */
  | {
      readonly type: "leg-signalled";
      readonly participantTag: string;
      readonly sipCallId: string;
      readonly trunk?: string;
    }
  | {
      readonly type: "leg-changed";
      readonly participantTag: string;
      readonly state: "ringing" | "answered" | "ended";
      /** Why it ended, for a person. */
      readonly cause: string | undefined;
      /** Of a meeting that was joined. */
      readonly meeting?: JoinedMeeting;
    }
  | { readonly type: "invoked"; readonly sequence: number; readonly event: object }
  | { readonly type: "replied"; readonly sequence: number; readonly tookMs: number; readonly response: unknown }
  | {
      readonly type: "function-failed";
      readonly sequence: number;
      /** Type of the event that it was asked about. */
      readonly event: string;
      /** Name of the function, or its ARN. */
      readonly target: string;
      /** Since it was asked. */
      readonly tookMs: number;
      readonly reason: string;
      readonly message: string;
      readonly stack: string | undefined;
      /** What the server does about it. */
      readonly consequence:
        | "retried"
        | "fallback-asked"
        | "next-target"
        | "fallback-actions"
        | "fallback-goes-on"
        | "call-ended"
        | "call-goes-on"
        | "ignored";
    }
  /** Faults of a reply against the contract, each once in a call; without the fault for which the whole reply is refused. */
  | { readonly type: "response-findings"; readonly sequence: number; readonly findings: readonly Finding[] }
  | { readonly type: "response-ignored"; readonly sequence: number; readonly why: string }
  | {
      readonly type: "response-invalid";
      readonly sequence: number;
      readonly errorType: string;
      readonly message: string;
    }
  | {
      readonly type: "action-started";
      readonly action: string;
      readonly participantTag: string;
      readonly parameters: object;
    }
  | {
      readonly type: "action-ended";
      readonly action: string;
      readonly participantTag: string;
      readonly outcome: "succeeded" | "failed" | "interrupted" | "dropped";
      readonly errorType: string | undefined;
      /** What the event says, and why. */
      readonly message: string | undefined;
      /** It failed because the party of its leg has left: there is nothing to fix. */
      readonly isLegGone: boolean;
      /** The operator is told by a warning. */
      readonly isWarned: boolean;
      /** Of a failure: 1 when it is to be shown; more for further ones of a series, and once their kind was reported as a loop. */
      readonly repeat: number;
    }
  /** The function answers failures with actions that fail, again and again. */
  | {
      readonly type: "function-loops";
      readonly action: string;
      readonly participantTag: string;
      readonly errorType: string;
      readonly message: string;
      readonly count: number;
    }
  /** No failure followed for a while, or the call is over. `count`: failures in all. */
  | { readonly type: "function-looped"; readonly what: string; readonly count: number }
  /** How the audio of a leg is encrypted from now on. */
  | { readonly type: "audio-encryption"; readonly participantTag: string; readonly encryption: LegEncryption }
  /** Another engine than the first of the configuration speaks, and why. `isStandIn`: since one before it failed; else it does not know the language. */
  | {
      readonly type: "speech-by";
      readonly participantTag: string;
      readonly engine: string;
      readonly why: string;
      readonly isStandIn: boolean;
    }
  /** The first packet of a playback left. `sinceReplyMs`: since the function's reply that asked for it, when it was the reply's first. */
  | { readonly type: "audio-started"; readonly participantTag: string; readonly sinceReplyMs: number | undefined }
  /** One-way audio, dead air or clipping of a leg, with its cause; it may come after the leg has ended. */
  | { readonly type: "audio-problem"; readonly participantTag: string; readonly problem: AudioProblem }
  /** The RTP session of a leg is closed, and this is how it was; it may come after `call-ended`. */
  | { readonly type: "audio-ended"; readonly participantTag: string; readonly audio: MediaStats }
  /** A recording is in the object store; it may come after `call-ended`. */
  | {
      readonly type: "recording-stored";
      readonly participantTag: string;
      readonly bucket: string;
      readonly key: string;
      readonly durationMs: number;
      /** Per channel. */
      readonly samples: number;
      /** Samples of the far end that were never received; the file has silence there. undefined: not known, since an earlier process recorded it. */
      readonly lostSamples: number | undefined;
      /** Of the file, hexadecimal. */
      readonly sha256: string;
      /** How long the object store took, milliseconds. */
      readonly storingMs: number;
    }
  /** A recording is not in the object store. `path`: its file, where it is tried again; undefined: it is lost. */
  | {
      readonly type: "recording-lost";
      readonly participantTag: string;
      readonly bucket: string;
      readonly key: string;
      readonly path: string | undefined;
      readonly message: string;
    }
  | {
      readonly type: "call-ended";
      readonly endType: CallEndType;
      readonly cause: string;
      readonly durationMs: number;
    };

/** A fact with its call and time (epoch milliseconds): for the timeline, logs and records. */
export interface CallObservation {
  readonly at: number;
  readonly transactionId: TransactionId;
  readonly fact: CallFact;
}
