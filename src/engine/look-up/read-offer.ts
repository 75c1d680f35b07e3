import { readInboundOffer, sourceRuleOf } from "../../endpoint/index.ts";
import type { IncomingCall } from "../../sip/index.ts";
import type { CallingTrunk, CallPorts, CallSettings } from "../ports.ts";
import type { CallRefusalCause } from "../refusal-causes.ts";

/** The offer of an INVITE by the rules of who sent it: a phone, a trunk, or anybody. Never rejects.
 * @param trunk that it comes from */
export async function readOffer(
  call: IncomingCall,
  trunk: CallingTrunk | undefined,
  { ports, settings }: { readonly ports: CallPorts; readonly settings: CallSettings },
) {
  const { mediaAddress, codecs } = settings;
  const phone = call.account?.name;
  const ofPhone = phone === undefined ? undefined : settings.srtpOfPhone?.(phone);
  const srtp = ofPhone ?? trunk?.srtp ?? settings.srtp;
  const offer = await readInboundOffer(call, ports, mediaAddress, trunk?.codecs ?? codecs, srtp);
  if (offer.type === "usable") return { ...offer, sourceRule: sourceRuleOf(call.headers, trunk !== undefined) };
  const cause: CallRefusalCause = offer.isNotEncrypted === true ? "not-encrypted" : "no-common-audio";
  return { type: "unusable", cause, warning: offer.warning } as const;
}
