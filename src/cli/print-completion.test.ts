import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { printCompletion, shells, type CompletedCommand } from "./print-completion.ts";

const commands: readonly CompletedCommand[] = [
  {
    ...{ name: "calls", description: "Lists calls: those that are up, or were", words: [] },
    options: [
      {
        long: "--state",
        short: undefined,
        description: "which [calls]",
        value: { words: ["live", "ended"], isPath: false },
      },
      { long: "--number", short: "-n", description: "a part of it", value: { words: [], isPath: false } },
      { long: "--config", short: "-c", description: "it's a file", value: { words: [], isPath: true } },
      { long: "--json", short: undefined, description: "as JSON", value: undefined },
    ],
  },
  { name: "call", description: "One call", words: [], options: [] },
  { name: "completion", description: "Prints this", words: ["bash", "zsh", "fish"], options: [] },
];

const folder = mkdtempSync(join(tmpdir(), "offhook-completion-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;

/** What bash offers behind these words, of which the last is being written. */
function offered(...words: readonly string[]): readonly string[] {
  const ask = `${printCompletion("bash", commands)}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _offhook; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-euc", ask, "bash", "offhook", ...words], {
    encoding: "utf8",
    cwd: "/",
  });
  assert.equal(stderr, "");
  return stdout.split("\n").filter(Boolean);
}

describe("completion in bash", { skip: hasBash ? false : "needs bash" }, () => {
  it("offers commands, then their options, by what is written of them", () => {
    assert.deepEqual(offered(""), ["calls", "call", "completion", "--help", "--version"]);
    assert.deepEqual(offered("call"), ["calls", "call"]);
    assert.deepEqual(offered("calls", "--"), ["--state", "--number", "--config", "--json"]);
    assert.deepEqual(offered("calls", "--json", "--s"), ["--state"]);
  });

  it("offers the values of an option, files where it takes one, and nothing where nobody can know", () => {
    assert.deepEqual(offered("calls", "--state", ""), ["live", "ended"]);
    assert.deepEqual(offered("calls", "--state", "e"), ["ended"]);
    assert.deepEqual(offered("calls", "-c", "et"), ["etc"]);
    assert.deepEqual(offered("calls", "-n", ""), []);
  });

  it("offers what an argument can be, else files", () => {
    assert.deepEqual(offered("completion", ""), ["bash", "zsh", "fish"]);
    assert.deepEqual(offered("call", "et"), ["etc"]);
  });
});

for (const shell of shells) {
  it(`the completion of ${shell} is what that shell reads`, (t) => {
    const file = join(folder, `offhook.${shell}`);
    writeFileSync(file, printCompletion(shell, commands));
    const { status, stderr, error } = spawnSync(shell, [shell === "fish" ? "--no-execute" : "-n", file], {
      encoding: "utf8",
    });
    if (error !== undefined) return t.skip(`needs ${shell}`);
    assert.deepEqual([status, stderr], [0, ""]);
  });
}
