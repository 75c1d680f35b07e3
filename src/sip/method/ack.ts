import type { Method } from "./method.ts";

/** Acknowledges a final response to an INVITE. The transactions give it to the INVITE or to its dialog: it is never answered, so that nothing refuses
 * it. RFC 3261 §17 */
export const ack: Method = {
  name: "ACK",
  isAllowed: true,
  outside: { begins: "nothing", cause: "method-not-allowed" },
  within: undefined,
};
