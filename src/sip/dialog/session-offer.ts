import { tryAgain } from "../digest/tries.ts";
import { mayOffer } from "./offer-answer.ts";
import { ignoreInput, type SessionResponse, type SessionTransition } from "./session-effects.ts";
import { endWithBye } from "./session-end.ts";
import { intervalHeaders, raisedSeconds } from "./session-interval.ts";
import { sendReInvite, settleReInvite } from "./session-reinvite.ts";
import { glareDelayMs, withAccepted } from "./session-refresh.ts";
import { isUp, type Moment, type OwnOffer, type SessionState } from "./session-state.ts";

/** A far end that has an offer of its own on its way each time is asked so often, then no more. */
const mostGlares = 5;

/** The owner wants the far end to answer a new offer, one at a time. RFC 3261 §14.1 */
export function wishOffer(state: SessionState): SessionTransition {
  if (!isUp(state)) return ignoreInput(state, "the call is not up");
  if (state.ownOffer !== undefined) return ignoreInput(state, "an offer of the owner is on its way");
  return [{ ...state, ownOffer: { is: "waiting", sdp: "", glares: 0 } }, []];
}

/** Asks the owner for the offer that waits, once the session can take one: it is written when it is sent, so that it follows what was agreed last. */
export function askForOffer([state, effects]: SessionTransition): SessionTransition {
  const { ownOffer, deadlines } = state;
  if (ownOffer?.is !== "waiting" || deadlines.offer !== undefined || !mayOffer(state)) return [state, effects];
  return [{ ...state, ownOffer: { ...ownOffer, is: "asked" } }, [...effects, { do: "ask-offer" }]];
}

/** Sends the owner's offer by re-INVITE, which every far end takes, also one that takes UPDATE. */
export function sendOffer(state: SessionState, sdp: string | undefined, now: Moment): SessionTransition {
  const { ownOffer } = state;
  if (ownOffer?.is !== "asked") return ignoreInput(state, "nobody has asked for an offer");
  if (sdp === undefined) return [{ ...state, ownOffer: undefined }, []];
  if (!mayOffer(state)) return [{ ...state, ownOffer: { ...ownOffer, is: "waiting" } }, []];
  return reInvite(state, { ...ownOffer, is: "sent", sdp }, now);
}

function reInvite(state: SessionState, ownOffer: OwnOffer, now: Moment): SessionTransition {
  const { interval } = state;
  const headers = interval === undefined ? [] : intervalHeaders(interval);
  return sendReInvite({ ...state, ownOffer }, ownOffer.sdp, headers, now);
}

/** Whether this is the final response to the owner's offer. */
export function isOfferSent({ phase, ownOffer }: SessionState, { method, seq }: SessionResponse): boolean {
  return ownOffer?.is === "sent" && method === "INVITE" && phase.type === "offering" && phase.seq === seq;
}

/** The final response to the owner's offer. A refusal leaves the session as it was. RFC 3261 §14.1 */
export function takeOfferAnswered(state: SessionState, response: SessionResponse, now: Moment): SessionTransition {
  const { ownOffer } = state;
  const { status, sdp, seq } = response;
  if (ownOffer === undefined) return ignoreInput(state, "no offer of the owner is on its way");
  const settled = { ...settleReInvite(state), ownOffer: undefined };
  if (status < 300) {
    const described = { ...settled, localSdp: ownOffer.sdp, remoteSdp: sdp ?? state.remoteSdp };
    const told = { do: "tell-offer", outcome: { type: "answered", sdp } } as const;
    return [withAccepted(described, response, now), [{ do: "acknowledge", seq }, told]];
  }
  const tries = tryAgain(state.tries, response.challenges ?? []);
  if (tries === undefined) return takeRefusal(settled, ownOffer, response, now);
  const [next, effects] = reInvite(settled, ownOffer, now);
  return [{ ...next, tries }, effects];
}

function takeRefusal(
  state: SessionState,
  ownOffer: OwnOffer,
  { status, smallestSeconds }: SessionResponse,
  now: Moment,
): SessionTransition {
  if (status === 408 || status === 481) return endUnanswered(state);
  const glares = ownOffer.glares + 1;
  if (status === 491 && glares < mostGlares) {
    const deadlines = { ...state.deadlines, offer: now.atMs + glareDelayMs(state, now) };
    return [{ ...state, deadlines, ownOffer: { is: "waiting", sdp: "", glares } }, []];
  }
  const { interval } = state;
  if (status === 422 && interval !== undefined) {
    const seconds = raisedSeconds(smallestSeconds, interval.seconds, interval.smallestSeconds);
    const raised = seconds && { ...state, interval: { ...interval, seconds, smallestSeconds } };
    if (raised) return reInvite(raised, ownOffer, now);
  }
  return [state, [{ do: "tell-offer", outcome: { type: "refused", status } }]];
}

/** No final response comes to the owner's offer. */
export function failOffer(state: SessionState): SessionTransition {
  return endUnanswered({ ...settleReInvite(state), ownOffer: undefined });
}

/** The far end is away, or has forgotten the call. RFC 3261 §12.2.1.2, §14.1 */
function endUnanswered(state: SessionState): SessionTransition {
  return endWithBye(state, { type: "timeout" }, { status: 408, text: "no answer to a re-INVITE" });
}
