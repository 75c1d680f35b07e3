import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const program = `
  import { once } from "node:events";
  import { getHeapSpaceStatistics } from "node:v8";
  import { Worker } from "node:worker_threads";
  import { keepYoungMemorySmall, holdYoungMemory } from "${new URL("./young-memory.js", import.meta.url).href}";
  const words = process.argv.slice(1);
  if (words.includes("small")) keepYoungMemorySmall();
  if (words.includes("thread")) await once(new Worker("", { eval: true }), "exit");
  if (words.includes("thread of a thread")) {
    const inner = 'import("node:worker_threads").then(({ Worker }) => new Worker("", { eval: true }))';
    await once(new Worker(inner, { eval: true }), "exit");
    holdYoungMemory();
  }
  let alive = [];
  for (let index = 0; index < 1_000_000; index++) {
    alive.push({ index });
    if (alive.length > 20_000) alive = alive.slice(10_000);
  }
  console.log(getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").space_size);
`;

async function youngMegabytes(...words: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--input-type=module", "--eval", program],
    ...words,
  ]);
  return Number(stdout) / 1_048_576;
}

test("young memory stays as it was at the start, whatever is alive in it", async () => {
  assert.ok((await youngMegabytes()) > 4);
  assert.ok((await youngMegabytes("small")) <= 4);
});

for (const what of ["thread", "thread of a thread"]) {
  test(`young memory stays small when a ${what} has started`, async () => {
    assert.ok((await youngMegabytes("small", what)) <= 4);
  });
}
