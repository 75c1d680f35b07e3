import {
  asRequestUri,
  type SipMessage,
  parseNameAddr,
  parseSipUri,
  uriParameter,
  type SipHeader,
} from "../../sip-syntax/index.ts";

/** A dialog, RFC 3261 §12: the far end and how to reach it. Plain data; a change makes a new one. */
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
  readonly remoteTarget: string;
  /** CSeq of our last request. */
  readonly localSeq: number;
  /** CSeq of their last request; undefined before the first. */
  readonly remoteSeq: number | undefined;
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

/** What the dialogs that an INVITE of ours makes have of it. */
export interface InviteSent {
  readonly sipCallId: string;
  readonly localTag: string;
  /** From value, with our tag. */
  readonly from: string;
  readonly requestUri: string;
  readonly seq: number;
  /** User part of our Contact. */
  readonly contactUser: string;
  /** SDP. */
  readonly offer: string;
  /** The session interval that is asked for, once a 422 said how long it has to be. RFC 4028 §7.3 */
  readonly sessionSeconds?: number | undefined;
}

/** The dialog that a response with a To tag to our INVITE makes. RFC 3261 §12.1.2 */
export function dialogOfResponse(invite: InviteSent, response: SipMessage): Dialog {
  return {
    sipCallId: response.callId,
    localTag: invite.localTag,
    remoteTag: response.toTag,
    localParty: invite.from,
    remoteParty: response.first("to") ?? "",
    routes: routesOf(response),
    remoteTarget: contactUri(response) ?? invite.requestUri,
    localSeq: invite.seq,
    remoteSeq: undefined,
  };
}

/** The route set that a response to a request of ours gives. RFC 3261 §12.1.2 */
export function routesOf(response: SipMessage): readonly string[] {
  return response.list("record-route").toReversed();
}

/** The URI of the first Contact, if there is a usable one. */
export function contactUri(message: SipMessage): string | undefined {
  return message.contact?.text;
}

/** What a message says of the far end: where it is reached, and whether it takes UPDATE. undefined: it does not say.
 * RFC 3261 §12.2.1.2, RFC 3311 §5.1 */
export function farEndOf(message: SipMessage): {
  readonly contact: string | undefined;
  readonly takesUpdate: boolean | undefined;
} {
  const takesUpdate = message.first("allow") === undefined ? undefined : message.lists("allow", "update");
  return { contact: contactUri(message), takesUpdate };
}

/** The session description in a message. */
export function sdpOf(message: SipMessage): string | undefined {
  const body = message.sessionBody;
  return body.type === "sdp" ? body.sdp : undefined;
}

/** Request-URI and Route headers of a request in a dialog. RFC 3261 §12.2.1.1 */
export function routeRequest(dialog: Dialog): { readonly requestUri: string; readonly routes: readonly SipHeader[] } {
  const [first, ...rest] = dialog.routes;
  const firstUri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  const target = asRequestUri(dialog.remoteTarget);
  if (firstUri === undefined) return { requestUri: target, routes: [] };
  const router = parseSipUri(firstUri);
  if (router !== undefined && uriParameter(router, "lr") !== undefined) {
    return { requestUri: target, routes: dialog.routes.map((value) => ({ name: "Route", value })) };
  }
  // A strict router expects its own URI in the Request-URI and the target as the last Route.
  const routes = [...rest, `<${dialog.remoteTarget}>`].map((value) => ({ name: "Route", value }));
  return { requestUri: asRequestUri(firstUri), routes };
}

/** The URI whose host the next request in the dialog is sent to. RFC 3261 §8.1.2 */
export function nextHopUri(dialog: Dialog): string {
  const first = dialog.routes[0];
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? dialog.remoteTarget;
}
