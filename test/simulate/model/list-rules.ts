import type { CallFact } from "../../../src/call/index.ts";
import type { LegId } from "../../../src/kernel/index.ts";
import type { BookedLeg } from "../book.ts";
import type { Fail, Step } from "../watch.ts";
import { meetingId } from "../world/rooms.ts";
import { answersLeg, failsWithLeg, neverWorks, takesMeeting, tellsAtOnce } from "./action-traits.ts";
import { clearList, expectEvent, legOf, type CallModel, type Planned } from "./call-model.ts";
import { whyEnd } from "./due.ts";

type Fact<Type extends CallFact["type"]> = Extract<CallFact, { type: Type }>;

/** Whether an action of this type can run on the leg as it is. */
function canRun(type: string, { kind, state }: BookedLeg): boolean {
  if (kind === "meeting" && !takesMeeting.has(type)) return false;
  if (type === "ModifyChimeMeetingAttendees") return kind === "meeting" && state === "answered";
  if (type === "Hangup" || state === "answered") return true;
  if (state === "over") return false;
  const canBeAnswered = state === "offered" || state === "answering";
  return canBeAnswered || (!answersLeg.has(type) && type !== "CallAndBridge");
}

/** An action has the floor: it was the next one, it could run, and on the leg that it means. */
export function actionStarted(model: CallModel, fact: Fact<"action-started">, fail: Fail): void {
  const next = takeNext(model, fact.action, fail);
  const leg = legOf(model, next);
  if (leg === undefined || !canRun(next.type, leg)) return fail(`${fact.action} starts on a leg that it cannot run on`);
  if (leg.tag !== fact.participantTag)
    fail(`${fact.action} starts on ${fact.participantTag}, but ${leg.tag} was meant`);
  if (isRefused(model, next) || isOutOfPlace(model, next, leg)) fail(`${fact.action} starts with wrong parameters`);
  const parameters = fact.parameters as Planned["parameters"];
  model.running = { type: next.type, leg, parameters, recordingId: undefined };
  return undefined;
}

function takeNext(model: CallModel, action: string, fail: Fail): Planned {
  if (model.running !== undefined) fail(`${action} begins while ${model.running.type} has the floor`);
  if (model.heldBy !== undefined) fail(`${action} begins before the reply to ${model.heldBy.type}`);
  const next = model.queue.shift();
  if (next === undefined) return fail(`${action} begins, but the list is empty`);
  if (next.type !== action) fail(`${action} begins, but ${next.type} is next`);
  return next;
}

/** An action has ended: the list goes on, stands still or is dropped, and an event may be due. Contract: events-success-last, events-success-midway, events-failure-ends-list, events-list-replaced */
export function actionEnded(model: CallModel, fact: Fact<"action-ended">, step: Step, fail: Fail): void {
  if (takeAwaited(model, fact, step)) return;
  const { running } = model;
  if (running === undefined) {
    const next = takeNext(model, fact.action, fail);
    if (fact.outcome !== "failed") fail(`${fact.action} ended as ${fact.outcome} without having begun`);
    checkFailure(model, next, fact, fail);
    failed(model, fact, legOf(model, next)?.id ?? next.defaultLegId);
    return;
  }
  if (running.type !== fact.action) fail(`${fact.action} ends, but ${running.type} has the floor`);
  model.running = undefined;
  switch (fact.outcome) {
    case "succeeded":
      return succeeded(model, running.type, running.leg, running.parameters["SipResponseCode"]);
    case "failed":
      if (running.leg.state === "over" && !leavesBehind(model, running.type, running.leg, "failed")) {
        fail(`${fact.action} failed, but it ends in silence when its leg leaves`);
      }
      return failed(model, fact, running.leg.id);
    case "interrupted":
      if (!model.step.interrupts) fail(`${fact.action} is interrupted, but no new list is there`);
      model.step.interrupts = false;
      expectEvent(model, "ACTION_INTERRUPTED", running.leg.id, fact.action);
      return undefined;
    default:
      model.step.mustEnd ??= whyEnd(model, undefined, true);
      if (running.leg.state !== "over" && model.step.mustEnd === undefined) fail(`${fact.action} is dropped`);
      if (running.leg.state === "over" && !leavesBehind(model, running.type, running.leg, "dropped")) {
        fail(`${fact.action} is dropped, but its end must be told when its leg leaves`);
      }
      return clearList(model);
  }
}

/** Whether its parameters are wrong. Contract: leniency-hangup-code-wrong, actions-bridge-headers */
function isRefused({ switches }: CallModel, { type, parameters }: Planned): boolean {
  if (type === "CallAndBridge" && parameters["SipHeaders"] !== undefined && !switches.sipHeadersWithPstn) return true;
  if (type === "Hangup" && parameters["SipResponseCode"] === 500 && !switches.acceptWrongHangupCode) return true;
  if (type === "RecordAudio" && parameters["DurationInSeconds"] === undefined && switches.recordingNeedsDuration)
    return true;
  return parameters["Flaw"] === true;
}

/** Whether the legs of the call do not let it begin. Contract: actions-bridge-second, actions-bridge-in-meeting, actions-join-chime-meeting-leg,
 * actions-modify-chime-meeting-attendees-fails */
function isOutOfPlace({ book: { b }, switches }: CallModel, { type, parameters }: Planned, leg: BookedLeg): boolean {
  const hasPartner = b !== undefined && b.state !== "over";
  if (type === "JoinChimeMeeting") return leg.tag === "LEG-B" || hasPartner;
  if (type === "CallAndBridge")
    return leg.tag === "LEG-B" || (hasPartner && (b.kind === "meeting" || !switches.replaceLegB));
  return type === "ModifyChimeMeetingAttendees" && parameters["MeetingId"] !== meetingId;
}

/** How an action ends when its leg leaves. Contract: events-leg-leaves-action */
function leavesBehind(model: CallModel, type: string, leg: BookedLeg, outcome: "failed" | "dropped"): boolean {
  if (model.step.mustEnd !== undefined) return true;
  return (
    (leg.wasAnswered && failsWithLeg.has(type) && model.switches.tellActionWhenLegLeaves) === (outcome === "failed")
  );
}

/** A result that came although the leg has left. */
function takeAwaited(model: CallModel, fact: Fact<"action-ended">, { input, before }: Step): boolean {
  const isGivenUp = input.type === "timer-fired" && model.book.timerName(before, input.timerId) === "awaited";
  const recordingId = "recordingId" in input ? input.recordingId : undefined;
  const event = model.events.find((one) => one.awaits !== undefined && (isGivenUp || one.awaits === recordingId));
  if (event === undefined) return false;
  event.awaits = undefined;
  if (fact.outcome === "failed") event.type = "ACTION_FAILED";
  event.errorType = fact.errorType;
  return true;
}

function succeeded(model: CallModel, type: string, leg: BookedLeg, code: unknown): void {
  if (type === "Hangup" && leg.state !== "over") {
    model.step.hangUps.set(leg.id, code as number | undefined);
    return;
  }
  const isLast = model.queue.length === 0 && model.replacement === undefined;
  const isReported = isLast || (tellsAtOnce.has(type) && !isOutdated(model));
  model.queue = model.replacement ?? model.queue;
  model.replacement = undefined;
  const event = isReported ? expectEvent(model, "ACTION_SUCCESSFUL", leg.id, type) : undefined;
  if (!isLast) model.heldBy = event;
}

/** Contract: events-outlived-update */
function isOutdated({ replacement, switches }: CallModel): boolean {
  return replacement !== undefined && !switches.tellActionThatOutlivedUpdate;
}

function failed(model: CallModel, { action, errorType }: Fact<"action-ended">, legId: LegId): void {
  const event = isOutdated(model) ? undefined : expectEvent(model, "ACTION_FAILED", legId, action, { errorType });
  model.queue = model.replacement ?? [];
  if (model.replacement !== undefined) model.heldBy = event;
  model.replacement = undefined;
}

/** An action may fail at once for its leg, for its parameters, or since it never works. */
function checkFailure(model: CallModel, next: Planned, fact: Fact<"action-ended">, fail: Fail): void {
  const leg = legOf(model, next);
  if (leg === undefined || !canRun(next.type, leg) || isRefused(model, next) || neverWorks.has(next.type)) return;
  if (isOutOfPlace(model, next, leg)) return;
  fail(`${fact.action} fails at once with ${fact.errorType}: ${fact.message}; nothing is wrong with it`);
}
