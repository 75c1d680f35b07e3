import { hasAsterisk } from "../asterisk/program.ts";
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
 * take the size that they need. Beside it, where it is installed, stands Asterisk with the same calls. */
export async function measureMemory(bench: Bench): Promise<readonly Row[]> {
  const { nodeWords } = bench.server;
  const ours = await watchServer(
    bench,
    "processes/server",
    [...nodeWords, "--expose-gc"],
    async (server, load, batch) => {
      const live = () => server.ask<MemoryUse>("liveMemory");
      const liveBefore = await live();
      const grown = await growth(server, load, batch, live);
      return { ...grown, liveBefore, liveUp: grown.also };
    },
  );
  if (!hasAsterisk()) return toRows(ours, []);
  const theirs = await watchServer(bench, "processes/asterisk-server", nodeWords, (server, load, batch) =>
    growth(server, load, batch, async () => undefined),
  );
  return toRows(ours, theirs);
}

type Watch<Result> = (server: Peer, load: Peer, batch: CallBatch) => Promise<Result>;

async function watchServer<Result extends Growth>(
  bench: Bench,
  file: string,
  nodeWords: readonly string[],
  watch: Watch<Result>,
): Promise<readonly Result[]> {
  const server = startPeer(file, { ...bench.server, nodeWords });
  const load = startPeer("processes/call-load", bench.load);
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    const batch = { port: sip.port, number: benchNumbers.long, count: calls, perSecond, holdMs };
    const grown: Result[] = [];
    for (let round = 0; round < rounds; round++) grown.push(await watch(server, load, batch));
    bench.tell(`  ${file}: ${JSON.stringify(grown.map(({ before, up }) => [before.rss, up.rss]))}`);
    return grown;
  } finally {
    await load.end();
    await server.end();
  }
}

interface Growth {
  /** That were up. */
  readonly calls: number;
  readonly before: Pick<MemoryUse, "rss">;
  readonly up: Pick<MemoryUse, "rss">;
}

interface OurGrowth extends Growth {
  readonly liveBefore: MemoryUse;
  readonly liveUp: MemoryUse;
}

/** @param then what else is asked while the calls are up */
async function growth<Also>(
  server: Peer,
  load: Peer,
  batch: CallBatch,
  then: () => Promise<Also>,
): Promise<Growth & { readonly also: Also }> {
  const before = await server.ask<Pick<MemoryUse, "rss">>("memory");
  await load.ask("begin", batch);
  await pause(lookAfterMs);
  const up = await server.ask<Pick<MemoryUse, "rss">>("memory");
  const also = await then();
  await untilOver(load, endMs);
  const { answered } = await load.ask<CallOutcome>("outcome");
  if (answered < fewestUp * calls) throw new Error(`only ${answered} of ${calls} calls were answered`);
  return { calls: answered, before, up, also };
}

function toRows(grown: readonly OurGrowth[], theirs: readonly Growth[]): Row[] {
  const [first] = grown;
  const last = grown.at(-1);
  if (first === undefined || last === undefined) return [];
  const resident = ({ calls: up, ...growth }: Growth) => (growth.up.rss - growth.before.rss) / 1_024 / up;
  const megabytes = ({ before }: Growth) => before.rss / 1_048_576;
  const both = (name: string, what: string, unit: string, value: (growth: Growth) => number, round: number): Row => {
    const [ours, other] = [grown.at(round), theirs.at(round)];
    const beside = other === undefined ? [] : [{ name: "Asterisk", value: value(other) }];
    return { name, what, value: ours === undefined ? Number.NaN : value(ours), unit, beside };
  };
  const liveBytes = live(last.liveUp) - live(last.liveBefore);
  const again = both("memory-again", `resident memory per call, third ${last.calls} up at once`, "KB", resident, -1);
  return [
    both("memory-base", "resident memory of the server, no call yet", "MB", megabytes, 0),
    both("memory-first", `resident memory per call, first ${first.calls} up at once`, "KB", resident, 0),
    { ...again, target: { atMost: 50 } },
    { name: "memory-live", what: "  of it live in the main thread", value: liveBytes / 1_024 / last.calls, unit: "KB" },
    both(
      "memory-whole",
      `the whole server's resident memory then, divided by the ${last.calls} calls`,
      "KB",
      ({ up, calls: upThen }) => up.rss / 1_024 / upThen,
      -1,
    ),
  ];
}

function live({ heapUsed, external }: MemoryUse): number {
  return heapUsed + external;
}
