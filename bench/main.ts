import { writeFileSync } from "node:fs";
import type { PacketWay } from "../src/media/index.ts";
import { errorMessage } from "../src/kernel/index.ts";
import type { Bench, Measure } from "./bench.ts";
import { createBench } from "./create-bench.ts";
import { measureBrowsers } from "./figures/browsers.ts";
import { measureCalls } from "./figures/calls.ts";
import { measureJoins } from "./figures/joins.ts";
import { measureLegs } from "./figures/legs.ts";
import { measureMeetings } from "./figures/meetings.ts";
import { measureMemory } from "./figures/memory.ts";
import { measureOverload } from "./figures/overload.ts";
import {
  measureEngine,
  measureHandshakes,
  measureHashing,
  measureMixed,
  measureParsing,
  measureSrtp,
} from "./figures/pure-work.ts";
import { measureScripted } from "./figures/scripted.ts";
import { measureSignalling } from "./figures/signalling.ts";
import { measureSpeech } from "./figures/speech.ts";
import { measureStore } from "./figures/store.ts";
import {
  canPin,
  describeMachine,
  machineLine,
  MOST_OTHERS,
  othersBetween,
  readTicks,
  stolenSince,
  type Machine,
} from "./machine.ts";
import { printTable, ratiosOf, reaches, type Row } from "./report.ts";
import type { WindowCounts } from "./windows.ts";
import { readWords } from "../src/testing/internal/read-words.ts";

/** In the order of their running. */
const figures = new Map<string, Measure>([
  ["engine", measureEngine],
  ["scripted", measureScripted],
  ["parse", measureParsing],
  ["handshakes", measureHandshakes],
  ["srtp", measureSrtp],
  ["mixed", measureMixed],
  ["signalling", measureSignalling],
  ["playing", measureLegs("playing")],
  ["bridged", measureLegs("bridged")],
  ["recorded", measureLegs("recorded")],
  ["digits", measureLegs("digits")],
  ["transcoded", measureLegs("transcoded")],
  ["wideband", measureLegs("wideband")],
  ["joins", measureJoins],
  ["browsers", measureBrowsers],
  ["meetings", measureMeetings],
  ["memory", measureMemory],
  ["calls", measureCalls],
  ["store", measureStore],
  ["overload", measureOverload],
  ["speech", measureSpeech],
]);

const usage = `npm run bench -- [figure]... [--quick] [--json <file>] [--profile <folder>] [--packets <way>] [--no-pin]
  figure     ${[...figures.keys()].join(", ")} (default: all)
  --quick    a short look: less warm-up, shorter windows, a coarser search
  --json     writes the machine, the windows and all rows into a file
  --profile  writes processor profiles of the server's threads into a folder, for the developer tools of a browser
  --packets  dgram or batched: how packets of our legs pass (default: as media.packets has it by itself)
  --no-pin   leaves it to the system which processor does what (default: server on the first, load on the second)`;

const { values, positionals } = readWords(usage, {
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    profile: { type: "string" },
    packets: { type: "string" },
    "no-pin": { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !figures.has(name));

const isWayKnown = values.packets === undefined || wantedPackets() !== undefined;

if (unknown.length > 0 || !isWayKnown) {
  if (unknown.length > 0) console.error(`no figure is named ${unknown.join(", ")}`);
  if (!isWayKnown) console.error(`no way of packets is named ${values.packets}`);
  console.error(usage);
  process.exitCode = 2;
} else {
  await main(positionals.length === 0 ? [...figures.keys()] : positionals);
}

async function main(wanted: readonly string[]): Promise<void> {
  const isPinned = !values["no-pin"] && canPin();
  const machine = describeMachine(isPinned);
  const before = readTicks();
  const startedAt = performance.now();
  console.log(machineLine(machine));
  const bench = createBench({ isPinned, isQuick: values.quick, packets: wantedPackets(), profile: values.profile });
  const rows: Row[] = [...(await measureHashing(bench))];
  for (const name of wanted) {
    bench.tell(`${name} ...`);
    rows.push(...(await measure(name, bench)));
  }
  const tookSeconds = Math.round((performance.now() - startedAt) / 1_000);
  const run = { stolen: stolenSince(before.times), others: othersBetween(before, readTicks()), tookSeconds };
  const counts = bench.windows.counts();
  console.log(`\n${printTable(rows, isDisturbed(run))}\n\n${windowsLine(counts, run)}`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(toDocument(machine, counts, run, rows), undefined, 2)}\n`);
}

/** A figure that cannot be measured does not end the run. */
async function measure(name: string, bench: Bench): Promise<readonly Row[]> {
  try {
    return (await figures.get(name)?.(bench)) ?? [];
  } catch (error) {
    process.exitCode = 1;
    return [{ name, what: name, value: Number.NaN, unit: "", note: `not measured: ${errorMessage(error)}` }];
  }
}

function wantedPackets(): PacketWay | undefined {
  return values.packets === "dgram" || values.packets === "batched" ? values.packets : undefined;
}

interface Run {
  readonly tookSeconds: number;
  /** Shares of all processors' time. */
  readonly stolen: number;
  readonly others: number | undefined;
}

function windowsLine({ measured, thrownAway, keptStolen, mostStolen }: WindowCounts, run: Run): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const kept = keptStolen === 0 ? "" : `, ${keptStolen} kept although it did each time (up to ${percent(mostStolen)})`;
  const others = run.others === undefined ? "" : `, and other work ${percent(run.others)}`;
  const verdict = isDisturbed(run)
    ? "\nothers used the machine meanwhile: the figures are those of a busy machine, and no target is judged by them"
    : "";
  return `${measured} windows in ${run.tookSeconds} s, ${thrownAway} thrown away since the hypervisor took more than 1 % of the time${kept}
of the whole run the hypervisor took ${percent(run.stolen)}${others}${verdict}`;
}

function isDisturbed({ others, stolen }: Run): boolean {
  return (others ?? 0) + stolen > MOST_OTHERS;
}

function toDocument(machine: Machine, windows: WindowCounts, run: Run, rows: readonly Row[]): object {
  return {
    ...{ machine, windows, run: { ...run, isDisturbed: isDisturbed(run) } },
    rows: rows.map((row) => ({
      ...row,
      reached: isDisturbed(run) ? undefined : reaches(row),
      ratios: ratiosOf(row, rows),
    })),
  };
}
