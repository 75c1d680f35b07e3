import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { measuredFiles } from "./branch-coverage.mjs";
import { withTypeScriptLines } from "./typescript-stacks.mjs";

/** The longest that the process of one test file may take before it is ended. It guards against hanging only. */
const fileLimitMs = Number(process.env.OFFHOOK_TEST_FILE_LIMIT_MS ?? 240_000);
/** The most output of a failing file that is shown, characters. */
const outputLimit = 20_000;

/** @typedef {{ passed: number, failed: number, skipped: number, repeated: number }} Counts `describe` is not counted; `repeated`:
 * attempts at scenes that were not judged, since the machine was late */

/** Runs compiled test files with Node's runner and prints the failures only. A file has a process of its own, or shares
 * one with others.
 * @param {string} root the repository
 * @param {readonly import("./test-suites.mjs").Suite[]} suites TypeScript paths; their build in dist/ is run
 * @param {number} lanes so many processes at one time
 * @param {(suite: object, counts: Counts, ms: number) => void} onSuite told when the last file of a suite has ended
 * @returns {Promise<{ times: readonly { title: string, ms: number }[], results: readonly { file: string, name: string, outcome: string }[] }>}
 * how long each process took, longest first; and each test, as passed, failed or skipped */
export async function runTestFiles(root, suites, lanes, onSuite) {
  const waiting = suites.flatMap((suite) => jobsOf(root, suite));
  const progress = new Map(
    suites.map((suite) => [suite, { open: 0, ms: 0, passed: 0, failed: 0, skipped: 0, repeated: 0 }]),
  );
  for (const { suite } of waiting) progress.get(suite).open += 1;
  const running = new Set();
  const times = [];
  const results = [];

  const start = async (job) => {
    const startedAt = performance.now();
    const outcome = await runProcess(root, job);
    const ms = performance.now() - startedAt;
    times.push({ title: job.title, ms });
    results.push(...outcome.results);
    const sum = progress.get(job.suite);
    for (const key of ["passed", "failed", "skipped"]) sum[key] += outcome[key];
    sum.ms += ms;
    sum.open -= 1;
    for (const failure of outcome.failures) print(`FAILED ${failure.title}`, failure.text);
    sum.repeated += outcome.repeated;
    if (outcome.failed > 0 && outcome.output.trim() !== "") print(`output of ${job.title}`, outcome.output);
    if (sum.open === 0) onSuite(job.suite, sum, sum.ms);
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
  return { times: times.sort((a, b) => b.ms - a.ms), results };
}

/** The processes of a suite: those that files share, and one for each other file. */
function jobsOf(root, suite) {
  const compiled = (file) => join(root, "dist", file.replace(/\.ts$/, ".js"));
  const folder = join(root, "dist", "test-processes");
  mkdirSync(folder, { recursive: true });
  const names = new Set(suite.files.map(suite.processOf).filter((name) => name !== undefined));
  const shared = [...names].map((name) => {
    const path = join(folder, `${suite.name}-${name}.mjs`);
    const files = suite.files.filter((file) => suite.processOf(file) === name);
    const modules = files.map((file) => relative(folder, compiled(file)));
    const measured = suite.name === "unit" ? measuredFiles(root, name) : [];
    const counted = measured.map((file) => relative(folder, join(root, file)));
    const all = counted.length === 0 ? modules : ["../../scripts/count-branches.mjs", ...modules, ...counted];
    writeFileSync(path, sharedProcess(all));
    return { suite, title: `${suite.name} ${name}`, path, isShared: true };
  });
  const alone = suite.files.filter((file) => suite.processOf(file) === undefined);
  return [...shared, ...alone.map((file) => ({ suite, title: file, path: compiled(file), isShared: false }))];
}

/** A module that loads test files one after another; one that cannot be loaded is a test that fails by its name. */
function sharedProcess(files) {
  return `import { test } from "node:test";
for (const file of ${JSON.stringify(files)}) {
  await import(file).catch((error) => test("loading " + file, () => { throw error; }));
}
`;
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
