import { noTries, tryAgain } from "../digest/tries.ts";
import { mayOffer } from "./offer-answer.ts";
import {
  expiryDelayMs,
  intervalHeaders,
  raisedSeconds,
  refreshDelayMs,
  type SessionInterval,
} from "./session-interval.ts";
import { endWithBye } from "./session-end.ts";
import { ignoreInput, type SessionEffect, type SessionResponse, type SessionTransition } from "./session-effects.ts";
import { sendReInvite, settleReInvite } from "./session-reinvite.ts";
import { isOver, isUp, type Moment, type SessionState } from "./session-state.ts";

/** The session timer by a new agreement; undefined: there is none any more. RFC 4028 §7.2, §9 */
export function withInterval(
  state: SessionState,
  interval: SessionInterval | undefined,
  { atMs }: Moment,
): SessionState {
  const { refresh: _refresh, expiry: _expiry, ...others } = state.deadlines;
  if (interval === undefined) return { ...state, interval, deadlines: others };
  const expiry = atMs + (interval.isOurs ? interval.seconds * 1_000 : expiryDelayMs(interval));
  const refresh = interval.isOurs ? atMs + refreshDelayMs(interval) : undefined;
  return { ...state, interval, deadlines: { ...others, expiry, refresh } };
}

/** The session was not refreshed in time, or cannot be. RFC 4028 §10 */
export function expire(state: SessionState): SessionTransition {
  return endWithBye(state, { type: "timeout" }, { status: 408, text: "the session timer expired" });
}

/** Sends a refresh: an UPDATE without a body where the far end takes it, else a re-INVITE with our unchanged description. */
export function refresh(state: SessionState, now: Moment): SessionTransition {
  const { interval, peerTakesUpdate, localSdp } = state;
  if (interval === undefined || !isUp(state)) return ignoreInput(state, "no session to refresh");
  if (!mayOffer(state)) return [refreshAfter(state, glareDelayMs(state, now), now), []];
  const headers = intervalHeaders(interval);
  if (!peerTakesUpdate) return sendReInvite(state, localSdp, headers, now);
  const seq = state.dialog.localSeq + 1;
  const next = { ...state, dialog: { ...state.dialog, localSeq: seq }, tries: noTries, updateSeq: seq };
  return [next, [{ do: "send-request", method: "UPDATE", seq, headers, sdp: "" }]];
}

/** The final response to a refresh. What a re-INVITE is answered with counts as in any other exchange. One that is challenged is sent again with credentials; each 2xx to an INVITE, also one that came before, gets its ACK. */
export function takeRefreshed(state: SessionState, response: SessionResponse, now: Moment): SessionTransition {
  const { method, seq, status } = response;
  const isGood = status < 300;
  const acknowledged: readonly SessionEffect[] = isGood && method === "INVITE" ? [{ do: "acknowledge", seq }] : [];
  if (refreshSeq(state, method) !== seq) return [state, acknowledged];
  const settled = settle(state, method);
  if (isGood) {
    const { sdp = state.remoteSdp } = method === "INVITE" ? response : {};
    const told: readonly SessionEffect[] = sdp === state.remoteSdp ? [] : [{ do: "tell-refreshed", sdp }];
    return [withAccepted({ ...settled, remoteSdp: sdp }, response, now), [...acknowledged, ...told]];
  }
  const tries = tryAgain(state.tries, response.challenges ?? []);
  if (tries === undefined) return takeRefusal(settled, response, now);
  const [next, effects] = refresh(settled, now);
  return [{ ...next, tries }, effects];
}

/** Takes what a 2xx to a request of ours says of the far end and of the session timer. */
export function withAccepted(state: SessionState, response: SessionResponse, now: Moment): SessionState {
  const smallestSeconds = state.interval?.smallestSeconds;
  const interval = response.interval && { ...response.interval, smallestSeconds };
  return withInterval(withFarEnd(state, response), interval, now);
}

/** No final response comes to a refresh. */
export function failRefresh(state: SessionState, method: "INVITE" | "UPDATE"): SessionTransition {
  if (refreshSeq(state, method) === undefined) return ignoreInput(state, "no refresh waits");
  return expire(settle(state, method));
}

/** A refusal that says nothing of the dialog leaves the session as it is, until it expires. RFC 4028 §7.4, RFC 3261 §12.2.1.2, §14.1 */
function takeRefusal(state: SessionState, response: SessionResponse, now: Moment): SessionTransition {
  const { status, smallestSeconds } = response;
  if (status === 408 || status === 481) return expire(state);
  if (status === 491) return [refreshAfter(state, glareDelayMs(state, now), now), []];
  const { interval } = state;
  if (status !== 422 || interval === undefined) return [state, []];
  const seconds = raisedSeconds(smallestSeconds, interval.seconds, interval.smallestSeconds);
  if (seconds === undefined) return [state, []];
  return [refreshAfter({ ...state, interval: { ...interval, seconds, smallestSeconds } }, 0, now), []];
}

/** Takes what a message of the far end says of it. RFC 3261 §12.2.1.2, RFC 3311 §5.1 */
export function withFarEnd(
  state: SessionState,
  says: { readonly contact?: string | undefined; readonly takesUpdate?: boolean | undefined },
): SessionState {
  const { contact = state.dialog.remoteTarget, takesUpdate = state.peerTakesUpdate } = says;
  return { ...state, dialog: { ...state.dialog, remoteTarget: contact }, peerTakesUpdate: takesUpdate };
}

/** CSeq number of the refresh that waits for its final response. */
function refreshSeq(state: SessionState, method: string): number | undefined {
  if (isOver(state)) return undefined;
  if (method === "UPDATE") return state.updateSeq;
  return state.phase.type === "offering" ? state.phase.seq : undefined;
}

function settle(state: SessionState, method: string): SessionState {
  if (method === "UPDATE") return { ...state, updateSeq: undefined };
  return state.phase.type === "offering" ? settleReInvite(state) : state;
}

function refreshAfter(state: SessionState, delayMs: number, { atMs }: Moment): SessionState {
  return { ...state, deadlines: { ...state.deadlines, refresh: atMs + delayMs } };
}

/** Wait after glare, when both sides sent an offer at once: the caller waits longer. RFC 3261 §14.1 */
export function glareDelayMs({ isCaller }: SessionState, { chance }: Moment): number {
  return isCaller ? 2_100 + Math.floor(chance * 191) * 10 : Math.floor(chance * 201) * 10;
}
