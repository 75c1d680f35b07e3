import type { ActionError } from "./action.ts";
import type { JsonObject, RunningAction } from "./state.ts";
import { emit, isFirstTime, observe, type Turn } from "./turn.ts";

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

/** Tells observers of a failure, and the operator, once in a call, why, when there is more to say than the event does. */
export function observeFailure(turn: Turn, action: string, { errorType, errorMessage, why }: ActionError): void {
  const message = why === undefined ? errorMessage : `${errorMessage} ${why}`;
  const fact = { type: "action-ended", action, outcome: "failed", errorType, message } as const;
  observe(turn, fact);
  const warning = `${action} failed: ${message}`;
  if (why !== undefined && isFirstTime(turn, warning)) emit(turn, { do: "warn", message: warning, fact });
}

/** Tells observers of another end. */
export function observeEnd(turn: Turn, action: string, outcome: "succeeded" | "interrupted" | "dropped"): void {
  observe(turn, { type: "action-ended", action, outcome, errorType: undefined, message: undefined });
}
