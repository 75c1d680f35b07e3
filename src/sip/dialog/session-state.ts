import type { DigestTries } from "../digest/tries.ts";
import type { SipAddress, SipReason, SipTimers } from "../types.ts";
import type { Dialog } from "./dialog.ts";
import type { SessionAgreement, SessionInterval } from "./session-interval.ts";

/** `resend`, `no-ack`: of our 2xx (RFC 3261 §13.3.1.4). `refresh`, `expiry`: of the session (RFC 4028 §10). */
export type SessionTimerName = "resend" | "no-ack" | "refresh" | "expiry";

/** When each running timer fires, epoch milliseconds. */
export type Deadlines<Name extends string> = { readonly [name in Name]?: number | undefined };

/** A 2xx of ours that is sent again until its ACK comes. RFC 3261 §13.3.1.4 */
export interface UnacknowledgedAnswer {
  /** CSeq number of its INVITE, which its ACK must have. */
  readonly seq: number;
  /** Whether it has our offer, so that the ACK brings the answer (late offer, RFC 3264 §4). */
  readonly bringsAnswer: boolean;
  /** The wait that runs until it is sent again; doubles up to T2. */
  readonly resendMs: number;
}

/** An offer of the far end, or its wish for ours, that our owner has to answer. */
export interface OfferInHand {
  readonly method: "INVITE" | "UPDATE";
  readonly seq: number;
  /** undefined: we are to make the offer. */
  readonly sdp: string | undefined;
  readonly contact: string | undefined;
  readonly takesUpdate: boolean | undefined;
  readonly agreed: SessionAgreement | undefined;
  readonly peer: SipAddress;
}

/** Where an INVITE session is in its life. RFC 3261 §12 to §15, RFC 6141 §3 */
export type SessionPhase =
  /** Their INVITE waits for our final response. */
  | {
      readonly type: "early";
      readonly seq: number;
      readonly hasOffer: boolean;
      readonly agreed: SessionAgreement | undefined;
    }
  /** Our 2xx to an INVITE or re-INVITE waits for its ACK. */
  | ({ readonly type: "waiting-for-ack" } & UnacknowledgedAnswer)
  /** Up, and no offer is pending. */
  | { readonly type: "confirmed" }
  /** Our re-INVITE waits for its final response. */
  | { readonly type: "offering"; readonly seq: number }
  /** Their re-INVITE or UPDATE waits for our owner; `unacknowledged`: while our 2xx to an INVITE waits for its ACK. */
  | ({ readonly type: "answering"; readonly unacknowledged: UnacknowledgedAnswer | undefined } & OfferInHand)
  /** Over for its owner. The BYE waits for the ACK that is due (`unacknowledged`, RFC 3261 §15), or for its response. */
  | {
      readonly type: "leaving";
      readonly unacknowledged: UnacknowledgedAnswer | undefined;
      readonly reason: SipReason | undefined;
    }
  /** Nothing is left to do. */
  | { readonly type: "ended" };

/** One dialog of a call as plain data: what is written as JSON goes on from there, on another node too. */
export interface SessionState {
  readonly phase: SessionPhase;
  readonly dialog: Dialog;
  /** Where the far end's last message came from. */
  readonly peer: SipAddress;
  /** The far end sits behind a NAT: requests go to `peer`, whatever its Contact says. */
  readonly staysWithPeer: boolean;
  /** User part of our Contact. */
  readonly contactUser: string;
  /** Our session description as last sent; a refresh by re-INVITE repeats it. Empty: none was. */
  readonly localSdp: string;
  /** Theirs as last agreed to. Empty: none came. */
  readonly remoteSdp: string;
  /** Whether the far end said that it takes UPDATE. */
  readonly peerTakesUpdate: boolean;
  /** CSeq number of the last ACK of a 2xx of ours. */
  readonly acknowledgedSeq: number | undefined;
  /** CSeq number of our UPDATE that waits for its final response. */
  readonly updateSeq: number | undefined;
  /** Of our last request. */
  readonly tries: DigestTries;
  /** The session interval that was agreed. RFC 4028 */
  readonly interval: SessionInterval | undefined;
  readonly deadlines: Deadlines<SessionTimerName>;
  readonly timers: SipTimers;
}

/** The time of a step, and its chance: a number from 0 up to 1 that differs from step to step. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly chance: number;
}

/** Whether the owner has been told the end. */
export function isOver({ phase }: SessionState): boolean {
  return phase.type === "leaving" || phase.type === "ended";
}

/** The 2xx that waits for its ACK. */
export function unacknowledgedOf({ phase }: SessionState): UnacknowledgedAnswer | undefined {
  if (phase.type === "waiting-for-ack") {
    const { seq, bringsAnswer, resendMs } = phase;
    return { seq, bringsAnswer, resendMs };
  }
  return phase.type === "leaving" || phase.type === "answering" ? phase.unacknowledged : undefined;
}

/** The phase once no offer is in hand. */
export function settledPhase(unacknowledged: UnacknowledgedAnswer | undefined): SessionPhase {
  return unacknowledged === undefined ? { type: "confirmed" } : { ...unacknowledged, type: "waiting-for-ack" };
}

/** Whether an ACK belongs to a 2xx of this session, also one that came before. */
export function takesAck(state: SessionState, seq: number): boolean {
  return unacknowledgedOf(state)?.seq === seq || state.acknowledgedSeq === seq;
}

/** Whether this ACK came before. */
export function isAckKnown(state: SessionState, seq: number): boolean {
  return unacknowledgedOf(state) === undefined && state.acknowledgedSeq === seq;
}
