import type { CallEnd } from "./call-end.ts";

/** A warning for the far end on why its offer is refused. RFC 3261 §20.43 */
export interface SipWarning {
  /** 300 to 399. */
  readonly code: number;
  readonly text: string;
}

/** The answer to an offer in a dialog; else it is refused with 488, with a warning if there is one to give. */
export type OfferReply = string | undefined | { readonly warning: SipWarning };

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
  /** The far end wants another party in its place (REFER). Absent: refused, as where this gives why it is not taken; else `tell` is called with
   * each status that the other party gives. */
  onTransfer?(
    request: TransferRequest,
    tell: (status: number) => void,
  ): { /** One sentence. */ readonly whyNot: string | undefined };
  /** An INFO with a DTMF body (application/dtmf-relay or application/dtmf). */
  onInfoDigit?(digit: string, durationMs: number): void;
  onEnded(end: CallEnd): void;
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
