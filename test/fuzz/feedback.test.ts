import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzTarget } from "./fuzzer/fuzz-target.ts";
import { plantedTarget } from "./fuzzer/planted.ts";

test("AFL++ finds, by what inputs reach in our code, a fault that nobody finds by chance, and tells its input", async () => {
  const plan = { inputs: 2_000_000, seconds: 100, seed: 1, keeps: false, isThorough: true, untilFault: true };

  const { faults, inputs, failure } = await fuzzTarget(plantedTarget, plan);

  assert.match(faults, /the planted fault/, failure);
  assert.match(faults, /reader\.ts:5/, "the place in the source");
  const found = Buffer.from(/^input \(base64\): (\S+)$/m.exec(faults)?.[1] ?? "", "base64").toString("latin1");
  assert.match(found, /^SIP/);
  assert.ok(inputs < 2 ** 24 / 8, `by chance it would take 16 million inputs, here it took ${inputs}`);
});
