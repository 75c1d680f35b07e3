import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { watchMachine } from "../machine-watch.ts";
import { freePort } from "../ports.ts";
import { sleep, startKamailio, until } from "./system.ts";

/** Something that answers OPTIONS with 200 and refuses calls, until it is dead. */
class Peer {
  readonly #socket: Socket = createSocket("udp4");
  /** When the first INVITE of each call came, by Call-ID, monotonic. */
  readonly invitedAt = new Map<string, number>();
  /** The codes of final responses, by Call-ID. */
  readonly codes = new Map<string, number>();
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

  /** Calls by way of a proxy. */
  invite(proxyPort: number, callId: string): void {
    const own = `127.0.0.1:${this.#socket.address().port}`;
    const lines = [
      `INVITE sip:+12065550100@127.0.0.1:${proxyPort} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${callId}`,
      ...["Max-Forwards: 70", `From: <sip:caller@${own}>;tag=1`, `To: <sip:+12065550100@127.0.0.1:${proxyPort}>`],
      ...[`Call-ID: ${callId}`, "CSeq: 1 INVITE", `Contact: <sip:caller@${own}>`, "Content-Length: 0", "", ""],
    ];
    this.#socket.send(lines.join("\r\n"), proxyPort, "127.0.0.1");
  }

  #take(text: string, port: number): void {
    const lines = text.split("\r\n");
    const [method = "", code = ""] = (lines[0] ?? "").split(" ");
    const callId = headerOf(lines, "call-id");
    if (method === "SIP/2.0") {
      if (Number(code) >= 200) this.codes.set(callId, Number(code));
      return;
    }
    if (method === "INVITE" && !this.invitedAt.has(callId)) this.invitedAt.set(callId, performance.now());
    if (this.isDead || method === "ACK") return;
    const kept = lines.filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const tagged = kept.map((line) => (/^to:/i.test(line) && !line.includes("tag=") ? `${line};tag=2` : line));
    const status = method === "OPTIONS" ? "200 OK" : "486 Busy Here";
    const response = [`SIP/2.0 ${status}`, ...tagged, "Content-Length: 0", "", ""].join("\r\n");
    this.#socket.send(response, port, "127.0.0.1");
  }
}

function headerOf(lines: readonly string[], name: string): string {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? "";
  return line.slice(name.length + 1).trim();
}

it("a server that dies gets no new call 3 seconds later from Kamailio as we ship it, and calls in between go to another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-dead-"));
  const [living, dying, caller] = [new Peer(), new Peer(), new Peer()];
  const [sipPorts, carrierPort] = [[await living.open(), await dying.open()], await caller.open()];
  const proxyPort = await freePort();
  const kamailio = startKamailio(join(folder, "kamailio"), { proxyPort, sipPorts, carrierPort });
  const machine = watchMachine();
  let calls = 0;
  const call = () => caller.invite(proxyPort, `call-${calls++}`);
  const ended = () => [...caller.codes].filter(([id]) => id.startsWith("call-"));
  try {
    // What comes before it listens is lost.
    let before = 0;
    await until("both get calls", async () => {
      caller.invite(proxyPort, `before-${before++}`);
      await sleep(50);
      return living.invitedAt.size > 0 && dying.invitedAt.size > 0;
    });
    dying.isDead = true;
    const diedAt = performance.now();
    for (; performance.now() < diedAt + 4_500; await sleep(50)) call();
    await until("all calls are over", () => ended().length === calls, 10_000).catch(() => undefined);

    const lateMs = machine.worstMs();
    if (lateMs > 1_000) return void console.log(`not judged: the machine was ${lateMs} ms late`);
    const last = Math.max(...dying.invitedAt.values()) - diedAt;
    assert.ok(last <= 3_000 + lateMs, `it got a call ${Math.round(last)} ms after it died`);
    assert.deepEqual([ended().length, ended().filter(([, code]) => code !== 486)], [calls, []]);
  } finally {
    await machine.stop();
    await kamailio.end("SIGTERM");
    for (const peer of [living, dying, caller]) peer.close();
    rmSync(folder, { recursive: true });
  }
});
