import { readChange } from "./change.ts";
import { bodyRefusal, intervalRefusal, requireRefusal } from "./checks.ts";
import type { Method } from "./method.ts";

/** Brings an offer, or refreshes the session. RFC 3311 §5.2 */
export const update: Method = {
  name: "UPDATE",
  isAllowed: true,
  outside: { begins: "nothing", cause: "no-dialog" },
  within: {
    checks: [requireRefusal, bodyRefusal("Accept: application/sdp\r\n"), intervalRefusal],
    read: (request) => readChange("UPDATE", request),
  },
};
