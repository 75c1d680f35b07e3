import { silentLogger, type Clock } from "../../kernel/index.ts";
import {
  createUserAgent,
  type CallDelegate,
  type CallEnd,
  type UserAgent,
  type UserAgentOptions,
  type IncomingCall,
  type SipListener,
  type SipNetwork,
  type SipResolver,
  type SipTimers,
  type SipTraceEntry,
} from "../../sip/index.ts";
import { createScriptedResolver } from "./scripted-resolver.ts";

/** A delegate that writes down what it is told. */
export interface RecordingDelegate extends CallDelegate {
  /** One word or two for each thing told, in order: "progress 180", "answered", "acknowledged", "offer", "digit 5", "ended bye". */
  readonly reported: string[];
  readonly ends: CallEnd[];
  /** Session descriptions told, in order. */
  readonly sdps: (string | undefined)[];
}

/** Makes a recording delegate. `onOffer` gives what it answers to a re-INVITE; absent: refuses. */
export function createRecordingDelegate(
  onOffer: (offer: string | undefined) => string | undefined = () => undefined,
): RecordingDelegate {
  const reported: string[] = [];
  const ends: CallEnd[] = [];
  const sdps: (string | undefined)[] = [];
  return {
    reported,
    ends,
    sdps,
    onProgress(progress) {
      reported.push(`progress ${progress.status}`);
      sdps.push(progress.sdp);
    },
    onAnswered(answer) {
      reported.push("answered");
      sdps.push(answer.sdp);
    },
    onAcknowledged(ack) {
      reported.push("acknowledged");
      sdps.push(ack.sdp);
    },
    onOffer(offer) {
      reported.push("offer");
      sdps.push(offer);
      return onOffer(offer);
    },
    onOfferDue() {
      reported.push("offer due");
      return `v=0 ours ${reported.filter((one) => one === "offer due").length}`;
    },
    onOfferSettled(outcome) {
      reported.push(outcome.type === "answered" ? "offer answered" : `offer refused with ${outcome.status}`);
      if (outcome.type === "answered") sdps.push(outcome.sdp);
    },
    onInfoDigit: (digit, durationMs) => void reported.push(`digit ${digit} ${durationMs}`),
    onEnded(end) {
      reported.push(`ended ${end.type}`);
      ends.push(end);
    },
  };
}

/** A user agent under test with the calls that came to it. */
export interface TestAgent {
  readonly agent: UserAgent;
  readonly calls: { readonly call: IncomingCall; readonly delegate: RecordingDelegate }[];
  readonly trace: SipTraceEntry[];
}

/** Opens a user agent on 192.0.2.1:5060 (UDP and TCP unless told otherwise) of `network`.
 * `onCall` runs inside `onInvite`, after the recording delegate was set. */
export async function openTestAgent(options: {
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly listeners?: readonly SipListener[];
  readonly isTrunk?: UserAgentOptions["isTrunk"];
  readonly isLocal?: UserAgentOptions["isLocal"];
  readonly timers?: Partial<SipTimers>;
  readonly onCall?: (call: IncomingCall) => void;
  readonly whyRefused?: UserAgentOptions["whyRefused"];
  readonly onOptions?: UserAgentOptions["onOptions"];
  readonly onOffer?: (offer: string | undefined) => string | undefined;
  readonly isSymmetric?: UserAgentOptions["isSymmetric"];
  readonly acceptsRefer?: boolean;
  /** Absent: no name has an address. */
  readonly resolver?: SipResolver;
  readonly certificates?: UserAgentOptions["certificates"];
  readonly webSockets?: UserAgentOptions["webSockets"];
  readonly guard?: UserAgentOptions["guard"];
  readonly log?: UserAgentOptions["log"];
  readonly phones?: UserAgentOptions["phones"];
  readonly onRegistration?: UserAgentOptions["onRegistration"];
}): Promise<TestAgent> {
  const calls: { call: IncomingCall; delegate: RecordingDelegate }[] = [];
  const trace: SipTraceEntry[] = [];
  const agent = await createUserAgent({
    listeners: options.listeners ?? [
      { transport: "udp", host: "192.0.2.1", port: 5060 },
      { transport: "tcp", host: "192.0.2.1", port: 5060 },
    ],
    userAgent: "Test",
    clock: options.clock,
    log: options.log ?? silentLogger,
    network: options.network,
    ...(options.guard === undefined ? {} : { guard: options.guard }),
    ...(options.webSockets === undefined ? {} : { webSockets: options.webSockets }),
    phones: options.phones,
    ...(options.onRegistration === undefined ? {} : { onRegistration: options.onRegistration }),
    ...(options.certificates === undefined ? {} : { certificates: options.certificates }),
    ...(options.isTrunk === undefined ? {} : { isTrunk: options.isTrunk }),
    ...(options.isLocal === undefined ? {} : { isLocal: options.isLocal }),
    ...(options.isSymmetric === undefined ? {} : { isSymmetric: options.isSymmetric }),
    acceptsRefer: options.acceptsRefer ?? false,
    resolver: options.resolver ?? createScriptedResolver({}),
    ...(options.timers === undefined ? {} : { timers: options.timers }),
    ...(options.whyRefused === undefined ? {} : { whyRefused: options.whyRefused }),
    ...(options.onOptions === undefined ? {} : { onOptions: options.onOptions }),
    onInvite(call) {
      const delegate = createRecordingDelegate(options.onOffer);
      call.delegate = delegate;
      calls.push({ call, delegate });
      options.onCall?.(call);
    },
    onTrace: (entry) => void trace.push(entry),
  });
  return { agent, calls, trace };
}

/** A peer that sends what a test writes and keeps what it gets. */
export interface RawSipPeer {
  readonly host: string;
  readonly port: number;
  /** Messages in order of arrival. */
  readonly inbox: string[];
  send(text: string): void;
  /** First lines of `inbox`. */
  startLines(): string[];
  /** The last message whose first line holds `text`; fails when there is none. */
  last(text: string): string;
  /** How many messages have `text` in their first line. */
  count(text: string): number;
}

/** Opens a raw peer on 192.0.2.9 that talks to 192.0.2.1:5060 by UDP. */
export async function openRawSipPeer(network: SipNetwork, port = 5060, host = "192.0.2.9"): Promise<RawSipPeer> {
  const inbox: string[] = [];
  const socket = await network.openDatagram(host, port, (bytes) => void inbox.push(bytes.toString("utf8")));
  const firstLine = (text: string) => text.slice(0, text.indexOf("\r\n"));
  return {
    host,
    port,
    inbox,
    send: (text) => socket.send(Buffer.from(text), "192.0.2.1", 5060, () => undefined),
    startLines: () => inbox.map(firstLine),
    last(text) {
      const found = inbox.findLast((message) => firstLine(message).includes(text));
      if (found === undefined) throw new Error(`no "${text}" came, only: ${inbox.map(firstLine).join(" | ")}`);
      return found;
    },
    count: (text) => inbox.filter((message) => firstLine(message).includes(text)).length,
  };
}

/** Values of all header lines called `name` in a message text (the spelling must fit). */
export function sipHeaders(message: string, name: string): string[] {
  const head = message.slice(0, message.indexOf("\r\n\r\n"));
  const start = `${name.toLowerCase()}:`;
  const lines = head.split("\r\n").filter((line) => line.toLowerCase().startsWith(start));
  return lines.map((line) => line.slice(start.length).trim());
}

/** The first of them, "" when none. */
export function sipHeader(message: string, name: string): string {
  return sipHeaders(message, name)[0] ?? "";
}

/** The body of a message text. */
export function sipBody(message: string): string {
  return message.slice(message.indexOf("\r\n\r\n") + 4);
}

/** A session description that is enough for tests of signalling. */
export const aDescription =
  "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

/** Parts of a request that tests change. */
export interface RequestParts {
  readonly method?: string;
  readonly requestUri?: string;
  readonly branch?: string;
  readonly via?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly cseqMethod?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly contact?: string;
  readonly maxForwards?: string;
  /** Further header lines without line ends. */
  readonly lines?: readonly string[];
  readonly body?: string;
}

/** A request from the raw peer; without a change an INVITE with an offer, outside of dialogs. */
export function aRequest(parts: RequestParts = {}): string {
  const method = parts.method ?? "INVITE";
  const body = parts.body ?? (method === "INVITE" ? aDescription : "");
  const toTag = parts.toTag === undefined ? "" : `;tag=${parts.toTag}`;
  const lines = [
    `${method} ${parts.requestUri ?? "sip:+12065550100@192.0.2.1"} SIP/2.0`,
    `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK${parts.branch ?? `${method}${parts.cseq ?? 1}`};rport`}`,
    `Max-Forwards: ${parts.maxForwards ?? "70"}`,
    `From: "Peer" <sip:peer@192.0.2.9>;tag=${parts.fromTag ?? "peer"}`,
    `To: <sip:+12065550100@192.0.2.1>${toTag}`,
    `Call-ID: ${parts.callId ?? "call-1"}`,
    `CSeq: ${parts.cseq ?? 1} ${parts.cseqMethod ?? method}`,
    `Contact: <${parts.contact ?? "sip:peer@192.0.2.9:5060"}>`,
    ...(body === "" || parts.lines?.some((line) => /^content-type/i.test(line))
      ? []
      : ["Content-Type: application/sdp"]),
    ...(parts.lines ?? []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** The raw peer's response to a request text that it got. */
export function aResponse(
  request: string,
  status: string,
  parts: {
    readonly toTag?: string;
    readonly contact?: string;
    readonly lines?: readonly string[];
    readonly body?: string;
  } = {},
): string {
  const body = parts.body ?? "";
  const to = sipHeader(request, "To");
  const toTag = parts.toTag === undefined || to.includes(";tag=") ? "" : `;tag=${parts.toTag}`;
  const lines = [
    `SIP/2.0 ${status}`,
    ...sipHeaders(request, "Via").map((value) => `Via: ${value}`),
    `From: ${sipHeader(request, "From")}`,
    `To: ${to}${toTag}`,
    `Call-ID: ${sipHeader(request, "Call-ID")}`,
    `CSeq: ${sipHeader(request, "CSeq")}`,
    `Contact: <${parts.contact ?? "sip:peer@192.0.2.9:5060"}>`,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    ...(parts.lines ?? []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** The tag of a From or To value, "" when none. */
export function tagOf(value: string): string {
  return /;tag=([^;\s]+)/.exec(value)?.[1] ?? "";
}
