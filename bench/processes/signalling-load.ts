import { createSocket } from "node:dgram";
import type { SipAddress } from "../../src/sip/index.ts";
import { serveCommands } from "../peer.ts";
import { inviteText, laterText, type WireCall } from "../sip-messages.ts";

/** Keeps `outstanding` calls under way; each is a new one as soon as one ends. */
export interface SignallingLoad {
  readonly target: SipAddress;
  readonly durationMs: number;
  readonly outstanding: number;
}

/** What came of it. A call counts when its BYE was answered. */
export interface SignallingOutcome {
  readonly calls: number;
  /** Calls without progress for a second; another took their place. */
  readonly lost: number;
  readonly tookMs: number;
  readonly answerMs: readonly number[];
}

interface Under {
  readonly call: WireCall;
  readonly sentAt: number;
  isAnswered: boolean;
}

const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
const numbers = { next: 1 };
const lostAfterMs = 1_000;

/** Not our own stack: messages are templates and answers are searched for three things, so that the load costs little. */
async function run({ target, durationMs, outstanding }: SignallingLoad): Promise<SignallingOutcome> {
  const under = new Map<string, Under>();
  const answerMs: number[] = [];
  const counts = { calls: 0, lost: 0 };
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt >= durationMs;
  const send = (text: string) => socket.send(text, target.port, target.host);
  const begin = () => {
    if (isOver()) return;
    const id = `${process.pid}x${numbers.next++}`;
    const call = { host: target.host, port: target.port, localPort: socket.address().port, id };
    under.set(id, { call, sentAt: performance.now(), isAnswered: false });
    send(inviteText(call));
  };
  const onMessage = (bytes: Buffer) => {
    const text = bytes.toString("latin1");
    const entry = under.get(/Call-ID: ([^@]+)/.exec(text)?.[1] ?? "");
    if (entry === undefined || !text.startsWith("SIP/2.0 200")) return;
    if (text.includes("CSeq: 1 INVITE")) {
      if (!entry.isAnswered) answerMs.push(performance.now() - entry.sentAt);
      entry.isAnswered = true;
      const toTag = /\r\nTo: [^\r]*;tag=([^;\r]+)/.exec(text)?.[1] ?? "";
      send(laterText(entry.call, "ACK", toTag));
      send(laterText(entry.call, "BYE", toTag));
    } else {
      under.delete(entry.call.id);
      counts.calls++;
      begin();
    }
  };
  const watch = setInterval(() => {
    for (const [id, entry] of under) {
      if (performance.now() - entry.sentAt < lostAfterMs) continue;
      under.delete(id);
      counts.lost++;
      begin();
    }
  }, 100);
  socket.on("message", onMessage);
  for (let index = 0; index < outstanding; index++) begin();
  await new Promise<void>((resolve) => void setTimeout(resolve, durationMs));
  const tookMs = performance.now() - startedAt;
  clearInterval(watch);
  socket.off("message", onMessage);
  return { ...counts, tookMs, answerMs };
}

const bound = new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
serveCommands({
  async run(load: SignallingLoad): Promise<SignallingOutcome> {
    await bound;
    return run(load);
  },
});
