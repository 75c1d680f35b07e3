import type { DigestChallenge } from "../digest/challenge.ts";
import type { RefusalCause } from "../refusal-causes.ts";
import type {
  CallEnd,
  OfferOutcome,
  OfferReply,
  RejectOptions,
  SipAddress,
  SipReason,
  SipWarning,
  TransferRequest,
} from "../types.ts";
import type { SipHeader } from "../../sip-syntax/index.ts";
import type { SessionAgreement, SessionInterval } from "./session-interval.ts";
import type { SessionState, SessionTimerName } from "./session-state.ts";

/** Why a request is refused. */
export interface RequestRefusal {
  readonly cause: RefusalCause;
  /** One sentence for the log: what was found, and what would be right. Without secrets. */
  readonly why: string;
  /** Further header lines, each ending with CRLF, values checked. */
  readonly lines?: string;
  readonly warning?: SipWarning | undefined;
  /** Reason phrase; absent: the usual one. */
  readonly reason?: string | undefined;
}

/** What a request says to the session. */
export type RequestContent =
  | { readonly type: "bye" }
  /** INVITE, and UPDATE: an offer, the wish for ours (an INVITE without one), or a refresh only (an UPDATE without one). */
  | {
      readonly type: "change";
      readonly method: "INVITE" | "UPDATE";
      readonly sdp: string | undefined;
      readonly contact: string | undefined;
      /** undefined: it does not say. */
      readonly takesUpdate: boolean | undefined;
      readonly agreed: SessionAgreement | undefined;
    }
  /** `rack`: the provisional response that it acknowledges. RFC 3262 §7.2 */
  | {
      readonly type: "prack";
      readonly rack: { readonly rseq: number; readonly seq: number; readonly method: string };
      readonly sdp: string | undefined;
    }
  /** `isTold`: whether its sender wants to hear how the transfer goes. */
  | { readonly type: "refer"; readonly request: TransferRequest; readonly isTold: boolean }
  /** INFO. `key` is undefined for one without a body. */
  | { readonly type: "info"; readonly key: { readonly digit: string; readonly durationMs: number } | undefined }
  | { readonly type: "options" };

/** A request in the dialog. */
export interface SessionRequest {
  readonly type: "request";
  readonly seq: number;
  readonly peer: SipAddress;
  /** What it says, or why it is refused, if it is its turn. */
  readonly content: RequestContent | { readonly type: "refused"; readonly refusal: RequestRefusal };
}

/** A provisional response, above 100, to the INVITE of ours that waits. */
export interface SessionProvisional {
  readonly type: "provisional";
  readonly status: number;
  /** Of a reliable one. RFC 3262 §7.1 */
  readonly rseq: number | undefined;
  readonly sdp: string | undefined;
  readonly contact: string | undefined;
  readonly takesUpdate: boolean | undefined;
}

/** A final response to a request of ours in the dialog. */
export interface SessionResponse {
  readonly type: "response";
  readonly method: string;
  readonly seq: number;
  readonly status: number;
  readonly sdp?: string | undefined;
  readonly contact?: string | undefined;
  readonly takesUpdate?: boolean | undefined;
  /** Of a 2xx to the INVITE of ours that waits: its route set, and whether its sender is behind a NAT. RFC 3261 §13.2.2.4 */
  readonly routes?: readonly string[];
  readonly staysWithPeer?: boolean;
  /** Of a 2xx: what it agreed to. */
  readonly interval?: SessionInterval | undefined;
  /** Min-SE of a 422, seconds. */
  readonly smallestSeconds?: number | undefined;
  /** Of a 401 or 407: those that credentials can answer. */
  readonly challenges?: readonly DigestChallenge[];
}

/** How the owner refuses an INVITE. */
export interface Declined extends RejectOptions {
  readonly status: number;
}

/** What the owner of the call wants. */
export type SessionWish =
  /** An empty description: none. */
  | { readonly type: "user"; readonly wish: "ring" | "progress" | "answer"; readonly sdp: string }
  | { readonly type: "user"; readonly wish: "reject"; readonly refusal: Declined }
  /** To the offer that the effect `ask-owner` told. */
  | { readonly type: "user"; readonly wish: "reply"; readonly reply: OfferReply }
  /** To make an offer, as soon as that may be; the effect `ask-offer` asks for it. */
  | { readonly type: "user"; readonly wish: "offer" }
  /** The offer that this asked for; undefined: none any more. */
  | { readonly type: "user"; readonly wish: "written-offer"; readonly sdp: string | undefined }
  /** To the transfer that the effect `ask-transfer` told; undefined: it is taken. */
  | { readonly type: "user"; readonly wish: "answer-transfer"; readonly whyNot: string | undefined }
  /** How it goes. */
  | { readonly type: "user"; readonly wish: "tell-transfer"; readonly status: number }
  | { readonly type: "user"; readonly wish: "hang-up"; readonly reason: SipReason | undefined };

export type SessionInput =
  | SessionRequest
  | SessionProvisional
  | SessionResponse
  | SessionWish
  /** The CANCEL of their INVITE. */
  | { readonly type: "cancel" }
  /** `sdp`: the answer to an offer in our 2xx. */
  | { readonly type: "ack"; readonly seq: number; readonly sdp: string | undefined }
  | { readonly type: "timer"; readonly name: SessionTimerName }
  /** No final response comes to our request, or, "response", none of ours can be sent to their INVITE. */
  | { readonly type: "failed"; readonly of: "INVITE" | "UPDATE" | "PRACK" | "NOTIFY" | "BYE" | "response" }
  /** The dialog is over without a word to the far end: its BYE came before its answer, or its INVITE has come to nothing. */
  | { readonly type: "left" };

/** Which request of theirs an effect answers: that of the input, the INVITE that waits, the one whose offer is in hand, or the REFER. */
type Answered = "request" | "pending" | "offer" | "refer";

/** What a session asks of its shell, in order. Timers are no effects: they run as `SessionState.deadlines` says. */
export type SessionEffect =
  /** `form`: which header lines go with it. `made`: those that make a dialog. */
  | {
      readonly do: "respond";
      readonly to: Answered;
      readonly form: "early" | "made" | "changed" | "options" | "plain" | "refer";
      readonly status: 180 | 183 | 200 | 202;
      readonly sdp: string;
      readonly lines: string;
    }
  /** Sends our 2xx, or our reliable provisional response, again. */
  | { readonly do: "resend-answer" | "resend-provisional" }
  | { readonly do: "refuse"; readonly to: Answered; readonly refusal: RequestRefusal }
  /** The owner refuses the pending INVITE. */
  | { readonly do: "decline"; readonly refusal: Declined }
  | {
      readonly do: "send-request";
      readonly method: "INVITE" | "UPDATE" | "PRACK" | "NOTIFY" | "BYE";
      readonly seq: number;
      readonly headers: readonly SipHeader[];
      /** A session description; of a NOTIFY a part of a message (message/sipfrag). */
      readonly sdp: string;
    }
  /** Of our re-INVITE that waits: asks the far end to answer it at last, or waits no more. */
  | { readonly do: "cancel-invite" | "abandon-invite" }
  /** Sends the ACK of a 2xx, or sends it again. */
  | { readonly do: "acknowledge"; readonly seq: number }
  /** Further requests may go to where this one came from. */
  | { readonly do: "note-flow"; readonly of: Answered }
  /** Asks the owner for the answer, or an offer; its reply is the next input of this session. */
  | { readonly do: "ask-owner"; readonly offer: string | undefined }
  /** Asks the owner for the offer that it wants to make, which is sent now; that is the next input of this session. */
  | { readonly do: "ask-offer" }
  | { readonly do: "tell-offer"; readonly outcome: OfferOutcome }
  /** Asks the owner whether it takes a transfer; its answer is the next input of this session. */
  | { readonly do: "ask-transfer"; readonly request: TransferRequest }
  | { readonly do: "tell-acknowledged"; readonly sdp: string | undefined }
  /** The 2xx to a refresh has another description than before. */
  | { readonly do: "tell-refreshed"; readonly sdp: string }
  /** A PRACK brought the answer to the offer of our provisional response. */
  | { readonly do: "tell-early-answer"; readonly sdp: string | undefined }
  | { readonly do: "tell-progress"; readonly status: number; readonly sdp: string | undefined }
  /** A 2xx to our INVITE came; the description is that of the far end, also if a provisional response brought it. */
  | { readonly do: "tell-answered"; readonly sdp: string | undefined }
  | { readonly do: "tell-key"; readonly digit: string; readonly durationMs: number }
  | { readonly do: "tell-end"; readonly end: CallEnd }
  /** Takes the dialog out of the table. */
  | { readonly do: "leave" }
  /** The input was ignored, and why. */
  | { readonly do: "ignore"; readonly why: string };

/** What a step gives. */
export type SessionTransition = readonly [state: SessionState, effects: readonly SessionEffect[]];

/** The step of an input that means nothing now. */
export function ignoreInput(state: SessionState, why: string): SessionTransition {
  return [state, [{ do: "ignore", why }]];
}

/** Refuses the request of the input. */
export function refuseRequest(state: SessionState, refusal: RequestRefusal): SessionTransition {
  return [state, [{ do: "refuse", to: "request", refusal }]];
}
