import { noTries, tryAgain } from "../digest/tries.ts";
import type { SessionInterval } from "./session-interval.ts";
import { endWithBye, leave, refuseOfferInHand, sendBye } from "./session-end.ts";
import { expire, failRefresh, refresh, takeRefreshed, withInterval } from "./session-refresh.ts";
import { awaitAck, takeReply, takeRequest } from "./session-requests.ts";
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

/** The session of an INVITE that came in. The 100 was sent. */
export function startCalled(start: SessionStart, invite: Extract<SessionPhase, { type: "early" }>): SessionState {
  return { ...start, ...nothingPending, phase: invite };
}

/** The session that a 2xx to an INVITE of ours makes, with the effect that sends its ACK. */
export function startCalling(
  start: SessionStart,
  interval: SessionInterval | undefined,
  now: Moment,
): SessionTransition {
  const state: SessionState = { ...start, ...nothingPending, phase: { type: "confirmed" } };
  return [withInterval(state, interval, now), [{ do: "acknowledge", seq: start.dialog.localSeq }]];
}

const nothingPending = {
  acknowledgedSeq: undefined,
  updateSeq: undefined,
  tries: noTries,
  interval: undefined,
  deadlines: {},
} as const;

/**
 * One step of an INVITE session. RFC 3261 §12 to §15, RFC 3311, RFC 4028, RFC 6141
 *
 *     early --2xx--> waiting-for-ack --ACK--> confirmed --our re-INVITE--> offering --final response--> confirmed
 *       |                 |   ^                  |   ^
 *       |                 |   |                  |   +--reply to UPDATE, refusal--+
 *       |                 |   |                  +--their re-INVITE or UPDATE--> answering
 *       |                 |   +------reply to re-INVITE-------------------------------+
 *       |                 +--hang-up, no ACK, expiry; from any of these--> leaving --response to BYE--> ended
 *       +--refusal, CANCEL, BYE; BYE from any--> ended
 */
export function stepSession(state: SessionState, input: SessionInput, now: Moment): SessionTransition {
  switch (input.type) {
    case "request":
      return takeRequest(state, input, now);
    case "user":
      return takeWish(state, input, now);
    case "cancel":
      return takeCancel(state);
    case "ack":
      return takeAck(state, input.seq, input.sdp);
    case "response":
      return input.method === "BYE" ? takeByeAnswered(state, input) : takeRefreshed(state, input, now);
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

function takeWish(state: SessionState, wish: SessionWish, now: Moment): SessionTransition {
  switch (wish.wish) {
    case "ring":
      return respondEarly(state, 180, "");
    case "progress":
      return respondEarly(state, 183, wish.sdp);
    case "answer":
      return answer(state, wish.sdp, now);
    case "reject":
      return decline(state, wish.refusal);
    case "reply":
      return takeReply(state, wish.reply, now);
    case "hang-up":
      if (state.phase.type === "early") return decline(state, { status: 480 });
      if (isOver(state)) return ignoreInput(state, "the call is over");
      return endWithBye(state, { type: "local" }, wish.reason);
    default:
      return wish satisfies never;
  }
}

const unanswered = "the INVITE does not wait for an answer";

function respondEarly(state: SessionState, status: 180 | 183, sdp: string): SessionTransition {
  if (state.phase.type !== "early") return ignoreInput(state, unanswered);
  return [state, [{ do: "respond", to: "pending", form: "early", status, sdp, lines: "" }]];
}

function answer(state: SessionState, sdp: string, now: Moment): SessionTransition {
  const { phase } = state;
  if (phase.type !== "early") return ignoreInput(state, unanswered);
  const { seq, hasOffer, agreed } = phase;
  const next = awaitAck(withInterval({ ...state, localSdp: sdp }, agreed?.interval, now), seq, !hasOffer, now);
  const response = { do: "respond", to: "pending", form: "made", status: 200, sdp } as const;
  return [next, [{ ...response, lines: agreed?.lines ?? "" }]];
}

function decline(state: SessionState, refusal: Declined): SessionTransition {
  if (state.phase.type !== "early") return ignoreInput(state, unanswered);
  const [next, left] = leave(state, { type: "local" });
  return [next, [{ do: "decline", refusal }, ...left]];
}

/** RFC 3261 §9.2 */
function takeCancel(state: SessionState): SessionTransition {
  if (state.phase.type !== "early") return ignoreInput(state, "the INVITE is answered");
  const [next, left] = leave(state, { type: "cancelled" });
  return [next, [{ do: "refuse", to: "pending", refusal: { cause: "cancelled", why: "the caller gave up" } }, ...left]];
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
  const phase: SessionPhase =
    state.phase.type === "answering" ? { ...state.phase, unacknowledged: undefined } : { type: "confirmed" };
  return [{ ...next, remoteSdp, phase }, told];
}

function takeFailure(state: SessionState, of: "INVITE" | "UPDATE" | "BYE" | "response"): SessionTransition {
  if (of === "BYE") return takeByeSettled(state);
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
      return isOver(state) || state.phase.type === "early" ? ignoreInput(state, "no session to expire") : expire(state);
    default:
      return name satisfies never;
  }
}

function resend(state: SessionState, { atMs }: Moment): SessionTransition {
  const unacknowledged = unacknowledgedOf(state);
  if (unacknowledged === undefined) return ignoreInput(state, "the ACK has come");
  const resendMs = Math.min(unacknowledged.resendMs * 2, state.timers.t2Ms);
  const waiting = { ...unacknowledged, resendMs };
  const phase: SessionPhase =
    state.phase.type === "leaving" || state.phase.type === "answering"
      ? { ...state.phase, unacknowledged: waiting }
      : { ...waiting, type: "waiting-for-ack" };
  return [{ ...state, phase, deadlines: { ...state.deadlines, resend: atMs + resendMs } }, [{ do: "resend-answer" }]];
}

/** Our 2xx was not acknowledged: ends the call with BYE. RFC 3261 §13.3.1.4, §14.2 */
function giveUpWaiting(state: SessionState): SessionTransition {
  if (unacknowledgedOf(state) === undefined) return ignoreInput(state, "the ACK has come");
  const reason = { status: 408, text: "no ACK came" };
  const isTold = state.phase.type === "leaving";
  const [next, effects] = sendBye(state, reason);
  return [
    next,
    isTold ? effects : [{ do: "tell-end", end: { type: "no-ack" } }, ...effects, ...refuseOfferInHand(state)],
  ];
}
