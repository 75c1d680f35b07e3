import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { measuredFiles } from "./branch-coverage.mjs";
import { longest } from "./test-suites.mjs";
import { withTypeScriptLines } from "./typescript-stacks.mjs";

/** The longest that the process of one test file may take before it is ended. It guards against hanging only. */
const fileLimitMs = Number(process.env.OFFHOOK_TEST_FILE_LIMIT_MS ?? 600_000);
/** The most output of a failing file that is shown, characters. */
const outputLimit = 20_000;
/** So many processes with a failure run again by themselves; more than that is no matter of what ran beside them. */
const mostAgain = 2;

/** @typedef {{ passed: number, failed: number, skipped: number, repeated: number, shaky: number }} Counts `describe` is not counted; `repeated`:
 * attempts at scenes that were not judged, since the machine was late; `shaky`: processes that passed only when they ran alone
 * @typedef {{ ms: number, busyMs: number }} Spent how long processes took, and how much of processors they and what they started
 * took, which is what a whole run has least of; 0 where it is not known (scripts/tell-processor-time.mjs) */

/** Runs compiled test files with Node's runner and prints the failures only. A file has a process of its own, or shares
 * one with others. A file of real sockets, programs and time that fails beside others runs once more when nothing runs beside it: what
 * passes then is counted as passed, and its failure is printed as shaky, since it wants mending.
 * @param {string} root the repository
 * @param {readonly import("./test-suites.mjs").Suite[]} suites TypeScript paths; their build in dist/ is run
 * @param {number} lanes so many processes at one time
 * @param {(suite: object, counts: Counts, spent: Spent) => void} onSuite told when the last file of a suite has ended
 * @returns {Promise<{ times: readonly (Spent & { title: string })[], results: readonly { file: string, name: string, outcome: string }[] }>}
 * how long each process took, longest first; and each test, as passed, failed or skipped */
export async function runTestFiles(root, suites, lanes, onSuite) {
  const rank = ({ title }) => (longest.includes(title) ? longest.indexOf(title) : longest.length);
  const waiting = suites.flatMap((suite) => jobsOf(root, suite)).sort((one, other) => rank(one) - rank(other));
  const progress = new Map(
    suites.map((suite) => [
      suite,
      { open: 0, ms: 0, busyMs: 0, passed: 0, failed: 0, skipped: 0, repeated: 0, shaky: 0 },
    ]),
  );
  for (const { suite } of waiting) progress.get(suite).open += 1;
  const running = new Set();
  const times = [];
  const results = [];

  const take = async (job) => {
    const startedAt = performance.now();
    const outcome = await runProcess(root, job);
    const [ms, busyMs] = [performance.now() - startedAt, readBusyMs(job)];
    times.push({ title: job.title, ms, busyMs });
    const sum = progress.get(job.suite);
    sum.ms += ms;
    sum.busyMs += busyMs;
    return outcome;
  };
  const count = (job, outcome, word = "FAILED") => {
    results.push(...outcome.results);
    const sum = progress.get(job.suite);
    for (const key of ["passed", "failed", "skipped", "repeated"]) sum[key] += outcome[key];
    sum.open -= 1;
    for (const failure of outcome.failures) print(`${word} ${failure.title}`, failure.text);
    if (outcome.failures.length > 0 && outcome.output.trim() !== "") print(`output of ${job.title}`, outcome.output);
    if (sum.open === 0) onSuite(job.suite, sum, sum);
  };
  const failed = [];
  const start = async (job) => {
    const outcome = await take(job);
    if (outcome.failed > 0 && job.suite.isOnMachineTime) failed.push({ job, outcome });
    else count(job, outcome);
  };

  while (waiting.length + running.size > 0) {
    if (running.size === lanes || waiting.length === 0) {
      await Promise.race([...running].map((job) => job.ended));
      continue;
    }
    const job = waiting.shift();
    running.add(job);
    job.ended = start(job).finally(() => running.delete(job));
  }
  for (const { job, outcome } of failed) {
    const again = failed.length > mostAgain ? outcome : await take(job);
    const isShaky = again.failed === 0;
    progress.get(job.suite).shaky += isShaky ? 1 : 0;
    if (isShaky) count(job, { ...again, failures: outcome.failures, output: outcome.output }, "SHAKY, passed alone:");
    else count(job, outcome);
  }
  return { times: times.sort((a, b) => b.ms - a.ms), results };
}

/** The processes of a suite: those that files share, and one for each other file. */
function jobsOf(root, suite) {
  const folder = join(root, "dist", "test-processes");
  mkdirSync(folder, { recursive: true });
  const modulesOf = (files) => files.map((file) => relative(folder, join(root, "dist", file.replace(/\.ts$/, ".js"))));
  const write = (title, name, modules, isShared) => {
    const path = join(folder, `${suite.name}-${name}.mjs`);
    rmSync(timesFile(path), { force: true });
    writeFileSync(path, programOf(modules, timesFile(path)));
    return { suite, title, path, isShared };
  };
  const names = new Set(suite.files.map(suite.processOf).filter((name) => name !== undefined));
  const shared = [...names].map((name) => {
    const modules = modulesOf(suite.files.filter((file) => suite.processOf(file) === name));
    const measured = suite.name === "unit" ? measuredFiles(root, name) : [];
    const counted = measured.map((file) => relative(folder, join(root, file)));
    const all = counted.length === 0 ? modules : ["../../scripts/count-branches.mjs", ...modules, ...counted];
    return write(`${suite.name} ${name}`, name, all, true);
  });
  const alone = suite.files.filter((file) => suite.processOf(file) === undefined);
  return [
    ...shared,
    ...alone.map((file) => write(file, `alone-${file.replaceAll("/", "-")}`, modulesOf([file]), false)),
  ];
}

/** A module that loads test files one after another; one that cannot be loaded is a test that fails by its name. */
function programOf(files, times) {
  return `import { test } from "node:test";
import { tellProcessorTime } from "../../scripts/tell-processor-time.mjs";
tellProcessorTime(${JSON.stringify(times)});
for (const file of ${JSON.stringify(files)}) {
  await import(file).catch((error) => test("loading " + file, () => { throw error; }));
}
`;
}

const timesFile = (path) => `${path}.busy`;

/** What a process took of processors, as it said at its end. */
function readBusyMs({ path }) {
  try {
    return Number(readFileSync(timesFile(path), "utf8"));
  } catch {
    return 0;
  }
}

/** Runs one process by itself, so that every event is known to be its own (an event's `file` is where `test` was called,
 * which can be another module). */
async function runProcess(root, { path, title, isShared }) {
  const outcome = { passed: 0, failed: 0, skipped: 0, repeated: 0, failures: [], results: [], output: "" };
  const names = [];
  const pending = [];
  const fileOf = (data) => {
    const file = isShared && data.file !== undefined ? sourceName(root, data.file) : title;
    return file.endsWith(".test.ts") ? file : title;
  };
  for await (const { type, data } of run({ files: [path], concurrency: 1, signal: AbortSignal.timeout(fileLimitMs) })) {
    const isFile = data?.name === path;
    if (type === "test:dequeue" && !isFile) pending.push({ name: data.name, file: fileOf(data) });
    if (type === "test:pass" || type === "test:fail") {
      const at = pending.findIndex(({ name }) => name === data.name);
      if (at >= 0) pending.splice(at, 1);
    }
    if (type === "test:start") names[data.nesting] = data.name;
    if (type === "test:stdout" || type === "test:stderr") {
      outcome.output = (outcome.output + data.message).slice(-outputLimit);
      outcome.repeated += data.message.match(/^PLAYED AGAIN /gm)?.length ?? 0;
    }
    if ((type === "test:pass" || type === "test:fail") && !isFile && data.details?.type !== "suite") {
      const outcomeOfTest = isExcused(data) ? "skipped" : type === "test:pass" ? "passed" : "failed";
      outcome.results.push({ file: fileOf(data), name: data.name, outcome: outcomeOfTest });
    }
    if (type === "test:pass" && !isFile && data.details?.type !== "suite") {
      outcome[isExcused(data) ? "skipped" : "passed"] += 1;
    }
    if (type === "test:fail") {
      const where = isFile ? [title] : [fileOf(data), ...names.slice(0, data.nesting), data.name];
      countFailure(outcome, data, where, isFile ? pending : []);
    }
  }
  if (outcome.passed + outcome.failed + outcome.skipped === 0) addFailure(outcome, [title], "the file ran no test");
  return outcome;
}

/** The TypeScript path of what ran. */
function sourceName(root, file) {
  return relative(root, file.replace(/^file:\/\//, ""))
    .replace(/^dist\//, "")
    .replace(/\.js$/, ".ts");
}

/** @param {readonly { name: string, file: string }[]} pending tests that had begun and not ended when the process failed */
function countFailure(outcome, data, names, pending) {
  const error = data.details?.error;
  if (error?.failureType === "subtestsFailed") return;
  if (isExcused(data)) outcome.skipped += 1;
  else {
    const notEnded = pending.map(({ name, file }) => `not ended: ${name} (${file})`);
    addFailure(outcome, names, [reason(error), ...notEnded].join("\n"));
  }
}

function addFailure(outcome, names, text) {
  outcome.failed += 1;
  outcome.failures.push({ title: names.join(" > "), text });
}

/** Skipped, or marked as not passed yet. */
function isExcused(data) {
  return data.skip !== undefined || data.todo !== undefined;
}

function reason(error) {
  if (error?.failureType === "testAborted")
    return `ended after ${fileLimitMs / 1000} s, the most that one file may take`;
  if (error?.failureType === "testCodeFailure" && error.exitCode !== undefined) {
    return `the process of the file ended with ${error.signal ?? `exit code ${error.exitCode}`}`;
  }
  const cause = error?.cause ?? error;
  if (typeof cause === "string") return cause;
  const text = typeof cause?.stack === "string" ? cause.stack : inspect(cause, { depth: 4 });
  return text
    .split("\n")
    .filter((line) => !/^\s+at .*node:internal/.test(line))
    .slice(0, 60)
    .join("\n");
}

function print(title, text) {
  console.log(`\n${title}\n${withTypeScriptLines(text).trimEnd().replace(/^/gm, "    ")}`);
}
