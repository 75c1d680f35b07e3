import { whyNoOffer } from "./offer-answer.ts";
import type { OfferReply } from "../types.ts";
import { leave, refuseOfferInHand } from "./session-end.ts";
import type {
  RequestContent,
  RequestRefusal,
  SessionEffect,
  SessionRequest,
  SessionTransition,
} from "./session-effects.ts";
import { withFarEnd, withInterval } from "./session-refresh.ts";
import { isOver, settledPhase, unacknowledgedOf, type Moment, type SessionState } from "./session-state.ts";

/** One request of the far end in the dialog. RFC 3261 §12.2.2 */
export function takeRequest(state: SessionState, request: SessionRequest, now: Moment): SessionTransition {
  const { seq, content } = request;
  if (isOver(state) && content.type !== "bye")
    return refuse(state, { cause: "call-over", why: "the call has just ended" });
  const { remoteSeq } = state.dialog;
  if (remoteSeq !== undefined && seq < remoteSeq) {
    return refuse(state, { cause: "out-of-order", why: `CSeq ${seq} is not above that of the request before` });
  }
  const next = { ...state, dialog: { ...state.dialog, remoteSeq: seq } };
  switch (content.type) {
    case "refused":
      return refuse(next, content.refusal);
    case "bye":
      return takeBye(next);
    case "change":
      return takeChange(next, request, content, now);
    case "info":
      return takeInfo({ ...next, peer: request.peer }, content);
    case "options":
      return [{ ...next, peer: request.peer }, [noteFlow, { ...respond, form: "options", sdp: "", lines: "" }]];
    default:
      return content satisfies never;
  }
}

const noteFlow: SessionEffect = { do: "note-flow", of: "request" };
const respond = { do: "respond", to: "request", status: 200 } as const;
const plainOk: SessionEffect = { ...respond, form: "plain", sdp: "", lines: "" };

function refuse(state: SessionState, refusal: RequestRefusal): SessionTransition {
  return [state, [{ do: "refuse", to: "request", refusal }]];
}

/** A BYE also ends an INVITE that is not answered yet. RFC 3261 §15.1.2 */
function takeBye(state: SessionState): SessionTransition {
  const [next, left] = leave(state, { type: "bye" });
  const unanswered: readonly SessionEffect[] =
    state.phase.type === "early"
      ? [{ do: "refuse", to: "pending", refusal: { cause: "cancelled", why: "the caller sent BYE before the answer" } }]
      : refuseOfferInHand(state);
  return [next, [plainOk, ...unanswered, ...left]];
}

function takeInfo(state: SessionState, { key }: Extract<RequestContent, { type: "info" }>): SessionTransition {
  const told: readonly SessionEffect[] = key === undefined ? [] : [{ do: "tell-key", ...key }];
  return [state, [noteFlow, plainOk, ...told]];
}

type Change = Extract<RequestContent, { type: "change" }>;

/** An INVITE asks the owner; an UPDATE without an offer only refreshes the session. RFC 3261 §14.2, RFC 3311 §5.2 */
function takeChange(state: SessionState, request: SessionRequest, change: Change, now: Moment): SessionTransition {
  const { method, sdp, agreed } = change;
  const { seq, peer } = request;
  if (method === "UPDATE" && sdp === undefined) {
    const noted = withFarEnd({ ...state, peer }, change);
    const next = state.phase.type === "early" ? noted : withInterval(noted, agreed?.interval, now);
    return [next, [noteFlow, { ...respond, form: "changed", sdp: "", lines: agreed?.lines ?? "" }]];
  }
  const conflict = whyNoOffer(state, method);
  if (conflict !== undefined) return refuse(state, conflict);
  const { contact, takesUpdate } = change;
  const inHand = { method, seq, sdp, contact, takesUpdate, agreed, peer };
  const phase = { type: "answering", ...inHand, unacknowledged: unacknowledgedOf(state) } as const;
  return [{ ...state, phase }, [{ do: "ask-owner", offer: sdp }]];
}

/** The owner answers an offer, makes one, or refuses; then the call goes on as it was. */
export function takeReply(state: SessionState, reply: OfferReply, now: Moment): SessionTransition {
  const { phase } = state;
  if (phase.type !== "answering") return [state, [{ do: "ignore", why: "no offer is in hand" }]];
  if (typeof reply !== "string") {
    const why = `${reply?.warning.text ?? "the owner of the call takes none of it"}; the call goes on as it was`;
    const refusal: RequestRefusal = { cause: "offer-refused", why, warning: reply?.warning };
    return [{ ...state, phase: settledPhase(phase.unacknowledged) }, [{ do: "refuse", to: "pending", refusal }]];
  }
  const { method, seq, sdp, agreed, peer } = phase;
  const changed = withFarEnd({ ...state, peer, localSdp: reply, remoteSdp: sdp ?? state.remoteSdp }, phase);
  const next = withInterval(changed, agreed?.interval, now);
  const effects: readonly SessionEffect[] = [
    { do: "note-flow", of: "pending" },
    { do: "respond", to: "pending", form: "changed", status: 200, sdp: reply, lines: agreed?.lines ?? "" },
  ];
  if (method === "UPDATE") return [{ ...next, phase: settledPhase(phase.unacknowledged) }, effects];
  return [awaitAck(next, seq, sdp === undefined, now), effects];
}

/** Our 2xx to an INVITE is sent until its ACK comes. RFC 3261 §13.3.1.4 */
export function awaitAck(state: SessionState, seq: number, bringsAnswer: boolean, { atMs }: Moment): SessionState {
  const { t1Ms } = state.timers;
  const phase = { type: "waiting-for-ack", seq, bringsAnswer, resendMs: t1Ms } as const;
  return { ...state, phase, deadlines: { ...state.deadlines, resend: atMs + t1Ms, "no-ack": atMs + 64 * t1Ms } };
}
