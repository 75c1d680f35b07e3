import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpusOf } from "../seeds.ts";
import { mostBytesOf, type FuzzTarget } from "../target.ts";

/** How a run goes. */
export interface FuzzPlan {
  /** It ends after so many inputs, or after so many seconds. */
  readonly inputs: number;
  readonly seconds: number;
  /** Of chance; undefined: another one each time. */
  readonly seed: number | undefined;
  /** Whether the inputs that reach something new become seeds of the target. */
  readonly keeps: boolean;
  /** Tries each byte of each seed by itself at first. */
  readonly isThorough?: boolean;
  /** Ends with the first fault. */
  readonly untilFault?: boolean;
}

/** What came of it. */
export interface FuzzOutcome {
  readonly inputs: number;
  readonly seconds: number;
  /** Ways from one block of code to the next that were gone. */
  readonly ways: number;
  /** Inputs that each went another way than those before. */
  readonly corpus: number;
  /** What was thrown, with the input in base64; "" when nothing was. */
  readonly faults: string;
  /** Why the fuzzer itself came to no end; undefined: it did. */
  readonly failure: string | undefined;
  readonly kept: string | undefined;
}

/** AFL++ is to start what has no instrumentation that it knows, on a machine that has not been made ready for it, and to show no screen. */
const environment = {
  ...{
    AFL_SKIP_BIN_CHECK: "1",
    AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES: "1",
    AFL_SKIP_CPUFREQ: "1",
    AFL_NO_AFFINITY: "1",
  },
  ...{ AFL_NO_UI: "1", AFL_FORKSRV_INIT_TMOUT: "120000" },
};
/** Longest time of one input, milliseconds: the process ends with a longer one. What is merely slow is told by the process itself. */
const hangMs = 20_000;
const nodeWords = ["--expose-gc", "--enable-source-maps", "--no-warnings"];
const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Runs AFL++ on a target. */
export async function fuzzTarget(target: FuzzTarget, plan: FuzzPlan): Promise<FuzzOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-fuzz-"));
  try {
    const faultFile = join(folder, "faults.txt");
    const words = [...wordsFor(target, plan, folder), process.execPath, ...nodeWords];
    const { code, output } = await run(
      "afl-fuzz",
      [...words, beside("./run-target.js"), target.name, faultFile],
      plan.untilFault === true ? { AFL_BENCH_UNTIL_CRASH: "1" } : {},
    );
    const stats = join(folder, "out", "default", "fuzzer_stats");
    const said = existsSync(stats) ? readFileSync(stats, "utf8") : "";
    const number = (name: string) => Number(new RegExp(`^${name} *: (\\d+)`, "m").exec(said)?.[1] ?? 0);
    const kept = plan.keeps ? await keepNew(target, join(folder, "out", "default", "queue")) : undefined;
    return {
      ...{ inputs: number("execs_done"), seconds: number("run_time"), ways: number("edges_found") },
      ...{ corpus: number("corpus_count"), kept },
      faults: existsSync(faultFile) ? readFileSync(faultFile, "utf8") : "",
      failure: code === 0 ? undefined : `afl-fuzz ended with ${code}:\n${output.slice(-3_000)}${lastInput(folder)}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wordsFor(target: FuzzTarget, { inputs, seconds, seed, isThorough }: FuzzPlan, folder: string): string[] {
  const [seeds, dictionary] = [join(folder, "in"), join(folder, "words.txt")];
  mkdirSync(seeds);
  for (const [index, input] of corpusOf(target).entries())
    if (input.length > 0) writeFileSync(join(seeds, `${index}`.padStart(5, "0")), input);
  writeFileSync(dictionary, target.words.map((word, index) => `word${index}="${hexOf(word)}"\n`).join(""));
  return [
    ...["-i", seeds, "-o", join(folder, "out"), "-m", "none", "-t", `${hangMs}`, "-G", `${mostBytesOf(target)}`],
    ...["-E", `${inputs}`, "-V", `${seconds}`],
    ...(target.words.length === 0 ? [] : ["-x", dictionary]),
    ...(seed === undefined ? [] : ["-s", `${seed}`]),
    ...(isThorough === true ? ["-D"] : []),
    "--",
  ];
}

function hexOf(word: string): string {
  return Buffer.from(word, "latin1").toString("hex").replace(/../g, "\\x$&");
}

async function keepNew(target: FuzzTarget, queue: string): Promise<string> {
  const { output } = await run(process.execPath, [...nodeWords, beside("./distill.js"), target.name, queue]);
  return output.trim();
}

/** Of a process that did not come back. */
function lastInput(folder: string): string {
  const path = join(folder, "out", "default", ".cur_input");
  return existsSync(path) ? `\nthe last input (base64): ${readFileSync(path).toString("base64")}` : "";
}

async function run(command: string, words: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...environment, ...more };
  const child = spawn(command, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece: Buffer) => (output = (output + piece.toString("latin1")).slice(-8_000)));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code: code ?? signal ?? "nothing", output };
}
