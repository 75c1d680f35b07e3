/** Runs the tests with random input (`fuzzTest`) one after the other, each for some time: machines, which
 * remember what came before. `npm run fuzz:machines` builds first. */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readWords } from "../dist/src/testing/internal/read-words.js";

const usage = `node scripts/fuzz-machines.mjs [filter] [--seconds <number>] [--seed <number>]
  filter     a part of the paths of test files (default: all that have tests with random input)
  --seconds  how long each test runs (default: 60)
  --seed     what the first round begins with, as a failed one named it (default: another one each time)`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = readWords(usage, {
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  allowPositionals: true,
  numbers: ["seed"],
});
if (positionals.length > 1) {
  console.error(usage);
  process.exitCode = 2;
} else {
  process.exitCode = run(positionals[0] ?? "");
}

function run(filter) {
  const files = readdirSync(join(root, "src"), { recursive: true })
    .map((file) => join("src", file))
    .filter((file) => file.endsWith(".test.ts") && file.includes(filter))
    .filter((file) => readFileSync(join(root, file), "utf8").includes("fuzzTest("))
    .sort();
  if (files.length === 0) console.error(`no test file for ${filter} has random input`);
  const failed = files.filter((file) => !runFile(file));
  for (const file of failed) console.log(`failed: ${file}`);
  return files.length === 0 || failed.length > 0 ? 1 : 0;
}

/** Runs those of a file and prints what they say; true when all passed. */
function runFile(file) {
  console.log(file);
  const built = join(root, "dist", file.replace(/\.ts$/, ".js"));
  const words = ["--expose-gc", "--enable-source-maps", "--test", "--test-reporter=spec"];
  const env = { ...process.env, OFFHOOK_FUZZ_SECONDS: values.seconds };
  if (values.seed !== undefined) env.OFFHOOK_FUZZ_SEED = values.seed;
  const { status, stdout } = spawnSync(process.execPath, [...words, "--test-name-pattern", "\\(fuzz\\)$", built], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const isAside = /# test name does not match pattern|^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;
  for (const line of stdout.split("\n")) if (line.trim() !== "" && !isAside.test(line)) console.log(`  ${line}`);
  return status === 0;
}
