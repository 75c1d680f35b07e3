import { dropList, legHasLeft, legWasAnswered } from "./action-list.ts";
import type { LegEnd } from "./inputs.ts";
import { queueEvent } from "./event-queue.ts";
import type { Leg } from "./state.ts";
import {
  anyLegLive,
  cancelTimer,
  emit,
  findLeg,
  isLive,
  legA,
  observe,
  setLegState,
  startTimer,
  type Turn,
} from "./turn.ts";

/** Sends the INVITE of a call out. Nothing when the leg has ended meanwhile. */
export function dialLegA(turn: Turn): void {
  const leg = legA(turn);
  if (leg.state.type !== "created") return;
  setLegState(turn, leg.id, { type: "dialing" });
  startTimer(turn, "ring", turn.config.limits.ringTimeoutMs);
  emit(turn, { do: "dial-leg", legId: leg.id, to: leg.to, from: leg.from, headers: turn.state.dialHeaders });
}

/** 180 or 183 came. Told once. */
export function legRings(turn: Turn, leg: Leg): void {
  setLegState(turn, leg.id, { type: "ringing" });
  observeLeg(turn, leg, "ringing", undefined);
  queueEvent(turn, { type: "RINGING", legId: leg.id });
}

/** The leg is up: a call out tells the function, an inbound one begins the action that answered it. */
export function legAnswered(turn: Turn, leg: Leg): void {
  setLegState(turn, leg.id, { type: "answered", answeredAt: turn.at });
  cancelTimer(turn, "ring");
  observeLeg(turn, leg, "answered", undefined);
  if (leg.direction === "Outbound") queueEvent(turn, { type: "CALL_ANSWERED", legId: leg.id });
  else legWasAnswered(turn, leg.id);
}

/** The far end, the network or a failure of ours ended the leg. */
export function legEnded(turn: Turn, leg: Leg, end: LegEnd): void {
  const { code, cause } = explainEnd(end);
  finishLeg(turn, leg, { code, cause, quiet: false });
}

/** Ends the legs that Hangup actions of this turn asked for. Contract: actions section 2.2 */
export function endLegsByAction(turn: Turn): void {
  for (const { legId, code } of turn.hangUps.splice(0)) {
    const leg = findLeg(turn, legId);
    if (leg === undefined || !isLive(leg)) continue;
    closeLeg(turn, leg, code ?? 0);
    finishLeg(turn, leg, { code, cause: "hung up by the application", quiet: false });
  }
}

/** Ends all legs: the application cannot go on, a limit was met, or the server stops. Events other than HANGUP are dropped. */
export function endCall(turn: Turn, why: { readonly cause: string; readonly code: number }): void {
  turn.state.pendingEvents = turn.state.pendingEvents.filter((event) => event.type === "HANGUP");
  turn.state.cause ??= why.cause;
  dropList(turn);
  for (const leg of turn.state.legs) {
    if (!isLive(leg)) continue;
    closeLeg(turn, leg, why.code);
    finishLeg(turn, leg, { ...why, quiet: true });
  }
}

/** Nobody answered within the ring timeout. */
export function ringTimedOut(turn: Turn): void {
  const leg = legA(turn);
  if (leg.state.type !== "dialing" && leg.state.type !== "ringing") return;
  const seconds = turn.config.limits.ringTimeoutMs / 1000;
  closeLeg(turn, leg, 480);
  finishLeg(turn, leg, { code: 480, cause: `not answered within ${seconds} s`, quiet: false });
}

function closeLeg(turn: Turn, leg: Leg, code: number): void {
  if (leg.state.type === "created") return;
  if (leg.state.type === "offered") emit(turn, { do: "reject-leg", legId: leg.id, status: code === 486 ? 486 : 480 });
  else emit(turn, { do: "hang-up-leg", legId: leg.id });
}

function finishLeg(
  turn: Turn,
  leg: Leg,
  end: { readonly code: number | undefined; readonly cause: string; readonly quiet: boolean },
): void {
  setLegState(turn, leg.id, { type: "ended", endedAt: turn.at });
  cancelTimer(turn, "ring");
  cancelTimer(turn, "unanswered");
  observeLeg(turn, leg, "ended", end.cause);
  if (!end.quiet) legHasLeft(turn, leg.id);
  queueEvent(turn, {
    type: "HANGUP",
    legId: leg.id,
    actionData: {
      Type: "Hangup",
      Parameters: {
        ...(end.code === undefined ? {} : { SipResponseCode: end.code }),
        CallId: leg.id,
        ParticipantTag: leg.tag,
      },
    },
  });
  if (anyLegLive(turn)) return;
  dropList(turn);
  turn.state.cause ??= end.cause;
  cancelTimer(turn, "longest-call");
}

function observeLeg(turn: Turn, leg: Leg, state: "ringing" | "answered" | "ended", cause: string | undefined): void {
  observe(turn, { type: "leg-changed", participantTag: leg.tag, state, cause });
}

/** The code that HANGUP shows and a sentence for people. Contract: events section 13 rows 16 to 18 */
function explainEnd(end: LegEnd): { code: number; cause: string } {
  switch (end.type) {
    case "bye":
      return { code: 0, cause: "hung up by the far end" };
    case "cancelled":
      return { code: 0, cause: "cancelled by the caller before the answer" };
    case "rejected":
      return {
        code: end.status === 486 || end.status === 600 ? 486 : 480,
        cause: `refused by the far end with ${end.status}`,
      };
    case "unreachable":
      return { code: 480, cause: `could not be reached: ${end.why}` };
    case "no-common-codec":
      return { code: 480, cause: "no common codec" };
    case "no-ack":
      return { code: 480, cause: "the answer was never acknowledged" };
    case "no-media":
      return { code: 0, cause: "the far end's audio stopped" };
    case "failed":
      return { code: 480, cause: end.why };
    default:
      return end satisfies never;
  }
}
