import type { BrowserTransport } from "../../src/media/index.ts";
import type { Bench } from "../bench.ts";
import { murmur } from "../speech.ts";
import { startPeer, type Peer } from "../peer.ts";
import { pause } from "../pause.ts";
import { spreadOf } from "../percentile.ts";
import type { Heard } from "../far-ends/listener.ts";
import type { OurLegs } from "../leg-kinds.ts";
import type { BrowserOffered, Joined } from "../processes/browsers.ts";
import type { FarEndFacts, SpeakTo, Taken } from "../processes/far-ends.ts";
import { MOST_LATE_MS } from "../leg-search.ts";
import type { Row } from "../report.ts";

/** Calls in progress, and browsers that join beside them. */
const legCount = 100;
const browserCount = 50;
const windowMs = 2_000;
const restMs = 1_000;
const rounds = 5;
const roundsOfQuickLook = 2;

interface Round {
  readonly quiet: Taken;
  readonly busy: Taken;
  readonly joined: Joined;
}

/** What happens to the packets of calls while many browsers join at once, all in one media worker, and how long they wait. */
export async function measureJoins(bench: Bench): Promise<readonly Row[]> {
  const [farEnds, browsers] = [
    startPeer("processes/far-ends", bench.load),
    startPeer("processes/browsers", bench.load),
  ];
  const server = startPeer("processes/legs", bench.server);
  try {
    await server.ask("start", { kind: "playing", packets: bench.packets } satisfies OurLegs);
    await openLegs(server, farEnds);
    await pause(bench.isQuick ? 3_000 : 8_000);
    const all: Round[] = [];
    for (let round = 0; round < (bench.isQuick ? roundsOfQuickLook : rounds); round++) {
      const one = await bench.windows.calm(() => takeRound(server, farEnds, browsers));
      bench.tell(`  ${wordsOf(one)}`);
      all.push(one);
    }
    return rowsOf(all);
  } finally {
    await Promise.all([server.end(), farEnds.end(), browsers.end()]);
  }
}

async function openLegs(server: Peer, farEnds: Peer): Promise<void> {
  const { ports } = await farEnds.ask<FarEndFacts>("start", murmur);
  const remotePorts = Array.from({ length: legCount }, (_, index) => ports[index % ports.length] ?? 0);
  const toPorts = await server.ask<number[]>("add", { remotePorts });
  await farEnds.ask("speak", { first: 0, toPorts } satisfies SpeakTo);
}

async function takeRound(server: Peer, farEnds: Peer, browsers: Peer): Promise<Round> {
  const offers = await browsers.ask<BrowserOffered[]>("offer", browserCount);
  const transports = await server.ask<BrowserTransport[]>("openBrowsers", offers);
  await pause(restMs);
  await farEnds.ask("begin");
  await pause(windowMs);
  const quiet = await farEnds.ask<Taken>("take");
  const joining = browsers.ask<Joined>("join", transports);
  await pause(windowMs);
  const busy = await farEnds.ask<Taken>("take");
  const joined = await joining;
  await browsers.ask("leave");
  await server.ask("closeBrowsers");
  return { quiet, busy, joined };
}

function rowsOf(rounds: readonly Round[]): readonly Row[] {
  const took = spreadOf(Float64Array.from(rounds.flatMap(({ joined }) => joined.tookMs)));
  const failures = rounds.flatMap(({ joined }) => joined.failures);
  const worst = (of: (round: Round) => Taken) => Math.max(...rounds.map((round) => of(round).heard.late.p99));
  const sum = (of: (heard: Heard) => number) => rounds.reduce((before, { busy }) => before + of(busy.heard), 0);
  const quiet = worst(({ quiet }) => quiet);
  return [
    {
      ...{
        name: "joins-late",
        what: `packets of ${legCount} legs while ${browserCount} browsers join at once, p99 late`,
      },
      ...{ value: worst(({ busy }) => busy), unit: "ms", target: { atMost: MOST_LATE_MS } },
      note: `${quiet.toFixed(2)} ms just before; ${sum(({ lost }) => lost)} packets lost, ${sum(({ skipped }) => skipped)} left out`,
    },
    {
      ...{
        name: "joins-keys",
        what: "  from a browser's first check to its keys then, p99",
        value: took.p99,
        unit: "ms",
      },
      note: `p50 ${took.p50.toFixed(0)} ms, slowest ${took.worst.toFixed(0)} ms, ${failures.length} of ${browserCount * rounds.length} failed`,
    },
  ];
}

function wordsOf({ quiet, busy, joined: { tookMs, failures } }: Round): string {
  const late = ({ heard: { late } }: Taken) => `p99 ${late.p99.toFixed(2)}, worst ${late.worst.toFixed(1)} ms`;
  const slowest = Math.max(0, ...tookMs).toFixed(0);
  const why = failures.length === 0 ? "" : `, ${failures.length} failed (${failures[0]})`;
  const { lost, skipped } = busy.heard;
  return `${tookMs.length} joined, the slowest in ${slowest} ms${why}; before ${late(quiet)}; meanwhile ${late(busy)}, ${lost} lost, ${skipped} left out`;
}
