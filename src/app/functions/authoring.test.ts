import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { createCallFeed } from "../../admin/index.ts";
import { packageRoot } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { Config } from "../config/config.ts";
import { createAuthoring, type WriteTest } from "./authoring.ts";

const recorded = join(packageRoot(), "test/histories/inbound-a-prompt-hung-up-by-the-application.jsonl");
const id = "00000000-0000-4000-8000-000000000001";

// As a server does, which has ports open: what waits for processes of functions does not keep this one up.
const alive = setInterval(() => undefined, 60_000);
after(() => clearInterval(alive));

/** A project with a function, of which one call is recorded. */
function openProject(
  t: TestContext,
  code = "",
  writeTest: WriteTest = async (_history, path) => `function: ${path}\n`,
) {
  const project = mkdtempSync(join(tmpdir(), "offhook-project-"));
  t.after(() => rmSync(project, { recursive: true }));
  const calls = join(project, ".offhook", "calls");
  mkdirSync(calls, { recursive: true });
  copyFileSync(recorded, join(calls, `${id}.jsonl`));
  const file = join(project, "menu.mjs");
  writeFileSync(file, code);
  const [head = ""] = readFileSync(recorded, "utf8").split("\n", 1);
  const { functionArn } = (JSON.parse(head) as { call: { target: { functionArn: string } } }).call.target;
  const config = {
    histories: { folder: calls },
    functions: [{ kind: "file", arn: functionArn, name: "menu", file, handler: "handler", environment: {} }],
  } as unknown as Config;
  const feed = createCallFeed();
  return { project, feed, authoring: createAuthoring(config, feed, createManualClock(), writeTest) };
}

test("a call is run again with the function as it is, and tells where its replies differ", async (t) => {
  const { authoring } = openProject(
    t,
    `export const handler = (event) => {
      console.log("asked " + event.InvocationEventType);
      return { SchemaVersion: "1.0", Actions: [{ Type: "Pause", Parameters: { DurationInMilliseconds: "7" } }] };
    };`,
  );
  const running = authoring.replay(id);
  await assert.rejects(authoring.replay(id), { code: "API_CONFLICT" });
  const { invocations, output, isWhole } = await running;
  assert.deepEqual([invocations[0]?.eventType, invocations[0]?.verdict], ["NEW_INBOUND_CALL", "differs"]);
  assert.match(invocations[0]?.differences[0]?.path ?? "", /Actions/);
  assert.match(output.join("\n"), /asked NEW_INBOUND_CALL/);
  assert.equal(isWhole, true);
});

test("of a function that cannot be loaded it is said why, of a call that is not kept too", async (t) => {
  const { authoring } = openProject(t, "this is no JavaScript");
  const { invocations } = await authoring.replay(id);
  assert.match(JSON.stringify(invocations[0]?.differences), /could not be loaded. SyntaxError/);
  await assert.rejects(authoring.replay("00000000-0000-4000-8000-000000000009"), { code: "API_NOT_FOUND" });
  await assert.rejects(authoring.replay("../../etc/passwd"), { code: "API_NOT_FOUND" });
});

test("a call is saved as a test beside its function, once under one name", async (t) => {
  const { project, authoring } = openProject(t);
  const saved = await authoring.saveTest(id, "menu-call");
  assert.deepEqual(saved, { testFile: "tests/menu-call.scene.yaml", historyFile: `.offhook/calls/${id}.jsonl` });
  assert.equal(readFileSync(join(project, saved.testFile), "utf8"), "function: ../menu.mjs\n");
  await assert.rejects(authoring.saveTest(id, "menu-call"), { code: "API_CONFLICT", message: /exists already/ });
});

test("a test is never written out of the project, also where a link leads there", async (t) => {
  const { project, authoring } = openProject(t);
  const outside = mkdtempSync(join(tmpdir(), "offhook-outside-"));
  t.after(() => rmSync(outside, { recursive: true }));
  symlinkSync(outside, join(project, "tests"));
  await assert.rejects(authoring.saveTest(id, "stray"), { code: "API_UNPROCESSABLE" });
  assert.equal(existsSync(join(outside, "stray.scene.yaml")), false);
});

test("of what functions write the latest 2,000 lines are kept, and told as they come", (t) => {
  const { feed, authoring } = openProject(t);
  const told: unknown[] = [];
  feed.watch(({ callId, fact }) => void told.push({ callId, ...fact }));
  for (let line = 0; line < 2_005; line += 1) {
    const transactionId = line % 2 === 0 ? "one" : "other";
    authoring.onFunctionOutput({ functionName: "menu", stream: "stdout", line: `line ${line}`, transactionId });
  }
  const lines = authoring.output({ limit: 10_000 });
  assert.deepEqual([lines.length, lines[0]?.line, lines.at(-1)?.line], [2_000, "line 5", "line 2004"]);
  assert.equal(
    authoring
      .output({ callId: "one", limit: 3 })
      .map(({ line }) => line)
      .join(),
    "line 2000,line 2002,line 2004",
  );
  assert.deepEqual(authoring.output({ functionName: "none", limit: 3 }), []);
  assert.deepEqual(told[0], {
    callId: "one",
    type: "function-output",
    functionName: "menu",
    line: "line 0",
    isError: false,
  });
});
