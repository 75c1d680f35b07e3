import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";

test("faults that are planted in a function are found by its tests", () => {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const script = join(packageRoot(), "scripts", "plant-faults.mjs");
  const words = [script, "dial-and-bridge", "--lines", "66-70"];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8", env });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /^([1-9]\d*) faults planted, \1 found, 0 not found$/m);
});
