import type { DigestTries } from "../digest/tries.ts";
import type { SipAddress, SipReason, SipTimers } from "../types.ts";
import type { Dialog } from "./dialog.ts";
import type { SessionAgreement, SessionInterval } from "./session-interval.ts";

/** `resend`, `no-ack`: of our 2xx (RFC 3261 §13.3.1.4), and before it of a reliable provisional response (RFC 3262 §3). `refresh`, `expiry`: of
 * the session (RFC 4028 §10). `offer`: until our owner's offer is made once more (RFC 3261 §14.1). `no-answer`: until our re-INVITE is given up. */
export type SessionTimerName = "resend" | "no-ack" | "refresh" | "expiry" | "offer" | "no-answer";

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

/** A provisional response of ours. */
export interface Provisional {
  readonly status: 180 | 183;
  /** Empty: it has none. */
  readonly sdp: string;
}

/** Provisional responses to a caller who wants each of them to be sent until its PRACK comes. RFC 3262 §3 */
export interface ReliableProvisionals {
  /** CSeq number of the INVITE. */
  readonly seq: number;
  /** RSeq of the last one; undefined: none was sent. */
  readonly rseq: number | undefined;
  /** The last one, while it waits for its PRACK. `resendMs`: the wait that runs until it is sent again. */
  readonly unacknowledged: { readonly hasSdp: boolean; readonly resendMs: number } | undefined;
  /** Those that wait for that PRACK; no two are alike. */
  readonly queue: readonly Provisional[];
  /** The description of the 2xx that waits for it. */
  readonly answer: string | undefined;
}

/** Where the first offer and answer of a call to us are, before the 2xx. RFC 3264 §4, RFC 3262 §5 */
export type FirstExchange =
  /** The INVITE has an offer. */
  | "to-answer"
  /** It has none, and we have made none. */
  | "to-offer"
  /** Ours went out in a reliable provisional response, whose PRACK brings the answer. */
  | "offered"
  /** Both are there, by reliable messages. */
  | "agreed";

/** An offer of the far end, or its wish for ours, that our owner has to answer. */
export interface OfferInHand {
  readonly method: "INVITE" | "UPDATE" | "PRACK";
  readonly seq: number;
  /** undefined: we are to make the offer. */
  readonly sdp: string | undefined;
  readonly contact: string | undefined;
  readonly takesUpdate: boolean | undefined;
  readonly agreed: SessionAgreement | undefined;
  readonly peer: SipAddress;
}

/** An offer that our owner wants to make. RFC 3261 §14.1 */
export interface OwnOffer {
  /** `waiting`: until the session can take one. `asked`: our owner writes it. `sent`: the final response to its re-INVITE is due. */
  readonly is: "waiting" | "asked" | "sent";
  /** As sent; empty before. */
  readonly sdp: string;
  /** How often it met an offer of the far end (491). */
  readonly glares: number;
}

/** A REFER of the far end. */
export interface TransferInHand {
  /** Its CSeq number, which tells its NOTIFYs. */
  readonly seq: number;
  /** Whether it wants to hear how the transfer goes. RFC 4488 */
  readonly isTold: boolean;
  /** Whether the owner has taken it. */
  readonly isTaken: boolean;
}

/** Where an INVITE session is in its life. RFC 3261 §12 to §15 */
export type SessionPhase =
  /** Their INVITE waits for our final response. */
  | {
      readonly type: "early";
      readonly seq: number;
      readonly exchange: FirstExchange;
      readonly agreed: SessionAgreement | undefined;
    }
  /** Our INVITE waits for its final response; a provisional one made this dialog. */
  | {
      readonly type: "calling";
      readonly seq: number;
      /** RSeq of the last reliable provisional response. */
      readonly rseq: number | undefined;
      /** Whether a reliable one brought the answer to our offer. */
      readonly isAgreed: boolean;
      /** CSeq number of our last PRACK. */
      readonly prackSeq: number | undefined;
    }
  /** Our 2xx to an INVITE or re-INVITE waits for its ACK. */
  | ({ readonly type: "waiting-for-ack" } & UnacknowledgedAnswer)
  /** Up, and no INVITE is on its way. */
  | { readonly type: "confirmed" }
  /** Our re-INVITE waits for its final response: a refresh, or our owner's offer. `isCancelled`: it took too long. */
  | { readonly type: "offering"; readonly seq: number; readonly isCancelled: boolean }
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
  /** What our owner has to answer, beside the INVITE of a call to us. RFC 6141 §3 */
  readonly inHand: OfferInHand | undefined;
  /** What our owner wants the far end to answer. */
  readonly ownOffer: OwnOffer | undefined;
  /** Whether the INVITE was ours, and so the Call-ID. */
  readonly isCaller: boolean;
  /** The far end's wish for another party in its place, until the last of it is told. RFC 3515 */
  readonly transfer: TransferInHand | undefined;
  /** undefined: the caller does not want them, or the call is ours. */
  readonly reliable: ReliableProvisionals | undefined;
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

/** A copy with its members in one order. V8 makes `{ ...state }` fast for objects that were made in one place, and what was copied so itself counts as made
 * in another. */
export function sameForm(state: SessionState): SessionState {
  return {
    phase: state.phase,
    inHand: state.inHand,
    ownOffer: state.ownOffer,
    isCaller: state.isCaller,
    transfer: state.transfer,
    reliable: state.reliable,
    dialog: state.dialog,
    peer: state.peer,
    staysWithPeer: state.staysWithPeer,
    contactUser: state.contactUser,
    localSdp: state.localSdp,
    remoteSdp: state.remoteSdp,
    peerTakesUpdate: state.peerTakesUpdate,
    acknowledgedSeq: state.acknowledgedSeq,
    updateSeq: state.updateSeq,
    tries: state.tries,
    interval: state.interval,
    deadlines: state.deadlines,
    timers: state.timers,
  };
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

/** Whether the call is answered and not over: its session timer runs. */
export function isUp(state: SessionState): boolean {
  return !isOver(state) && state.phase.type !== "early" && state.phase.type !== "calling";
}

/** The 2xx that waits for its ACK. */
export function unacknowledgedOf({ phase }: SessionState): UnacknowledgedAnswer | undefined {
  if (phase.type === "waiting-for-ack") {
    const { seq, bringsAnswer, resendMs } = phase;
    return { seq, bringsAnswer, resendMs };
  }
  return phase.type === "leaving" ? phase.unacknowledged : undefined;
}

/** Our 2xx to an INVITE is sent until its ACK comes. RFC 3261 §13.3.1.4 */
export function awaitAck(state: SessionState, seq: number, bringsAnswer: boolean, { atMs }: Moment): SessionState {
  const { t1Ms } = state.timers;
  const phase = { type: "waiting-for-ack", seq, bringsAnswer, resendMs: t1Ms } as const;
  return { ...state, phase, deadlines: { ...state.deadlines, resend: atMs + t1Ms, "no-ack": atMs + 64 * t1Ms } };
}

/** Whether an ACK belongs to a 2xx of this session, also one that came before. */
export function takesAck(state: SessionState, seq: number): boolean {
  return unacknowledgedOf(state)?.seq === seq || state.acknowledgedSeq === seq;
}

/** Whether this ACK came before. */
export function isAckKnown(state: SessionState, seq: number): boolean {
  return unacknowledgedOf(state) === undefined && state.acknowledgedSeq === seq;
}
