import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Logger } from "../kernel/index.ts";
import type { SipCredentials } from "./agent/credentials.ts";
import type { GuardOptions } from "./guard/guard-options.ts";
import type { SipAddress, SipTarget } from "./address.ts";
import type { CallDelegate, IncomingCall, SipCall } from "./call-types.ts";
import type { SipNetwork } from "./network.ts";
import type {
  RegisteredContact,
  RegisteredFlow,
  RegisteredPhone,
  RegistrationChange,
  SipPhones,
} from "./phone-types.ts";
import type { SipResolver } from "./resolver.ts";
import type { ParsedUri, SipHeader } from "../sip-syntax/index.ts";

export type {
  KeptRegistration,
  RegisteredContact,
  RegisteredFlow,
  RegisteredPhone,
  RegistrationChange,
  RegistrationKeeper,
  SipPhones,
} from "./phone-types.ts";
export type { SipDatagramSocket, SipNetwork, SipStream, SipStreamHandlers } from "./network.ts";

export type { SipAddress, SipTarget } from "./address.ts";
export type {
  CallDelegate,
  IncomingCall,
  OfferOutcome,
  OfferReply,
  RejectOptions,
  SipWarning,
  TransferReply,
  TransferRequest,
} from "./call-types.ts";
export type { CallEnd, SipReason } from "./call-end.ts";

/** The address of a listener as others see it, who are not on our side of the NAT. */
export interface SipAdvertised {
  /** What Via, Contact and From name: an IP address or a host name. */
  readonly host: string;
  /** The port outside; undefined: that of the listener. */
  readonly port?: number | undefined;
  /** The IP addresses behind `host`; SDP names one of the peer's family. Peers of a family that none is of get the local address. */
  readonly addresses: () => readonly string[];
}

/** An address to listen on. */
export interface SipListener extends SipAddress {
  readonly advertised?: SipAdvertised | undefined;
}

/** A certificate of ours, then those that lead to its authority, with its private key, each in PEM. */
export interface OwnCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What connections over TLS are made with, each text in PEM. */
export interface SipCertificates {
  /** Listeners need it; far ends that ask for one get it. */
  readonly own: OwnCertificate | undefined;
  /** More of ours, for those who connect and ask for a name that they are valid for (SNI, RFC 6066 §3). */
  readonly further?: readonly OwnCertificate[];
  /** The authorities that certificates of far ends are verified by; undefined: those that Node knows. */
  readonly authorities: string | undefined;
  /** Whether those who connect have to show a certificate: they are not asked; they may have none, but no wrong one; or they need one.
   * Default: "ignored". */
  readonly clients?: "ignored" | "asked" | "required";
  /** The authorities of one far end in place of `authorities`; who connects from there needs a certificate of theirs. undefined: it has none of
   * its own. */
  readonly authoritiesOf?: (peer: Pick<SipAddress, "host" | "domain">) => string | undefined;
}

/** Which WebSockets are taken. RFC 7118, RFC 6455 §10.2 */
export interface WebSocketRules {
  /** Why a request is none for this server, as one of a web page of another site: for people. undefined: it is.
   * @param localHost our address that it came to */
  readonly whyForeign: (headers: IncomingHttpHeaders, localHost: string) => string | undefined;
  /** Whether those of other machines may come without TLS. */
  readonly allowsPlain: boolean;
}

/** Our address towards one peer. Hosts are of the peer's address family. */
export interface OwnAddress {
  /** What a socket for this peer binds to: an address, or 0.0.0.0 or :: where we listen everywhere. */
  readonly bound: string;
  /** The address of this machine that packets to the peer leave from. */
  readonly local: string;
  /** What SDP towards the peer names: the advertised address where it applies, else `local`. */
  readonly advertised: string;
}

/** Timer base values, milliseconds. RFC 3261 §17, table 4 */
export interface SipTimers {
  /** Round-trip estimate; 500. */
  readonly t1Ms: number;
  /** Longest retransmission interval; 4,000. */
  readonly t2Ms: number;
  /** Longest life of a message in the network; 5,000. */
  readonly t4Ms: number;
}

/** One message that went over a socket, for a timeline or a log. */
export interface SipTraceEntry {
  readonly direction: "sent" | "received";
  readonly peer: SipAddress;
  /** This end of it, as the far end is told it. Found when it is asked for. */
  local(): SipAddress;
  readonly sipCallId: string;
  /** "INVITE sip:x@y" or "180 Ringing", without what opens something. Made when it is asked for. */
  readonly startLine: string;
  /** Of a response; 0: it is a request. */
  readonly status: number;
  /** Method of the request, or of the request that a response answers (from CSeq). */
  readonly method: string;
  readonly isRetransmission: boolean;
  /** The whole message, without what opens something: credentials, keys of media, tokens. Made when it is asked for. */
  text(): string;
}

export interface UserAgentOptions {
  /** Sockets to open. Port 0 takes a free one. */
  readonly listeners: readonly SipListener[];
  /** Value of the User-Agent and Server headers. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timers?: Partial<SipTimers>;
  /** Requests of more bytes go over a connection where the peer takes one; default 1,300. RFC 3261 §18.1.1 */
  readonly largestDatagramBytes?: number | undefined;
  /** Whether a peer is on our side of the NAT, so that it gets our own address, whatever a listener advertises. Our own listeners always are. */
  readonly isLocal?: (peer: SipAddress) => boolean;
  /** Whether a far end is a trunk: its requests may come over connections of ours, and ours go over those that it opens and marks so. RFC 5923 */
  readonly isTrunk?: (peer: SipAddress) => boolean;
  /** Whether requests in a dialog with a peer go to where its messages come from, whatever its Contact and Record-Route say; undefined, or
   * absent: where the peer seems to be behind a NAT. */
  readonly isSymmetric?: (peer: SipAddress) => boolean | undefined;
  /** Who may send requests, and how many. Absent: everybody may send what they like. */
  readonly guard?: GuardOptions;
  /** Called for each new INVITE before any work is done for it; returns why it is refused, and that is sent without keeping state. Absent: all
   * are taken. */
  readonly whyRefused?: () => InviteRefusal | undefined;
  /** Called for each OPTIONS outside of dialogs; returns how an INVITE would be refused now, undefined for a 200. RFC 3261 §11.2 */
  readonly onOptions?: (query: OptionsQuery) => InviteRefusal | undefined | Promise<InviteRefusal | undefined>;
  /** A new INVITE outside a dialog; 100 has been sent. The handler must set `call.delegate` before it returns. */
  readonly onInvite: (call: IncomingCall) => void;
  /** Phones that may register and call, and others who have a password here; absent: there is no registrar, and callers are not asked. */
  readonly phones?: SipPhones | undefined;
  /** Sees every message. Costs nothing when absent. */
  readonly onTrace?: (entry: SipTraceEntry) => void;
  /** Sees each refusal and each dropped message, also those that the log leaves out. */
  readonly onRefusal?: (refusal: Refusal) => void;
  /** Sees each phone that registers, or is registered no more. */
  readonly onRegistration?: (change: RegistrationChange) => void;
  /** Whether far ends may ask for another party in their place (REFER), and others may take it (Replaces): their calls get `onTransfer` and
   * `onReplace`. Default: no. */
  readonly acceptsRefer?: boolean;
  /** What connections over TLS are made with; asked for each, so that a new certificate holds from the next one on. The same object has to
   * come until something has changed. Absent: none of our own, and the authorities that Node knows. */
  readonly certificates?: () => SipCertificates;
  /** Which WebSockets are taken; absent: those of any page, and of other machines over TLS alone. */
  readonly webSockets?: WebSocketRules;
  /** Where sockets come from; the machine's own network when absent. Tests put a memory network here. */
  readonly network?: SipNetwork;
  /** What answers questions about host names; the machine's name servers when absent. */
  readonly resolver?: SipResolver;
}

/** A final response other than a 2xx, or a message that was dropped. */
export interface Refusal {
  /** One of the causes in `docs/refusals.md`. */
  readonly cause: string;
  /** undefined: dropped without an answer. */
  readonly status: number | undefined;
  /** Method of the request; "message" for bytes that are none. */
  readonly method: string;
  readonly peer: SipAddress;
  /** One sentence: what was found, and what would be right. */
  readonly why: string;
  readonly sipCallId?: string;
  readonly requestUri?: string | undefined;
  /** From header. */
  readonly from?: string | undefined;
  /** An error of the server that is the reason. */
  readonly error?: unknown;
}

/** Counts of what is open now; all zero on an idle agent except `sockets` (its listeners). */
export interface SipLedger {
  readonly transactions: number;
  readonly dialogs: number;
  readonly timers: number;
  readonly sockets: number;
}

/** A request that begins no dialog. */
export interface OutsideRequest {
  readonly method: "OPTIONS" | "REGISTER";
  readonly requestUri: string;
  /** URIs; the tag of From is added here. */
  readonly to: string;
  readonly from: string;
  readonly nextHop: SipAddress;
  readonly headers: readonly SipHeader[];
  /** User of our Contact; absent: there is none. */
  readonly contactUser?: string;
  readonly credentials?: SipCredentials | undefined;
  /** Of a series of requests: the Call-ID that they share, and the next CSeq number. RFC 3261 §10.2 */
  readonly sipCallId?: string;
  readonly seq?: number;
}

/** What became of it. `seq`: the CSeq number that was used last. */
export type OutsideOutcome =
  | {
      readonly type: "response";
      /** Of the final response. */
      readonly status: number;
      /** How long our Contact is kept, seconds; undefined: it does not say. */
      readonly expiresS: number | undefined;
      /** Min-Expires. RFC 3261 §20.23 */
      readonly smallestS: number | undefined;
      /** Retry-After. */
      readonly retryAfterS: number | undefined;
      /** Keeps the connection open that it came over, until the function that this returns is called, and tells when it breaks. Absent: it came
       * by datagrams. RFC 5626 §4.4 */
      readonly keepOpen?: (onBroken: () => void) => () => void;
      readonly seq: number;
    }
  | { readonly type: "failed"; readonly cause: "timeout" | "transport"; readonly why: string; readonly seq: number };

export interface UserAgent {
  /** The addresses really bound, in the order of the options. */
  readonly listeners: readonly SipAddress[];
  /** Sends a request that begins no dialog; resolves with its outcome. */
  request(request: OutsideRequest): Promise<OutsideOutcome>;
  /** Sends an INVITE. Never throws for what the network does: that comes to the delegate.
   * @param others far ends that ring at the same time: the first that answers is the call, and the others are cancelled. Each delegate is told of
   * its own far end; the end of all of them comes to that of `request`, unless one had answered */
  call(request: OutgoingCallRequest, ...others: readonly OutgoingCallRequest[]): OutgoingCall;
  /** Where the phones of this user or number are called; empty: none is registered. */
  contactsOf(user: string): readonly RegisteredContact[];
  /** The same for a URI that calls one device of this server; undefined: it is none. RFC 5627 */
  contactsOfDevice(uri: ParsedUri): readonly RegisteredContact[] | undefined;
  /** Takes a request for a WebSocket with SIP that came to another port of this server, with its connection and what came behind it: answers it, and
   * speaks SIP there. RFC 7118 */
  takeWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether a value of Replaces means a dialog of this user agent. RFC 3891 */
  hasDialog(replaces: string): boolean;
  /** Contacts of all phones that are registered. */
  registrations(): number;
  /** Each of them. */
  registered(): readonly RegisteredPhone[];
  /** Whether a phone has registered from this address. */
  hasContactFrom(host: string): boolean;
  /** The addresses behind a target, in the order in which they are to be tried: at once for an IP address, else by NAPTR, SRV and address records.
   * Rejects with SIP_NOT_LOCATED when there is none, or the name servers took more than three seconds. RFC 3263 */
  locate(target: SipTarget): readonly SipAddress[] | Promise<readonly SipAddress[]>;
  /** Our address as `destination` sees it: the address by which it reaches us, and the port of the listener that is used towards it. */
  localAddressFor(destination: SipAddress): SipAddress;
  /** Our address towards `peer` on a socket bound to `bound` (an IP address or a wildcard; default: that of the listener).
   * undefined: there is none of the peer's address family.
   * @param listener one of `listeners`, as an incoming call names it; default: the one that is used towards the peer */
  ownAddress(peer: SipAddress, bound?: string, listener?: SipAddress): OwnAddress | undefined;
  ledger(): SipLedger;
  /** How many messages were refused or dropped since the start, by cause. */
  refusals(): Readonly<Record<string, number>>;
  /** How many messages were sent and received since the start, by method and status: "received INVITE", "sent INVITE 200"; and repeated ones: "sent again". */
  messages(): Readonly<Record<string, number>>;
  /** Ends calls that are still up (BYE, CANCEL, 480), waits at most `graceMs` (default 1,000) for them, closes the sockets. */
  close(graceMs?: number): Promise<void>;
}

/** Why an INVITE is refused. */
export interface InviteRefusal {
  readonly status: number;
  /** The cause under which it is counted and logged. */
  readonly cause: string;
  /** One sentence for the log. */
  readonly why: string;
  readonly headers?: readonly SipHeader[];
}

/** The user that an OPTIONS asks for. */
export type OptionsQuery = Pick<IncomingCall, "requestUri" | "to" | "from" | "source">;

/** What an outbound call needs. */
export interface OutgoingCallRequest {
  /** Request-URI, for example `sip:+12065550100@192.0.2.1:5060`. */
  readonly requestUri: string;
  /** To and From URIs; tags are added here. */
  readonly to: string;
  readonly from: string;
  /** Where the INVITE is sent. */
  readonly nextHop: SipAddress;
  /** What it leaves by; absent, or closed: what leads to `nextHop`. */
  readonly over?: RegisteredFlow | undefined;
  /** Values of Route, the next hop first. */
  readonly routes?: readonly string[];
  /** Default 70. */
  readonly maxForwards?: number;
  /** Added to the INVITE after the mandatory headers. */
  readonly headers: readonly SipHeader[];
  /** What the next hop, or a server behind it, gets when it asks who we are, now and in the dialog. Absent: a 401 or 407 is a refusal. */
  readonly credentials?: SipCredentials | undefined;
  /** SDP. */
  readonly offer: string;
  readonly delegate: CallDelegate;
}

/** A call made by us. RFC 3261 §13.2 */
export type OutgoingCall = SipCall;
