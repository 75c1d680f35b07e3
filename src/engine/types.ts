import type { TransactionId } from "../kernel/index.ts";
import type { Closed } from "../control/index.ts";
import type { IncomingCall, InviteRefusal, OptionsQuery } from "../sip/index.ts";
import type { Leftover, UnstoredRecording } from "../recordings/index.ts";
import type { CallState, ForbiddenHeader, ParticipantTag } from "../call/index.ts";

/** What CreateSipMediaApplicationCall asks for, checked by the caller. `from` is E.164 with "+". */
export interface CreateCallRequest {
  readonly applicationId: string;
  readonly from: string;
  /** As it was written. */
  readonly to: string;
  readonly sipHeaders: Readonly<Record<string, string>>;
  /** undefined when the request had no ArgumentsMap. */
  readonly arguments: Readonly<Record<string, string>> | undefined;
  /** The same for all attempts of one request, at whichever node; absent: attempts cannot be told. */
  readonly requestKey?: string | undefined;
}

/** The outcome of asking for an outbound call. */
export type CreateCallOutcome =
  | { readonly type: "created"; readonly transactionId: TransactionId }
  | { readonly type: "repeated" } // another attempt has made the call
  | { readonly type: "no-application" } // no such SIP media application
  | { readonly type: "not-owned" } // `from` is not in the inventory
  | { readonly type: "not-dialled"; readonly why: string } // `to` is an emergency number, or a short one that no trunk takes
  | { readonly type: "no-route"; readonly why: string } // nowhere to send a call to `to`
  | { readonly type: "bad-headers"; readonly headers: readonly ForbiddenHeader[] }
  | { readonly type: "refused"; readonly closed: Closed }; // too much to do, too many calls, stopping

/** Whether a live call was told of an update. */
export type UpdateCallOutcome = "accepted" | "not-found";

/** What the API needs of the call engine. */
export interface CallControl {
  createCall(request: CreateCallRequest): Promise<CreateCallOutcome>;
  /** "not-found": unknown, ended, or of another application. */
  updateCall(
    applicationId: string,
    transactionId: string,
    updateArguments: Readonly<Record<string, string>>,
  ): UpdateCallOutcome | Promise<UpdateCallOutcome>;
}

/** Counts of what is open now; all zero when idle. */
export interface CallLedger {
  readonly calls: number;
  readonly timers: number;
  readonly invocations: number;
  /** That run, or whose file is not in the store yet, also of calls that have ended. */
  readonly recordings: number;
}

/** All calls of this node. */
export interface CallEngine extends CallControl {
  updateCall(...update: Parameters<CallControl["updateCall"]>): UpdateCallOutcome;
  /** Handles an INVITE; sets its delegate. */
  acceptInvite(call: IncomingCall): void;
  /** The refusal that an INVITE to the same number would get, apart from its offer and the load; undefined: it would be taken. */
  answerOptions(query: OptionsQuery): Promise<InviteRefusal | undefined>;
  ledger(): CallLedger;
  /** The calls that are up, each as it is now, but for those of the number of meetings. */
  states(): readonly CallState[];
  stateOf(transactionId: string): CallState | undefined;
  /** Hangs up a leg, or all of the call. "not-found": the call is not up, or has no such leg that is. */
  hangUp(transactionId: string, participantTag?: ParticipantTag): "accepted" | "not-found";
  /** Recordings that the object store has not taken yet. */
  unstoredRecordings(): readonly UnstoredRecording[];
  /** Deletes those of a call; gives the paths of their files. */
  dropRecordings(transactionId: string): Promise<readonly string[]>;
  /** Tells the end of a call whose process is gone, by the state that was kept of it. */
  takeOver(orphan: CallState): void;
  /** Another process has taken over the call, or made another one by the same request: its legs end here, and nothing more is told of it. */
  abandon(transactionId: TransactionId): void;
  /** Puts recordings into the store that an earlier process left. */
  deliver(leftovers: readonly Leftover[]): void;
  /** Ends all calls, of which their functions get HANGUP, and waits at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}
