/** Names of one call of the signalling load. */
export interface WireCall {
  /** The server. */
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
  /** Makes branch, tag and Call-ID. */
  readonly id: string;
}

const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "c=IN IP4 127.0.0.1",
  "t=0 0",
  "m=audio 30000 RTP/AVP 0 8 101",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-15",
  "a=ptime:20",
  "a=sendrecv",
  "",
].join("\r\n");

/** An INVITE as trunks send it, with an offer. */
export function inviteText(call: WireCall): string {
  const lines = [
    ...topLines(call, "INVITE", 1, "i", ""),
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, INFO, UPDATE",
    "Supported: timer, replaces",
    "User-Agent: bench",
    "P-Asserted-Identity: <sip:+15105550101@127.0.0.1>",
    "Content-Type: application/sdp",
    `Content-Length: ${Buffer.byteLength(sdp)}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${sdp}`;
}

/** The ACK or BYE of a call whose 200 had `toTag`. */
export function laterText(call: WireCall, method: "ACK" | "BYE", toTag: string): string {
  const cseq = method === "ACK" ? 1 : 2;
  const lines = [...topLines(call, method, cseq, method === "ACK" ? "a" : "b", `;tag=${toTag}`), "Content-Length: 0"];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function topLines(call: WireCall, method: string, cseq: number, kind: string, toTag: string): string[] {
  const { host, port, localPort, id } = call;
  return [
    `${method} sip:+12065550100@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${localPort};branch=z9hG4bK${kind}${id};rport`,
    "Max-Forwards: 70",
    `From: "Bench" <sip:+15105550101@127.0.0.1>;tag=f${id}`,
    `To: <sip:+12065550100@${host}>${toTag}`,
    `Call-ID: ${id}@127.0.0.1`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:bench@127.0.0.1:${localPort}>`,
  ];
}
