import type { ActionError } from "../call/index.ts";

/** A parameter whose value is not allowed. `why` is for the log. */
export function invalidParameter(errorMessage: string, why?: string): ActionError {
  return { errorType: "InvalidActionParameter", errorMessage, ...(why === undefined ? {} : { why }) };
}
