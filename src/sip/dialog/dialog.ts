import { type SipMessage, parseNameAddr, parseSipUri, uriParameter, type SipHeader } from "../../sip-syntax/index.ts";

/** The state of a dialog, RFC 3261 §12: the far end and how to reach it. Sequence numbers and target change with requests. */
export interface Dialog {
  readonly sipCallId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From value of our requests, with our tag. */
  readonly localParty: string;
  /** To value of our requests, with their tag. */
  readonly remoteParty: string;
  /** Route set, nearest hop first, each a name-addr as it stood. */
  readonly routes: readonly string[];
  /** URI of the remote target. */
  remoteTarget: string;
  /** CSeq of our last request. */
  localSeq: number;
  /** CSeq of their last request; undefined before the first. */
  remoteSeq: number | undefined;
}

/** The dialog that our response with `localTag` makes. RFC 3261 §12.1.1 */
export function dialogOfRequest(invite: SipMessage, localTag: string): Dialog {
  return {
    sipCallId: invite.callId,
    localTag,
    remoteTag: invite.fromTag,
    localParty: `${invite.first("to") ?? ""};tag=${localTag}`,
    remoteParty: invite.first("from") ?? "",
    routes: invite.list("record-route"),
    remoteTarget: contactUri(invite) ?? invite.from?.uri ?? "",
    localSeq: 0,
    remoteSeq: invite.cseq?.number,
  };
}

/** The dialog that a response with a To tag to our INVITE makes. RFC 3261 §12.1.2 */
export function dialogOfResponse(
  invite: { readonly from: string; readonly localTag: string; readonly requestUri: string; readonly seq: number },
  response: SipMessage,
): Dialog {
  return {
    sipCallId: response.callId,
    localTag: invite.localTag,
    remoteTag: response.toTag,
    localParty: invite.from,
    remoteParty: response.first("to") ?? "",
    routes: response.list("record-route").toReversed(),
    remoteTarget: contactUri(response) ?? invite.requestUri,
    localSeq: invite.seq,
    remoteSeq: undefined,
  };
}

/** The URI of the first Contact, if there is a usable one. */
export function contactUri(message: SipMessage): string | undefined {
  const value = message.first("contact");
  const contact = value === undefined ? undefined : parseNameAddr(value);
  const scheme = contact === undefined ? undefined : parseSipUri(contact.uri)?.scheme;
  return scheme === "sip" || scheme === "sips" ? contact?.uri : undefined;
}

/** Request-URI and Route headers of a request in a dialog. RFC 3261 §12.2.1.1 */
export function routeRequest(dialog: Dialog): { readonly requestUri: string; readonly routes: readonly SipHeader[] } {
  const [first, ...rest] = dialog.routes;
  const firstUri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  if (firstUri === undefined) return { requestUri: dialog.remoteTarget, routes: [] };
  const router = parseSipUri(firstUri);
  if (router !== undefined && uriParameter(router, "lr") !== undefined) {
    return { requestUri: dialog.remoteTarget, routes: dialog.routes.map((value) => ({ name: "Route", value })) };
  }
  // A strict router expects its own URI in the Request-URI and the target as the last Route.
  const routes = [...rest, `<${dialog.remoteTarget}>`].map((value) => ({ name: "Route", value }));
  return { requestUri: firstUri.split("?", 1)[0] ?? firstUri, routes };
}

/** The URI whose host the next request in the dialog is sent to. RFC 3261 §8.1.2 */
export function nextHopUri(dialog: Dialog): string {
  const first = dialog.routes[0];
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? dialog.remoteTarget;
}

/** Takes the CSeq of a request in the dialog; false when it is older than one that came before. RFC 3261 §12.2.2 */
export function takeRemoteSeq(dialog: Dialog, seq: number): boolean {
  if (dialog.remoteSeq !== undefined && seq < dialog.remoteSeq) return false;
  dialog.remoteSeq = seq;
  return true;
}
