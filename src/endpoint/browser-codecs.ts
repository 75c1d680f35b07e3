import { transportNamed } from "../sip-syntax/index.ts";
import type { CodecPreferences } from "../sdp/index.ts";
import type { SipAddress } from "../sip/index.ts";

/** What a browser is asked for where nobody says otherwise: all browsers have these, and the first stays as it is between two of them. RFC 7874 §3 */
const usual: CodecPreferences = { codecs: ["opus", "G722", "PCMU", "PCMA"], order: "ours" };

/** Which codecs a browser's leg takes: those that were configured, else Opus before all others. */
export function browserCodecs(preferences: CodecPreferences): CodecPreferences {
  return preferences.order === "ours" ? preferences : usual;
}

/** Whether who speaks SIP by this transport is a browser. RFC 7118 */
export function isBrowserTransport({ transport }: Pick<SipAddress, "transport">): boolean {
  return transportNamed(transport).records === undefined;
}
