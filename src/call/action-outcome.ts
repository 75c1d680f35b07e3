import type { ActionError } from "./action.ts";
import type { JsonObject, RunningAction } from "./state.ts";
import { emit, observe, type Turn } from "./turn.ts";

/** `ActionData` of an ACTION_FAILED. */
export function failureData(
  { request, echo }: Pick<RunningAction, "request" | "echo">,
  error: ActionError,
): JsonObject {
  const { errorType, errorMessage, details } = error;
  return { Type: request.type, Parameters: echo, ErrorType: errorType, ErrorMessage: errorMessage, ...details };
}

/** Tells observers of a failure, and the operator why, when there is more to say than the event does. */
export function observeFailure(turn: Turn, action: string, { errorType, errorMessage, why }: ActionError): void {
  const message = why === undefined ? errorMessage : `${errorMessage} ${why}`;
  observe(turn, { type: "action-ended", action, outcome: "failed", errorType, message });
  if (why !== undefined) emit(turn, { do: "warn", message: `${action} failed: ${message}` });
}

/** Tells observers of another end. */
export function observeEnd(turn: Turn, action: string, outcome: "succeeded" | "interrupted" | "dropped"): void {
  observe(turn, { type: "action-ended", action, outcome, errorType: undefined, message: undefined });
}
