import { describeFound } from "../../contract/index.ts";
import type { LegId } from "../../kernel/index.ts";
import {
  invalidLeg,
  systemException,
  type ActionEffect,
  type ActionError,
  type ActionInput,
  type ActionProgress,
} from "../action/action.ts";
import { checkContext, contextOf, definitionOf } from "./action-context.ts";
import { failureData, observeEnd, observeFailure, reasonOf } from "./action-outcome.ts";
import { answersLeg, echoTarget, isUsable, namesLegById, resolveLeg } from "./addressed-leg.ts";
import { listenForDigits } from "../leg/digit-listeners.ts";
import { queueEvent } from "../event/event-queue.ts";
import { awaitResult } from "./late-results.ts";
import { changeRecording, startRecording } from "../leg/background-recordings.ts";
import { bridgeLegs, dialPartner, dropPartner, joinMeeting } from "../leg/partner.ts";
import { tagOf } from "../participant-tag.ts";
import type { JsonObject, Leg, RequestedAction, RunningAction } from "../state.ts";
import {
  cancelLegTimer,
  cancelTimer,
  emit,
  findLeg,
  isLive,
  observe,
  search,
  setLegState,
  startTimer,
  type Turn,
} from "../turn.ts";

/** Replaces what is left of the old list by a new one. The running action is interrupted where its type allows it, else the new list waits for
 * its end. Contract: events-list-replaced, events-interrupt-any-reply, events-interrupt-order, events-uninterrupted */
export function replaceList(turn: Turn, actions: readonly RequestedAction[]): void {
  const { running } = turn.state.list;
  forgetOldHold(turn);
  for (const action of actions) prepare(turn, action);
  if (running === undefined) {
    turn.state.list = { queue: actions, running: undefined, replacement: undefined, heldByReply: false };
    startNextAction(turn);
    return;
  }
  if (!definitionOf(turn, running.request.type).interruptible) {
    const [first, ...others] = actions;
    const cancels = first !== undefined && isHangupOfPartner(turn, first);
    turn.state.list = { queue: [], running, replacement: cancels ? others : actions, heldByReply: false };
    if (cancels) cancelPartner(turn);
    return;
  }
  stopRunning(turn, running);
  observeEnd(turn, running, "interrupted");
  queueEvent(turn, {
    type: "ACTION_INTERRUPTED",
    legId: running.legId,
    actionData: { Type: running.request.type, Parameters: running.echo, ...partialResult(turn, running) },
  });
  turn.state.list = { queue: actions, running: undefined, replacement: undefined, heldByReply: false };
  startNextAction(turn);
}

/** Whether an action ends the second leg while that is being called. A meeting does not ring: it is joined first, and then left. Contract:
 * actions-hangup-ringing */
function isHangupOfPartner(turn: Turn, request: RequestedAction): boolean {
  const definition = definitionOf(turn, request.type);
  const leg = resolveLeg(turn, request, definition);
  if (leg?.calledFor === undefined || leg.kind === "meeting" || definition.endsLeg !== true) return false;
  return leg.state.type === "dialing" || leg.state.type === "ringing";
}

/** Hangs up the second leg that is being called: the action that calls it has failed. */
function cancelPartner(turn: Turn): void {
  dropPartner(turn, "hung up by the application before it answered");
  const cause = "it was hung up by the application before it answered";
  stepRunning(turn, { type: "partner-failed", cause, isOurs: false });
}

/** Events of the old list that were not sent yet no longer decide how the list goes on. */
function forgetOldHold(turn: Turn): void {
  turn.state.pendingEvents = turn.state.pendingEvents.map((event) => ({ ...event, releasesList: false }));
}

/** Resumes a list that waited for the reply to an event of an action in its middle. */
export function resumeList(turn: Turn): void {
  if (!turn.state.list.heldByReply) return;
  turn.state.list = { ...turn.state.list, heldByReply: false };
  startNextAction(turn);
}

/** Drops what is left of a list that waited for the reply to an event of an action in its middle. */
export function abandonList(turn: Turn): void {
  if (!turn.state.list.heldByReply) return;
  turn.state.list = { ...turn.state.list, queue: [], heldByReply: false };
}

/** Whether nothing runs, waits or is held. */
export function holdsNothing(turn: Turn): boolean {
  const { queue, running, replacement, heldByReply } = turn.state.list;
  return queue.length === 0 && running === undefined && replacement === undefined && !heldByReply;
}

/** Ends the list without an event: the call is over. */
export function dropList(turn: Turn): void {
  const { running } = turn.state.list;
  if (running !== undefined) {
    stopRunning(turn, running);
    observeEnd(turn, running, "dropped");
  }
  turn.state.list = { queue: [], running: undefined, replacement: undefined, heldByReply: false };
}

/** Starts the first action of the queue. One that fails at once clears the list. */
function startNextAction(turn: Turn): void {
  const { queue, running, heldByReply } = turn.state.list;
  const [request, ...others] = queue;
  if (running !== undefined || heldByReply || request === undefined) return;
  turn.state.list = { ...turn.state.list, queue: others };

  const definition = definitionOf(turn, request.type);
  const leg = resolveLeg(turn, request, definition);
  if (leg === undefined || !isUsable(turn, leg, definition)) {
    const legId = leg?.id ?? request.defaultLegId;
    const error = leg === undefined && !namesLegById(request) ? (definition.withoutLeg ?? invalidLeg) : invalidLeg;
    fail(turn, { request, legId, echo: request.parameters }, { ...error, cause: whyNoLeg(request, leg) });
    return;
  }
  const check = definition.check(request.parameters, checkContext(turn, leg));
  if (check.type === "bad") {
    fail(turn, { request, legId: leg.id, echo: echoTarget(request.parameters, leg, definition) }, check);
    return;
  }
  const action: RunningAction = {
    request,
    legId: leg.id,
    echo: echoTarget(check.echo, leg, definition),
    value: check.value,
    phase: { type: "answering" },
  };
  turn.state.list = { ...turn.state.list, running: action };
  observe(turn, { type: "action-started", action: request.type, participantTag: tagOf(leg), parameters: action.echo });
  const isUnanswered = leg.state.type === "offered" || leg.state.type === "answering";
  if (isUnanswered && answersLeg(turn, definition)) answerLeg(turn, leg);
  else beginRunning(turn, action);
}

function whyNoLeg({ parameters }: RequestedAction, leg: Leg | undefined): string {
  if (leg?.kind === "meeting" && isLive(leg)) return `${tagOf(leg)} is a meeting.`;
  if (leg !== undefined) return `${tagOf(leg)} is ${leg.state.type}.`;
  return `No leg of this call is ${describeFound(parameters["CallId"] ?? parameters["ParticipantTag"])}.`;
}

/** Asks for the 200 unless that was done; the action begins when the leg is answered. */
function answerLeg(turn: Turn, leg: Leg): void {
  if (leg.state.type !== "offered") return;
  setLegState(turn, leg.id, { type: "answering" });
  cancelLegTimer(turn, leg.id, "unanswered");
  emit(turn, { do: "answer-leg", legId: leg.id });
}

/** The leg was answered: the action that waited for it begins, or goes on. */
export function legWasAnswered(turn: Turn, legId: LegId): void {
  const { running } = turn.state.list;
  if (running?.legId !== legId) return;
  if (running.phase.type === "answering") beginRunning(turn, running);
  else stepRunning(turn, { type: "answered" });
}

/** The leg has left: the action that runs on it ends too. Contract: events-leg-leaves-action */
export function legHasLeft(turn: Turn, legId: LegId): void {
  const { running } = turn.state.list;
  if (running?.legId !== legId) return;
  const { request } = running;
  stopRunning(turn, running);
  const definition = definitionOf(turn, request.type);
  const isReported = running.phase.type === "running" && turn.config.compatibility.tellActionWhenLegLeaves;
  if (isReported && definition.outlivesLeg === true) {
    turn.state.list = { queue: [], running: undefined, replacement: undefined, heldByReply: false };
    awaitResult(turn, running);
    return;
  }
  if (isReported && definition.failsWhenLegLeaves) {
    fail(turn, running, { ...systemException, isLegGone: true, cause: "the party of the leg has left" });
    return;
  }
  observeEnd(turn, running, "dropped");
  turn.state.list = { queue: [], running: undefined, replacement: undefined, heldByReply: false };
}

/** The leg of the running action, if that action outlives its leg and its result is reported. Contract: events-leg-leaves-action */
export function legOfLateResult(turn: Turn): LegId | undefined {
  const { running } = turn.state.list;
  if (running?.phase.type !== "running" || !turn.config.compatibility.tellActionWhenLegLeaves) return undefined;
  return definitionOf(turn, running.request.type).outlivesLeg === true ? running.legId : undefined;
}

/** Passes an input to the running action. False: the action ignores it. */
export function stepRunning(turn: Turn, input: ActionInput): boolean {
  const { running } = turn.state.list;
  if (running === undefined || running.phase.type !== "running") return false;
  const definition = definitionOf(turn, running.request.type);
  const step = definition.step?.(running.value, running.phase.state, input, contextOf(turn, running));
  if (step === undefined) return false;
  take(turn, running, step.type === "failed" ? { ...reasonOf(input), ...step } : step);
  return true;
}

/** The leg that digits must come from to reach the running action. */
export function runningLegId(turn: Turn): LegId | undefined {
  return turn.state.list.running?.legId;
}

function beginRunning(turn: Turn, action: RunningAction): void {
  take(turn, action, definitionOf(turn, action.request.type).start(action.value, contextOf(turn, action)));
}

function take(turn: Turn, action: RunningAction, step: ActionProgress<unknown>): void {
  if (step.type === "hang-up") {
    const leg = findLeg(turn, action.legId);
    if (leg === undefined || !isLive(leg)) {
      succeed(turn, action, {});
      return;
    }
    cancelTimer(turn, "action");
    observeEnd(turn, action, "succeeded");
    turn.state.list = { ...turn.state.list, running: undefined };
    const actionData = { Type: action.request.type, Parameters: action.echo };
    turn.hangUps.push({ legId: action.legId, code: step.sipResponseCode, action: actionData });
    return;
  }
  performAll(turn, action, step.effects);
  switch (step.type) {
    case "running":
      turn.state.list = { ...turn.state.list, running: { ...action, phase: { type: "running", state: step.state } } };
      return;
    case "succeeded":
      succeed(turn, action, step.result);
      return;
    case "failed":
      fail(turn, action, step);
      return;
    default:
      step satisfies never;
  }
}

/** A success is reported for the last action of a list, and at once for types that report in mid-list. Contract: events-success-last,
 * events-success-midway */
function succeed(turn: Turn, action: RunningAction, result: JsonObject): void {
  const { request, legId, echo } = action;
  cancelTimer(turn, "action");
  observeEnd(turn, action, "succeeded");
  const { queue, replacement } = turn.state.list;
  const isLast = queue.length === 0 && replacement === undefined;
  const reports = isLast || (definitionOf(turn, request.type).reportsMidList && !isOutdated(turn));
  turn.state.list = {
    queue: replacement ?? queue,
    running: undefined,
    replacement: undefined,
    heldByReply: reports && !isLast,
  };
  if (reports) {
    queueEvent(turn, {
      type: "ACTION_SUCCESSFUL",
      legId,
      actionData: { Type: request.type, Parameters: echo, ...result },
      releasesList: !isLast,
    });
  }
  startNextAction(turn);
}

/** A failure ends the list and is reported. A new list that waited for the action's end begins when the reply to that has no actions. Contract:
 * events-failure-ends-list, events-idle, events-outlived-update */
function fail(turn: Turn, action: Pick<RunningAction, "request" | "legId" | "echo">, error: ActionError): void {
  const { request, legId, echo } = action;
  cancelTimer(turn, "action");
  observeFailure(turn, action, error);
  const { replacement } = turn.state.list;
  const isUnreported = isOutdated(turn);
  const heldByReply = replacement !== undefined && !isUnreported;
  turn.state.list = { queue: replacement ?? [], running: undefined, replacement: undefined, heldByReply };
  if (isUnreported) {
    startNextAction(turn);
    return;
  }
  queueEvent(turn, {
    type: "ACTION_FAILED",
    legId,
    actionData: failureData(turn, { request, echo }, error),
    releasesList: heldByReply,
  });
}

/** Whether a new list waits for the running action, whose outcome then counts no more. Contract: events-outlived-update */
function isOutdated(turn: Turn): boolean {
  return turn.state.list.replacement !== undefined && !turn.config.compatibility.tellActionThatOutlivedUpdate;
}

function partialResult(turn: Turn, action: RunningAction): JsonObject {
  const { request, value, phase } = action;
  if (phase.type !== "running") return {};
  return definitionOf(turn, request.type).partialResult?.(value, phase.state, contextOf(turn, action)) ?? {};
}

function stopRunning(turn: Turn, running: RunningAction): void {
  if (running.phase.type === "running") {
    performAll(turn, running, definitionOf(turn, running.request.type).stop?.(running.phase.state) ?? []);
  }
  cancelTimer(turn, "action");
}

function performAll(turn: Turn, action: RunningAction, effects: readonly ActionEffect[]): void {
  for (const effect of effects) {
    perform(turn, action, effect);
  }
}

function perform(turn: Turn, { legId, echo }: RunningAction, effect: ActionEffect): void {
  switch (effect.do) {
    case "start-timer":
      startTimer(turn, "action", effect.delayMs);
      return;
    case "listen-for-digits":
      listenForDigits(turn, legId, effect, echo);
      return;
    case "search-pattern":
      search(turn, { legId, asker: "action", digit: undefined }, effect);
      return;
    case "dial-partner":
      dialPartner(turn, legId, effect);
      return;
    case "join-meeting":
      joinMeeting(turn, legId, effect);
      return;
    case "drop-partner":
      dropPartner(turn);
      return;
    case "bridge":
      bridgeLegs(turn, legId);
      return;
    case "start-call-recording":
      startRecording(turn, legId, effect);
      return;
    case "pause-call-recording":
    case "resume-call-recording":
    case "stop-call-recording":
      changeRecording(turn, legId, effect.do);
      return;
    case "ring":
    case "close-early-media":
      if (findLeg(turn, legId)?.state.type !== "offered") return;
      emit(turn, { do: effect.do === "ring" ? "ring-leg" : effect.do, legId });
      return;
    case "answer": {
      const leg = findLeg(turn, legId);
      if (leg !== undefined) answerLeg(turn, leg);
      return;
    }
    default:
      emit(turn, { legId, ...effect });
  }
}

function prepare(turn: Turn, action: RequestedAction): void {
  const definition = definitionOf(turn, action.type);
  if (definition.prepare === undefined) return;
  const leg = resolveLeg(turn, action, definition);
  if (leg === undefined) return;
  const check = definition.check(action.parameters, checkContext(turn, leg));
  if (check.type === "bad") return;
  for (const source of definition.prepare(check.value)) emit(turn, { do: "prepare-audio", source });
}
