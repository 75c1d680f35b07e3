import type { JsonAction } from "../../../src/invoke/index.ts";
import type { JsonObject } from "../../../src/call/index.ts";
import type { Step } from "../watch.ts";
import type { Answer } from "../world/random-function.ts";
import { callsPartner, isInterruptible } from "./action-traits.ts";
import {
  expectEvent,
  legOf,
  participantsOf,
  type CallModel,
  type Expected,
  type InFlight,
  type Planned,
} from "./call-model.ts";

const noList: Extract<Answer, { type: "list" }> = { type: "list", actions: [], attributes: undefined, value: null };
const mayPass = ["crashed", "unreachable", "throttled"];
const informs = ["NEW_OUTBOUND_CALL", "RINGING", "ACTION_INTERRUPTED"];

/** What a reply asks for. Contract: events-reply-use, events-list-replaced, events-function-failed, events-invalid-in-a-row */
export function takeReply(model: CallModel, step: Step): void {
  const { input } = step;
  const { inFlight } = model;
  if (inFlight?.again !== undefined) return giveUpLate(model, inFlight, step);
  if (input.type !== "function-replied" || inFlight?.id !== input.invocationId) return undefined;
  const answer = step.answer ?? noList;
  if (answer.type === "failed") takeFailure(model, inFlight, answer, input.at);
  else takeAnswer(model, inFlight, answer);
  return undefined;
}

/** The timer for asking once more fired so late that no time is left. */
function giveUpLate(model: CallModel, inFlight: InFlight, { input, before }: Step): void {
  if (input.type !== "timer-fired" || model.book.timerName(before, input.timerId) !== "retry") return;
  if (input.at - inFlight.sentAt < model.limits.functionDeadlineMs) return;
  takeFailure(model, { ...inFlight, again: undefined, isRetried: true }, { reason: "timeout" }, input.at);
}

function takeAnswer(model: CallModel, { expected }: InFlight, answer: Exclude<Answer, { type: "failed" }>): void {
  model.inFlight = undefined;
  if (expected.type === "NEW_OUTBOUND_CALL") model.isDialDue = true;
  const isUsed = areActionsUsed(model, expected.type);
  const isBlank = answer.type === "list" && (answer.value === null || answer.value === undefined);
  if (isBlank && isUsed && !model.switches.acceptBlankReply) {
    takeInvalid(model, expected);
    return;
  }
  if (answer.type === "invalid") {
    if (isUsed || answer.part === "attributes") takeInvalid(model, expected);
    else if (isOtherwiseUseless(answer.value)) model.step.verdict = "response-ignored";
    return;
  }
  const attributes = attributesAfter(model, answer.attributes);
  if (attributes !== undefined && isTooLarge(attributes, model.limits.attributes)) {
    takeInvalid(model, expected);
    return;
  }
  if (isUsed) model.invalidInARow = 0;
  if (isUsed) model.step.hasFlaw = answer.actions.some(({ Parameters }) => Parameters?.["Flaw"] === true);
  model.attributes = attributes;
  const isUnused = expected.type === "INVALID_LAMBDA_RESPONSE" && !model.switches.runActionsAfterInvalidReply;
  if ((isUnused || !isUsed) && answer.actions.length > 0) model.step.verdict = "response-ignored";
  if (isUsed) takeList(model, expected, isUnused ? { ...answer, actions: [] } : answer);
}

function isTooLarge(map: JsonObject, { entries, bytes }: CallModel["limits"]["attributes"]): boolean {
  return Object.keys(map).length > entries || JSON.stringify(map).length > bytes;
}

/** Contract: events-attributes-keep, events-attributes-replace */
function attributesAfter(
  { attributes, switches }: CallModel,
  sent: JsonObject | null | undefined,
): JsonObject | undefined {
  if (sent === undefined || sent === null) return attributes;
  if (Object.keys(sent).length === 0) return undefined;
  return switches.mergeAttributes ? { ...attributes, ...sent } : sent;
}

function areActionsUsed({ book }: CallModel, type: string): boolean {
  if (informs.includes(type)) return false;
  return type === "HANGUP" ? book.anyConnected() : book.anyLive();
}

function takeList(model: CallModel, expected: Expected, answer: Extract<Answer, { type: "list" }>): void {
  const { actions } = answer;
  if (actions.length > 0) {
    const planned = actions.map(({ Type, Parameters }) => ({
      type: Type,
      parameters: Parameters ?? {},
      defaultLegId: expected.legId,
    }));
    model.fallbackRuns = false;
    model.heldBy = undefined;
    model.replacement = undefined;
    model.queue = planned;
    if (model.running === undefined) return;
    if (isInterruptible.has(model.running.type)) {
      model.step.interrupts = true;
      return;
    }
    model.queue = [];
    model.replacement = cancelsPartner(model, planned[0]) ? planned.slice(1) : planned;
    return;
  }
  const { switches } = model;
  const isIdle = model.running === undefined && model.queue.length === 0 && model.heldBy === undefined;
  if (expected.type === "NEW_INBOUND_CALL" && isIdle) model.step.verdict = "response-ignored";
  if (expected.type === "NEW_INBOUND_CALL" && isIdle && switches.refuseCallWithoutActions) {
    model.step.mustEnd = { why: "the first reply brought no actions", code: 480 };
    return;
  }
  const holds = model.heldBy === expected;
  if (expected.hangupAfterwards && model.book.anyLive()) {
    const success = expectEvent(model, "ACTION_SUCCESSFUL", expected.legId, "Hangup");
    if (holds) model.heldBy = success;
  } else if (holds) {
    const isEmptyList = typeof answer.value === "object" && answer.value !== null && "Actions" in answer.value;
    const stops = switches.emptyActionsStopList && expected.type === "ACTION_SUCCESSFUL" && isEmptyList;
    model.heldBy = undefined;
    if (stops && Array.isArray((answer.value as JsonObject)["Actions"])) model.queue = [];
    else model.queue = model.replacement ?? model.queue;
    model.replacement = undefined;
  }
}

/** A Hangup of the LEG-B that is being called ends that at once; it is the call that fails. */
function cancelsPartner(model: CallModel, first: Planned | undefined): boolean {
  if (first?.type !== "Hangup" || !callsPartner.has(model.running?.type ?? "")) return false;
  const leg = legOf(model, first);
  return (
    leg !== undefined &&
    leg.kind !== "meeting" &&
    (leg.state === "dialing" || leg.state === "ringing") &&
    leg.tag === "LEG-B"
  );
}

/** Whether a reply that nothing is used of has a wrong form, or actions. */
function isOtherwiseUseless(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const { SchemaVersion, Actions } = value as JsonObject;
  return SchemaVersion !== "1.0" || (Array.isArray(Actions) && Actions.length > 0);
}

function takeInvalid(model: CallModel, expected: Expected): void {
  model.step.verdict = "response-invalid";
  if (!model.book.anyLive()) return;
  model.invalidInARow += 1;
  if (model.invalidInARow >= 2) {
    model.step.mustEnd = { why: "two replies in a row could not be used", code: 480 };
    return;
  }
  const report: Expected = {
    ...expected,
    type: "INVALID_LAMBDA_RESPONSE",
    action: undefined,
    code: undefined,
    participants: participantsOf(model, expected.legId),
  };
  if (model.heldBy === expected) model.heldBy = report;
  model.events.unshift(report);
}

type Failure = Pick<Extract<Answer, { type: "failed" }>, "reason" | "retryAfterMs" | "fallback" | "fallbackActions">;

/** Contract: events-retry, events-fallback, events-failover, events-fallback-actions, events-function-failed */
function takeFailure(model: CallModel, failed: InFlight, failure: Failure, at: number): void {
  const { limits, book } = model;
  const { reason, retryAfterMs = 0, fallback } = failure;
  const fallbackActions = failed.fallbackActions ?? failure.fallbackActions?.map(toPlanned);
  const inFlight = { ...failed, fallbackActions };
  const leftMs = limits.functionDeadlineMs - (at - inFlight.sentAt);
  const waits = { ...inFlight, id: "" };
  if (mayPass.includes(reason) && !inFlight.isRetried && leftMs > retryAfterMs) {
    const isAtOnce = retryAfterMs === 0;
    model.inFlight = { ...waits, again: { at: at + retryAfterMs, isAtOnce, via: inFlight.via, isRetried: true } };
    return;
  }
  if (fallback !== undefined && leftMs > 0) {
    model.inFlight = { ...waits, again: { at, isAtOnce: true, via: fallback, isRetried: false } };
    return;
  }
  model.inFlight = undefined;
  if (!book.anyLive()) return;
  if (inFlight.expected.type === "NEW_INBOUND_CALL" && model.targetsLeft > 0) {
    model.targetsLeft -= 1;
    model.sequence = 0;
    model.events.unshift(inFlight.expected);
    return;
  }
  if (fallbackActions !== undefined && standsIn(model, inFlight.expected, fallbackActions)) return;
  if (book.anyConnected() && !model.switches.endCallOnFunctionError) {
    if (areActionsUsed(model, inFlight.expected.type)) takeList(model, inFlight.expected, noList);
    return;
  }
  model.step.mustEnd = { why: "the function failed", code: 480 };
}

/** Whether the actions of the configuration keep the call: they begin, go on, have put it through, or wait for an event that they may answer. */
function standsIn(model: CallModel, expected: Expected, planned: NonNullable<InFlight["fallbackActions"]>): boolean {
  const isUsed = areActionsUsed(model, expected.type);
  if (model.fallbackRuns) {
    const areTwoUp = model.book.legs().filter(({ state }) => state === "answered").length > 1;
    if (isIdle(model) && !areTwoUp) {
      model.step.mustEnd = { why: "the function still fails at the end of its fallbackActions", code: 480 };
    } else if (isUsed) takeList(model, expected, noList);
    return true;
  }
  if (!isUsed) return model.book.anyConnected();
  if (planned.some(({ type }) => type === "Sing")) {
    model.step.mustEnd = { why: "fallbackActions cannot be used", code: 480 };
    return true;
  }
  const actions = planned.map(({ type, parameters }) => ({ Type: type, Parameters: parameters }));
  takeList(model, expected, { type: "list", actions, attributes: undefined, value: { Actions: actions } });
  model.fallbackRuns = true;
  return true;
}

function toPlanned({ Type, Parameters }: JsonAction): Omit<Planned, "defaultLegId"> {
  return { type: Type, parameters: Parameters ?? {} };
}

function isIdle({ running, queue, heldBy, replacement }: CallModel): boolean {
  return running === undefined && queue.length === 0 && heldBy === undefined && replacement === undefined;
}
