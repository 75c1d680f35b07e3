import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { packageRoot } from "../../kernel/index.ts";
import { dial, type Handler } from "../scene/index.ts";
import { runSuite } from "./run-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-suite-"));
after(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const greet = (words: string) =>
  `export const handler = async ({ InvocationEventType: type }) => {
  if (type === "RINGING") return null;
  return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [{ Type: "Speak", Parameters: { Text: "${words}" } }] : [] };
};\n`;
const scene = (...steps: readonly string[]) =>
  [
    "function: ./greet.mjs",
    "scenes:",
    "  - title: a caller is greeted",
    "    steps:",
    ...steps.map((step) => `      - ${step}`),
    "",
  ].join("\n");

const offhookTest = (...words: readonly string[]) => offhook("test", ...words);

function offhook(...words: readonly string[]) {
  const main = join(packageRoot(), "dist", "src", "cli", "main.js");
  const { NODE_TEST_CONTEXT: _child, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

describe("offhook test", () => {
  it("runs code, scenes and histories of a folder, tells them, and writes a report as JUnit has it", async () => {
    write("greet.mjs", greet("Good morning"));
    mkdirSync(join(folder, "good"));
    write(
      "good/greet.test.mjs",
      `import { test } from "node:test";\nimport { handler } from "../greet.mjs";\ntest("it answers", async () => { await handler({}); });\n`,
    );
    write("good/greet.scene.yaml", scene("hears: Good morning", "hangsUp", "ends").replace("./greet", "../greet"));
    const handler: Handler = ((await import(join(folder, "greet.mjs"))) as { handler: Handler }).handler;
    const call = await dial(handler);
    await call.hangsUp();
    await call.ends();
    write("good/call.jsonl", call.history);
    // A call that was refused before it began, as `offhook dev` keeps it beside the others: no function was asked.
    mkdirSync(join(folder, "good/refused"));
    write("good/refused/call.jsonl", '{"format":"offhook refused call"}\n');
    const replay = offhook("replay", "good/call.jsonl", "--as-test", "good/call.scene.yaml", "--function", "greet.mjs");
    assert.equal(replay.status, 0, replay.stderr);
    const run = offhookTest("good", "--function", "greet.mjs", "--junit", "report.xml", "--coverage");
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
    for (const shown of [/it answers/, /a caller is greeted/, /call\.jsonl/, /call\.scene\.yaml/, /pass 4/])
      assert.match(run.stdout, shown);
    assert.match(
      run.stdout,
      /Coverage of the call flow, 2 calls\n {2}events: NEW_INBOUND_CALL 2, .*HANGUP 2\n {4}never NEW_OUTBOUND_CALL/,
    );
    assert.match(run.stdout, /greet\.mjs: never ran\n {7}2 {2}return null;/);
    assert.match(readFileSync(join(folder, "report.xml"), "utf8"), /<testcase name="a caller is greeted"/);
  });

  it("exits with 1 where a script fails, and says line, step and timeline; a history says what differs", () => {
    mkdirSync(join(folder, "bad"));
    write("bad/greet.mjs", greet("Good night"));
    write("bad/greet.scene.yaml", scene("hears: Good morning"));
    write("bad/typo.scene.yaml", scene("heers: Good morning"));
    write("bad/broken.test.mjs", "import './nothing.mjs';\n");
    write("bad/offhook.yaml", 'numbers: ["+14155550100"]\n');
    write("bad/number.scene.yaml", scene("ends").replace("    steps:", '    dial: { to: "+14155550109" }\n    steps:'));
    write("bad/broken.mjs", "export const handler = async () => {\n");
    write("bad/broken-js.scene.yaml", scene("ends").replace("greet.mjs", "broken.mjs"));
    write("bad/broken.py", "import nothing_at_all\n");
    write("bad/broken-py.scene.yaml", scene("ends").replace("greet.mjs", "broken.py"));
    const run = offhookTest("bad", "good/call.jsonl", "--function", "bad/greet.mjs");
    assert.equal(run.status, 1);
    assert.match(
      run.stdout,
      /bad\/greet\.scene\.yaml:5:9: step 1, hears: expected .* to hear "Good morning", but it heard "Good night"/,
    );
    assert.match(run.stdout, /NEW_INBOUND_CALL/);
    assert.match(run.stdout, /typo\.scene\.yaml:5:9: .*did you mean "hears"\?/);
    assert.match(run.stdout, /Cannot find module .*nothing\.mjs/);
    assert.match(run.stdout, /recorded "Good morning", now "Good night"/);
    assert.match(run.stdout, /number\.scene\.yaml:4:17: .*inventory \(offhook\.yaml\); did you mean \+14155550100\?/);
    assert.match(run.stdout, /SyntaxError: .*broken\.mjs, line 2/);
    assert.match(run.stdout, /Unable to import module 'broken': No module named 'nothing_at_all'/);
  });

  it("gathers the flow of a function's scenes, and of histories, for a picture", async () => {
    const flow = join(folder, "flow.json");
    await runSuite([join(folder, "good")], { flow, only: join(folder, "greet.mjs"), onOutput: () => undefined });
    const { calls, moves } = JSON.parse(readFileSync(flow, "utf8")) as {
      calls: number;
      moves: { event: string; times: number }[];
    };
    assert.equal(calls, 3);
    assert.deepEqual(moves[0], { from: "begin", to: 'Speak "Good morning"', event: "NEW_INBOUND_CALL", times: 3 });
  });

  it("draws nothing where the function cannot be asked, and says why", () => {
    const { status, stderr } = offhook("flow", "bad/broken.py", "bad/broken-py.scene.yaml");
    assert.equal(status, 2);
    assert.match(stderr, /Unable to import module 'broken': No module named 'nothing_at_all'/);
    assert.match(stderr, /^offhook flow: no call of bad\/broken\.py came about/m);
  });

  it("is refused where there is nothing to run, or no function for a history", async () => {
    mkdirSync(join(folder, "empty"));
    const refused = (...places: readonly string[]) =>
      runSuite(
        places.map((place) => join(folder, place)),
        {},
      );
    await assert.rejects(refused("empty"), /There is no script in .*empty: they end in/);
    await assert.rejects(refused("good/call.jsonl"), /name the function that is asked, by --function/);
    await assert.rejects(refused("nowhere"), /There is no file or folder .*nowhere/);
    await assert.rejects(refused("greet.mjs"), /greet\.mjs is no script/);
  });
});
