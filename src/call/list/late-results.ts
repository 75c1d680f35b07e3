import { systemException, type ActionError, type ActionInput, type ActionProgress } from "../action/action.ts";
import { contextOf, definitionOf } from "./action-context.ts";
import { failureData, observeEnd, observeFailure, reasonOf } from "./action-outcome.ts";
import { queueEvent } from "../event/event-queue.ts";
import type { PendingEvent, RunningAction } from "../state.ts";
import { cancelTimer, startTimer, type Turn } from "../turn.ts";

/** Longest time that events wait for the outcome of an action whose leg has left. */
const longestWaitMs = 30_000;

/** Reserves the position in the order of events for an action that goes on although its leg has left. Contract: events-recording-before-hangup */
export function awaitResult(turn: Turn, action: RunningAction): void {
  queueEvent(turn, { type: "ACTION_SUCCESSFUL", legId: action.legId, awaited: action });
  startTimer(turn, "awaited", longestWaitMs);
}

/** Passes an input to such an action. False: none of them takes it. */
export function stepAwaited(turn: Turn, input: ActionInput): boolean {
  for (const event of turn.state.pendingEvents) {
    const { awaited } = event;
    if (awaited?.phase.type !== "running") continue;
    const { request, value, phase } = awaited;
    const step = definitionOf(turn, request.type).step?.(value, phase.state, input, contextOf(turn, awaited));
    if (step === undefined) continue;
    take(turn, event, awaited, step.type === "failed" ? { ...reasonOf(input), ...step } : step);
    return true;
  }
  return false;
}

/** No outcome came in time: all actions that are waited for have failed. */
export function giveUpAwaited(turn: Turn): void {
  for (const event of turn.state.pendingEvents) {
    if (event.awaited === undefined) continue;
    fail(turn, event, event.awaited, { ...systemException, why: "Its result did not come in time." });
  }
}

/** Its leg has left: other effects of it are dropped. */
function take(turn: Turn, event: PendingEvent, action: RunningAction, step: ActionProgress<unknown>): void {
  switch (step.type) {
    case "running":
      replace(turn, event, { ...event, awaited: { ...action, phase: { type: "running", state: step.state } } });
      return;
    case "failed":
      fail(turn, event, action, step);
      return;
    case "succeeded":
    case "hang-up": {
      const result = step.type === "succeeded" ? step.result : {};
      const actionData = { Type: action.request.type, Parameters: action.echo, ...result };
      observeEnd(turn, action, "succeeded");
      replace(turn, event, { ...event, actionData, awaited: undefined });
      return;
    }
    default:
      step satisfies never;
  }
}

function fail(turn: Turn, event: PendingEvent, action: RunningAction, error: ActionError): void {
  observeFailure(turn, action, error);
  replace(turn, event, {
    ...event,
    type: "ACTION_FAILED",
    actionData: failureData(turn, action, error),
    awaited: undefined,
  });
}

function replace(turn: Turn, before: PendingEvent, after: PendingEvent): void {
  turn.state.pendingEvents = turn.state.pendingEvents.map((event) => (event === before ? after : event));
  if (turn.state.pendingEvents.every((event) => event.awaited === undefined)) cancelTimer(turn, "awaited");
}
