import type { BookedLeg } from "../book.ts";
import type { Fail } from "../watch.ts";
import { clearList, type CallModel } from "./call-model.ts";

/** All that was due has been done. */
export function checkDue(model: CallModel, isPaced: boolean, fail: Fail): void {
  const { book, step } = model;
  if (step.mustEnd !== undefined && book.anyLive()) fail(`the call goes on, but ${step.mustEnd.why}`);
  if (model.isDialDue && book.a.state === "created") fail("LEG-A is not dialled");
  if (step.verdict !== undefined) fail(`${step.verdict} is not told to observers`);
  if (step.hasFlaw && !model.areFindingsReported) fail("wrong parameters are not told to observers when they come");
  if (model.inFlight?.again?.isAtOnce === true) fail("the invocation was not tried again");
  const isKept = step.settled !== undefined && model.events.some((event) => event.awaits === step.settled);
  if (isKept) fail("the result of a recording is there, but its event still waits");
  if (step.interrupts) fail(`a new list is there, but ${model.running?.type} goes on`);
  if (model.running?.leg.state === "over") fail(`${model.running.type} goes on, but its leg has left`);
  if (!book.anyLive()) {
    if (model.running !== undefined) fail(`${model.running.type} goes on, but no leg is up`);
    clearList(model);
  }
  endTelling(model);
  const end = book.anyLive() ? whyEnd(model) : undefined;
  if (end !== undefined) fail(`the call goes on, but ${end.why}`);
  const [next] = model.events;
  const isReady = next !== undefined && next.awaits === undefined && !isPaced;
  if (model.inFlight === undefined && isReady) fail(`${next.type} is not sent`);
  const isFree = model.running === undefined && model.heldBy === undefined;
  if (isFree && model.queue[0] !== undefined) fail(`${model.queue[0].type} does not begin`);
}

/** Whether the second before leaves room for one more invocation. Contract: leniency-loops */
export function hasPlace({ invokedAt, limits }: CallModel, at: number): boolean {
  return invokedAt.filter((time) => time > at - 1_000).length < limits.invocationsPerSecond;
}

/** A call ends that nothing is done with, or that has no invocations left. `leg` is one that has just been ended for it; `isDropping`:
 * an action has just been dropped for it, with the LEG-B that it was calling. Contract: events-unanswered, events-invocation-limit-hangup */
export function whyEnd(model: CallModel, leg?: BookedLeg, isDropping = false): CallModel["step"]["mustEnd"] {
  const { book, queue, running, replacement, heldBy, inFlight, limits } = model;
  const events = [...model.events, ...model.step.hangupEvents];
  const isIdle = queue.length === 0 && running === undefined && replacement === undefined && heldBy === undefined;
  const isUnanswered = leg === undefined ? book.a.state === "offered" : leg === book.a && !leg.wasAnswered;
  if (model.isOverdue && isUnanswered && isIdle && events.length === 0 && inFlight === undefined) {
    return { why: "nothing is done with the call", code: 480 };
  }
  const live = book.legs().filter((one) => one.state !== "over" || one === leg).length;
  const keptBack =
    live +
    (isDropping ? model.step.gaveUp : 0) +
    (leg === book.a ? model.step.leftMeetings : 0) +
    events.filter((event) => event.type === "HANGUP").length;
  const left = limits.invocationsPerCall - model.sequence - keptBack;
  const [next] = events;
  const isSending = inFlight === undefined && next !== undefined && next.awaits === undefined && next.type !== "HANGUP";
  return left >= (isSending ? 1 : 0) ? undefined : { why: "the limit of invocations is reached", code: 480 };
}

/** The events of the step are complete. When no leg is up and no invocation is left, only HANGUP is still told. */
export function endTelling(model: CallModel): void {
  if (model.step.hangupEvents.length > 0) model.events.push(...model.step.hangupEvents.splice(0));
  if (model.book.anyLive() || whyEnd(model) === undefined) return;
  model.events = model.events.filter((event) => event.type === "HANGUP");
}
