import { sessionBody, type SipMessage } from "../../sip-syntax/index.ts";
import { farEndOf } from "../dialog/dialog.ts";
import { agreeAsServer } from "../dialog/session-interval.ts";
import type { RequestContent } from "../dialog/session-effects.ts";

/** What an INVITE or UPDATE in a dialog asks for. */
export function readChange(method: "INVITE" | "UPDATE", request: SipMessage): RequestContent {
  const body = sessionBody(request);
  const agreed = agreeAsServer(request);
  return {
    type: "change",
    method,
    sdp: body.type === "sdp" ? body.sdp : undefined,
    ...farEndOf(request),
    agreed: agreed.type === "agreed" ? agreed : undefined,
  };
}
