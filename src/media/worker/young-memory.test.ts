import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { youngMemory } from "./young-memory.ts";

/** Makes objects that live for a while, as those of calls, and tells how large the memory for young ones has become. */
const program = `
  const { getHeapSpaceStatistics } = require("node:v8");
  const calls = [];
  for (let number = 0; number < 300_000; number++) calls[number % 20_000] = { number, packets: [number, number + 1] };
  const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  require("node:worker_threads").parentPort.postMessage(space_size);
`;

async function youngBytes(resourceLimits: typeof youngMemory): Promise<number> {
  const [bytes] = (await once(new Worker(program, { eval: true, resourceLimits }), "message")) as [number];
  return bytes;
}

test("young memory of a media worker stays so small that collecting it is a short pause", async () => {
  const mebibyte = 1024 * 1024;

  const [usual, small] = await Promise.all([youngBytes({}), youngBytes(youngMemory)]);

  assert.ok(small <= 2 * mebibyte, `${small} bytes`);
  assert.ok(usual > 2 * small, `${usual} bytes without a limit`);
});
