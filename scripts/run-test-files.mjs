import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";

/** The longest that one test file may take before its process is ended. */
const fileLimitMs = 120_000;

/** Runs compiled test files with Node's runner, each in a process of its own, and prints the failures only.
 * @param {string} root the repository
 * @param {{ files: readonly string[], concurrency: number }} suite TypeScript paths; their build in dist/ is run
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} suites (`describe`) are not counted */
export async function runTestFiles(root, suite) {
  // The runner starts its processes with our flags: stacks then name TypeScript lines.
  if (!process.execArgv.includes("--enable-source-maps")) process.execArgv.push("--enable-source-maps");
  const sources = new Map(suite.files.map((file) => [join(root, "dist", file.replace(/\.ts$/, ".js")), file]));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const seen = new Map([...sources.keys()].map((file) => [file, { names: [], output: "", tests: 0, failed: 0 }]));
  const stream = run({ files: [...sources.keys()], concurrency: suite.concurrency, timeout: fileLimitMs });
  for await (const { type, data } of stream) {
    // A file that fails as a whole is reported under its own path as the name, with or without `file`.
    const state = seen.get(data?.file) ?? seen.get(data?.name);
    if (state === undefined) continue;
    const source = sources.get(data.file) ?? sources.get(data.name);
    if (type === "test:start") state.names[data.nesting] = data.name;
    if (type === "test:stdout" || type === "test:stderr") state.output = (state.output + data.message).slice(-20_000);
    if (type === "test:pass") countPass(state, counts, data, sources.has(data.name));
    if (type === "test:fail") countFailure(state, counts, data, source);
  }
  for (const [file, state] of seen) {
    if (state.failed > 0 && state.output.trim() !== "") print(`output of ${sources.get(file)}:`, state.output);
    if (state.tests > 0 || state.failed > 0) continue;
    counts.failed += 1;
    print(`FAILED ${sources.get(file)}`, "the file ran no test");
  }
  return counts;
}

function countPass(state, counts, data, isFile) {
  if (isFile || data.details?.type === "suite") return;
  state.tests += 1;
  if (data.skip !== undefined || data.todo !== undefined) counts.skipped += 1;
  else counts.passed += 1;
}

function countFailure(state, counts, data, source) {
  const error = data.details?.error;
  if (error?.failureType === "subtestsFailed") return;
  state.tests += 1;
  if (data.todo !== undefined) {
    counts.skipped += 1;
    return;
  }
  state.failed += 1;
  counts.failed += 1;
  const path = state.names.slice(0, data.nesting).concat(data.name);
  const title = path.filter((name) => typeof name === "string" && !name.endsWith(".test.js")).join(" > ");
  print(`FAILED ${source}${title === "" ? "" : `: ${title}`}`, reason(error));
}

function reason(error) {
  if (error?.failureType === "testTimeoutFailure" || error?.failureType === "cancelledByParent") {
    return `ended: ${error.message} (a test file may take ${fileLimitMs / 1000} s)`;
  }
  const cause = error?.cause ?? error;
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
