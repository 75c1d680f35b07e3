import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { FileFunction } from "../../src/invoke/index.ts";
import { packageRoot } from "../../src/kernel/index.ts";
import { driveCall } from "../../src/testing/internal/call-driver.ts";
import { keepSilent, later, respond } from "../../src/testing/internal/scripted-reply.ts";
import { speak } from "../../src/testing/internal/wire-actions.ts";
import { virtualFunctionTest } from "../wire/function-kit.ts";
import { openInvokeKit, type InvokeKit } from "../wire/invoke-kit.ts";
import { skipWithoutPython } from "../wire/python-needed.ts";
import { hungUp, section, story } from "./kit.ts";

section("time", {
  // Contract: leniency-slow-answers
  "an answer that takes 18 s (a long poll) is used": () => {
    const call = driveCall({ script: [later(18_000, respond([speak()]))] });
    call.advance(18_000);
    assert.equal(call.did("play-audio").length, 1);
    assert.equal(call.invocations.length, 1);
  },
  // Contract: events-one-at-a-time, events-retry
  "two invocations of one call never run side by side: there is no second after 5 s": () => {
    // The driver fails at an invocation while one is open.
    const call = driveCall({ script: [later(19_000, respond([speak()]))] });
    call.update();
    call.advance(18_999);
    assert.equal(call.invocations.length, 1);
    call.advance(1);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED"]);
  },
  // Contract: events-deadline
  "no answer within 20 s hangs up": () => {
    const call = driveCall({ script: [respond([speak()]), keepSilent] });
    call.advance(1_000 + 19_999);
    assert.deepEqual(hungUp(call), []);
    call.advance(1);
    assert.deepEqual(hungUp(call), ["LEG-A"]);
  },
  // Contract: events-retry, events-repeated, events-function-failed
  "a call that cannot be invoked is tried once more, then ends with 480": () => {
    const refused = {
      afterMs: 0,
      reply: { type: "failed", reason: "throttled", message: "429", stack: undefined },
    } as const;
    const call = driveCall({ script: [refused, refused] });
    assert.deepEqual(
      call.events.slice(0, 2).map(({ Sequence, InvocationEventType }) => [Sequence, InvocationEventType]),
      Array(2).fill([1, "NEW_INBOUND_CALL"]),
    );
    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
  },
});

/** A function answers each event by hanging up; `source` is the whole file. */
function answers(
  title: string,
  file: string,
  source: string,
  changes: Partial<FileFunction> = {},
  more: (kit: InvokeKit) => Promise<void> = async () => undefined,
): void {
  it(title, { skip: file.endsWith(".py") && skipWithoutPython }, async (test) => {
    const kit = await openInvokeKit(test, file, source, changes);
    assert.deepEqual(await kit.call({ InvocationEventType: "NEW_INBOUND_CALL" }), reply);
    await more(kit);
  });
}

const reply = { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }] };
const replyText = JSON.stringify(reply);

describe("what functions send and read: the function's runtime", () => {
  // Contract: leniency-answer-by-callback
  answers(
    "JS: an async handler that answers through the callback and returns undefined",
    "index.js",
    `exports.handler = async (event, context, callback) => {
       switch (event.InvocationEventType) { case "NEW_INBOUND_CALL": callback(null, ${replyText}); break; }
     };`,
  );
  // Contract: leniency-answer-by-callback
  answers("JS: an async handler that returns", "index.mjs", `export const handler = async () => (${replyText});`);
  answers(
    "Python: the value that the handler returns",
    "app.py",
    `def handler(event, context):\n    return ${replyText}\n`,
  );

  const names = ["handler", "lambdaHandler", "lambda_handler"];
  const forms: readonly (readonly [file: string, source: (name: string) => string])[] = [
    ["app.js", (name) => `exports.${name} = async () => (${replyText});`],
    ["app.cjs", (name) => `module.exports = { ${name}: async () => (${replyText}) };`],
    ["app.mjs", (name) => `export const ${name} = async () => (${replyText});`],
    ["app.ts", (name) => `export const ${name} = async (event: object): Promise<object> => (${replyText});`],
    ["app.cts", (name) => `exports.${name} = async (event: object): Promise<object> => (${replyText});`],
    ["app.mts", (name) => `export const ${name} = async (event: object): Promise<object> => (${replyText});`],
    ["app.py", (name) => `def ${name}(event, context):\n    return ${replyText}\n`],
  ];
  for (const [file, source] of forms) {
    // Contract: leniency-handler-names
    for (const name of names) answers(`handler names: ${name} in ${file} is found by itself`, file, source(name));
    const named = { handler: "app.voiceEntry" };
    // Contract: leniency-handler-names
    answers(
      `handler names: any other in ${file}, as templates write it (${named.handler})`,
      file,
      source("voiceEntry"),
      named,
    );
  }

  // Contract: leniency-work-after-the-answer
  answers(
    "JS: writes that are not awaited go on after the answer, in a process that is not killed",
    "index.js",
    `const { promises: fs } = require("node:fs");
     exports.handler = async (event) => {
       if (event.written) return [require("node:fs").existsSync(__dirname + "/late.txt"), process.pid];
       setTimeout(() => void fs.writeFile(__dirname + "/late.txt", "kept").then(() => console.log("done", process.pid)), 20);
       return ${replyText};
     };`,
    {},
    async (kit) => {
      await kit.until(() => kit.output.some(({ line }) => line.startsWith("done")));
      const pid = Number(kit.output.at(-1)?.line.split(" ")[1]);
      assert.deepEqual(await kit.call({ written: true }), [true, pid]);
    },
  );

  for (const [file, source] of [
    [
      "index.js",
      `const calls = {};
       exports.handler = async ({ id }) => { calls[id] = (calls[id] ?? 0) + 1; return id === undefined ? ${replyText} : calls; };`,
    ],
    [
      "app.py",
      `calls = {}\ndef handler(event, context):
    id = event.get("id")
    if id is None:
        return ${replyText}
    calls[id] = calls.get(id, 0) + 1
    return calls\n`,
    ],
  ] as const) {
    // Contract: leniency-warm-process
    answers(`${file}: the process stays warm, objects of the module carry state on`, file, source, {}, async (kit) => {
      for (const id of ["a", "b", "a"]) await kit.call({ id });
      const calls = (await kit.call({ id: "b" })) as Readonly<Record<string, number>>;
      assert.deepEqual([calls["a"], calls["b"]], [2, 2]);
    });
  }

  // Contract: leniency-one-event-at-a-time
  answers(
    "one process serves one invocation at a time",
    "index.mjs",
    `let open = 0;
     export const handler = async ({ InvocationEventType: type }) => {
       open += 1;
       await new Promise((resolve) => setTimeout(resolve, 30));
       const together = open;
       open -= 1;
       return type === undefined ? together : ${replyText};
     };`,
    {},
    async (kit) => {
      const seen = await Promise.all([1, 2, 3, 4, 5, 6].map(() => kit.call()));
      assert.deepEqual(seen, Array(6).fill(1));
    },
  );

  answers(
    "time: a template that allows 1 s serves what answers at once, and a function that hangs is ended",
    "index.mjs",
    `export const handler = async ({ hang }) => { if (hang) await new Promise((r) => setTimeout(r, 60_000)); return ${replyText}; };`,
    { timeoutMs: 1_000 },
    async (kit) => {
      const { reason } = (await kit.call({ hang: true })) as { readonly reason?: string };
      assert.equal(reason, "timeout");
      assert.deepEqual(await kit.call(), reply);
    },
  );

  const sdk = JSON.stringify(join(packageRoot(), "node_modules", "@aws-sdk", "client-chime-sdk-voice"));
  // Contract: leniency-region-variables
  answers(
    "AWS_REGION is set: a JS function may make an SDK client at import and never use it",
    "index.js",
    `const { ChimeSDKVoiceClient } = require(${sdk});
     const client = new ChimeSDKVoiceClient({});
     exports.handler = async ({ region }) => region ? [await client.config.region(), process.env.AWS_REGION] : ${replyText};`,
    {},
    async (kit) => assert.deepEqual(await kit.call({ region: true }), ["us-east-1", "us-east-1"]),
  );
  // Contract: leniency-region-variables
  answers(
    "AWS_REGION is set for Python, which reads it at import",
    "app.py",
    `import os\nregion = os.environ["AWS_REGION"]\ndefault = os.environ["AWS_DEFAULT_REGION"]
def handler(event, context):\n    return [region, default] if event.get("region") else ${replyText}\n`,
    {},
    async (kit) => assert.deepEqual(await kit.call({ region: true }), ["us-east-1", "us-east-1"]),
  );

  // Contract: leniency-slow-answers
  virtualFunctionTest(
    "time: a timeout of 25 s may be set for a function that waits long for its answer",
    {
      function: { file: "./app.mjs", timeoutSeconds: 25 },
      files: {
        "app.mjs": `export const handler = async (event, context) => {
            console.log(Math.ceil(context.getRemainingTimeInMillis() / 1000));
            await new Promise((resolve) => setTimeout(resolve, 1_500));
            return ${replyText};
          };`,
      },
    },
    async (kit) => {
      const { end } = await kit.phone.dial(kit.uri()).ended;
      await kit.untilEnded();

      assert.equal(end.type === "rejected" && end.status, 480);
      assert.equal(kit.facts.filter(({ type }) => type === "function-failed").length, 0);
      // The call itself waits 20 s at most.
      assert.equal(kit.output[0]?.line, "20");
    },
  );
});
