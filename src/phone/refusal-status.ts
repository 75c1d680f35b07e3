import { AppError } from "../kernel/index.ts";

/** Throws `PHONE_BAD_STATUS` unless a call can be refused with this status. */
export function assertRefusalStatus(status: number): void {
  if (Number.isInteger(status) && status >= 400 && status <= 699) return;
  throw new AppError("PHONE_BAD_STATUS", `a call is refused with a status from 400 to 699, not ${status}`);
}
