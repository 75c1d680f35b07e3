import type { RequestRefusal } from "./session-effects.ts";
import type { SessionState } from "./session-state.ts";

/** Whether we may make an offer now: no INVITE of either side is on its way, and no offer is pending. RFC 3261 §14.1 */
export function mayOffer({ phase }: SessionState): boolean {
  return phase.type === "confirmed";
}

/** Why an offer, or the wish for ours, cannot be taken now; undefined: it can. An UPDATE asks only that no offer is pending: the answer in our 2xx
 * has ended that of an INVITE, also before its ACK comes. RFC 3261 §14.2, RFC 3311 §5.2, RFC 6141 §3 */
export function whyNoOffer({ phase }: SessionState, method: "INVITE" | "UPDATE"): RequestRefusal | undefined {
  switch (phase.type) {
    case "early":
      return { cause: "offer-too-early", why: "the first offer is not answered yet", lines: "Retry-After: 2\r\n" };
    case "answering":
      return { cause: "offer-too-early", why: "the offer before is not answered yet", lines: "Retry-After: 2\r\n" };
    case "offering":
      return { cause: "offer-pending", why: "an offer of this server is on its way" };
    case "waiting-for-ack":
      if (method === "UPDATE" && !phase.bringsAnswer) return undefined;
      return { cause: "offer-pending", why: "the ACK of the 200 before has not come" };
    default:
      return undefined;
  }
}
