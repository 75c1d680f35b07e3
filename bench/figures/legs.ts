import { startAsteriskLegs } from "../asterisk/legs.ts";
import { hasAsterisk } from "../asterisk/program.ts";
import type { Bench, Measure } from "../bench.ts";
import type { Capacity } from "../capacity.ts";
import type { LegKind } from "../leg-kinds.ts";
import { searchLegs, MOST_LATE_MS, type LegSubject, type LegTrial } from "../leg-search.ts";
import type { Speech } from "../far-ends/speaker.ts";
import { startBareLegs, startOurLegs } from "../leg-server.ts";
import type { Row } from "../report.ts";
import { hasRtpengine, startRtpengine } from "../rtpengine.ts";
import { keys, murmur, murmurOf, stampedMurmur } from "../speech.ts";
import type { BareWork } from "../processes/bare-legs.ts";

type Pattern = BareWork["pattern"];
type Found = Capacity<LegTrial>;

/** What is compared with a kind of legs. */
interface Kind {
  readonly what: string;
  readonly pattern: Pattern;
  readonly target?: number;
}

/** Below those that systems give out by themselves. */
const rtpenginePorts = 10_000;

const kinds: Readonly<Record<LegKind, Kind>> = {
  playing: { what: "play a prompt each and are spoken to", pattern: "talk", target: 1_500 },
  bridged: { what: "are bridged in pairs, PCMU to PCMU", pattern: "relay", target: 1_500 },
  recorded: { what: "are recorded, and hear silence", pattern: "talk", target: 1_100 },
  digits: { what: "play, and keys are looked for in what they hear", pattern: "talk", target: 1_100 },
  transcoded: { what: "are bridged in pairs, PCMU to PCMA", pattern: "relay" },
  wideband: { what: "are bridged in pairs, PCMU to G.722", pattern: "relay" },
};

/** Legs of one kind on one processor, beside the same packets by a bare loop and, where they do the same, by rtpengine and Asterisk. */
export function measureLegs(kind: LegKind): Measure {
  return async (bench) => {
    const { pattern } = kinds[kind];
    const found = await searchLegs(bench, ourLegs(kind));
    const beside: [string, Found][] = [];
    for (const way of ["batched", "dgram"] as const) {
      const loop = await bench.once(`${way} ${pattern}`, () => measureBare(bench, { way, pattern }));
      if (loop !== undefined) beside.push([`${way} loop`, loop]);
    }
    if (kind === "bridged" && hasRtpengine()) beside.push(["rtpengine", await searchLegs(bench, rtpengineLegs())]);
    if ((kind === "playing" || kind === "bridged") && hasAsterisk())
      beside.push(["Asterisk", await searchLegs(bench, asteriskLegs(kind))]);
    return rowsOf(kind, found, beside);
  };
}

const speeches: Partial<Record<LegKind, Speech>> = {
  ...{ bridged: stampedMurmur, digits: keys },
  ...{ transcoded: murmurOf("PCMU", "PCMA"), wideband: murmurOf("PCMU", "G722") },
};

/** Legs of our media room. */
export function ourLegs(kind: LegKind): LegSubject {
  return {
    name: kind,
    speech: speeches[kind] ?? murmur,
    isSilent: kind === "recorded",
    start: ({ server, packets }) => startOurLegs({ kind, packets }, server),
  };
}

/** undefined where that way does not work. */
async function measureBare(bench: Bench, work: BareWork): Promise<Found | undefined> {
  const speech = work.pattern === "relay" ? stampedMurmur : murmur;
  const name = `${work.way} loop, ${work.pattern}`;
  try {
    return await searchLegs(bench, {
      name,
      speech,
      isSilent: work.pattern === "talk",
      start: ({ server }) => startBareLegs(work, { ...server, nodeWords: [] }),
    });
  } catch (error) {
    bench.tell(`  ${name}: ${String(error)}`);
    return undefined;
  }
}

function rtpengineLegs(): LegSubject {
  return {
    name: "rtpengine",
    speech: stampedMurmur,
    start: ({ server }) => startRtpengine(server.processor, rtpenginePorts),
  };
}

function asteriskLegs(kind: "playing" | "bridged"): LegSubject {
  return {
    name: `Asterisk, ${kind}`,
    speech: speeches[kind] ?? murmur,
    start: ({ server }) => startAsteriskLegs(kind, server.processor),
  };
}

function rowsOf(kind: LegKind, found: Found, others: readonly [string, Found][]): readonly Row[] {
  const { what, target } = kinds[kind];
  const { load, held, failed } = found;
  const besideBy = (value: (found: Found) => number | undefined) =>
    others.flatMap(([name, other]) => {
      const figure = value(other);
      return figure === undefined ? [] : [{ name, value: figure }];
    });
  const legs: Row = {
    ...{
      name: kind,
      what: `legs on one core that ${what}; p99 under ${MOST_LATE_MS} ms, none lost`,
      value: load,
      unit: "legs",
    },
    ...(target === undefined ? {} : { target: { atLeast: target } }),
    beside: besideBy((other) => other.load),
    note: noteOf(found),
  };
  const trial = held ?? failed?.trial;
  if (trial === undefined || trial.isAbsent) return [legs];
  const spread = trial.heard.delay ?? trial.heard.late;
  const measured = trial.heard.delay === undefined ? "lateness against the stream's schedule" : "delay added";
  return [
    legs,
    {
      ...{ name: `${kind}-cpu`, what: "  processor time per packet in or out then", value: trial.packetUs, unit: "us" },
      beside: besideBy((other) => (other.held ?? other.failed?.trial)?.packetUs),
      note: `${Math.round(100 * trial.share)} % of a core`,
    },
    {
      ...{ name: `${kind}-late`, what: `  ${measured} then, p99`, value: spread.p99, unit: "ms" },
      beside: besideBy(({ held: other }) => (other?.heard.delay ?? other?.heard.late)?.p99),
      note: `p50 ${spread.p50.toFixed(2)} ms, worst ${spread.worst.toFixed(1)} ms, by ${trial.time} time`,
    },
  ];
}

function noteOf({ held, failed }: Found): string {
  if (failed?.trial.isAbsent === true && held === undefined) return `not there: ${failed.trial.why ?? ""}`;
  const limit = held?.limit ?? failed?.trial.limit;
  const stop = failed === undefined ? "no load failed" : `${failed.load}: ${failed.trial.why ?? ""}`;
  return limit === undefined ? stop : `${stop}; ${limit}`;
}
