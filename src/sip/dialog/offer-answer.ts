import type { RequestRefusal } from "./session-effects.ts";
import type { Moment, OfferInHand, SessionState } from "./session-state.ts";

/** Whether we may make an offer now: no INVITE of either side is on its way, and no offer is pending. RFC 3261 §14.1 */
export function mayOffer({ phase, inHand }: SessionState): boolean {
  return phase.type === "confirmed" && inHand === undefined;
}

/** Why an offer, or the wish for ours, cannot be taken now; undefined: it can. An UPDATE or PRACK asks only that no offer is pending: reliable
 * messages have ended that of an INVITE, also before the ACK of its 2xx. RFC 3261 §14.2, RFC 3262 §5, RFC 3311 §5.2, RFC 6141 §3 */
export function whyNoOffer(
  { phase, inHand }: SessionState,
  method: OfferInHand["method"],
  now: Moment,
): RequestRefusal | undefined {
  if (inHand !== undefined) return tooEarly("the offer before is not answered yet", now);
  const isInvite = method === "INVITE";
  switch (phase.type) {
    case "early":
      if (phase.exchange === "agreed" && !isInvite) return undefined;
      if (phase.exchange === "offered" && !isInvite) return pending("the offer of this server is not answered yet");
      return tooEarly("the first offer is not answered yet", now);
    case "calling":
      if (phase.isAgreed && !isInvite) return undefined;
      return pending("the offer of this server is not answered yet");
    case "offering":
      return pending("an offer of this server is on its way");
    case "waiting-for-ack":
      if (!isInvite && !phase.bringsAnswer) return undefined;
      return pending("the ACK of the 200 before has not come");
    default:
      return undefined;
  }
}

function pending(why: string): RequestRefusal {
  return { cause: "offer-pending", why };
}

/** Comes again after a time by chance, at most ten seconds. RFC 3261 §14.2, RFC 3311 §5.2 */
function tooEarly(why: string, { chance }: Moment): RequestRefusal {
  return { cause: "offer-too-early", why, lines: `Retry-After: ${Math.floor(chance * 11)}\r\n` };
}
