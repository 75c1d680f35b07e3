import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measureBaselines } from "./baselines.ts";
import { measureEngine } from "./figures/engine.ts";
import { measureInboundCalls } from "./figures/inbound-calls.ts";
import { measureMemory } from "./figures/memory.ts";
import { measureOverload } from "./figures/overload.ts";
import { measurePlayingLegs } from "./figures/playing-legs.ts";
import { measureSip } from "./figures/sip.ts";
import { measureSpeech } from "./figures/speech.ts";
import { printTable, ratioOf, reaches, type Row } from "./report.ts";

type Measure = (processor: number | undefined) => readonly Row[] | Promise<readonly Row[]>;

/** In the order of their running. */
const figures = new Map<string, Measure>([
  ["engine", measureEngine],
  ["sip", measureSip],
  ["legs", measurePlayingLegs],
  ["memory", measureMemory],
  ["calls", measureInboundCalls],
  ["overload", measureOverload],
  ["speech", measureSpeech],
]);

const { values, positionals } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    pin: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const usage = `npm run bench -- [${[...figures.keys()].join(" | ")}]... [--json] [--pin]
  --json  one JSON document instead of the table
  --pin   servers on the first processor, load on the second (Linux with taskset)`;
const unknown = positionals.filter((name) => !figures.has(name));

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no figure is named ${unknown.join(", ")}`);
  console.error(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  await main();
}

async function main(): Promise<void> {
  const wanted = positionals.length === 0 ? [...figures.keys()] : positionals;
  const processor = values.pin && canPin() ? 0 : undefined;
  if (values.pin && processor === undefined) console.error("taskset is missing: nothing is pinned");
  const rows: Row[] = [...(await measureBaselines())];
  for (const name of wanted) {
    if (!values.json) console.error(`measuring ${name} ...`);
    rows.push(...((await figures.get(name)?.(processor)) ?? []));
  }
  console.log(values.json ? JSON.stringify(toDocument(rows, processor), undefined, 2) : `\n${printTable(rows)}`);
}

function canPin(): boolean {
  return cpus().length > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;
}

function toDocument(rows: readonly Row[], processor: number | undefined): object {
  const [first] = cpus();
  return {
    machine: { processors: cpus().length, model: first?.model, node: process.version, pinned: processor !== undefined },
    rows: rows.map((row) => ({ ...row, reached: reaches(row), ratio: ratioOf(row, rows) })),
  };
}
