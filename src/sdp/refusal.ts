import type { Negotiation, SessionWarning } from "./types.ts";

/** What a refusal of a description says of it: the codecs, else the stream, else the text. RFC 3261 §20.43 */
export function warningOf(refusal: Exclude<Negotiation<object>, { type: "agreed" }>): SessionWarning {
  switch (refusal.type) {
    case "no-common-codec": {
      const offered = refusal.offered.slice(0, mostNamed).join(", ") || "none";
      return { code: 305, text: `no common codec; offered are ${offered}, PCMU and PCMA are spoken here` };
    }
    case "no-audio":
      return { code: refusal.warningCode, text: refusal.why };
    case "malformed":
      return { code: 399, text: refusal.why };
    default:
      return refusal satisfies never;
  }
}

/** Codecs named in a warning. */
const mostNamed = 20;
