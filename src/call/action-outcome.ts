import type { ActionError, ActionInput } from "./action.ts";
import type { JsonObject, RunningAction } from "./state.ts";
import { emit, findLeg, isFirstTime, observe, type Turn } from "./turn.ts";

/** Equal failures in a row within so many milliseconds each are a loop when they are so many. */
const loopGapMs = 2_000;
const loopFailures = 10;

/** `ActionData` of an ACTION_FAILED. Contract: events section 2.4, actions section 4 row 4 */
export function failureData(
  turn: Turn,
  { request, echo }: Pick<RunningAction, "request" | "echo">,
  error: ActionError,
): JsonObject {
  const { errorType, errorMessage, legacyError, details } = error;
  const showsLegacy = legacyError !== undefined && turn.config.compatibility.errorMember;
  return {
    ...{ Type: request.type, Parameters: echo, ErrorType: errorType, ErrorMessage: errorMessage },
    ...(showsLegacy ? { Error: legacyError } : {}),
    ...details,
  };
}

/** What is known of a failure beside what its event says: why something could not be played or kept, why the second party is not there. */
export function reasonOf(input: ActionInput): Pick<ActionError, "why" | "cause"> {
  if ("error" in input) return { why: input.error.message };
  return input.type === "partner-failed" ? { cause: input.cause } : {};
}

/** Tells observers of a failure, and the operator, once in a call, why, when somebody has to mend something. A function that answers a
 * failure with the action that failed is told of once. */
export function observeFailure(
  turn: Turn,
  { request, legId }: Pick<RunningAction, "request" | "legId">,
  error: ActionError,
): void {
  const { errorType, why, isLegGone = false } = error;
  const action = request.type;
  const participantTag = findLeg(turn, legId)?.tag ?? "LEG-A";
  const message = describe(error);
  const warning = `${participantTag} ${action} failed, ${errorType}: ${message}`;
  const repeat = isLegGone ? 1 : countFailure(turn, warning);
  const isWarned = why !== undefined && isFirstTime(turn, warning);
  const fact = {
    ...({ type: "action-ended", action, participantTag, outcome: "failed" } as const),
    ...{ errorType, message, isLegGone, isWarned, repeat },
  };
  observe(turn, fact);
  if (isWarned) emit(turn, { do: "warn", message: warning, fact });
  if (repeat === loopFailures) tellLoop(turn, { action, participantTag, errorType, message });
}

function describe({ errorMessage, why, cause }: ActionError): string {
  const more = why ?? cause;
  if (more === undefined || errorMessage.includes(more)) return errorMessage;
  return `${errorMessage}${errorMessage.endsWith(".") ? "" : ":"} ${more}`;
}

function countFailure(turn: Turn, words: string): number {
  const last = turn.state.lastFailure;
  const isAgain = last?.words === words && turn.at - last.at <= loopGapMs;
  if (!isAgain) endLoop(turn);
  const count = isAgain ? last.count + 1 : 1;
  turn.state.lastFailure = { words, count, at: turn.at };
  return count;
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
    "it answers the failure with the action that failed";
  if (isFirstTime(turn, words)) emit(turn, { do: "warn", message: words, fact });
}

/** Tells how often an action failed in a row, when that was a loop. */
export function endLoop(turn: Turn): void {
  const { lastFailure } = turn.state;
  turn.state.lastFailure = undefined;
  if (lastFailure === undefined || lastFailure.count < loopFailures) return;
  observe(turn, { type: "function-looped", what: lastFailure.words, count: lastFailure.count });
}

/** Tells observers of another end. */
export function observeEnd(
  turn: Turn,
  { request, legId }: Pick<RunningAction, "request" | "legId">,
  outcome: "succeeded" | "interrupted" | "dropped",
): void {
  const participantTag = findLeg(turn, legId)?.tag ?? "LEG-A";
  observe(turn, {
    ...({ type: "action-ended", action: request.type, participantTag, outcome } as const),
    ...{ errorType: undefined, message: undefined, isLegGone: false, isWarned: false, repeat: 1 },
  });
}
