/** What a cause means for the request, and the level of its log line. */
interface CauseRow {
  /** Status of the final response; undefined: dropped without one. */
  readonly status: number | undefined;
  /** Status of an OPTIONS, where that is another. */
  readonly pingStatus?: number;
  /** Level of its line in the log. */
  readonly level: "warn" | "info" | "debug";
  readonly means: string;
}

/** Why the user agent itself refuses or drops a message. Listed in `docs/refusals.md`. */
export const refusalCauses = {
  "not-sip": {
    status: undefined,
    level: "warn",
    means: "What came is no SIP message: no start line or no end of the header.",
  },
  "not-answerable": {
    status: undefined,
    level: "warn",
    means: "A request or response so damaged that there is nobody to answer.",
  },
  "stray-response": { status: undefined, level: "info", means: "A response that belongs to no request of ours." },
  "stray-ack": { status: undefined, level: "info", means: "An ACK that belongs to no call." },
  malformed: { status: 400, level: "warn", means: "A header field, the request line or the length is wrong." },
  "version-not-supported": { status: 505, level: "warn", means: "The version of SIP is not 2.0." },
  "message-too-large": {
    status: 513,
    level: "warn",
    means: "The header has too many fields, or one that is too long.",
  },
  "body-too-large": { status: 413, level: "warn", means: "The body is longer than this server reads." },
  "method-not-allowed": { status: 405, level: "warn", means: "The method is none that `Allow` names." },
  "scheme-not-supported": { status: 416, level: "warn", means: "The Request-URI is neither sip, sips nor tel." },
  "sips-not-secure": {
    status: 416,
    level: "warn",
    means: "A sips: Request-URI came over a transport that is not TLS.",
  },
  "extension-required": { status: 420, level: "warn", means: "`Require` names an extension that this server lacks." },
  "too-many-hops": { status: 483, level: "warn", means: "`Max-Forwards` is used up; most likely the call goes round." },
  "merged-request": { status: 482, level: "warn", means: "The same request came over another path already." },
  "body-not-supported": {
    status: 415,
    level: "warn",
    means: "The body is of a type, or in a coding, that is not read.",
  },
  "not-acceptable": { status: 406, level: "warn", means: "`Accept` leaves out application/sdp, in which answers are." },
  "interval-too-small": { status: 422, level: "warn", means: "`Session-Expires` is shorter than this server allows." },
  "no-dialog": { status: 481, level: "warn", means: "A request of a call that is not, or no longer, here." },
  "no-transaction": { status: 481, level: "warn", means: "A CANCEL whose INVITE is not here." },
  "no-provisional": {
    status: 481,
    level: "warn",
    means: "A PRACK of no provisional response, or of one that has its PRACK.",
  },
  "no-prack": {
    status: 504,
    level: "warn",
    means: "A caller that requires reliable provisional responses sent no PRACK for one in 32 seconds.",
  },
  "call-over": { status: 481, level: "info", means: "A request of a call that has just ended." },
  "out-of-order": { status: 500, level: "warn", means: "The CSeq number is lower than that of an earlier request." },
  "offer-too-early": { status: 500, level: "info", means: "A new offer before the first one is answered." },
  "offer-pending": { status: 491, level: "info", means: "A new offer while another one is on its way." },
  "offer-refused": { status: 488, level: "warn", means: "An offer within a call that has nothing this server takes." },
  stranger: {
    status: 403,
    level: "warn",
    means: "A request of a source that is no trunk, phone or network of ours; `sip.strangers: ignore` drops it.",
  },
  scanner: {
    status: undefined,
    level: "warn",
    means: "A request by which a program that looks for servers names itself, from a stranger.",
  },
  "too-fast": {
    status: 503,
    level: "warn",
    means: "More requests outside of calls from one source than `sip.requestsPerSecond`.",
  },
  ban: {
    status: undefined,
    level: "warn",
    means: "No message: a stranger who is banned from now on, for `sip.banSeconds`, for what it did before.",
  },
  banned: { status: undefined, level: "debug", means: "What a source sent while it is banned." },
  "transfer-refused": {
    status: 603,
    level: "info",
    means: "A REFER, or an INVITE with `Replaces`, that this server does not perform.",
  },
  "call-answered": {
    status: 486,
    level: "info",
    means: "An INVITE that is to replace a call only while that rings, and it was answered.",
  },
  "too-many-requests": {
    status: 503,
    level: "warn",
    means: "More requests of one source, or of all, wait for an answer than are kept.",
  },
  "too-many-connections": {
    status: undefined,
    level: "warn",
    means: "A connection over the number that one source, or all, may have.",
  },
  "too-many-handshakes": {
    status: undefined,
    level: "warn",
    means:
      "A connection over TLS, or for WebSockets, while one source, or all, have as many unfinished handshakes as may be.",
  },
  "too-many-unfinished": {
    status: undefined,
    level: "warn",
    means:
      "A connection whose messages are not complete while one source, or all, have as many such bytes as are kept.",
  },
  "cut-off": {
    status: undefined,
    level: "warn",
    means: "A connection that its far end closed, or that broke, within a message.",
  },
  "not-tls": { status: undefined, level: "warn", means: "What came to a port for TLS is no TLS." },
  "handshake-failed": {
    status: undefined,
    level: "warn",
    means: "A handshake of TLS that came to nothing: no common version or cipher, or the far end left.",
  },
  "handshake-timeout": {
    status: undefined,
    level: "warn",
    means: "A handshake of TLS, or a request for a WebSocket, that took longer than ten seconds.",
  },
  "not-web-socket": {
    status: undefined,
    level: "warn",
    means: "What came to a port for WebSockets is no request for one.",
  },
  "bad-web-socket": {
    status: undefined,
    level: "warn",
    means: "A WebSocket whose frames are against its protocol, or whose message is longer than this server reads.",
  },
  "foreign-page": {
    status: undefined,
    level: "warn",
    means: "A request for a WebSocket from a web page of another site, or for another host; it gets 403 of HTTP.",
  },
  "plain-web-socket": {
    status: undefined,
    level: "warn",
    means: "A request for a WebSocket without TLS from another machine; it gets 403 of HTTP.",
  },
  "no-sip-protocol": {
    status: undefined,
    level: "warn",
    means: "A request for a WebSocket that does not offer the sub-protocol `sip`; it gets 400 of HTTP.",
  },
  "certificate-not-trusted": {
    status: undefined,
    level: "warn",
    means: "The far end of a connection of ours has a certificate that is not valid for it: calls do not go there.",
  },
  unauthenticated: {
    status: 401,
    level: "debug",
    means:
      "A request of a phone, or of somebody who says so, without credentials or with a nonce that is too old: it is asked for them.",
  },
  "wrong-password": {
    status: 401,
    level: "warn",
    means: "Credentials with a name that nobody has, or with another password; which of both, the sender is not told.",
  },
  "not-its-account": {
    status: 403,
    level: "warn",
    means: "A REGISTER for another account than that of its credentials.",
  },
  "not-registered": { status: 404, level: "warn", means: "A REGISTER for a user that is no phone of this server." },
  "unreachable-contact": {
    status: 400,
    level: "warn",
    means:
      "A REGISTER whose Contact names a transport that this server does not speak, with no proxy (`Path`) in between.",
  },
  "too-many-contacts": {
    status: 403,
    level: "warn",
    means: "A REGISTER with more contacts than an account may have.",
  },
  "too-many-registrations": { status: 503, level: "warn", means: "As many phones are registered as may be." },
  "interval-too-brief": { status: 423, level: "info", means: "A REGISTER for a shorter time than this server allows." },
  "no-outbound-on-first-hop": {
    status: 439,
    level: "warn",
    means: "A REGISTER that wants outbound (RFC 5626), which the proxy in between lacks.",
  },
  "no-client-certificate": {
    status: undefined,
    level: "warn",
    means: "A connection over TLS whose far end showed no certificate, where it has to.",
  },
  "client-certificate-not-trusted": {
    status: undefined,
    level: "warn",
    means: "A connection over TLS whose far end showed a certificate of nobody that is trusted.",
  },
  stopping: { status: 503, pingStatus: 480, level: "warn", means: "The user agent closes. OPTIONS gets 480." },
  cancelled: { status: 487, level: "debug", means: "The caller gave up before the answer." },
  declined: { status: 480, level: "debug", means: "The owner of the call refused it, or hung up before the answer." },
} as const satisfies Readonly<Record<string, CauseRow>>;

/** One of the causes of this room. */
export type RefusalCause = keyof typeof refusalCauses;

/** The status that a request of this method gets; undefined: none. */
export function refusalStatus(cause: RefusalCause, method: string): number | undefined {
  const row: CauseRow = refusalCauses[cause];
  return method === "OPTIONS" ? (row.pingStatus ?? row.status) : row.status;
}
