import type { ActionError, ActionInput } from "../action/action.ts";
import { definitionOf } from "./action-context.ts";
import { tagOf } from "../participant-tag.ts";
import type { JsonObject, RunningAction } from "../state.ts";
import { emit, findLeg, isFirstTime, firstLeg, observe, type Turn } from "../turn.ts";

/** Failures within this many milliseconds of each other are a series, even with successes between them. A kind of failure that occurs this often
 * in a series is a loop, even if it alternates with others. */
const loopGapMs = 2_000;
const loopFailures = 10;
/** Most kinds that are counted in a series; of further kinds only the first failure is reported. */
const mostKinds = 20;

/** `ActionData` of an ACTION_FAILED. Contract: events-error-pair, events-error-member */
export function failureData(
  turn: Turn,
  { request, echo }: Pick<RunningAction, "request" | "echo">,
  error: ActionError,
): JsonObject {
  const { errorType, errorMessage, legacyError, details } = {
    ...definitionOf(turn, request.type).everyFailure,
    ...error,
  };
  const showsLegacy = legacyError !== undefined && turn.config.compatibility.errorMember;
  return {
    ...{ Type: request.type, Parameters: echo, ErrorType: errorType, ErrorMessage: errorMessage },
    ...(showsLegacy ? { Error: legacyError } : {}),
    ...details,
  };
}

/** What is known of a failure besides its event: why something could not be played or stored, or why the second party did not answer. */
export function reasonOf(input: ActionInput): Pick<ActionError, "why" | "cause"> {
  if ("error" in input) return { why: input.error.message };
  return input.type === "partner-failed" ? { cause: input.cause } : {};
}

/** Reports a failure to observers. If somebody has to fix something, the operator gets the reason, once in a call. Of a function that answers
 * failures with failing actions, each kind of failure is reported once. */
export function observeFailure(
  turn: Turn,
  { request, legId }: Pick<RunningAction, "request" | "legId">,
  error: ActionError,
): void {
  const { errorType, why, isLegGone = false } = error;
  const action = request.type;
  const participantTag = tagOf(findLeg(turn, legId) ?? firstLeg(turn));
  const message = describe(error);
  const warning = `${participantTag} ${action} failed, ${errorType}: ${message}`;
  const { count, repeat } = isLegGone
    ? { count: 1, repeat: 1 }
    : countFailure(turn, `${action} ${participantTag} ${errorType}`, warning);
  const isWarned = why !== undefined && repeat === 1 && isFirstTime(turn, warning);
  const fact = {
    ...({ type: "action-ended", action, participantTag, outcome: "failed" } as const),
    ...{ errorType, message, isLegGone, isWarned, repeat },
  };
  observe(turn, fact);
  if (isWarned) emit(turn, { do: "warn", message: warning, fact });
  if (count === loopFailures) tellLoop(turn, { action, participantTag, errorType, message });
}

function describe({ errorMessage, why, cause }: ActionError): string {
  const more = why ?? cause;
  if (more === undefined || errorMessage.includes(more)) return errorMessage;
  return `${errorMessage}${errorMessage.endsWith(".") ? "" : ":"} ${more}`;
}

/** `count`: failures of this kind in the series. `repeat`: 1 if the text is to be reported: new texts are, until their kind is a loop. */
function countFailure(turn: Turn, kind: string, words: string): { readonly count: number; readonly repeat: number } {
  const last = turn.state.failures;
  if (last !== undefined && turn.at - last.at > loopGapMs) endLoop(turn);
  const kinds = turn.state.failures?.kinds ?? [];
  const known = kinds.find((one) => one.kind === kind);
  const count = (known?.count ?? 0) + 1;
  const isNew =
    known === undefined ? kinds.length < mostKinds : count < loopFailures && !known.reported.includes(words);
  const counted = { kind, count, reported: isNew ? [...(known?.reported ?? []), words] : (known?.reported ?? []) };
  const others = kinds.filter((one) => one !== known);
  turn.state.failures = { at: turn.at, kinds: known === undefined && !isNew ? kinds : [...others, counted] };
  return { count, repeat: isNew ? 1 : Math.max(2, count) };
}

interface Loop {
  readonly action: string;
  readonly participantTag: string;
  readonly errorType: string;
  readonly message: string;
}

function tellLoop(turn: Turn, loop: Loop): void {
  const fact = { type: "function-loops", ...loop, count: loopFailures } as const;
  observe(turn, fact);
  const { participantTag, action, errorType, message } = loop;
  const words =
    `the function loops: ${participantTag} ${action} failed ${loopFailures} times in a row, ${errorType}: ${message.replace(/\.$/, "")}; ` +
    "it answers failures with actions that fail";
  if (isFirstTime(turn, words)) emit(turn, { do: "warn", message: words, fact });
}

/** Ends the series of failures, and reports how many there were of each kind that was a loop. */
export function endLoop(turn: Turn): void {
  const kinds = turn.state.failures?.kinds ?? [];
  turn.state.failures = undefined;
  for (const { reported, count } of kinds) {
    const what = reported.length > 1 ? `${reported[0]}, and its like` : (reported[0] ?? "");
    if (count >= loopFailures) observe(turn, { type: "function-looped", what, count });
  }
}

/** Reports any other end of an action to observers. */
export function observeEnd(
  turn: Turn,
  { request, legId }: Pick<RunningAction, "request" | "legId">,
  outcome: "succeeded" | "interrupted" | "dropped",
): void {
  const participantTag = tagOf(findLeg(turn, legId) ?? firstLeg(turn));
  observe(turn, {
    type: "action-ended",
    action: request.type,
    participantTag,
    outcome,
    errorType: undefined,
    message: undefined,
    isLegGone: false,
    isWarned: false,
    repeat: 1,
  });
}
