import type { SourceRule } from "../media/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";

/** From where a caller may be heard: a trunk from the host of its description; a phone whose INVITE came through a proxy from anywhere, if its address
 * is private; all others from hosts that their signalling names. Contract: sip-and-media-audio-source
 * @param headers of the INVITE */
export function sourceRuleOf(headers: readonly SipHeader[], isTrunk: boolean): SourceRule {
  if (isTrunk) return "described";
  const named = (long: string, short = long) =>
    headers.filter(({ name }) => [long, short].includes(name.toLowerCase())).flatMap(({ value }) => value.split(","));
  return named("record-route").length > 0 || named("via", "v").length > 1 ? "proxied" : "named";
}
