import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** How an INVITE was answered at last. */
export interface RawAnswer {
  readonly code: number;
  /** Monotonic. */
  readonly atMs: number;
}

/** A call as its caller would have it. */
export interface RawCall {
  readonly callId: string;
  /** Of the request's URI; default: where it goes. */
  readonly host?: string;
  readonly from?: string;
}

/** Something that calls without audio, many times a second, answers OPTIONS with 200 and refuses calls, until it is dead. */
export class RawPeer {
  readonly #socket: Socket = createSocket("udp4");
  /** When the first INVITE of each call came, by Call-ID, monotonic. */
  readonly invitedAt = new Map<string, number>();
  /** Final responses, by Call-ID. */
  readonly answers = new Map<string, RawAnswer>();
  isDead = false;

  async open(): Promise<number> {
    this.#socket.on("message", (bytes, { port }) => this.#take(bytes.toString("latin1"), port));
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** Calls the number of the system at a port. */
  invite(port: number, { callId, host = `127.0.0.1:${port}`, from = "caller" }: RawCall): void {
    const own = `127.0.0.1:${this.#socket.address().port}`;
    const uri = `sip:+12065550100@${host}`;
    const lines = [
      ...[`INVITE ${uri} SIP/2.0`, `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${callId}`, "Max-Forwards: 70"],
      ...[`From: <sip:${from}@${own}>;tag=1`, `To: <${uri}>`, `Call-ID: ${callId}`, "CSeq: 1 INVITE"],
      ...[`Contact: <sip:${from}@${own}>`, "Content-Type: application/sdp", `Content-Length: ${offer.length}`, ""],
    ];
    this.#send([...lines, offer], port);
  }

  #take(text: string, port: number): void {
    const lines = text.split("\r\n");
    const [method = "", code = ""] = (lines[0] ?? "").split(" ");
    const callId = headerOf(lines, "call-id");
    const same = (names: RegExp) => lines.filter((line) => names.test(line));
    if (method === "SIP/2.0") {
      if (Number(code) < 200) return;
      if (!this.answers.has(callId)) this.answers.set(callId, { code: Number(code), atMs: performance.now() });
      const cseq = ["CSeq: 1 ACK", "Content-Length: 0", "", ""];
      this.#send([`ACK sip:127.0.0.1:${port} SIP/2.0`, ...same(/^(via|from|to|call-id):/i), ...cseq], port);
      return;
    }
    if (method === "INVITE" && !this.invitedAt.has(callId)) this.invitedAt.set(callId, performance.now());
    if (this.isDead || method === "ACK") return;
    const kept = same(/^(via|from|to|call-id|cseq):/i);
    const tagged = kept.map((line) => (/^to:/i.test(line) && !line.includes("tag=") ? `${line};tag=2` : line));
    const status = method === "OPTIONS" ? "200 OK" : "486 Busy Here";
    this.#send([`SIP/2.0 ${status}`, ...tagged, "Content-Length: 0", "", ""], port);
  }

  #send(lines: readonly string[], port: number): void {
    this.#socket.send(lines.join("\r\n"), port, "127.0.0.1");
  }
}

const offer = [
  ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 0", ""],
].join("\r\n");

function headerOf(lines: readonly string[], name: string): string {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? "";
  return line.slice(name.length + 1).trim();
}
