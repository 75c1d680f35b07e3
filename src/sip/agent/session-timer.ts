import type { Timer } from "../../kernel/index.ts";
import type { SipMessage } from "../../sip-syntax/index.ts";
import { randomFraction } from "../random.ts";
import { agreedAsClient, expiryDelayMs, refreshDelayMs, type SessionInterval } from "../dialog/session-interval.ts";
import { makeDialogRequest } from "./dialog-request.ts";
import { noteCapabilities, type Session, type SessionTimer } from "./session.ts";

/** Makes the timer of one session, not running. */
export function createSessionTimer(session: () => Session): SessionTimer {
  const state: { refresh: Timer | undefined; expiry: Timer | undefined } = { refresh: undefined, expiry: undefined };
  const stop = () => {
    state.refresh?.cancel();
    state.expiry?.cancel();
    state.refresh = undefined;
    state.expiry = undefined;
  };
  const expire = () => {
    session().finish({ type: "timeout" });
    session().sendBye({ status: 408, text: "the session timer expired" });
  };
  const refreshAfter = (delayMs: number, interval: SessionInterval) => {
    state.refresh?.cancel();
    state.refresh = session().core.clock.startTimer(delayMs, () => {
      sendRefresh(session(), interval, (outcome) => {
        if (session().isEnded()) return;
        if (outcome.type === "agreed") restart(outcome.interval);
        else if (outcome.type === "gone") expire();
        else if (outcome.type === "again") refreshAfter(outcome.delayMs, outcome.interval);
      });
    });
  };
  const restart = (interval: SessionInterval | undefined) => {
    stop();
    if (interval === undefined || session().isEnded()) return;
    const delayMs = interval.isOurs ? interval.seconds * 1_000 : expiryDelayMs(interval);
    state.expiry = session().core.clock.startTimer(delayMs, expire);
    if (interval.isOurs) refreshAfter(refreshDelayMs(interval), interval);
  };
  return { restart, stop };
}

/** `refused`: the session goes on until it expires. */
type RefreshOutcome =
  | { readonly type: "agreed"; readonly interval: SessionInterval | undefined }
  | { readonly type: "again"; readonly delayMs: number; readonly interval: SessionInterval }
  | { readonly type: "gone" }
  | { readonly type: "refused" };

/** Sends a refresh: UPDATE without a body where the far end takes it, else a re-INVITE with our unchanged description. */
function sendRefresh(session: Session, interval: SessionInterval, done: (outcome: RefreshOutcome) => void): void {
  const { core, dialog } = session;
  if (session.hasOwnOffer || session.unacknowledged !== undefined) {
    return done({ type: "again", delayMs: glareDelayMs(), interval });
  }
  const method = session.peerTakesUpdate ? "UPDATE" : "INVITE";
  const flow = session.flow();
  const request = makeDialogRequest(core, dialog, flow, method, {
    headers: [
      { name: "Supported", value: "timer" },
      { name: "Session-Expires", value: `${interval.seconds};refresher=uac` },
    ],
    body: method === "INVITE" ? session.localSdp : "",
    user: session.contactUser,
  });
  session.hasOwnOffer = method === "INVITE";
  core.transactions.send(request, flow, {
    onResponse(response) {
      const { status } = response;
      if (status < 200) return;
      session.hasOwnOffer = false;
      if (status < 300 && method === "INVITE") session.acknowledge(response);
      if (status < 300) noteCapabilities(session, response);
      done(readOutcome(response, interval));
    },
    onFailed() {
      session.hasOwnOffer = false;
      done({ type: "gone" });
    },
  });
  return undefined;
}

function readOutcome(response: SipMessage, interval: SessionInterval): RefreshOutcome {
  const { status } = response;
  if (status < 300) return { type: "agreed", interval: agreedAsClient(response) };
  if (status === 408 || status === 481) return { type: "gone" };
  if (status === 491) return { type: "again", delayMs: glareDelayMs(), interval };
  const smallest = Number(/^\d{1,9}/.exec(response.first("min-se") ?? "")?.[0] ?? Number.NaN);
  if (status !== 422 || Number.isNaN(smallest) || smallest <= interval.seconds) return { type: "refused" };
  return { type: "again", delayMs: 0, interval: { ...interval, seconds: smallest } };
}

/** Wait after glare, when both sides sent an offer at once. RFC 3261 §14.1 */
function glareDelayMs(): number {
  return 2_100 + Math.floor(randomFraction() * 190) * 10;
}
