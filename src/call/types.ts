import type { TransactionId } from "../kernel/index.ts";
import type { IncomingCall } from "../sip/index.ts";

/** What CreateSipMediaApplicationCall asks for, checked by the caller. Numbers are E.164 with "+". */
export interface CreateCallRequest {
  readonly applicationId: string;
  readonly from: string;
  readonly to: string;
  readonly sipHeaders: Readonly<Record<string, string>>;
  /** undefined when the request had no ArgumentsMap. */
  readonly arguments: Readonly<Record<string, string>> | undefined;
}

/** The outcome of asking for a call out. */
export type CreateCallOutcome =
  | { readonly type: "created"; readonly transactionId: TransactionId }
  | { readonly type: "no-application" } // no such SIP media application
  | { readonly type: "not-owned" } // `from` is not in the inventory
  | { readonly type: "no-route"; readonly why: string } // nowhere to send a call to `to`
  | { readonly type: "bad-headers"; readonly names: readonly string[] } // reserved or not allowed
  | { readonly type: "over-limit"; readonly why: string }; // too many calls, or no ports left

/** What the API needs of the call engine. */
export interface CallControl {
  createCall(request: CreateCallRequest): Promise<CreateCallOutcome>;
  /** "not-found": unknown, ended, or of another application. */
  updateCall(
    applicationId: string,
    transactionId: string,
    updateArguments: Readonly<Record<string, string>>,
  ): "accepted" | "not-found";
}

/** Counts of what is open now; all zero when idle. */
export interface CallLedger {
  readonly calls: number;
  readonly timers: number;
  readonly invocations: number;
}

/** All calls of this node. */
export interface CallEngine extends CallControl {
  /** Handles an INVITE; sets its delegate. */
  acceptInvite(call: IncomingCall): void;
  ledger(): CallLedger;
  /** Ends all calls (their functions are told) and waits at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** What happened in calls, as it happens: for the timeline, logs and records. `at` is epoch milliseconds. */
export type CallObservation = { readonly at: number; readonly transactionId: TransactionId } & (
  | {
      readonly type: "call-started";
      readonly direction: "inbound" | "outbound";
      readonly from: string;
      readonly to: string;
      readonly applicationId: string;
      readonly sipCallId: string | undefined;
    }
  | { readonly type: "sip-call-id"; readonly sipCallId: string; readonly participantTag: string } // ties SIP trace entries to the transaction
  | { readonly type: "invoked"; readonly sequence: number; readonly event: object }
  | { readonly type: "replied"; readonly sequence: number; readonly tookMs: number; readonly response: unknown }
  | {
      readonly type: "function-failed";
      readonly sequence: number;
      readonly tookMs: number;
      readonly reason: string;
      readonly message: string;
      readonly stack: string | undefined;
    }
  | { readonly type: "response-ignored"; readonly sequence: number; readonly why: string }
  | {
      readonly type: "response-invalid";
      readonly sequence: number;
      readonly errorType: string;
      readonly message: string;
    }
  | { readonly type: "action-started"; readonly action: string; readonly parameters: object }
  | {
      readonly type: "action-ended";
      readonly action: string;
      readonly outcome: "succeeded" | "failed" | "interrupted" | "dropped";
      readonly errorType: string | undefined;
      readonly message: string | undefined;
    }
  | {
      readonly type: "leg-state";
      readonly participantTag: string;
      readonly state: "ringing" | "answered" | "ended";
      readonly cause: string | undefined;
    }
  | { readonly type: "first-audio"; readonly participantTag: string; readonly sinceReplyMs: number } // first packet of a playback
  | { readonly type: "call-ended"; readonly cause: string; readonly durationMs: number }
);
