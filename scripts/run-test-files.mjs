import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";

/** The longest that one test file may take before its process is ended. */
const fileLimitMs = Number(process.env.OFFHOOK_TEST_FILE_LIMIT_MS ?? 120_000);
/** The most output of a failing file that is shown, characters. */
const outputLimit = 20_000;

/** Runs compiled test files with Node's runner, each in a process of its own, and prints the failures only.
 * @param {string} root the repository
 * @param {{ files: readonly string[], concurrency: number }} suite TypeScript paths; their build in dist/ is run
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} suites (`describe`) are not counted */
export async function runTestFiles(root, suite) {
  // The runner starts its processes with our flags: stacks then name TypeScript lines.
  if (!process.execArgv.includes("--enable-source-maps")) process.execArgv.push("--enable-source-maps");
  const waiting = [...suite.files];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const lanes = Array.from({ length: suite.concurrency }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = await runTestFile(join(root, "dist", file.replace(/\.ts$/, ".js")));
      for (const key of Object.keys(counts)) counts[key] += outcome[key];
      for (const failure of outcome.failures) print(`FAILED ${file}${failure.title}`, failure.text);
      if (outcome.failed > 0 && outcome.output.trim() !== "") print(`output of ${file}`, outcome.output);
    }
  });
  await Promise.all(lanes);
  return counts;
}

/** Runs one file by itself, so that every event is known to be its own (an event's `file` is where `test` was called,
 * which can be another module). */
async function runTestFile(path) {
  const outcome = { passed: 0, failed: 0, skipped: 0, failures: [], output: "" };
  const names = [];
  const pending = [];
  for await (const { type, data } of run({ files: [path], concurrency: 1, signal: AbortSignal.timeout(fileLimitMs) })) {
    const isFile = data?.name === path;
    if (type === "test:dequeue" && !isFile) pending.push(data.name);
    if ((type === "test:pass" || type === "test:fail") && pending.includes(data.name)) {
      pending.splice(pending.indexOf(data.name), 1);
    }
    if (type === "test:start") names[data.nesting] = data.name;
    if (type === "test:stdout" || type === "test:stderr") {
      outcome.output = (outcome.output + data.message).slice(-outputLimit);
    }
    if (type === "test:pass" && !isFile && data.details?.type !== "suite") {
      outcome[isExcused(data) ? "skipped" : "passed"] += 1;
    }
    if (type === "test:fail") {
      const path = isFile ? [] : [...names.slice(0, data.nesting), data.name];
      countFailure(outcome, data, path, isFile ? pending : []);
    }
  }
  if (outcome.passed + outcome.failed + outcome.skipped === 0) {
    addFailure(outcome, [], "the file ran no test");
  }
  return outcome;
}

/** @param {readonly string[]} pending tests that had begun and not ended when the file failed as a whole */
function countFailure(outcome, data, names, pending) {
  const error = data.details?.error;
  if (error?.failureType === "subtestsFailed") return;
  if (isExcused(data)) outcome.skipped += 1;
  else addFailure(outcome, names, [reason(error), ...pending.map((name) => `not ended: ${name}`)].join("\n"));
}

function addFailure(outcome, names, text) {
  outcome.failed += 1;
  outcome.failures.push({ title: names.map((name) => ` > ${name}`).join(""), text });
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
  console.log(`\n${title}\n${text.trimEnd().replace(/^/gm, "    ")}`);
}
