import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const tool = new URL("read-words.js", import.meta.url).href;

function run(...words: readonly string[]) {
  const code = `process.argv.splice(1, 0, "tool");
import { readWords } from ${JSON.stringify(tool)};
const { values, positionals } = readWords("dig [where] [--deep <number>] [--name <text>]", {
  options: { deep: { type: "string", default: "3" }, name: { type: "string" } },
  allowPositionals: true,
});
console.log(JSON.stringify({ ...values, positionals }));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", code, "--", ...words],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

test("a tool tells how it is called, with what it does not know, and when it is asked", () => {
  assert.equal(run("here", "--name", "x").stdout, '{"name":"x","deep":"3","positionals":["here"]}\n');
  assert.deepEqual(run("--help"), { status: 0, stdout: "dig [where] [--deep <number>] [--name <text>]\n", stderr: "" });
  const unknown = run("--deeep", "4");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^Unknown option '--deeep'\ndig \[where\]/);
  const wrong = run("--deep", "far");
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^--deep must be a whole number, not "far"\ndig/);
});
