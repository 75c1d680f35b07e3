/** Names of one call of the load. */
export interface WireCall {
  /** The server. */
  readonly port: number;
  readonly localPort: number;
  /** Who is called. */
  readonly number: string;
  /** Where audio is wanted. */
  readonly mediaPort: number;
  /** Makes branch, tag and Call-ID. */
  readonly id: string;
}

const host = "127.0.0.1";

/** A description of one stream of G.711 at `mediaPort`. */
export function sdp(mediaPort: number): string {
  return [
    ...["v=0", `o=- 1 1 IN IP4 ${host}`, "s=-", `c=IN IP4 ${host}`, "t=0 0", `m=audio ${mediaPort} RTP/AVP 0 8 101`],
    ...["a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15"],
    ...["a=ptime:20", "a=sendrecv", ""],
  ].join("\r\n");
}

/** An INVITE as trunks send it, with an offer. */
export function inviteText(call: WireCall): string {
  const body = sdp(call.mediaPort);
  const lines = [
    ...topLines(call, "INVITE", 1, "i", ""),
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, INFO, UPDATE",
    "Supported: timer, replaces",
    "User-Agent: bench",
    `P-Asserted-Identity: <sip:+15105550101@${host}>`,
    "Content-Type: application/sdp",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** The ACK or BYE of a call whose answer had `toTag`. The ACK of a refusal has the branch of its INVITE. RFC 3261 §17.1.1.3 */
export function laterText(call: WireCall, method: "ACK" | "BYE", toTag: string, isRefused = false): string {
  const cseq = method === "ACK" ? 1 : 2;
  const kind = method === "BYE" ? "b" : isRefused ? "i" : "a";
  const lines = [...topLines(call, method, cseq, kind, `;tag=${toTag}`), "Content-Length: 0"];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** The 200 of a request of the server; with a description, that of an INVITE, which makes a dialog. RFC 3261 §8.2.6.2, §12.1.1 */
export function okText(request: string, body = ""): string {
  const kept = request.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Record-Route):/i.test(line));
  const uri = /^\w+ (\S+)/.exec(request)?.[1] ?? "";
  const answer = [`Contact: <${uri}>`, "Content-Type: application/sdp"];
  const lines = [
    "SIP/2.0 200 OK",
    ...(body === "" ? kept : kept.map((line) => (/^To:(?!.*;tag=)/i.test(line) ? `${line};tag=bench` : line))),
    ...(body === "" ? [] : answer),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function topLines(call: WireCall, method: string, cseq: number, kind: string, toTag: string): string[] {
  const { port, localPort, number, id } = call;
  return [
    `${method} sip:${number}@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${localPort};branch=z9hG4bK${kind}${id};rport`,
    "Max-Forwards: 70",
    `From: "Bench" <sip:+15105550101@${host}>;tag=f${id}`,
    `To: <sip:${number}@${host}>${toTag}`,
    `Call-ID: ${id}@${host}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:bench@${host}:${localPort}>`,
  ];
}

/** What the load looks for in a message of the server: not a SIP stack, so that it costs little. */
export interface WireMessage {
  /** Of an answer; undefined: a request. */
  readonly status: number | undefined;
  /** Of the request, or of the request that is answered. */
  readonly method: string;
  /** As `WireCall.id`. */
  readonly id: string;
  readonly toTag: string;
  readonly mediaPort: number | undefined;
}

/** Reads it. */
export function readWireMessage(text: string): WireMessage {
  const found = (pattern: RegExp) => pattern.exec(text)?.[1];
  const status = found(/^SIP\/2\.0 (\d{3}) /);
  const port = found(/^m=audio (\d+) /m);
  return {
    status: status === undefined ? undefined : Number(status),
    method: found(/^CSeq: *\d+ +(\w+)/im) ?? "",
    id: found(/^Call-ID: *([^@\r]+)/im) ?? "",
    toTag: found(/^To: [^\r]*;tag=([^;\r]+)/im) ?? "",
    mediaPort: port === undefined ? undefined : Number(port),
  };
}
