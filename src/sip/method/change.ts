import type { SipMessage } from "../../sip-syntax/index.ts";
import { farEndOf, sdpOf } from "../dialog/dialog.ts";
import { agreeAsServer } from "../dialog/session-interval.ts";
import type { RequestContent } from "../dialog/session-effects.ts";

/** What an INVITE or UPDATE in a dialog asks for. */
export function readChange(method: "INVITE" | "UPDATE", request: SipMessage): RequestContent {
  const agreed = agreeAsServer(request);
  return {
    type: "change",
    method,
    sdp: sdpOf(request),
    ...farEndOf(request),
    agreed: agreed.type === "agreed" ? agreed : undefined,
  };
}
