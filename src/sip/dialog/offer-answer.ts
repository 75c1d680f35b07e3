import type { RequestRefusal } from "./session-effects.ts";
import type { SessionState } from "./session-state.ts";

/** Whether we may make an offer now: no INVITE of either side is on its way, and no offer is pending. RFC 3261 §14.1 */
export function mayOffer({ phase }: SessionState): boolean {
  return phase.type === "confirmed";
}

/** Why an offer, or the wish for ours, cannot be taken now; undefined: it can. RFC 3261 §14.2, RFC 3311 §5.2 */
export function whyNoOffer({ phase }: SessionState): RequestRefusal | undefined {
  switch (phase.type) {
    case "early":
      return { cause: "offer-too-early", why: "the first offer is not answered yet", lines: "Retry-After: 2\r\n" };
    case "answering":
      return { cause: "offer-too-early", why: "the offer before is not answered yet", lines: "Retry-After: 2\r\n" };
    case "offering":
      return { cause: "offer-pending", why: "an offer of this server is on its way" };
    case "waiting-for-ack":
      return { cause: "offer-pending", why: "the ACK of the 200 before has not come" };
    default:
      return undefined;
  }
}
