import { readChange } from "./change.ts";
import {
  acceptRefusal,
  bodyRefusal,
  closingRefusal,
  contactRefusal,
  hopsRefusal,
  intervalRefusal,
  mergedRefusal,
  requireRefusal,
  schemeRefusal,
  securityRefusal,
} from "./checks.ts";
import type { Method } from "./method.ts";

/** Begins a call; in a dialog it brings an offer, or asks for ours. RFC 3261 §13.3, §14.2 */
export const invite: Method = {
  name: "INVITE",
  isAllowed: true,
  outside: {
    begins: "call",
    checks: [
      schemeRefusal,
      securityRefusal,
      mergedRefusal,
      requireRefusal,
      hopsRefusal,
      contactRefusal,
      acceptRefusal,
      bodyRefusal("Accept: application/sdp\r\nAccept-Encoding: identity\r\n"),
      intervalRefusal,
      closingRefusal,
    ],
  },
  within: {
    checks: [requireRefusal, acceptRefusal, bodyRefusal("Accept: application/sdp\r\n"), intervalRefusal],
    read: (request) => readChange("INVITE", request),
  },
};
