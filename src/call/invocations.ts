import { attributesAfter } from "./reply/attributes.ts";
import { abandonList, holdsNothing, replaceList, resumeList } from "./list/action-list.ts";
import { queueEvent } from "./event/event-queue.ts";
import { buildEvent, describeParticipants } from "./event/build-event.ts";
import type { FunctionReply } from "./inputs.ts";
import { KnownFacts } from "./questions.ts";
import { applicationFailed, dialFirstLeg, endCall } from "./leg-lifecycle.ts";
import { checkReply } from "./reply/reply.ts";
import type { ReplyAction } from "./reply/reply-actions.ts";
import { tellFindings } from "./reply/reply-findings.ts";
import type { Invocation, InvocationEventType, PendingEvent } from "./state.ts";
import {
  anyLegConnected,
  anyLegLive,
  emit,
  isFirstTime,
  isLive,
  firstLeg,
  lookUp,
  nextId,
  observe,
  startTimer,
  type Turn,
} from "./turn.ts";

/** Sends the next event when no invocation is running; until then it waits, whatever it is. Some invocation numbers are reserved, so that each leg can have its HANGUP; the call ends
 * when the next event, or a leg that has come, would need one of them. Contract: events-one-at-a-time, events-sequence,
 * events-invocation-limit, events-invocation-limit-hangup */
export function sendNextEvent(turn: Turn): void {
  const left = countNumbersLeft(turn);
  if (left < 0) endForInvocations(turn);
  if (turn.state.invocation !== undefined) return;
  const [next, ...others] = turn.state.pendingEvents;
  if (next === undefined || next.awaited !== undefined) return;
  if (next.type !== "HANGUP" && left < 1) {
    endForInvocations(turn);
    sendNextEvent(turn);
    return;
  }

  if (isTooFast(turn)) return;
  turn.state.pendingEvents = others;
  const sequence = turn.state.sequence + 1;
  const invocation: Invocation = {
    id: nextId(turn, "i"),
    sequence,
    pending: next,
    event: buildEvent(turn.state, next, sequence, turn.config.compatibility),
    sentAt: turn.at,
    askedAt: turn.at,
    retried: false,
  };
  turn.state.sequence = sequence;
  turn.state.invocation = invocation;
  observe(turn, { type: "invoked", sequence, event: invocation.event });
  invoke(turn, invocation, turn.config.limits.functionDeadlineMs);
}

/** Whether the next invocation must wait for the limit per second. A timer sends it then. Contract: leniency-loops */
function isTooFast(turn: Turn): boolean {
  const { state, at, config } = turn;
  if (state.timers.pace !== undefined) return true;
  const recent = state.invokedAt.slice(-config.limits.invocationsPerSecond);
  const sinceMs = at - (recent[0] ?? -Infinity);
  // If the clock was set back, nothing waits.
  if (recent.length === config.limits.invocationsPerSecond && sinceMs >= 0 && sinceMs < 1_000) {
    startTimer(turn, "pace", 1_000 - sinceMs);
    return true;
  }
  turn.state.invokedAt = [...recent, at].slice(-config.limits.invocationsPerSecond);
  return false;
}

/** Invocations that the call may have besides one HANGUP for each leg. */
function countNumbersLeft({ state, config }: Turn): number {
  let left = config.limits.invocationsPerCall - state.sequence;
  for (const leg of state.legs) if (isLive(leg)) left -= 1;
  for (const { type } of state.pendingEvents) if (type === "HANGUP") left -= 1;
  return left;
}

function endForInvocations(turn: Turn): void {
  const { invocationsPerCall } = turn.config.limits;
  const cause = `the limit of ${invocationsPerCall} invocations per call was reached`;
  if (anyLegLive(turn) && isFirstTime(turn, cause)) emit(turn, { do: "warn", message: `${cause}; the call is ended` });
  endCall(turn, { endType: "too-many-invocations", cause, code: 480, reason: applicationFailed });
}

function invoke(turn: Turn, invocation: Invocation, deadlineMs: number): void {
  const { id, event, via } = invocation;
  const through = via === undefined ? {} : { via };
  emit(turn, { do: "invoke", invocationId: id, target: turn.state.target, event, ...through, deadlineMs });
}

/** Asks the function again, after the time that it had asked for. A timer that fires late may leave no time for it, where that does not begin anew. */
export function askAgain(turn: Turn): void {
  const { invocation } = turn.state;
  if (invocation === undefined) return;
  const isAnew = invocation.owedSince !== undefined && !invocation.retried;
  const again = { ...invocation, askedAt: turn.at, ...(isAnew ? { sentAt: turn.at } : {}) };
  turn.state.invocation = again;
  const leftMs = timeLeft(turn, again);
  if (leftMs > 0) invoke(turn, again, leftMs);
  else takeFailure(turn, again, tooLate);
}

const tooLate: Failure = {
  ...({ type: "failed", reason: "timeout", stack: undefined } as const),
  message: "AWS Lambda client operation timed out. No time was left to ask the function once more.",
};

function timeLeft(turn: Turn, { sentAt }: Invocation): number {
  return turn.config.limits.functionDeadlineMs - (turn.at - sentAt);
}

/** Takes the answer to the running invocation. */
export function takeReply(turn: Turn, invocation: Invocation, reply: FunctionReply): void {
  if (reply.type === "failed") {
    takeFailure(turn, invocation, reply);
    return;
  }
  const { sequence, pending } = invocation;
  const refusal = whyActionsAreIgnored(turn, pending.type);
  const facts = new KnownFacts(firstLeg(turn).from, turn.state.known);
  const checked = checkReply(reply.value, refusal === undefined, turn, facts, reply.cuts);
  if (facts.open.length > 0) {
    lookUp(turn, facts.open, reply);
    return;
  }
  turn.state.invocation = undefined;
  if (reply.isFallback === true) {
    useFallback(turn, invocation, checked);
    return;
  }
  observe(turn, { type: "replied", sequence, tookMs: turn.at - invocation.askedAt, response: reply.value });
  if (pending.type === "NEW_OUTBOUND_CALL") dialFirstLeg(turn);
  tellFindings(turn, sequence, checked.findings);
  if (checked.type === "invalid") {
    takeInvalidReply(turn, invocation, checked.errorType, checked.message);
    return;
  }
  const attributes = attributesAfter(turn, checked.attributes);
  if (attributes.type === "invalid") {
    takeInvalidReply(turn, invocation, attributes.errorType, attributes.message);
    return;
  }
  if (refusal === undefined) turn.state.invalidReplies = 0;
  turn.state.attributes = attributes.map;
  if (refusal !== undefined) {
    const why = checked.unusable ?? (bringsActions(reply.value) ? refusal : undefined);
    if (why !== undefined) observe(turn, { type: "response-ignored", sequence, why });
    return;
  }
  const isUnused = pending.type === "INVALID_LAMBDA_RESPONSE" && !turn.config.compatibility.runActionsAfterInvalidReply;
  if (isUnused && bringsActions(reply.value)) {
    observe(turn, { type: "response-ignored", sequence, why: ignored(pending.type) });
  }
  useActions(turn, invocation, isUnused ? [] : checked.actions, reply.value);
}

function useActions(turn: Turn, invocation: Invocation, actions: readonly ReplyAction[], value: unknown): void {
  const { pending, sequence } = invocation;
  if (actions.length > 0) {
    turn.state.fallbackRuns = false;
    replaceList(
      turn,
      actions.map((action) => ({ defaultLegId: pending.legId, ...action })),
    );
    return;
  }
  if (pending.type === "NEW_INBOUND_CALL" && holdsNothing(turn)) {
    observe(turn, { type: "response-ignored", sequence, why: "Actions list is empty." });
    if (turn.config.compatibility.refuseCallWithoutActions) {
      const cause = "the first reply brought no actions";
      endCall(turn, { endType: "no-actions", cause, code: 480, reason: applicationFailed });
      return;
    }
  }
  if (pending.successAfterwards !== undefined) {
    const { legId, releasesList, successAfterwards: actionData } = pending;
    queueEvent(turn, { type: "ACTION_SUCCESSFUL", legId, actionData, releasesList });
    return;
  }
  if (!pending.releasesList) return;
  if (stopsList(turn, pending, value)) abandonList(turn);
  else resumeList(turn);
}

/** Why the actions of a reply to this event do not run; undefined when they do. Contract: events-reply-use, events-reply-after-the-end */
function whyActionsAreIgnored(turn: Turn, type: InvocationEventType): string | undefined {
  if (type === "NEW_OUTBOUND_CALL" || type === "RINGING" || type === "ACTION_INTERRUPTED") {
    return ignored(type);
  }
  if (type === "HANGUP" && !anyLegConnected(turn)) return "no participant is connected any more";
  return anyLegLive(turn) ? undefined : "the call has ended";
}

function ignored(type: InvocationEventType): string {
  return `actions in a reply to ${type} are ignored`;
}

/** Whether a reply without actions ends the list. Contract: events-list-continues */
function stopsList(turn: Turn, { type }: PendingEvent, value: unknown): boolean {
  return turn.config.compatibility.emptyActionsStopList && type === "ACTION_SUCCESSFUL" && sentActions(value) === 0;
}

function bringsActions(value: unknown): boolean {
  return (sentActions(value) ?? 0) > 0;
}

/** Number of actions in a reply; undefined when it has no list. */
function sentActions(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("Actions" in value)) return undefined;
  return Array.isArray(value.Actions) ? value.Actions.length : undefined;
}

/** Tells the function that its reply was refused; so many in a row end the call. Contract: events-invalid-lambda-response,
 * events-invalid-in-a-row */
function takeInvalidReply(turn: Turn, invocation: Invocation, errorType: string, message: string): void {
  const { pending, sequence } = invocation;
  observe(turn, { type: "response-invalid", sequence, errorType, message });
  if (!anyLegLive(turn)) return;
  turn.state.invalidReplies += 1;
  const { invalidReplies: most } = turn.config.limits;
  if (turn.state.invalidReplies >= most) {
    const which = most === 1 ? "a reply" : `${most} replies in a row`;
    const cause = `${which} could not be used: ${message}`;
    endCall(turn, { endType: "bad-replies", cause, code: 480, reason: applicationFailed });
    return;
  }
  const report: PendingEvent = {
    type: "INVALID_LAMBDA_RESPONSE",
    actionData: undefined,
    error: { type: errorType, message },
    participants: describeParticipants(turn.state.legs, pending.legId, turn.config.compatibility),
    legId: pending.legId,
    releasesList: pending.releasesList,
    successAfterwards: pending.successAfterwards,
    awaited: undefined,
  };
  turn.state.pendingEvents = [report, ...turn.state.pendingEvents];
}

type Failure = Extract<FunctionReply, { type: "failed" }>;

/** A failed invocation: once more, another function, the next target, the actions of the configuration, or the end. Contract: events-retry,
 * events-repeated, events-fallback, events-failover, events-fallback-actions, events-function-failed, events-function-failed-answered */
function takeFailure(turn: Turn, failed: Invocation, failure: Failure): void {
  const fallbackActions = failed.fallbackActions ?? failure.fallbackActions;
  const invocation: Invocation = fallbackActions === undefined ? failed : { ...failed, fallbackActions };
  const { sequence, pending, via } = invocation;
  const { reason, message, stack, target = via ?? turn.state.target.functionArn } = failure;
  const consequence = whatFollows(turn, invocation, failure);
  const facts = { sequence, event: pending.type, target, tookMs: turn.at - invocation.askedAt };
  observe(turn, { type: "function-failed", ...facts, reason, message, stack, consequence });

  turn.state.invocation = undefined;
  switch (consequence) {
    case "retried":
      if (mayBeRetried(turn, invocation, failure)) retry(turn, invocation, failure.retryAfterMs ?? 0);
      else askLater(turn, invocation, failure);
      return;
    case "fallback-asked": {
      const { fallback = "" } = failure;
      const next = { ...invocation, id: nextId(turn, "i"), askedAt: turn.at, retried: false, via: fallback };
      turn.state.invocation = next;
      invoke(turn, next, timeLeft(turn, next));
      return;
    }
    case "fallback-actions": {
      // It is under way until the actions are checked, which may take a look-up.
      turn.state.invocation = invocation;
      const value = { SchemaVersion: "1.0", Actions: fallbackActions };
      takeReply(turn, invocation, { type: "response", value, isFallback: true });
      return;
    }
    case "next-target":
      useNextTarget(turn, invocation.pending);
      return;
    case "call-ended": {
      const cause = `the function failed: ${message}`;
      endCall(turn, { endType: "function-failed", cause, code: 480, reason: applicationFailed });
      return;
    }
    case "call-goes-on":
    case "fallback-goes-on":
      if (whyActionsAreIgnored(turn, invocation.pending.type) === undefined)
        useActions(turn, invocation, [], undefined);
      return;
    case "ignored":
      return;
    default:
      consequence satisfies never;
  }
}

function retry(turn: Turn, invocation: Invocation, delayMs: number): void {
  const again = { ...invocation, id: nextId(turn, "i"), askedAt: turn.at + delayMs, retried: true };
  turn.state.invocation = again;
  if (delayMs > 0) startTimer(turn, "retry", delayMs);
  else invoke(turn, again, timeLeft(turn, again));
}

/** How long what is owed after a loss is tried, and the least time between. */
const owedMs = { longest: 600_000, pause: 5_000 };
/** The function did not get the event; of one that could not be reached it is not certain. */
const untold: ReadonlySet<Failure["reason"]> = new Set(["throttled", "circuit-open", "unreachable"]);

/** Nobody waits for it: it has a deadline of its own. Contract: events-told-after-a-loss */
function askLater(turn: Turn, invocation: Invocation, { reason, retryAfterMs = 0 }: Failure): void {
  const delayMs = Math.max(owedMs.pause, retryAfterMs);
  const { via: _via, owedSince = invocation.sentAt, ...same } = invocation;
  const askedAt = turn.at + delayMs;
  const again = { ...same, id: nextId(turn, "i"), owedSince, sentAt: askedAt, askedAt, retried: false };
  turn.state.invocation = reason === "unreachable" ? marked(turn, again) : again;
  startTimer(turn, "retry", delayMs);
}

function marked({ state, config }: Turn, invocation: Invocation): Invocation {
  const pending = { ...invocation.pending, mayRepeat: true as const };
  return { ...invocation, pending, event: buildEvent(state, pending, invocation.sequence, config.compatibility) };
}

/** Whether it never reached the function, and is owed to it since another process was lost. */
function isStillOwed({ at, state }: Turn, { sentAt, owedSince = sentAt }: Invocation, { reason }: Failure): boolean {
  return state.isAfterLoss === true && untold.has(reason) && at - owedSince < owedMs.longest;
}

/** Runs the actions that the configuration has for a function that failed. They were checked when it was read; what only the call can show to be wrong
 * fails as an action. */
function useFallback(turn: Turn, invocation: Invocation, checked: ReturnType<typeof checkReply>): void {
  if (checked.type === "invalid") {
    const cause = `the function failed, and its fallbackActions cannot be used: ${checked.message}`;
    endCall(turn, { endType: "function-failed", cause, code: 480, reason: applicationFailed });
    return;
  }
  useActions(turn, invocation, checked.actions, undefined);
  turn.state.fallbackRuns = true;
}

/** The next application gets the event as its first. */
function useNextTarget(turn: Turn, pending: PendingEvent): void {
  const [target, ...others] = turn.state.fallbackTargets;
  if (target === undefined) throw new Error("a next target was promised");
  turn.state.target = target;
  turn.state.fallbackTargets = others;
  turn.state.sequence = 0;
  turn.state.pendingEvents = [pending, ...turn.state.pendingEvents];
}

/** The actions have put the call through. */
function areTwoConnected({ state }: Turn): boolean {
  return state.legs.filter((leg) => leg.state.type === "answered").length > 1;
}

function mayBeRetried(turn: Turn, invocation: Invocation, { reason, retryAfterMs = 0 }: Failure): boolean {
  const mayPass = reason === "crashed" || reason === "unreachable" || reason === "throttled";
  return mayPass && !invocation.retried && timeLeft(turn, invocation) > retryAfterMs;
}

function whatFollows(turn: Turn, invocation: Invocation, failure: Failure) {
  const { pending, fallbackActions } = invocation;
  if (mayBeRetried(turn, invocation, failure)) return "retried" as const;
  if (failure.fallback !== undefined && timeLeft(turn, invocation) > 0) return "fallback-asked" as const;
  if (!anyLegLive(turn)) return isStillOwed(turn, invocation, failure) ? ("retried" as const) : ("ignored" as const);
  const isFirst = pending.type === "NEW_INBOUND_CALL";
  if (isFirst && turn.state.fallbackTargets.length > 0) return "next-target" as const;
  if (fallbackActions !== undefined) {
    if (turn.state.fallbackRuns)
      return holdsNothing(turn) && !areTwoConnected(turn) ? ("call-ended" as const) : ("fallback-goes-on" as const);
    if (whyActionsAreIgnored(turn, pending.type) === undefined) return "fallback-actions" as const;
    // The event after this one decides.
    if (anyLegConnected(turn)) return "call-goes-on" as const;
  }
  const goesOn = anyLegConnected(turn) && !turn.config.compatibility.endCallOnFunctionError;
  return goesOn ? ("call-goes-on" as const) : ("call-ended" as const);
}
