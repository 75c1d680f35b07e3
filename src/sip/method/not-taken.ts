import type { Method } from "./method.ts";

/** A method that is refused with 405 wherever it comes. RFC 3261 §8.2.1 */
export function notTaken(name: string): Method {
  return { name, isAllowed: false, outside: { begins: "nothing", cause: "method-not-allowed" }, within: undefined };
}
