import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";

/** Runs `offhook` with these words. */
function offhook(...words: readonly string[]) {
  const main = join(packageRoot(), "dist", "src", "cli", "main.js");
  return spawnSync(process.execPath, [main, ...words], { encoding: "utf8", timeout: 60_000 });
}

test("a word that is wrong is reported with what is right, in every command", () => {
  const commands = [...offhook("--help").stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = ""]) => name);
  const own = commands.filter((name) => name !== "help");
  assert.ok(own.length >= 5, own.join());
  for (const command of own) {
    const { stderr, status } = offhook(command, "--configg");
    assert.match(stderr, /^error: (unknown option '--configg'|required option)/, command);
    assert.match(stderr, new RegExp(`^Usage: offhook ${command} `, "m"));
    assert.notEqual(status, 0, command);
  }
  assert.match(offhook("serv").stderr, /^error: unknown command 'serv'\n\(Did you mean serve\?\)[^]*^Usage: offhook /m);
});
