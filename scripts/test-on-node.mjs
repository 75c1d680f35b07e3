/* Builds, places the first call and runs some rooms on other versions of Node, which come from npm's registry: npm run test:node -- 22 24 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const versions = process.argv.slice(2);
if (versions.length === 0) versions.push("22", "24");
if (versions.some((version) => !/^\d+(\.\d+){0,2}$/.test(version))) {
  console.error("npm run test:node -- [version]...\n  version  of Node, such as 22 or 24.1.0 (default: 22 24)");
  process.exit(versions.includes("--help") ? 0 : 2);
}
const name = `node-${process.platform}-${process.arch}`;

/** What has to work on each of them. Rooms with native parts, processes of their own or much of the standard library. */
/** @type {readonly (readonly [string, readonly string[]])[]} */
const steps = [
  ["build", ["node_modules/typescript/bin/tsc"]],
  ["first call", ["dist/src/cli/main.js", "dev", "--once"]],
  ...["store", "invoke", "telemetry"].map(
    (room) => /** @type {const} */ ([`units of ${room}`, ["scripts/test.mjs", "unit", room]]),
  ),
  ["calls", ["--test", "dist/test/wire/flow-one-leg.test.js", "dist/test/wire/call-recording.test.js"]],
];

let failed = 0;
for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), "offhook-node-"));
  try {
    run(
      "npm",
      ["install", "--silent", "--no-save", "--ignore-scripts", "--prefix", folder, `${name}@${version}`],
      process.env,
      root,
    );
    const bin = join(folder, "node_modules", name, "bin");
    const environment = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      OFFHOOK_API_PORT: "0",
      OFFHOOK_SIP_PORT: "0",
    };
    const exact = run(join(bin, "node"), ["--version"], environment, root).stdout.trim();
    for (const [what, words] of steps) {
      const { status, stdout, stderr } = run(join(bin, "node"), words, environment, root);
      console.log(`Node ${exact}: ${what} ${status === 0 ? "passed" : "FAILED"}`);
      if (status === 0) continue;
      failed += 1;
      console.log(`${stdout}\n${stderr}`.split("\n").slice(-60).join("\n"));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a program to its end. */
function run(program, words, env, cwd) {
  return spawnSync(program, words, { env, cwd, encoding: "utf8", maxBuffer: 1e8, timeout: 600_000 });
}
