import type { RequestParts, SipHeader } from "../../sip-syntax/index.ts";
import { newBranch } from "../random.ts";
import { routeRequest, type Dialog } from "../dialog/dialog.ts";
import { viaOn, type Flow } from "../transport/flow.ts";
import { capabilities, contactValue, type AgentCore } from "./core.ts";

/** A request ready for the transaction layer. */
export type PreparedRequest = RequestParts & { readonly branch: string; readonly sipCallId: string };

/** Builds a request in a dialog. `user`: that of our Contact.
 * RFC 3261 §12.2.1.1, §13.2.2.4 */
export function makeDialogRequest(
  core: AgentCore,
  dialog: Dialog,
  flow: Flow,
  method: string,
  options: {
    readonly seq: number;
    readonly headers?: readonly SipHeader[];
    readonly body?: string;
    readonly contentType?: string;
    readonly user?: string;
  },
): PreparedRequest {
  const { requestUri, routes } = routeRequest(dialog);
  const branch = newBranch();
  const makesTarget = method === "INVITE" || method === "UPDATE" || method === "NOTIFY";
  const headers: SipHeader[] = [
    { name: "Via", value: viaOn(flow, branch) },
    ...routes,
    { name: "Max-Forwards", value: "70" },
    { name: "From", value: dialog.localParty },
    { name: "To", value: dialog.remoteParty },
    { name: "Call-ID", value: dialog.sipCallId },
    { name: "CSeq", value: `${options.seq} ${method}` },
    ...(makesTarget ? [{ name: "Contact", value: contactValue(flow, options.user ?? "", requestUri) }] : []),
    ...(method === "INVITE" || method === "UPDATE" ? capabilities(core) : []),
    { name: "User-Agent", value: core.userAgent },
    ...(options.headers ?? []),
  ];
  const { body = "", contentType } = options;
  const typed = contentType === undefined ? {} : { contentType };
  return { method, requestUri, headers, body, ...typed, branch, sipCallId: dialog.sipCallId };
}
