import type { Negotiation, SessionWarning } from "./types.ts";

/** The warning for a refused description: about the codecs, else about the stream, else about the text. RFC 3261 §20.43 */
export function warningOf(refusal: Exclude<Negotiation<object>, { type: "agreed" }>): SessionWarning {
  switch (refusal.type) {
    case "no-common-codec": {
      const offered = refusal.offered.slice(0, mostNamed).join(", ") || "none";
      return { code: 305, text: `no common codec; offered are ${offered}, PCMU and PCMA are spoken here` };
    }
    case "no-audio":
      return { code: refusal.warningCode, text: refusal.why };
    case "not-encrypted":
      return { code: 302, text: refusal.why };
    case "malformed":
      return { code: 399, text: refusal.why };
    default:
      return refusal satisfies never;
  }
}

/** Codecs named in a warning. */
const mostNamed = 20;
