import type { ActionError } from "../../call/index.ts";

/** A parameter whose value is not allowed. `why` is for the log. */
export function invalidParameter(errorMessage: string, why?: string): ActionError {
  return { errorType: "InvalidActionParameter", errorMessage, ...(why === undefined ? {} : { why }) };
}

/** The words of the original for most parameters of the newer actions. Contract: actions-error-wording */
export function isInvalid(name: string): ActionError {
  return invalidParameter(`The ${name} parameter is invalid.`);
}

/** The words of the original for the others. */
export function valueIsInvalid(name: string): ActionError {
  return invalidParameter(`${name} parameter value is invalid.`);
}

/** The words of the original for a required parameter of the newest actions that is absent. */
export const missingParameter: ActionError = {
  errorType: "MissingRequiredActionParameter",
  errorMessage: "Missing required action parameter.",
};
