import type { Bench } from "../bench.ts";
import { untilOver } from "../call-window.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { CallBatch, CallOutcome } from "../processes/call-load.ts";
import { benchNumbers, type MemoryUse, type ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

const calls = 300;
const perSecond = 30;
const rounds = 3;
/** All are up, and have been for a while. */
const lookAfterMs = 12_000;
const holdMs = 14_000;
const endMs = 18_000;
/** A machine that is busy with other things may refuse some of them. */
const fewestUp = 0.8;

/** Memory of a call with media, with the garbage that a server at work has: resident memory is what the operator pays for.
 * The same number of calls comes three times, since the first time also fills caches, compiles code and lets the heaps
 * take the size that they need. */
export async function measureMemory(bench: Bench): Promise<readonly Row[]> {
  const { nodeWords } = bench.server;
  const server = startPeer("processes/server", { ...bench.server, nodeWords: [...nodeWords, "--expose-gc"] });
  const load = startPeer("processes/call-load", bench.load);
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    const batch = { port: sip.port, number: benchNumbers.long, count: calls, perSecond, holdMs };
    const grown: Growth[] = [];
    for (let round = 0; round < rounds; round++) grown.push(await growth(server, load, batch));
    bench.tell(`  memory: ${JSON.stringify(grown.map(({ before, up }) => [before.rss, up.rss]))}`);
    return toRows(grown);
  } finally {
    await load.end();
    await server.end();
  }
}

interface Growth {
  /** That were up. */
  readonly calls: number;
  readonly before: MemoryUse;
  readonly up: MemoryUse;
  readonly liveBefore: MemoryUse;
  readonly liveUp: MemoryUse;
}

async function growth(server: Peer, load: Peer, batch: CallBatch): Promise<Growth> {
  const liveBefore = await server.ask<MemoryUse>("liveMemory");
  const before = await server.ask<MemoryUse>("memory");
  await load.ask("begin", batch);
  await pause(lookAfterMs);
  const up = await server.ask<MemoryUse>("memory");
  const liveUp = await server.ask<MemoryUse>("liveMemory");
  await untilOver(load, endMs);
  const { answered } = await load.ask<CallOutcome>("outcome");
  if (answered < fewestUp * calls) throw new Error(`only ${answered} of ${calls} calls were answered`);
  return { calls: answered, before, up, liveBefore, liveUp };
}

function toRows(grown: readonly Growth[]): Row[] {
  const [first] = grown;
  const last = grown.at(-1);
  if (first === undefined || last === undefined) return [];
  const resident = ({ calls: up, ...growth }: Growth) => (growth.up.rss - growth.before.rss) / 1_024 / up;
  const perCall = (bytes: number) => bytes / 1_024 / last.calls;
  const whole = perCall(last.up.rss);
  return [
    row("memory-base", "resident memory of the server, no call yet", first.before.rss / 1_048_576, "MB"),
    row("memory-first", `resident memory per call, first ${first.calls} up at once`, resident(first), "KB"),
    row("memory-again", `resident memory per call, third ${last.calls} up at once`, resident(last), "KB", 50),
    row("memory-live", "  of it live in the main thread", perCall(live(last.liveUp) - live(last.liveBefore)), "KB"),
    row("memory-whole", `the whole server's resident memory then, divided by the ${last.calls} calls`, whole, "KB"),
  ];
}

function live({ heapUsed, external }: MemoryUse): number {
  return heapUsed + external;
}

function row(name: string, what: string, value: number, unit: string, atMost?: number): Row {
  return atMost === undefined ? { name, what, value, unit } : { name, what, value, unit, target: { atMost } };
}
