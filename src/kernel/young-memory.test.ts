import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const program = `
  import { getHeapSpaceStatistics } from "node:v8";
  import { keepYoungMemorySmall } from "${new URL("./young-memory.js", import.meta.url).href}";
  if (process.argv[1] === "small") keepYoungMemorySmall();
  let alive = [];
  for (let index = 0; index < 1_000_000; index++) {
    alive.push({ index });
    if (alive.length > 20_000) alive = alive.slice(10_000);
  }
  console.log(getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").space_size);
`;

async function youngBytes(...words: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--input-type=module", "--eval", program],
    ...words,
  ]);
  return Number(stdout);
}

test("young memory stays as it was at the start, whatever is alive in it", async () => {
  const megabyte = 1_048_576;
  assert.ok((await youngBytes()) > 4 * megabyte);
  assert.ok((await youngBytes("small")) <= 4 * megabyte);
});
