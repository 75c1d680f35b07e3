import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { BatchOutcome, CallBatch } from "../processes/callers.ts";
import { benchNumbers, type MemoryUse, type ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

const calls = 200;
const settleMs = 4_000;

/** Memory of a call with media: the same number of calls is up twice, since the first time also fills caches, compiles code
 * and lets the heaps take the size that they need. */
export async function measureMemory(): Promise<readonly Row[]> {
  const server = startPeer("processes/server", { nodeWords: ["--expose-gc"] });
  const callers = startPeer("processes/callers");
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    const started = await server.ask<MemoryUse>("memory");
    const first = await growth(server, callers, sip);
    await pause(settleMs);
    const second = await growth(server, callers, sip);
    if (process.env["BENCH_VERBOSE"] !== undefined)
      console.error(JSON.stringify({ started, first, second }, undefined, 1));
    const kib = (bytes: number) => bytes / 1_024;
    return [
      row("memory-base", "resident memory of the server, no call yet", kib(started.rss) / 1_024, "MB", undefined),
      row(
        "memory-first",
        `resident memory per call, first ${calls} calls`,
        kib(first.up.rss - first.before.rss) / calls,
        "KB",
        50,
      ),
      row(
        "memory-again",
        `resident memory per call, next ${calls} calls`,
        kib(second.up.rss - second.before.rss) / calls,
        "KB",
        50,
      ),
      row(
        "memory-heap",
        "live main-thread heap and buffers per call",
        kib(live(second.up) - live(second.before)) / calls,
        "KB",
        undefined,
      ),
    ];
  } finally {
    await callers.end();
    await server.end();
  }
}

interface Growth {
  readonly before: MemoryUse;
  readonly up: MemoryUse;
}

async function growth(server: Peer, callers: Peer, target: ServerFacts["sip"]): Promise<Growth> {
  const before = await server.ask<MemoryUse>("memory");
  const batch: CallBatch = { target, number: benchNumbers.long, count: calls, perSecond: 50, waitMs: 2 * settleMs };
  const running = callers.ask<BatchOutcome>("run", batch);
  await pause((1_000 * calls) / batch.perSecond + settleMs);
  const up = await server.ask<MemoryUse>("memory");
  const { answered } = await running;
  if (answered !== calls) throw new Error(`only ${answered} of ${calls} calls were answered`);
  return { before, up };
}

function live({ heapUsed, external }: MemoryUse): number {
  return heapUsed + external;
}

function row(name: string, what: string, value: number, unit: string, atMost: number | undefined): Row {
  return atMost === undefined ? { name, what, value, unit } : { name, what, value, unit, target: { atMost } };
}
