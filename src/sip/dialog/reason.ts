import { quote, type SipHeader } from "../../sip-syntax/index.ts";
import type { SipReason } from "../types.ts";

/** The Reason header of a BYE or CANCEL; nothing for a usual end. RFC 3326 §2; Contract: sip-and-media-reason */
export function reasonHeaders(reason: SipReason | undefined): readonly SipHeader[] {
  if (reason === undefined) return [];
  return [{ name: "Reason", value: `SIP;cause=${reason.status};text=${quote(reason.text)}` }];
}
