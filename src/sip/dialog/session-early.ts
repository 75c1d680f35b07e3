import { whyNoOffer } from "./offer-answer.ts";
import {
  ignoreInput,
  refuseRequest,
  type RequestContent,
  type SessionEffect,
  type SessionRequest,
  type SessionTransition,
} from "./session-effects.ts";
import { leave } from "./session-end.ts";
import { withInterval } from "./session-refresh.ts";
import {
  awaitAck,
  type FirstExchange,
  type Moment,
  type Provisional,
  type ReliableProvisionals,
  type SessionPhase,
  type SessionState,
} from "./session-state.ts";

/** Why a wish about an INVITE is ignored. */
export const unanswered = "the INVITE does not wait for an answer";

type Early = Extract<SessionPhase, { type: "early" }>;

/** Says 180 or 183. A caller who wants that reliably gets it until its PRACK, and the next one after that. RFC 3261 §13.3.1.1, RFC 3262 §3 */
export function sayProvisional(state: SessionState, provisional: Provisional, now: Moment): SessionTransition {
  const { phase, reliable } = state;
  if (phase.type !== "early") return ignoreInput(state, unanswered);
  if (reliable === undefined) return [state, [respondEarly(provisional, "")]];
  if (reliable.answer !== undefined) return ignoreInput(state, "the answer only waits for a PRACK");
  if (phase.exchange === "to-offer" && provisional.sdp === "")
    return ignoreInput(state, "the first reliable response to an INVITE without an offer has to bring ours");
  if (reliable.unacknowledged === undefined) return sayReliably(state, phase, reliable, provisional, now);
  const others = reliable.queue.filter(({ status, sdp }) => status !== provisional.status || sdp !== provisional.sdp);
  return [{ ...state, reliable: { ...reliable, queue: [...others, provisional] } }, []];
}

function respondEarly({ status, sdp }: Provisional, lines: string): SessionEffect {
  return { do: "respond", to: "pending", form: "early", status, sdp, lines };
}

function sayReliably(
  state: SessionState,
  phase: Early,
  reliable: ReliableProvisionals,
  { status, sdp: wanted }: Provisional,
  now: Moment,
): SessionTransition {
  // Once both sides have agreed, a description would be a new offer.
  const sdp = phase.exchange === "agreed" ? "" : wanted;
  const rseq = reliable.rseq === undefined ? firstRseq(now) : reliable.rseq + 1;
  const { t1Ms } = state.timers;
  const next: SessionState = {
    ...state,
    phase: sdp === "" ? phase : { ...phase, exchange: exchangeAfter[phase.exchange] },
    localSdp: sdp === "" ? state.localSdp : sdp,
    reliable: { ...reliable, rseq, unacknowledged: { hasSdp: sdp !== "", resendMs: t1Ms } },
    deadlines: { ...state.deadlines, resend: now.atMs + t1Ms, "no-ack": now.atMs + 64 * t1Ms },
  };
  return [next, [respondEarly({ status, sdp }, `Require: 100rel\r\nRSeq: ${rseq}\r\n`)]];
}

const exchangeAfter: Readonly<Record<FirstExchange, FirstExchange>> = {
  "to-answer": "agreed",
  "to-offer": "offered",
  offered: "offered",
  agreed: "agreed",
};

/** By chance, from 1 to 2^31 - 1. RFC 3262 §3 */
function firstRseq({ chance }: Moment): number {
  return 1 + Math.floor(chance * (2 ** 31 - 1));
}

/** Sends the 2xx, but not before what was described in a provisional response is known to be there. RFC 3262 §3 */
export function answer(state: SessionState, sdp: string, now: Moment): SessionTransition {
  const { phase, reliable } = state;
  if (phase.type !== "early") return ignoreInput(state, unanswered);
  if (reliable === undefined) return accept(state, phase, sdp, now);
  const waits = reliable.unacknowledged?.hasSdp === true || state.inHand !== undefined;
  const noted = { ...state, reliable: { ...reliable, queue: [], answer: waits ? sdp : undefined } };
  return waits ? [noted, []] : accept(noted, phase, sdp, now);
}

/** The 2xx has no description where both sides have agreed before. RFC 6337 §2.2 */
function accept(state: SessionState, phase: Early, wanted: string, now: Moment): SessionTransition {
  const { seq, exchange, agreed } = phase;
  const sdp = exchange === "agreed" ? "" : wanted;
  const described = sdp === "" ? state : { ...state, localSdp: sdp };
  const next = awaitAck(withInterval(described, agreed?.interval, now), seq, exchange === "to-offer", now);
  const lines = agreed?.lines ?? "";
  return [next, [{ do: "respond", to: "pending", form: "made", status: 200, sdp, lines }]];
}

type Prack = Extract<RequestContent, { type: "prack" }>;

const noteFlow: SessionEffect = { do: "note-flow", of: "request" };
const plainOk: SessionEffect = { do: "respond", to: "request", form: "plain", status: 200, sdp: "", lines: "" };

/** The PRACK of a provisional response: it may bring the answer to our offer, or an offer. RFC 3262 §3, §5 */
export function takePrack(state: SessionState, request: SessionRequest, prack: Prack, now: Moment): SessionTransition {
  const { rack, sdp } = prack;
  const { reliable } = state;
  const isMeant = rack.rseq === reliable?.rseq && rack.seq === reliable.seq && rack.method === "INVITE";
  if (reliable?.unacknowledged === undefined || !isMeant) {
    return refuseRequest(state, { cause: "no-provisional", why: "no provisional response waits for this PRACK" });
  }
  const next = acknowledged({ ...state, peer: request.peer }, reliable);
  const { phase } = next;
  if (phase.type === "early" && phase.exchange === "offered") return takeEarlyAnswer(next, phase, sdp, now);
  if (sdp === undefined) return goOn(next, [noteFlow, plainOk], now);
  const conflict = whyNoOffer(next, "PRACK", now);
  if (conflict !== undefined) return goOn(next, refuseRequest(next, conflict)[1], now);
  const says = { contact: undefined, takesUpdate: undefined, agreed: undefined };
  const inHand = { method: "PRACK", seq: request.seq, sdp, ...says, peer: request.peer } as const;
  return [{ ...next, inHand }, [{ do: "ask-owner", offer: sdp }]];
}

/** The timers are those of the 2xx, once that was sent. */
function acknowledged(state: SessionState, reliable: ReliableProvisionals): SessionState {
  const next = { ...state, reliable: { ...reliable, unacknowledged: undefined } };
  if (state.phase.type !== "early") return next;
  const { resend: _resend, "no-ack": _noAck, ...deadlines } = state.deadlines;
  return { ...next, deadlines };
}

function takeEarlyAnswer(state: SessionState, phase: Early, sdp: string | undefined, now: Moment): SessionTransition {
  const agreed = { ...state, phase: { ...phase, exchange: "agreed" } as const, remoteSdp: sdp ?? state.remoteSdp };
  return goOn(agreed, [noteFlow, plainOk, { do: "tell-early-answer", sdp }], now);
}

/** Says what waited for a PRACK, or for the answer to an offer in one: the 2xx, else the next provisional response. `said`: what is said before. */
export function goOn(state: SessionState, said: readonly SessionEffect[], now: Moment): SessionTransition {
  const { phase, reliable } = state;
  if (phase.type !== "early" || reliable === undefined || reliable.unacknowledged !== undefined) return [state, said];
  const [first, ...queue] = reliable.queue;
  const [next, effects] =
    reliable.answer !== undefined
      ? answer(state, reliable.answer, now)
      : first === undefined
        ? ([state, []] as const)
        : sayReliably(state, phase, { ...reliable, queue }, first, now);
  return [next, [...said, ...effects]];
}

/** Sends a provisional response again: after T1, then after twice the wait before. RFC 3262 §3 */
export function resendProvisional(state: SessionState, { atMs }: Moment): SessionTransition {
  const { reliable } = state;
  if (reliable?.unacknowledged === undefined) return ignoreInput(state, "the PRACK has come");
  const resendMs = reliable.unacknowledged.resendMs * 2;
  const waiting = { ...reliable, unacknowledged: { ...reliable.unacknowledged, resendMs } };
  const deadlines = { ...state.deadlines, resend: atMs + resendMs };
  return [{ ...state, reliable: waiting, deadlines }, [{ do: "resend-provisional" }]];
}

/** No PRACK came in 64*T1: the INVITE is refused. RFC 3262 §3 */
export function giveUpProvisional(state: SessionState): SessionTransition {
  if (state.reliable?.unacknowledged === undefined) return ignoreInput(state, "the PRACK has come");
  const [next, left] = leave(state, { type: "no-ack" });
  const why = "no PRACK of a provisional response came, which the caller had asked for";
  return [next, [{ do: "refuse", to: "pending", refusal: { cause: "no-prack", why } }, ...left]];
}
