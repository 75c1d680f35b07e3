import type { SipHeader, SipUri } from "../sip-syntax/index.ts";
import type { SipAddress } from "./address.ts";
import type { SipCredentials } from "./agent/credentials.ts";
import type { CallEnd, SipReason } from "./call-end.ts";
import type { SipAccount } from "./digest/account.ts";

/** A warning for the far end on why its offer is refused. RFC 3261 §20.43 */
export interface SipWarning {
  /** 300 to 399. */
  readonly code: number;
  readonly text: string;
}

/** The answer to an offer in a dialog; else it is refused with 488, with a warning if there is one to give. */
export type OfferReply = string | undefined | { readonly warning: SipWarning };

/** What became of an offer of ours in a dialog. The far end's refusal leaves the call as it was. */
export type OfferOutcome =
  /** `sdp` is absent where the 2xx has none, which no far end should send. */
  | { readonly type: "answered"; readonly sdp: string | undefined }
  | { readonly type: "refused"; readonly status: number };

/** Events for the owner of a call. After `onEnded` no more come. */
export interface CallDelegate {
  /** Outgoing: the first response to the INVITE came, whatever it says. */
  onResponse?(): void;
  /** Outgoing: a provisional response above 100. */
  onProgress?(progress: { readonly status: number; readonly sdp: string | undefined }): void;
  /** Outgoing: a 2xx came and was acknowledged. `sdp` is the answer to our offer: its body, or that of a provisional response of the same far end. */
  onAnswered?(answer: { readonly sdp: string | undefined }): void;
  /** Incoming: PRACK brought `sdp`, the answer to the offer of `ring`. */
  onEarlyAnswer?(answer: { readonly sdp: string | undefined }): void;
  /** Incoming: the ACK of our 200 came. `sdp` is its body: the answer, when the INVITE had no offer and our 200 made one.
   * Told again for a re-INVITE only when that had no offer, so that its ACK carries the answer. */
  onAcknowledged?(ack: { readonly sdp: string | undefined }): void;
  /** An offer in the dialog: of a re-INVITE, UPDATE or PRACK. Returns the answer (or, for an absent offer, a new offer); undefined refuses with 488. */
  onOffer?(offer: string | undefined): OfferReply;
  /** The offer that `SipCall.renegotiate` wanted is sent now: returns it, or undefined when nothing is to be offered any more. Asked again when it met an
   * offer of the far end. */
  onOfferDue?(): string | undefined;
  /** What became of that offer; told once for each. */
  onOfferSettled?(outcome: OfferOutcome): void;
  /** The far end answered a re-INVITE that only refreshes the session, and repeats our description, with another answer than before. */
  onRefreshed?(answer: { readonly sdp: string }): void;
  /** The far end wants another party in its place (REFER), and waits for `reply`. Absent: refused. */
  onTransfer?(request: TransferRequest, reply: TransferReply): void;
  /** Another INVITE is to take the place of the far end (Replaces, RFC 3891). Absent: refused, as where this gives why not; else it has to set
   * `call.delegate`, as `onInvite` does, and to answer. */
  onReplace?(call: IncomingCall): { /** One sentence. */ readonly whyNot: string | undefined };
  /** An INFO with a DTMF body (application/dtmf-relay or application/dtmf). */
  onInfoDigit?(digit: string, durationMs: number): void;
  onEnded(end: CallEnd): void;
}

/** What a far end is told that wants another party in its place. Nothing more comes of it once the call is over. */
export interface TransferReply {
  /** It is tried: 202. */
  take(): void;
  /** It is not: 603. `why`: one sentence for the log. */
  refuse(why: string): void;
  /** A status that the other party gave, once it is tried; a final one is the last. */
  tell(status: number): void;
}

/** Who is to take the place of a far end. RFC 3515, RFC 3891, RFC 3892 */
export interface TransferRequest {
  /** URI of Refer-To, without the headers that it asks for. */
  readonly target: string;
  /** Value of Replaces that it asks for: a dialog of the other party that is to end. */
  readonly replaces: string | undefined;
  /** Value of Referred-By. */
  readonly referredBy: string | undefined;
}

/** A call in either direction. */
export interface SipCall {
  /** Call-ID header. */
  readonly sipCallId: string;
  /** Ends the call in whatever state it is: BYE or CANCEL, with a Reason unless the end is a usual one, or 480 to an unanswered INVITE. `onEnded` ("local") is told before this
   * returns; the messages' transactions go on by themselves. Does nothing on an ended call. */
  hangUp(reason?: SipReason): void;
  /** Makes a new offer by re-INVITE as soon as that may be: `onOfferDue` gives it, `onOfferSettled` tells what became of it. A far end that does not
   * answer at all, or knows no such call, ends the call; one that only says that it tries is asked no more after 80 s: 487. Does nothing before the answer, on an ended call, and while such an offer is on its way. RFC 3261 §14.1 */
  renegotiate(): void;
}

/** What goes with a refusal. */
export interface RejectOptions {
  /** Reason phrase on the wire. */
  readonly reason?: string | undefined;
  readonly headers?: readonly SipHeader[];
  /** A warning that names the part of the offer that is the reason. */
  readonly warning?: SipWarning | undefined;
  /** The cause under which the refusal is counted and logged; absent: a decision of the owner, which is neither. */
  readonly cause?: string;
  /** One sentence for the log. */
  readonly why?: string;
  /** An error of the server that is the reason; its stack goes to the log. */
  readonly error?: unknown;
}

/** An INVITE that came in. RFC 3261 §13.3 */
export interface IncomingCall extends SipCall {
  readonly requestUri: SipUri;
  readonly to: SipUri;
  readonly from: SipUri;
  /** The caller as asserted by a server on the path; undefined: none asserted it, or the caller wants privacy. RFC 3325 §9 */
  readonly assertedIdentity: SipUri | undefined;
  /** Whose it is; undefined: of a stranger. */
  readonly account: Pick<SipAccount, "name" | "numbers" | "trunk"> | undefined;
  /** All header fields of the INVITE but credentials, in order, spelling kept. */
  readonly headers: readonly SipHeader[];
  /** The SDP offer; undefined when the INVITE had none (then `answer` makes the offer). */
  readonly offer: string | undefined;
  readonly source: SipAddress;
  /** The address, or wildcard, of the listener that the INVITE came to. */
  readonly bound: string;
  /** The listener that the INVITE came to; undefined: it came over a connection of ours, and there is none for its far end. */
  readonly listener: SipAddress | undefined;
  /** To be set inside `onInvite`. */
  delegate: CallDelegate;
  /** What the far end gets when it asks who we are at a request of ours in the call; undefined: a 401 or 407 is a refusal. */
  credentials: SipCredentials | undefined;
  /** Whether `ring` has to bring our offer: the INVITE has none, and requires reliable provisional responses. RFC 3262 §5 */
  readonly ringsWithOffer: boolean;
  /** 180, sent again until its PRACK where the caller requires that. `sdp`: our offer, where `ringsWithOffer` says so. RFC 3262 */
  ring(sdp?: string): void;
  /** 183 with `sdp`: early media, reliable as `ring`. A later `answer` must repeat it. RFC 3261 §13.3.1.1 */
  progress(sdp: string): void;
  /** 200 with `sdp`, sent again until acknowledged; it waits for the PRACK of a description that went before it. Without `sdp`: both sides agreed
   * before, as `onEarlyAnswer` told. */
  answer(sdp?: string): void;
  /** A final refusal (400 to 699). `onEnded` ("local") is told before this returns. */
  reject(status: number, options?: RejectOptions): void;
}
