import { whyNoOffer } from "./offer-answer.ts";
import type { OfferReply } from "../types.ts";
import { leave, refuseInHand } from "./session-end.ts";
import { goOn, takePrack } from "./session-early.ts";
import {
  refuseRequest,
  type RequestContent,
  type RequestRefusal,
  type SessionEffect,
  type SessionRequest,
  type SessionTransition,
} from "./session-effects.ts";
import type { SessionAgreement } from "./session-interval.ts";
import { takeRefer } from "./session-transfer.ts";
import { withFarEnd, withInterval } from "./session-refresh.ts";
import { awaitAck, isOver, isUp, type Moment, type SessionState } from "./session-state.ts";

/** One request of the far end in the dialog. RFC 3261 §12.2.2 */
export function takeRequest(state: SessionState, request: SessionRequest, now: Moment): SessionTransition {
  const { seq, content } = request;
  if (isOver(state) && content.type !== "bye")
    return refuseRequest(state, { cause: "call-over", why: "the call has just ended" });
  const { remoteSeq } = state.dialog;
  if (remoteSeq !== undefined && seq < remoteSeq) {
    return refuseRequest(state, { cause: "out-of-order", why: `CSeq ${seq} is not above that of the request before` });
  }
  const next = { ...state, dialog: { ...state.dialog, remoteSeq: seq } };
  switch (content.type) {
    case "refused":
      return refuseRequest(next, content.refusal);
    case "bye":
      return takeBye(next);
    case "change":
      return takeChange(next, request, content, now);
    case "prack":
      return takePrack(next, request, content, now);
    case "refer":
      return takeRefer(next, request, content);
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

/** A BYE also ends an INVITE that is not answered yet. RFC 3261 §15.1.2 */
function takeBye(state: SessionState): SessionTransition {
  const [next, left] = leave(state, { type: "bye" });
  const refusal = { cause: "cancelled", why: "the caller sent BYE before the answer" } as const;
  const unanswered: readonly SessionEffect[] =
    state.phase.type === "early" ? [{ do: "refuse", to: "pending", refusal }] : [];
  return [next, [plainOk, ...unanswered, ...refuseInHand(state), ...left]];
}

function takeInfo(state: SessionState, { key }: Extract<RequestContent, { type: "info" }>): SessionTransition {
  const told: readonly SessionEffect[] = key === undefined ? [] : [{ do: "tell-key", ...key }];
  return [state, [noteFlow, plainOk, ...told]];
}

type Change = Extract<RequestContent, { type: "change" }>;

/** An INVITE asks the owner; an UPDATE without an offer only refreshes the session. RFC 3261 §14.2, RFC 3311 §5.2 */
function takeChange(state: SessionState, request: SessionRequest, change: Change, now: Moment): SessionTransition {
  const { method, sdp } = change;
  const { seq, peer } = request;
  const agreed = isUp(state) ? change.agreed : undefined;
  if (method === "UPDATE" && sdp === undefined) {
    const next = withAgreed(withFarEnd({ ...state, peer }, change), agreed, now);
    return [next, [noteFlow, { ...respond, form: "changed", sdp: "", lines: agreed?.lines ?? "" }]];
  }
  const conflict = whyNoOffer(state, method, now);
  if (conflict !== undefined) return refuseRequest(state, conflict);
  const { contact, takesUpdate } = change;
  return [
    { ...state, inHand: { method, seq, sdp, contact, takesUpdate, agreed, peer } },
    [{ do: "ask-owner", offer: sdp }],
  ];
}

function withAgreed(state: SessionState, agreed: SessionAgreement | undefined, now: Moment): SessionState {
  return isUp(state) ? withInterval(state, agreed?.interval, now) : state;
}

/** The owner answers an offer, makes one, or refuses; then the call goes on as it was. RFC 6141 §3.1 */
export function takeReply(state: SessionState, reply: OfferReply, now: Moment): SessionTransition {
  const { inHand } = state;
  if (inHand === undefined) return [state, [{ do: "ignore", why: "no offer is in hand" }]];
  const settled = { ...state, inHand: undefined };
  if (typeof reply !== "string") {
    const why = `${reply?.warning.text ?? "the owner of the call takes none of it"}; the call goes on as it was`;
    const refusal: RequestRefusal = { cause: "offer-refused", why, warning: reply?.warning };
    return goOn(settled, [{ do: "refuse", to: "offer", refusal }], now);
  }
  const { method, seq, sdp, agreed, peer } = inHand;
  const described = { ...settled, peer, localSdp: reply, remoteSdp: sdp ?? state.remoteSdp };
  if (method === "PRACK") return goOn(described, [{ ...accepted, form: "plain", sdp: reply, lines: "" }], now);
  const next = withAgreed(withFarEnd(described, inHand), agreed, now);
  const effects: readonly SessionEffect[] = [
    { do: "note-flow", of: "offer" },
    { ...accepted, form: "changed", sdp: reply, lines: agreed?.lines ?? "" },
  ];
  return method === "UPDATE" ? goOn(next, effects, now) : [awaitAck(next, seq, sdp === undefined, now), effects];
}

const accepted = { do: "respond", to: "offer", status: 200 } as const;
