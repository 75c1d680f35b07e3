import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadConfig, startServer, type Server } from "../../src/app/index.ts";
import { silentLogger, systemClock } from "../../src/testing/index.ts";
import { runCaller } from "../../src/testing/caller/index.ts";

const number = "+12065550100";
/** Asks for a key, says which one it was, and hangs up. */
const code = `const say = (Text) => ({ Type: "Speak", Parameters: { Text } });
const ask = { Type: "SpeakAndGetDigits", Parameters: {
  InputDigitsRegex: "^[1-9]$", MinNumberOfDigits: 1, MaxNumberOfDigits: 1, Repeat: 1, RepeatDurationInMilliseconds: 60000,
  SpeechParameters: { Text: "Press a key." }, FailureSpeechParameters: { Text: "Sorry." } } };
export const handler = async ({ InvocationEventType: type, ActionData }) => {
  const replies = {
    NEW_INBOUND_CALL: () => [ask],
    ACTION_SUCCESSFUL: () => ActionData.Type === "SpeakAndGetDigits"
      ? [say("You pressed " + ActionData.ReceivedDigits + "."), { Type: "Hangup", Parameters: { SipResponseCode: "0" } }]
      : [],
  };
  return { SchemaVersion: "1.0", Actions: replies[type]?.() ?? [] };
};`;

const scene: { folder?: string; server?: Server } = {};
before(async () => {
  scene.folder = await mkdtemp(join(tmpdir(), "offhook-caller-"));
  await writeFile(join(scene.folder, "app.mjs"), code);
  const config = loadConfig({
    ...{ mode: "development", folder: scene.folder, environment: {} },
    written: {
      sip: { listen: ["udp://127.0.0.1:0"] },
      api: { listen: "http://127.0.0.1:0" },
      media: { ports: "0-0", workers: 1 },
      numbers: [number],
      functions: { app: "./app.mjs" },
      applications: [{ name: "app", function: "app" }],
      rules: [{ name: "main", number, applications: ["app"] }],
    },
  });
  scene.server = await startServer({ config, clock: systemClock, log: silentLogger, runCaller });
});
after(async () => {
  await scene.server?.close();
  await rm(scene.folder ?? "", { recursive: true, force: true });
});

interface Answer {
  readonly callId?: string;
  readonly entries?: readonly { readonly type: string; readonly state: string; readonly text: string }[];
}

async function ask(method: string, path: string, body?: object) {
  const response = await fetch(`${scene.server?.apiUrl}/offhook/v1${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** Steps of a caller as its call tells them, once the last one of the script is over or one has failed. */
async function stepsOf(callId: string, count: number): Promise<NonNullable<Answer["entries"]>> {
  for (;;) {
    const { body } = await ask("GET", `/calls/${callId}/timeline`);
    const told = (body.entries ?? []).filter(({ type }) => type === "caller-step");
    const over = told.filter(({ state }) => state !== "began");
    if (over.length >= count || over.some(({ state }) => state === "failed")) return over;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a caller follows its script to the end: it hears, presses, hears what that brought though the end follows at once, and is hung up on", async () => {
  const script = '- hears: Press a key.\n- presses: "7"\n- hears: You pressed 7.\n- isHungUp\n';
  const { status, body } = await ask("POST", "/callers", { number, script });
  assert.equal(status, 200, JSON.stringify(body));
  const steps = await stepsOf(body.callId ?? "", 4);
  assert.deepEqual(
    steps.map(({ state, text }) => [state, text]),
    [
      ["done", "hears Press a key."],
      ["done", "presses 7"],
      ["done", "hears You pressed 7."],
      ["done", "isHungUp"],
    ],
  );
});
