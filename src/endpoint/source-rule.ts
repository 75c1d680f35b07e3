import type { SourceRule } from "../media/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";

/** From where a caller may be heard: a trunk from the host of its description; a phone whose INVITE came through a proxy from anywhere, if its address
 * is private; all others from hosts that their signalling names. Contract: sip-and-media-audio-source
 * @param headers of the INVITE */
export function sourceRuleOf(headers: readonly SipHeader[], isTrunk: boolean): SourceRule {
  if (isTrunk) return "described";
  let vias = 0;
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    if (key === "record-route") return "proxied";
    if (key === "via" || key === "v") vias += value.includes(",") ? 2 : 1;
  }
  return vias > 1 ? "proxied" : "named";
}
