import { AppError, errorCode, errorMessage } from "../kernel/index.ts";
import type { ApiErrorCode } from "../api/index.ts";

/** An error that becomes an answer of the API.
 * @param message one or more sentences for the caller: what was found, what is right */
export function refuseAdmin(code: ApiErrorCode, message: string): AppError {
  return new AppError(code, message);
}

/** What a history that cannot be read is to the one who asks. */
export function asRefusal(error: unknown): never {
  const code = errorCode(error);
  if (code === "HISTORY_NOT_FOUND") throw refuseAdmin("API_NOT_FOUND", errorMessage(error));
  if (code === "HISTORY_BAD_CURSOR" || code === "STORE_BAD_TOKEN")
    throw refuseAdmin("API_BAD_REQUEST", errorMessage(error));
  if (code === "TESTING_BAD_SCENE") throw refuseAdmin("API_BAD_REQUEST", errorMessage(error));
  const isOfFunction = code?.startsWith("INVOKE_") === true || code === "TESTING_CANNOT_WRITE";
  if (isOfFunction || code?.startsWith("HISTORY_") === true)
    throw refuseAdmin("API_UNPROCESSABLE", errorMessage(error));
  throw error;
}
