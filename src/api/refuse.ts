import { AppError } from "../kernel/index.ts";
import type { ApiErrorCode } from "./errors.ts";

/** The error that ends a request with the answer of `code`.
 * @param message one or more sentences for the caller: the member, what was found, what is right
 * @param retryAfterS seconds after which it is worth to try again */
export function refuse(code: ApiErrorCode, message: string, retryAfterS?: number): AppError {
  return new AppError(code, message, retryAfterS === undefined ? {} : { details: { retryAfterS }, retry: "later" });
}
