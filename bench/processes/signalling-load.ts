import { createSocket } from "node:dgram";
import { serveCommands } from "../peer.ts";
import { inviteText, laterText, readWireMessage, type WireCall } from "../sip-messages.ts";

/** Keeps `outstanding` calls under way; each is a new one as soon as one ends. */
export interface SignallingLoad {
  /** Port of the server. */
  readonly port: number;
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

const host = "127.0.0.1";
const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
const numbers = { next: 1 };
const lostAfterMs = 1_000;

async function run({ port, durationMs, outstanding }: SignallingLoad): Promise<SignallingOutcome> {
  const under = new Map<string, Under>();
  const answerMs: number[] = [];
  const counts = { calls: 0, lost: 0 };
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt >= durationMs;
  const send = (text: string) => socket.send(text, port, host);
  const begin = () => {
    if (isOver()) return;
    const id = `${process.pid}x${numbers.next++}`;
    const call = { port, localPort: socket.address().port, number: "+12065550100", mediaPort: 30_000, id };
    under.set(id, { call, sentAt: performance.now(), isAnswered: false });
    send(inviteText(call));
  };
  const onMessage = (bytes: Buffer) => {
    const { id, status, method, toTag } = readWireMessage(bytes.toString("latin1"));
    const entry = under.get(id);
    if (entry === undefined || status !== 200) return;
    if (method === "INVITE") {
      if (!entry.isAnswered) answerMs.push(performance.now() - entry.sentAt);
      entry.isAnswered = true;
      send(laterText(entry.call, "ACK", toTag));
      send(laterText(entry.call, "BYE", toTag));
    } else {
      under.delete(id);
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

const bound = new Promise<void>((resolve) => void socket.bind(0, host, resolve));
serveCommands({
  async run(load: SignallingLoad): Promise<SignallingOutcome> {
    await bound;
    return run(load);
  },
});
