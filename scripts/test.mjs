/** The one test command. Builds, then runs what was asked for and prints failures, what was left out, and one closing
 * line with the counts. See CONTRIBUTING.md for the options. */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureBranches } from "./branch-coverage.mjs";
import { namedFiles, printMatrix, readMatrix } from "./interop-matrix.mjs";
import { passBySlowWrappers } from "./pass-by-slow-wrappers.mjs";
import { runTestFiles } from "./run-test-files.mjs";
import { findSuites, missingPrograms } from "./test-suites.mjs";

const usage = `node scripts/test.mjs [what] [filter] [--strict]
  what     nothing: everything; check: types, lint, format, unit, simulate and shape;
           unit, or a folder of test/ (shape, wire, interop, ...)
  filter   unit: a room of src; else a part of the file names
  --strict fails if a suite was left out (also with CI=true)`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const total = { passed: 0, failed: 0, skipped: 0, shaky: 0 };
const leftOut = [];
/** Processes at one time: two more than there are processors, since those with programs and sockets mostly wait. */
const lanes = availableParallelism() + 2;
/** Of so many of the files that take longer than this, the time is printed. */
const mostSlow = 15;
const slowMs = 4_000;

const { values, positionals } = readOwnWords();
if (values.help) {
  console.log(usage);
} else {
  await main(positionals[0], positionals[1], values.strict || process.env.CI === "true");
}

function readOwnWords() {
  const options = { strict: { type: "boolean", default: false }, help: { type: "boolean", default: false } };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${error.message.split(". ")[0]}\n${usage}`);
    return process.exit(2);
  }
}

async function main(what, filter, strict) {
  const suites = chosenSuites(what, filter);
  if (suites === undefined || positionals.length > 2) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const built =
    runCheck("types and build", "tsc", []) &&
    runCheck("bundles", process.execPath, ["scripts/bundle.mjs"]) &&
    runCheck("types of the console", "tsc", ["-p", "console"]) &&
    runCheck("build of the console", process.execPath, ["scripts/build-console.mjs"]);
  if (built && (what === undefined || what === "check")) {
    runCheck("lint", "oxlint", ["--quiet"]);
    runCheck("format", "oxfmt", ["--check"]);
  }
  if (built) {
    installPeers(suites);
    passBySlowWrappers();
    const hasAllUnits = filter === undefined && suites.some((suite) => suite.name === "unit");
    if (hasAllUnits) reportBranches(await measureBranches(root, () => runSuites(suites)));
    else await runSuites(suites);
  }
  finish(strict);
}

/** The suites to run, or undefined when the words fit nothing. */
function chosenSuites(what, filter) {
  const suites = findSuites(root);
  if (what === undefined) return suites;
  if (what === "check") return suites.filter((suite) => ["unit", "simulate", "shape"].includes(suite.name));
  const suite = suites.find((candidate) => candidate.name === what);
  if (suite === undefined) {
    console.error(`no suite is named ${what}; there are: ${suites.map((candidate) => candidate.name).join(", ")}\n`);
    return undefined;
  }
  if (filter === undefined) return what === "interop" ? withPeersElsewhere(suites) : [suite];
  const files = suite.files.filter((file) =>
    what === "unit" ? file.startsWith(`src/${filter}/`) : file.includes(filter),
  );
  if (files.length > 0) return [{ ...suite, files }];
  console.error(`the suite ${what} has no file for ${filter}\n`);
  return undefined;
}

/** The suite of foreign peers, and the files of others that its matrix names. */
function withPeersElsewhere(suites) {
  const named = namedFiles(readMatrix(root));
  return suites
    .map((suite) =>
      suite.name === "interop" ? suite : { ...suite, files: suite.files.filter((file) => named.has(file)) },
    )
    .filter(({ files }) => files.length > 0);
}

/** Runs a tool of node_modules, or a program by its path; its output is shown when it fails. A failed check counts as one failure. */
function runCheck(title, tool, words) {
  const startedAt = performance.now();
  const outcome = spawnSync(resolve(root, "node_modules", ".bin", tool), words, { cwd: root, encoding: "utf8" });
  const passed = outcome.status === 0;
  if (!passed) {
    total.failed += 1;
    console.log(`\nFAILED ${title} (${tool})\n${outcome.error?.message ?? `${outcome.stdout}${outcome.stderr}`}`);
  }
  report(title, passed ? "passed" : "failed", performance.now() - startedAt);
  return passed;
}

/** On Debian and Ubuntu as root, brings the phones and tools that the chosen suites drive. */
function installPeers(suites) {
  const missing = missingPrograms(suites.flatMap((suite) => [...suite.needs, ...suite.files.flatMap(suite.needsOf)]));
  if (missing.length === 0 || process.getuid?.() !== 0 || missingPrograms(["apt-get"]).length > 0) return;
  const outcome = spawnSync("sh", [join(root, "scripts/install-test-peers.sh"), ...missing], { stdio: "inherit" });
  if (outcome.status !== 0) console.log("the test peers could not be installed");
}

/** Runs the suites side by side; of each is told when it is done, of the slowest files at the end. */
async function runSuites(suites) {
  const complete = suites.map(withoutLeftOut).filter(({ files }) => files.length > 0);
  const [startedAt, before] = [performance.now(), processorTimes()];
  const { times, results } = await runTestFiles(root, complete, lanes, (suite, counts, spent) => {
    for (const key of Object.keys(total)) total[key] += counts[key];
    const again = counts.repeated > 0 ? `, ${counts.repeated} played again since the machine was late` : "";
    report(`${suite.name} (${suite.files.length} files)`, closingLine(counts) + again, spent.ms, spent.busyMs);
  });
  const busy = times.reduce((sum, { busyMs }) => sum + busyMs, 0);
  const share = busyShare(before, processorTimes());
  const way = `side by side, ${lanes} at a time; the processors were busy for ${Math.round(100 * share)} % of it`;
  report("all of them", way, performance.now() - startedAt, busy);
  if (complete.some(({ name }) => name === "interop"))
    console.log(`\nPeers (docs/interop.md):\n${printMatrix(readMatrix(root), results)}`);
  const slow = times.filter(({ ms }) => ms > slowMs).slice(0, mostSlow);
  if (slow.length > 0)
    console.log(
      `\nSlowest, and what they took of processors:\n${slow.map(({ title, ms, busyMs }) => `  ${seconds(ms)} ${seconds(busyMs)}  ${title}`).join("\n")}`,
    );
}

/** A suite without the files whose programs are not here; which they are is told at the end. */
function withoutLeftOut(suite) {
  const missing = missingPrograms(suite.needs);
  if (missing.length > 0) leftOut.push(`${suite.name} (${suite.files.length} files): needs ${missing.join(", ")}`);
  const files = suite.files.filter((file) => {
    const lacks = missing.length > 0 ? [] : missingPrograms(suite.needsOf(file));
    if (lacks.length > 0) leftOut.push(`${file}: needs ${lacks.join(", ")}`);
    return missing.length === 0 && lacks.length === 0;
  });
  return { ...suite, files };
}

/** Fewer branches than CONTRIBUTING.md says count as a failure. */
function reportBranches(branches) {
  for (const { part, percent, least } of branches) {
    const isEnough = percent >= least;
    if (!isEnough) total.failed += 1;
    const outcome = isEnough ? `CONTRIBUTING.md asks for ${least} %` : `FAILED: CONTRIBUTING.md asks for ${least} %`;
    console.log(`${`branches of ${part}`.padEnd(24)} ${percent.toFixed(1)} % taken by unit tests; ${outcome}`);
  }
}

function finish(strict) {
  if (leftOut.length > 0) {
    console.log(`\nLeft out:\n${leftOut.map((line) => `  ${line}`).join("\n")}`);
    console.log("To get them, on Debian and Ubuntu: sudo sh scripts/install-test-peers.sh");
    if (strict) {
      total.failed += leftOut.length;
      console.log("A suite that is left out counts as a failure here (--strict or CI=true).");
    }
  }
  if (total.shaky > 0)
    console.log(`\n${total.shaky} processes of tests passed only when they ran alone: see SHAKY above`);
  console.log(`\n${closingLine(total)}`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** @param {number} ms how long it took @param {number} [busyMs] and how much of processors */
function report(title, outcome, ms, busyMs) {
  const busy = busyMs === undefined ? "" : `, ${seconds(busyMs).trim()} of processors`;
  console.log(`${title.padEnd(24)} ${outcome} (${seconds(ms).trim()}${busy})`);
}

/** Of all processors since the machine started, milliseconds. */
function processorTimes() {
  const times = cpus().map(({ times }) => times);
  const sum = (read) => times.reduce((total, each) => total + read(each), 0);
  return { idleMs: sum(({ idle }) => idle), allMs: sum((each) => Object.values(each).reduce((a, b) => a + b, 0)) };
}

function busyShare(before, after) {
  return 1 - (after.idleMs - before.idleMs) / (after.allMs - before.allMs);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}
