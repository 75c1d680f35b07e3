import { closingRefusal, mergedRefusal, requireRefusal, schemeRefusal, securityRefusal } from "./checks.ts";
import type { Method } from "./method.ts";

/** Asks what an INVITE would get. One without hops left is meant for us. RFC 3261 §11.2 */
export const options: Method = {
  name: "OPTIONS",
  isAllowed: true,
  outside: { begins: "query", checks: [schemeRefusal, securityRefusal, mergedRefusal, requireRefusal, closingRefusal] },
  within: { checks: [requireRefusal], read: () => ({ type: "options" }) },
};
