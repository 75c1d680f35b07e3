import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-validate-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs `offhook validate` in the folder. */
const validate = (args: readonly string[], input = "") => run("validate", args, input);

function run(command: string, args: readonly string[], input = "") {
  const main = join(packageRoot(), "dist", "src", "cli", "main.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, command, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
const reply = (...Actions: readonly object[]) => JSON.stringify({ SchemaVersion: "1.0", Actions });
const good = reply({ Type: "Speak", Parameters: { Text: "Hi", Engine: "Neural" } }, { Type: "Hangup" });
const misspelt = reply({ Type: "Pause", Parameters: { DurationInMilliseconds: "1000", Repeet: 1 } });

describe("offhook validate", () => {
  test("says of a good file that it is, and exits with 0", () => {
    file("good.json", `\uFEFF${good}\n`);

    assert.deepEqual(validate(["good.json"]), { status: 0, stdout: "good.json: good\n", stderr: "" });
  });

  test("names each finding with file, path and what the server does, and exits with 1", () => {
    file("good.json", good);
    file("bad.json", reply({ Type: "SpeakText" }, { Type: "Pause", Parameters: { DurationInMilliseconds: 5 } }));

    const { status, stdout } = validate(["good.json", "bad.json"]);

    assert.equal(status, 1);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      "good.json: good",
      'bad.json: Actions[0].Type: found "SpeakText", did you mean Speak? (the whole reply is refused: INVALID_LAMBDA_RESPONSE UnsupportedAction)',
      'bad.json: Actions[1].Parameters.DurationInMilliseconds: found 5, allowed is 100 to 30000 (ACTION_FAILED InvalidActionParameter "The Duration parameter is invalid.")',
    ]);
  });

  test("reads the standard input for -", () => {
    const { status, stdout } = validate(["-"], misspelt);

    assert.deepEqual([status, stdout], [1, "standard input: Actions[0].Parameters.Repeet: unknown (no effect)\n"]);
  });

  test("says where a file stops being JSON, by line and column", () => {
    file("broken.json", '{\n  "SchemaVersion": "1.0",\n  "Actions": [,]\n}\n');

    const { status, stdout } = validate(["broken.json"]);

    assert.deepEqual([status, stdout], [1, 'broken.json:3:15: not JSON: expected a value or ], found ",]"\n']);
  });

  test("takes a reply that is no object as the server does: null is good, a text is refused", () => {
    assert.equal(validate(["-"], "null").status, 0);
    assert.match(validate(["-"], '"text"').stdout, /the reply: found a string .*SchemaVersionMismatch/);
  });

  test("counts with the switches of a configuration", () => {
    file("offhook.yaml", "compatibility: { acceptBlankReply: false }\n");

    assert.match(validate(["-c", "offhook.yaml", "-"], "null").stdout, /blank or empty .*BlankResponse/);
  });

  test("exits with 2 without a file, with a file that is not there, or with a wrong option", () => {
    assert.deepEqual(validate(["none.json"]), {
      status: 2,
      stdout: "",
      stderr: "offhook validate: cannot read none.json: there is no such file\n",
    });
    assert.equal(validate([]).status, 2);
    assert.equal(validate(["--nope"]).status, 2);
  });
});

describe("offhook invoke", () => {
  test("prints the reply to an event, what the function prints and what is wrong, and exits with 1", () => {
    file(
      "menu.mjs",
      `export const handler = async ({ ActionData: { Type, ReceivedDigits } }) => {
  console.log("keys", ReceivedDigits);
  return { SchemaVersion: "1.0", Actions: [{ Type: "Spaek", Parameters: { Text: Type } }] };
};`,
    );
    const about = ["ACTION_SUCCESSFUL", "--action", "SpeakAndGetDigits", "--set", "ActionData.ReceivedDigits=2"];

    const { status, stdout, stderr } = run("invoke", ["menu.mjs", ...about]);

    assert.equal(status, 1);
    const [action] = (JSON.parse(stdout) as { readonly Actions: readonly object[] }).Actions;
    assert.deepEqual(action, { Type: "Spaek", Parameters: { Text: "SpeakAndGetDigits" } });
    // What it prints comes by a pipe of its own.
    assert.match(stderr, /^keys 2$/m);
    assert.match(stderr, /^Actions\[0\]\.Type: found "Spaek", did you mean Speak\?/m);
  });
});
