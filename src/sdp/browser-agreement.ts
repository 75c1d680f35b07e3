import type { BrowserOffer } from "./browser-offer.ts";
import type { NegotiatedAudio } from "./types.ts";

/** The name of what we send to browsers. RFC 7022 */
export const browserName = "offhook";

/** What is agreed with a browser, by its description. */
export function agreedWithBrowser({ audio, iceUfrag, fingerprint, sections }: BrowserOffer): NegotiatedAudio {
  return { ...audio, browser: { iceUfrag, fingerprint, sections } };
}
