import { noTries, tryAgain } from "../digest/tries.ts";
import type { SipReason } from "../types.ts";
import { takeAnswered, takePrackAnswered, takeProvisional } from "./session-calling.ts";
import { answer, giveUpProvisional, resendProvisional, sayProvisional, unanswered } from "./session-early.ts";
import { endWithBye, leave, refuseInHand, sendBye } from "./session-end.ts";
import { askForOffer, failOffer, isOfferSent, sendOffer, takeOfferAnswered, wishOffer } from "./session-offer.ts";
import { expire, failRefresh, refresh, takeRefreshed } from "./session-refresh.ts";
import { giveUpReInvite } from "./session-reinvite.ts";
import { answerTransfer, tellTransfer } from "./session-transfer.ts";
import { takeReply, takeRequest } from "./session-requests.ts";
import {
  ignoreInput,
  type Declined,
  type SessionEffect,
  type SessionInput,
  type SessionResponse,
  type SessionTransition,
  type SessionWish,
} from "./session-effects.ts";
import {
  isOver,
  isUp,
  sameForm,
  unacknowledgedOf,
  type Moment,
  type SessionPhase,
  type SessionState,
  type SessionTimerName,
} from "./session-state.ts";

/** What a session begins with. */
export type SessionStart = Pick<
  SessionState,
  "dialog" | "peer" | "staysWithPeer" | "contactUser" | "timers" | "localSdp" | "remoteSdp" | "peerTakesUpdate"
>;

/** The session of an INVITE that came in. The 100 was sent.
 * @param wantsReliable the caller requires reliable provisional responses */
export function startCalled(
  start: SessionStart,
  invite: Extract<SessionPhase, { type: "early" }>,
  wantsReliable: boolean,
): SessionState {
  const { seq } = invite;
  const none = { seq, rseq: undefined, unacknowledged: undefined, queue: [], answer: undefined };
  return newSession(start, invite, false, wantsReliable ? none : undefined);
}

/** The session that the first response with a tag to the INVITE of ours with this CSeq number makes. The response is its first input. */
export function startCalling(start: SessionStart, seq: number): SessionState {
  const phase = { type: "calling", seq, rseq: undefined, isAgreed: false, prackSeq: undefined } as const;
  return newSession(start, phase, true, undefined);
}

/** Its members are in the order of `sameForm`. */
function newSession(
  { dialog, peer, staysWithPeer, contactUser, localSdp, remoteSdp, peerTakesUpdate, timers }: SessionStart,
  phase: SessionPhase,
  isCaller: boolean,
  reliable: SessionState["reliable"],
): SessionState {
  const nothing = undefined;
  return {
    ...{ phase, inHand: nothing, ownOffer: nothing, isCaller, transfer: nothing, reliable },
    ...{ dialog, peer, staysWithPeer, contactUser, localSdp, remoteSdp, peerTakesUpdate },
    ...{ acknowledgedSeq: nothing, updateSeq: nothing, tries: noTries, interval: nothing, deadlines: {}, timers },
  };
}

/**
 * One step of an INVITE session. RFC 3261 §12 to §15, RFC 3262, RFC 3311, RFC 4028, RFC 6141
 *
 *     early --2xx--> waiting-for-ack --ACK--> confirmed --our re-INVITE--> offering --final response--> confirmed
 *     calling --2xx / ACK--> confirmed;  their re-INVITE, answered--> waiting-for-ack
 *     early --refusal, CANCEL, BYE, no PRACK--> ended;  calling --its INVITE comes to nothing--> ended
 *     any other --hang-up, no ACK, expiry--> leaving --response to BYE--> ended;  BYE--> ended
 *
 * An offer in hand (`inHand`) is beside that: it waits for the owner, in any phase before leaving. So is an offer that the owner wants to make
 * (`ownOffer`), until the session is confirmed and nothing is in hand.
 */
export function stepSession(state: SessionState, input: SessionInput, now: Moment): SessionTransition {
  const [next, effects] = askForOffer(takeInput(state, input, now));
  return [next === state ? state : sameForm(next), effects];
}

function takeInput(state: SessionState, input: SessionInput, now: Moment): SessionTransition {
  switch (input.type) {
    case "request":
      return takeRequest(state, input, now);
    case "provisional":
      return takeProvisional(state, input);
    case "user":
      return takeWish(state, input, now);
    case "cancel":
      return takeCancel(state);
    case "ack":
      return takeAck(state, input.seq, input.sdp);
    case "response":
      return takeResponse(state, input, now);
    case "failed":
      return takeFailure(state, input.of);
    case "timer":
      return takeTimer(stopTimer(state, input.name), input.name, now);
    case "left":
      return leave(state, undefined);
    default:
      return input satisfies never;
  }
}

function takeResponse(state: SessionState, response: SessionResponse, now: Moment): SessionTransition {
  if (response.method === "BYE") return takeByeAnswered(state, response);
  if (response.method === "PRACK") return takePrackAnswered(state, response);
  if (response.method === "NOTIFY") return [state, []];
  const isAnswer = state.phase.type === "calling" && response.method === "INVITE" && response.status < 300;
  if (isAnswer) return takeAnswered(state, response, now);
  return isOfferSent(state, response) ? takeOfferAnswered(state, response, now) : takeRefreshed(state, response, now);
}

function takeWish(state: SessionState, wish: SessionWish, now: Moment): SessionTransition {
  switch (wish.wish) {
    case "ring":
      return sayProvisional(state, { status: 180, sdp: wish.sdp }, now);
    case "progress":
      return sayProvisional(state, { status: 183, sdp: wish.sdp }, now);
    case "answer":
      return answer(state, wish.sdp, now);
    case "reject":
      return decline(state, wish.refusal);
    case "reply":
      return takeReply(state, wish.reply, now);
    case "offer":
      return wishOffer(state);
    case "written-offer":
      return sendOffer(state, wish.sdp, now);
    case "answer-transfer":
      return answerTransfer(state, wish.whyNot);
    case "tell-transfer":
      return tellTransfer(state, wish.status);
    case "hang-up":
      return hangUp(state, wish.reason);
    default:
      return wish satisfies never;
  }
}

function hangUp(state: SessionState, reason: SipReason | undefined): SessionTransition {
  if (state.phase.type === "early") return decline(state, reason?.status === 503 ? stopped : { status: 480 });
  if (state.phase.type === "calling") return ignoreInput(state, "the INVITE is given up as a whole");
  if (isOver(state)) return ignoreInput(state, "the call is over");
  return endWithBye(state, { type: "local" }, reason);
}

/** A server that stops is no called party that is away. RFC 3261 §21.5.4 */
const stopped = { status: 503, cause: "stopping", why: "the server stops" } as const;

function decline(state: SessionState, refusal: Declined): SessionTransition {
  if (state.phase.type !== "early") return ignoreInput(state, unanswered);
  const [next, left] = leave(state, { type: "local" });
  return [next, [{ do: "decline", refusal }, ...refuseInHand(state), ...left]];
}

/** RFC 3261 §9.2 */
function takeCancel(state: SessionState): SessionTransition {
  if (state.phase.type !== "early") return ignoreInput(state, "the INVITE is answered");
  const [next, left] = leave(state, { type: "cancelled" });
  const refused = { do: "refuse", to: "pending", refusal: { cause: "cancelled", why: "the caller gave up" } } as const;
  return [next, [refused, ...refuseInHand(state), ...left]];
}

/** The owner hears of the first ACK, and of each that brings an answer. */
function takeAck(state: SessionState, seq: number, sdp: string | undefined): SessionTransition {
  const unacknowledged = unacknowledgedOf(state);
  if (unacknowledged?.seq !== seq) return ignoreInput(state, "no 2xx waits for this ACK");
  const { resend: _resend, "no-ack": _noAck, ...deadlines } = state.deadlines;
  const next: SessionState = { ...state, acknowledgedSeq: seq, deadlines };
  if (state.phase.type === "leaving") return sendBye(next, state.phase.reason);
  const { bringsAnswer } = unacknowledged;
  const isTold = state.acknowledgedSeq === undefined || bringsAnswer;
  const told: readonly SessionEffect[] = isTold ? [{ do: "tell-acknowledged", sdp }] : [];
  const remoteSdp = bringsAnswer && sdp !== undefined ? sdp : state.remoteSdp;
  return [{ ...next, remoteSdp, phase: { type: "confirmed" } }, told];
}

function takeFailure(state: SessionState, of: Extract<SessionInput, { type: "failed" }>["of"]): SessionTransition {
  if (of === "BYE") return takeByeSettled(state);
  if (of === "PRACK" || of === "NOTIFY") return ignoreInput(state, "the call goes on, whatever becomes of it");
  if (of === "INVITE" && state.ownOffer?.is === "sent") return failOffer(state);
  if (of !== "response") return failRefresh(state, of);
  if (state.phase.type !== "early") return ignoreInput(state, unanswered);
  return leave(state, { type: "transport", message: "the response could not be sent" });
}

/** A BYE that is challenged is sent again with credentials. */
function takeByeAnswered(state: SessionState, { challenges = [] }: SessionResponse): SessionTransition {
  const { phase } = state;
  const tries = tryAgain(state.tries, challenges);
  if (tries === undefined || phase.type !== "leaving" || phase.unacknowledged !== undefined)
    return takeByeSettled(state);
  const [next, bye] = sendBye(state, phase.reason);
  return [{ ...next, tries }, bye];
}

/** The far end knows, or will never know. */
function takeByeSettled(state: SessionState): SessionTransition {
  const isSent = state.phase.type === "leaving" && state.phase.unacknowledged === undefined;
  return isSent ? leave(state, undefined) : ignoreInput(state, "no BYE of ours waits");
}

function stopTimer(state: SessionState, name: SessionTimerName): SessionState {
  return { ...state, deadlines: { ...state.deadlines, [name]: undefined } };
}

function takeTimer(state: SessionState, name: SessionTimerName, now: Moment): SessionTransition {
  switch (name) {
    case "resend":
      return resend(state, now);
    case "no-ack":
      return giveUpWaiting(state);
    case "refresh":
      return refresh(state, now);
    case "expiry":
      return isUp(state) ? expire(state) : ignoreInput(state, "no session to expire");
    case "offer":
      return [state, []];
    case "no-answer":
      return giveUpReInvite(state, now);
    default:
      return name satisfies never;
  }
}

function resend(state: SessionState, now: Moment): SessionTransition {
  if (state.phase.type === "early") return resendProvisional(state, now);
  const unacknowledged = unacknowledgedOf(state);
  if (unacknowledged === undefined) return ignoreInput(state, "the ACK has come");
  const resendMs = Math.min(unacknowledged.resendMs * 2, state.timers.t2Ms);
  const waiting = { ...unacknowledged, resendMs };
  const phase: SessionPhase =
    state.phase.type === "leaving"
      ? { ...state.phase, unacknowledged: waiting }
      : { ...waiting, type: "waiting-for-ack" };
  const deadlines = { ...state.deadlines, resend: now.atMs + resendMs };
  return [{ ...state, phase, deadlines }, [{ do: "resend-answer" }]];
}

/** Our 2xx was not acknowledged: ends the call with BYE. RFC 3261 §13.3.1.4, §14.2 */
function giveUpWaiting(state: SessionState): SessionTransition {
  if (state.phase.type === "early") return giveUpProvisional(state);
  if (unacknowledgedOf(state) === undefined) return ignoreInput(state, "the ACK has come");
  const reason = { status: 408, text: "no ACK came" };
  const isTold = state.phase.type === "leaving";
  const [next, effects] = sendBye(state, reason);
  if (isTold) return [next, effects];
  return [next, [{ do: "tell-end", end: { type: "no-ack" } }, ...effects, ...refuseInHand(state)]];
}
