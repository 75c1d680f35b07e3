import type { LegId } from "../kernel/index.ts";
import type { HangUpReason } from "./effects.ts";
import type { CallEndType } from "./end-type.ts";
import { dropList, legHasLeft, legOfLateResult, legWasAnswered, stepRunning } from "./list/action-list.ts";
import { dropListener } from "./leg/digit-listeners.ts";
import type { CompatibilitySwitches } from "./compatibility.ts";
import { explainEnd, type LegEnd } from "../endpoint/index.ts";
import { queueEvent } from "./event/event-queue.ts";
import { describeParticipants } from "./event/build-event.ts";
import { endRecording } from "./leg/background-recordings.ts";
import { forgetPartner, leaveMeetingOf, release, unbridgeLeg } from "./leg/partner.ts";
import { tagOf } from "./participant-tag.ts";
import type { JoinedMeeting } from "./inputs.ts";
import type { JsonObject, Leg, PendingEvent } from "./state.ts";
import {
  anyLegLive,
  cancelLegTimer,
  cancelTimer,
  changeLeg,
  emit,
  findLeg,
  isLive,
  firstLeg,
  observe,
  setLegState,
  startLegTimer,
  type Turn,
} from "./turn.ts";

/** Sends the INVITE of an outbound call, once its function has answered. Nothing when the leg has ended meanwhile.
 * Contract: events-dial-after-reply */
export function dialFirstLeg(turn: Turn): void {
  const leg = firstLeg(turn);
  if (leg.state.type !== "created") return;
  setLegState(turn, leg.id, { type: "dialing" });
  startLegTimer(turn, leg.id, "ring", turn.config.limits.ringTimeoutMs);
  const { id: legId, to, from } = leg;
  emit(turn, { do: "dial-leg", legId, destination: { type: "number" }, to, from, headers: turn.state.dialHeaders });
}

/** 180 or 183 came for the first time. Contract: events-ringing-progress, events-ringing-partner */
export function legRings(turn: Turn, leg: Leg): void {
  setLegState(turn, leg.id, { type: "ringing" });
  observeLeg(turn, leg, "ringing", undefined);
  const isReported = leg.calledFor === undefined || turn.config.compatibility.ringingForLegB;
  if (isReported) queueEvent(turn, { type: "RINGING", legId: leg.id });
  if (leg.calledFor !== undefined) stepRunning(turn, { type: "partner-rang" });
}

/** The far end of an outbound leg sends early media. False: nothing plays it to anybody. */
export function legHasEarlyMedia(turn: Turn, leg: Leg): boolean {
  return leg.calledFor !== undefined && stepRunning(turn, { type: "partner-early-media" });
}

/** The leg is answered: for an outbound call the function gets CALL_ANSWERED, for an inbound leg the action that answered it begins, and a second
 * leg goes to the action that called it. */
export function legAnswered(turn: Turn, leg: Leg): void {
  setLegState(turn, leg.id, { type: "answered", answeredAt: turn.at });
  observeLeg(turn, leg, "answered", undefined);
  if (leg.calledFor !== undefined) {
    stepRunning(turn, { type: "partner-answered" });
    return;
  }
  cancelLegTimer(turn, leg.id, "ring");
  if (leg.direction === "Outbound") queueEvent(turn, { type: "CALL_ANSWERED", legId: leg.id });
  else legWasAnswered(turn, leg.id);
}

/** The far end, the network or a failure of this server ended the leg. */
export function legEnded(turn: Turn, leg: Leg, end: LegEnd): void {
  const code = codeOfEnd(end, turn.config.compatibility);
  const cause = explainEnd(end);
  if (leg.calledFor !== undefined && !couldTalk(turn, leg)) {
    forgetPartner(turn, leg, cause);
    stepRunning(turn, { type: "partner-failed", cause: `${tagOf(leg)}: ${cause}`, isOurs: end.type === "failed" });
    return;
  }
  finishLeg(turn, leg, { endType: end.type, code, cause, quiet: false });
}

/** An operator hung the leg up: the function hears of it as of an end by the far end. */
export function hungUpByOperator(turn: Turn, leg: Leg): void {
  const cause = "hung up by an operator";
  const isConnected = leg.state.type === "answered";
  closeLeg(turn, leg, {});
  if (leg.calledFor !== undefined && !couldTalk(turn, leg)) {
    forgetPartner(turn, leg, cause);
    stepRunning(turn, { type: "partner-failed", cause: `${tagOf(leg)}: ${cause}`, isOurs: false });
    return;
  }
  finishLeg(turn, leg, { endType: "by-operator", code: isConnected ? 0 : 480, cause, quiet: false });
}

/** The telephone is in the meeting: the action that joined it is told. Contract: actions-join-chime-meeting */
export function meetingJoined(turn: Turn, leg: Leg, { meetingId, attendeeId }: JoinedMeeting): void {
  const meeting = { meetingId, attendeeId };
  changeLeg(turn, leg.id, (one) => {
    one.state = { type: "answered", answeredAt: turn.at };
    one.meeting = meeting;
  });
  observe(turn, { type: "leg-changed", participantTag: tagOf(leg), state: "answered", cause: undefined, meeting });
  stepRunning(turn, { type: "partner-answered" });
}

/** The meeting lets nobody in, or could not be joined: its leg never was there. Contract: actions-join-chime-meeting-refused */
export function meetingRefused(turn: Turn, leg: Leg, cause: string, isOurs: boolean): void {
  forgetPartner(turn, leg, cause);
  stepRunning(turn, { type: "partner-failed", cause, isOurs });
}

/** The meeting has ended, or the telephone was put out of it, and stays with the application. Contract: events-hangup-meeting */
export function meetingLeft(turn: Turn, leg: Leg, cause: string): void {
  finishLeg(turn, leg, { endType: "meeting-left", code: 0, cause, quiet: false });
}

/** Whether a leg that was called was up together with the one that it was called for. One that leaves while the first leg is still being answered
 * was never joined. It counts as not answered: the function gets one ACTION_FAILED, and no HANGUP of a leg that it does not know. Contract:
 * events-hangup-unanswered-partner */
function couldTalk(turn: Turn, { calledFor, state }: Leg): boolean {
  const other = calledFor === undefined ? undefined : findLeg(turn, calledFor);
  return state.type === "answered" && other?.state.type !== "answering";
}

/** Ends the legs that actions of this turn hang up. One that is replaced by another is no leg of the call any more. Contract: actions-hangup,
 * actions-bridge-second */
export function endLegsByAction(turn: Turn): void {
  for (const { legId, code, action } of turn.hangUps.splice(0)) {
    const leg = findLeg(turn, legId);
    if (leg === undefined || !isLive(leg)) continue;
    closeLeg(turn, leg, { status: statusOfHangup(turn, code ?? 0) });
    const end = { endType: "hung-up", code, cause: "hung up by the application", quiet: false } as const;
    finishLeg(turn, leg, action === undefined ? end : { ...end, action });
    if (action === undefined) turn.state.legs = turn.state.legs.filter((one) => one.id !== legId);
  }
}

/** Ends all legs: the application cannot go on, a limit was met, or the server stops. Events other than HANGUP are dropped. */
export function endCall(turn: Turn, { keepsResults = false, reason, ...why }: CallEnd): void {
  const isKept = ({ type, awaited }: PendingEvent) => type === "HANGUP" || (keepsResults && awaited !== undefined);
  turn.state.pendingEvents = turn.state.pendingEvents.filter(isKept);
  if (turn.state.pendingEvents.every(({ awaited }) => awaited === undefined)) cancelTimer(turn, "awaited");
  const keptLegId = keepsResults ? legOfLateResult(turn) : undefined;
  if (keptLegId === undefined) dropList(turn);
  // First the leg whose action has a result to report, so that it comes before every HANGUP.
  const { legs } = turn.state;
  for (const { id } of [...legs.filter(({ id }) => id === keptLegId), ...legs.filter(({ id }) => id !== keptLegId)]) {
    // A meeting leaves with its telephone.
    const leg = findLeg(turn, id);
    if (leg === undefined || !isLive(leg)) continue;
    closeLeg(turn, leg, { reason });
    finishLeg(turn, leg, { ...why, quiet: leg.id !== keptLegId });
  }
}

/** Nobody answered within the ring timeout. Contract: sip-and-media-ring-timeout */
export function ringTimedOut(turn: Turn, legId: LegId): void {
  const leg = findLeg(turn, legId);
  if (leg === undefined) return;
  if (leg.state.type !== "dialing" && leg.state.type !== "ringing") return;
  const seconds = turn.config.limits.ringTimeoutMs / 1000;
  closeLeg(turn, leg, { reason: { status: 408, text: "not answered in time" } });
  const cause = `not answered within ${seconds} s`;
  finishLeg(turn, leg, { endType: "not-answered", code: 480, cause, quiet: false });
}

/** Why a call ends as a whole. `keepsResults`: results of recordings are reported before HANGUP. */
interface CallEnd {
  readonly endType: CallEndType;
  readonly cause: string;
  readonly code: number;
  /** The reason for far ends that are connected. */
  readonly reason: HangUpReason;
  readonly keepsResults?: boolean;
}

/** The application cannot go on with the call. */
export const applicationFailed: HangUpReason = { status: 500, text: "the application failed" };

/** The SIP status that refuses an unanswered call which a Hangup ends. Contract: actions-hangup-zero-unanswered */
function statusOfHangup(turn: Turn, code: number): 480 | 486 | 603 {
  if (code === 0) return turn.config.compatibility.statusOfHangupZero;
  return code === 486 ? 486 : 480;
}

/** How the far end learns of it: by the status of a refusal if unanswered, else by a Reason header; undefined for a usual end. */
interface LegClosing {
  readonly status?: 480 | 486 | 603 | 503;
  readonly reason?: HangUpReason;
}

function closeLeg(turn: Turn, leg: Leg, { reason, status = statusOfReason(reason) }: LegClosing): void {
  if (leg.state.type === "created") return;
  if (leg.state.type === "offered") emit(turn, { do: "reject-leg", legId: leg.id, status });
  else release(turn, leg, reason);
}

/** A server that stops is not a called party that is away: trunks go on to another one at 503. Contract: sip-and-media-draining */
function statusOfReason(reason: HangUpReason | undefined): 480 | 503 {
  return reason?.status === 503 ? 503 : 480;
}

/** How a leg ended. `quiet`: the action on it is dropped without an event. `action`: the Hangup that ended it; while another leg
 * stays, the list waits for the reply to HANGUP. Contract: events-hangup-partner, events-hangup-first-leg */
interface LegFinish {
  readonly endType: CallEndType;
  readonly code: number | undefined;
  readonly cause: string;
  readonly quiet: boolean;
  readonly action?: JsonObject;
}

function finishLeg(turn: Turn, leg: Leg, end: LegFinish): void {
  leaveMeetingOf(turn, leg.id);
  setLegState(turn, leg.id, { type: "ended", endedAt: turn.at });
  cancelLegTimer(turn, leg.id, "ring");
  cancelLegTimer(turn, leg.id, "unanswered");
  unbridgeLeg(turn, leg.id);
  dropListener(turn, leg.id);
  endRecording(turn, leg.id);
  observeLeg(turn, leg, "ended", end.cause);
  // A list that waited for the leg's action may now call another LEG-B, which takes the place of this one.
  const participants = describeParticipants(turn.state.legs, leg.id, turn.config.compatibility);
  if (!end.quiet) legHasLeft(turn, leg.id);
  const holdsList = end.action !== undefined && anyLegLive(turn);
  if (holdsList) turn.state.list = { ...turn.state.list, heldByReply: true };
  tellEnd(turn, leg, end, participants, holdsList);
  if (anyLegLive(turn)) return;
  dropList(turn);
  turn.state.cause = end.cause;
  turn.state.endType = end.endType;
  cancelTimer(turn, "longest-call");
}

/** Queues HANGUP; of a meeting that a Hangup left, and perhaps of another leg, ACTION_SUCCESSFUL. Contract: events-hangup-once,
 * events-hangup-meeting-leg */
function tellEnd(
  turn: Turn,
  leg: Leg,
  { action, code }: LegFinish,
  participants: PendingEvent["participants"],
  holdsList: boolean,
): void {
  const { id: legId, kind } = leg;
  const isHangup = kind === "telephone" || action === undefined || turn.config.compatibility.hangupEventOfMeeting;
  const success = !holdsList ? "never" : isHangup ? successAfterHangup(turn, leg) : "always";
  if (isHangup) {
    const ofLeg = { CallId: legId, ParticipantTag: tagOf(leg) };
    queueEvent(turn, {
      type: "HANGUP",
      legId,
      participants,
      releasesList: holdsList && success !== "always",
      successAfterwards: success === "when-reply-is-empty" ? action : undefined,
      actionData: { Type: "Hangup", Parameters: code === undefined ? ofLeg : { SipResponseCode: code, ...ofLeg } },
    });
  }
  if (action === undefined || success !== "always") return;
  queueEvent(turn, { type: "ACTION_SUCCESSFUL", legId, actionData: action, releasesList: true });
}

/** Whether a Hangup also gets ACTION_SUCCESSFUL. Contract: events-hangup-partner, events-hangup-first-leg */
function successAfterHangup(turn: Turn, { calledFor }: Leg): "never" | "when-reply-is-empty" | "always" {
  const { successAfterHangupOfLegA, successAfterHangupOfLegB } = turn.config.compatibility;
  return calledFor === undefined ? successAfterHangupOfLegA : successAfterHangupOfLegB;
}

function observeLeg(turn: Turn, leg: Leg, state: "ringing" | "answered" | "ended", cause: string | undefined): void {
  observe(turn, { type: "leg-changed", participantTag: tagOf(leg), state, cause });
}

/** The code that HANGUP shows. Contract: events-hangup-code */
function codeOfEnd(
  end: LegEnd,
  { rawSipResponseCodes: isRaw }: Pick<CompatibilitySwitches, "rawSipResponseCodes">,
): number {
  switch (end.type) {
    case "bye":
    case "no-media":
      return 0;
    case "cancelled":
      return isRaw ? 487 : 0;
    case "rejected":
      if (isRaw) return end.status;
      return end.status === 486 || end.status === 600 ? 486 : 480;
    default:
      return 480;
  }
}
