import { requireRefusal } from "./checks.ts";
import type { Method } from "./method.ts";

/** Ends a call. RFC 3261 §15.1.2 */
export const bye: Method = {
  name: "BYE",
  isAllowed: true,
  outside: { begins: "nothing", cause: "no-dialog" },
  within: { checks: [requireRefusal], read: () => ({ type: "bye" }) },
};
