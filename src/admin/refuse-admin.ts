import { AppError } from "../kernel/index.ts";
import type { ApiErrorCode } from "../api/index.ts";

/** An error that becomes an answer of the API.
 * @param message one or more sentences for the caller: what was found, what is right */
export function refuseAdmin(code: ApiErrorCode, message: string): AppError {
  return new AppError(code, message);
}
