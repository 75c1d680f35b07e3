import type { BrowserTransport } from "../../src/media/index.ts";
import type { Bench } from "../bench.ts";
import type { BrowserFacts, OurLegs } from "../leg-kinds.ts";
import { MOST_LATE_MS } from "../leg-search.ts";
import { pause } from "../pause.ts";
import { startPeer } from "../peer.ts";
import { spreadOf } from "../percentile.ts";
import type { BrowserOffered, Joined } from "../processes/browsers.ts";
import type { Row } from "../report.ts";

const legCount = 100;
const packetsPerSecond = 50;
const warmMs = 4_000;

/** A hundred legs of browsers in one media worker: they join at once, hear a wide prompt in Opus over DTLS-SRTP, and every second one speaks. */
export async function measureBrowsers(bench: Bench): Promise<readonly Row[]> {
  const browsers = startPeer("processes/browsers", bench.load);
  const server = startPeer("processes/legs", bench.server);
  try {
    await server.ask("start", { kind: "playing", packets: bench.packets } satisfies OurLegs);
    const idle = await server.ask<BrowserFacts>("browserFacts");
    const offers = await browsers.ask<BrowserOffered[]>("offer", legCount);
    const transports = await server.ask<BrowserTransport[]>("openBrowsers", offers);
    const joined = await browsers.ask<Joined>("join", transports);
    await server.ask("playToBrowsers");
    await browsers.ask("talk");
    await pause(warmMs);
    const look = async () => ({
      facts: await server.ask<BrowserFacts>("browserFacts"),
      heard: await browsers.ask<number>("heard"),
      // Once it was counted: on a busy machine that waits.
      countedAtMs: performance.now(),
    });
    const first = await look();
    await pause(bench.isQuick ? 5_000 : 20_000);
    const last = await look();
    const [before, after] = [first.facts, last.facts];
    const seconds = (last.countedAtMs - first.countedAtMs) / 1_000;
    return rowsOf(joined, {
      share: (after.processMs - before.processMs) / (after.atMs - before.atMs),
      heard: (last.heard - first.heard) / (seconds * packetsPerSecond * legCount),
      lateMs: after.lateMs,
      legBytes: (after.memoryBytes - idle.memoryBytes) / legCount,
    });
  } finally {
    await Promise.all([server.end(), browsers.end()]);
  }
}

interface Measured {
  /** Of a processor. */
  readonly share: number;
  /** Of the packets that were due. */
  readonly heard: number;
  readonly lateMs: number;
  readonly legBytes: number;
}

function rowsOf({ tookMs, failures }: Joined, { share, heard, lateMs, legBytes }: Measured): readonly Row[] {
  const took = spreadOf(Float64Array.from(tookMs));
  return [
    {
      ...{ name: "browsers-late", what: `ticks of ${legCount} legs of browsers that hear a prompt, p99 late` },
      ...{ value: lateMs, unit: "ms", target: { atMost: MOST_LATE_MS } },
      note: `they heard ${(100 * heard).toFixed(1)} % of their packets, ${failures.length} did not join`,
    },
    {
      ...{ name: "browsers-cpu", what: "  processor time of a leg then", value: share * (100 / legCount) },
      ...{ unit: "% of a core", note: `${Math.round(100 * share)} % in all` },
    },
    {
      ...{
        name: "browsers-keys",
        what: "  from a first check to its keys, all at once, p99",
        value: took.p99,
        unit: "ms",
      },
      note: `p50 ${took.p50.toFixed(0)} ms, slowest ${took.worst.toFixed(0)} ms`,
    },
    {
      ...{ name: "browsers-memory", what: "  memory of a leg", value: legBytes / 1_024, unit: "KiB" },
      note: "of the whole process, with libopus",
    },
  ];
}
