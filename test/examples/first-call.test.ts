import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

/** Runs `offhook dev --once` in a folder with these files, until it ends by itself. */
async function devOnce(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-first-call-"));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
    const child = spawn(process.execPath, [program, "dev", "--once"], {
      cwd: folder,
      env: { ...env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, output, keptWhatWasHeard: existsSync(join(folder, ".offhook", "last-call.wav")) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder with a function of this code; calls to `number` are for it. */
const withFunction = (code: string, number?: string) => ({
  "app.mjs": code,
  // JSON is YAML.
  "offhook.yaml": JSON.stringify({
    sip: { listen: ["udp://127.0.0.1:0"] },
    api: { listen: "http://127.0.0.1:0" },
    media: { ports: "0-0", workers: 1 },
    numbers: ["+12065550100"],
    functions: { app: "./app.mjs" },
    applications: [{ name: "app", function: "app" }],
    rules: number === undefined ? [] : [{ name: "in", number, applications: ["app"] }],
  }),
});

/** Checks that each pattern stands in the output behind the one before. */
function assertInOrder(output: string, patterns: readonly RegExp[]): void {
  let rest = output;
  for (const pattern of patterns) {
    const found = pattern.exec(rest);
    assert.ok(found !== null, `${String(pattern)} is missing, or not in its place:\n${output}`);
    rest = rest.slice(found.index + found[0].length);
  }
}

test("in an empty folder, dev --once calls the test phone with the example, tells all of it, and exits with 0", async () => {
  const { code, output, keptWhatWasHeard } = await devOnce({});

  assert.equal(code, 0, output);
  assertInOrder(output, [
    /Offhook is ready \(\d+ ms\)/,
    /call +outbound call from \+12065550100 to \+12065550199/,
    /event +1 NEW_OUTBOUND_CALL/,
    /sip +-> INVITE sip:\+12065550199@/,
    /sip +<- 180 Ringing/,
    /event +2 RINGING/,
    /sip +<- 200 OK/,
    /event +3 CALL_ANSWERED/,
    /reply +3 Speak, Pause, Speak, Hangup \(\d+ ms\)/,
    /action +Speak "Hello world\. This is your function speaking\."/,
    /audio +first packet to LEG-A/,
    /action +Pause DurationInMilliseconds 500/,
    /event +4 HANGUP +code 0/,
    /call +over after [\d.]+ s: hung up by the application/,
    /The call went as it should: the phone rang, heard [\d.]+ s of speech, and was hung up on\./,
  ]);
  // The BYE waits until the far end has heard the last packet; the function is told meanwhile.
  assert.match(output, /sip +-> BYE/);
  assert.match(output, /console +hello: CALL_ANSWERED for call /);
  assert.match(output, /phone +.*speech/);
  assert.ok(keptWhatWasHeard);
});

test("dev --once shows the stack of a function that throws, and exits with 1", async () => {
  const { code, output } = await devOnce(
    withFunction(`export const handler = async ({ InvocationEventType: type }) => {
      if (type === "CALL_ANSWERED") throw new Error("no such customer");
      return { SchemaVersion: "1.0", Actions: [] };
    };`),
  );

  assert.equal(code, 1, output);
  assertInOrder(output, [
    /error +function \S+ failed at 3 \(unhandled, \d+ ms\): .*no such customer; the call is ended/,
    /at .*app\.mjs:2/,
    /sip +-> BYE/,
    /The call did not go as it should: the function failed: .*no such customer/,
  ]);
});

test("dev --once exits with 1 when the phone heard nothing, and says so", async () => {
  const { code, output } = await devOnce(
    withFunction(`export const handler = async ({ InvocationEventType: type }) => ({
      SchemaVersion: "1.0",
      Actions: type === "CALL_ANSWERED" ? [{ Type: "Hangup", Parameters: {} }] : [],
    });`),
  );

  assert.equal(code, 1, output);
  assertInOrder(output, [/reply +3 Hangup/, /The call did not go as it should: the phone heard nothing\./]);
});

test("dev --once exits with 1 when a reply cannot be used, and names the nearest action", async () => {
  const { code, output } = await devOnce(
    withFunction(`export const handler = async ({ InvocationEventType: type }) => ({
      SchemaVersion: "1.0",
      Actions: type === "CALL_ANSWERED" ? [{ Type: "Speek", Parameters: { Text: "Hello" } }]
        : type === "INVALID_LAMBDA_RESPONSE" ? [{ Type: "Hangup" }] : [],
    });`),
  );

  assert.equal(code, 1, output);
  assertInOrder(output, [/Unsupported action Speek specified.*did you mean Speak\?/, /did not go as it should/]);
});

test("dev --once runs the only function of a folder without a configuration, and dials the number made for it", async () => {
  const { code, output } = await devOnce({
    "menu.mjs": `export const handler = async ({ InvocationEventType: type }) => ({
      SchemaVersion: "1.0",
      Actions: type === "NEW_INBOUND_CALL" ? [{ Type: "Speak", Parameters: { Text: "Hello caller" } }, { Type: "Hangup" }] : [],
    });`,
  });

  assert.equal(code, 0, output);
  assertInOrder(output, [
    /^Runs menu\.mjs, the only function here\./,
    /call +inbound call from \+12065550199 to \+12065550100/,
    /action +Speak "Hello caller"/,
    /The call went as it should: the phone was answered/,
  ]);
});

test("dev --once dials the number of an application that has one", async () => {
  const { code, output } = await devOnce(
    withFunction(
      `export const handler = async ({ InvocationEventType: type }) => ({
        SchemaVersion: "1.0",
        Actions: type === "NEW_INBOUND_CALL" ? [{ Type: "Speak", Parameters: { Text: "Hello caller" } }, { Type: "Hangup" }] : [],
      });`,
      "+12065550100",
    ),
  );

  assert.equal(code, 0, output);
  assertInOrder(output, [
    /call +inbound call from \+12065550199 to \+12065550100/,
    /event +1 NEW_INBOUND_CALL/,
    /action +Speak "Hello caller"/,
    /The call went as it should: the phone was answered, heard [\d.]+ s of speech, and was hung up on\./,
  ]);
});
