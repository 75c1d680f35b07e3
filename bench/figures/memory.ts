import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { BatchOutcome, CallBatch } from "../processes/callers.ts";
import { benchNumbers, type MemoryUse, type ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

const calls = 200;
const settleMs = 4_000;

/** Memory of a call with media, with the garbage that a server at work has: resident memory is what the operator pays for.
 * The same number of calls comes at once three times, since the first time also fills caches, compiles code and lets the heaps
 * take the size that they need. */
export async function measureMemory(): Promise<readonly Row[]> {
  const server = startPeer("processes/server", { nodeWords: ["--expose-gc"] });
  const callers = startPeer("processes/callers");
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    const rounds: Growth[] = [];
    for (let round = 0; round < 3; round++) rounds.push(await growth(server, callers, sip));
    if (process.env["BENCH_VERBOSE"] !== undefined) console.error(JSON.stringify(rounds));
    return toRows(rounds);
  } finally {
    await callers.end();
    await server.end();
  }
}

interface Growth {
  readonly before: MemoryUse;
  readonly up: MemoryUse;
  readonly liveBefore: MemoryUse;
  readonly liveUp: MemoryUse;
}

async function growth(server: Peer, callers: Peer, target: ServerFacts["sip"]): Promise<Growth> {
  const liveBefore = await server.ask<MemoryUse>("liveMemory");
  const before = await server.ask<MemoryUse>("memory");
  const batch: CallBatch = { target, number: benchNumbers.long, count: calls, perSecond: 2_000, waitMs: 2 * settleMs };
  const running = callers.ask<BatchOutcome>("run", batch);
  await pause(settleMs);
  const up = await server.ask<MemoryUse>("memory");
  const liveUp = await server.ask<MemoryUse>("liveMemory");
  const { answered } = await running;
  if (answered !== calls) throw new Error(`only ${answered} of ${calls} calls were answered`);
  return { before, up, liveBefore, liveUp };
}

function toRows(rounds: readonly Growth[]): Row[] {
  const [first] = rounds;
  const last = rounds.at(-1);
  if (first === undefined || last === undefined) return [];
  const perCall = (bytes: number) => bytes / 1_024 / calls;
  const resident = ({ before, up }: Growth) => perCall(up.rss - before.rss);
  return [
    row("memory-base", "resident memory of the server, no call yet", first.before.rss / 1_048_576, "MB", undefined),
    row("memory-first", `resident memory per call, first ${calls} at once`, resident(first), "KB", undefined),
    row("memory-again", `resident memory per call, third ${calls} at once`, resident(last), "KB", 50),
    row(
      "memory-live",
      "live heap and buffers of the main thread per call",
      perCall(live(last.liveUp) - live(last.liveBefore)),
      "KB",
      undefined,
    ),
    row("memory-full", `resident memory with ${calls} calls up`, last.up.rss / 1_048_576, "MB", undefined),
  ];
}

function live({ heapUsed, external }: MemoryUse): number {
  return heapUsed + external;
}

function row(name: string, what: string, value: number, unit: string, atMost: number | undefined): Row {
  return atMost === undefined ? { name, what, value, unit } : { name, what, value, unit, target: { atMost } };
}
