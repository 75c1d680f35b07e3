import assert from "node:assert/strict";
import { measureSpeech } from "../../src/testing/index.ts";
import type { CallFact } from "../../src/app/index.ts";
import { virtualFunctionTest, type FunctionKit } from "./function-kit.ts";

const types = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);
const hangupCode = (kit: FunctionKit) => kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"];

const failures = (kit: FunctionKit) =>
  kit.facts.filter((fact): fact is Extract<CallFact, { type: "function-failed" }> => fact.type === "function-failed");

/** The phone calls, until the call is over. */
async function callIn(kit: FunctionKit) {
  const report = await kit.phone.dial(kit.uri()).ended;
  await kit.untilEnded();
  return report;
}

virtualFunctionTest(
  "what a function writes to its console is shown line by line, with its name and stream",
  {
    files: {
      "app.mjs": `console.log("loaded");
        export const handler = async (event) => {
          console.log("got", event.InvocationEventType, { from: event.CallDetails.Participants[0].From });
          console.error("first\\nsecond");
          return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: {} }] };
        };`,
    },
  },
  async (kit) => {
    await callIn(kit);
    const lines = () => kit.output.map(({ functionName, stream, line }) => [functionName, stream, line]);
    await kit.untilPrinted("all was written", (printed) => printed.filter((line) => line === "second").length === 2);

    const out = lines().filter(([, stream]) => stream === "stdout");
    assert.deepEqual(out.slice(0, 2), [
      ["app", "stdout", "loaded"],
      ["app", "stdout", "got NEW_INBOUND_CALL { from: 'phone' }"],
    ]);
    assert.deepEqual(
      lines()
        .filter(([, stream]) => stream === "stderr")
        .slice(0, 2),
      [
        ["app", "stderr", "first"],
        ["app", "stderr", "second"],
      ],
    );
  },
);

virtualFunctionTest(
  "a TypeScript handler runs as it is written, enum, types and an imported TypeScript file included",
  {
    function: "./src/app.ts",
    files: {
      "src/words.ts": `export enum Words { Greeting = "Good day to you", Code = "486" }`,
      "src/app.ts": `import { Words } from "./words";
        enum Kind { Speak = "Speak", Hangup = "Hangup" }
        interface Action { readonly Type: Kind; readonly Parameters: Record<string, string> }
        type Event = { InvocationEventType: string };
        export const handler = async ({ InvocationEventType: type }: Event): Promise<object> => {
          const actions: Action[] = [
            { Type: Kind.Speak, Parameters: { Text: Words.Greeting } },
            { Type: Kind.Hangup, Parameters: { SipResponseCode: "0" } },
          ];
          return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? actions : [] };
        };`,
    },
  },
  async (kit) => {
    const { heard } = await callIn(kit);

    assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.ok(measureSpeech(heard).speechMs > 500);
  },
);

for (const { style, code } of [
  {
    style: "a CommonJS handler that answers later through the callback",
    code: `exports.lambdaHandler = (event, context, callback) => { setTimeout(() => callback(null, reply(context)), 20); };`,
  },
  {
    style: "an async CommonJS handler that answers through the callback and returns nothing",
    code: `exports.lambdaHandler = async (event, context, callback) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      callback(null, reply(context));
    };`,
  },
]) {
  virtualFunctionTest(
    `${style} is heard, and its module stays warm`,
    {
      function: { file: "./app.js", handler: "lambdaHandler" },
      files: {
        "app.js": `let calls = 0;
          const reply = (context) => {
            calls += 1;
            console.log(calls, context.functionName, context.getRemainingTimeInMillis() > 0);
            return { SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] };
          };
          ${code}`,
      },
    },
    async (kit) => {
      const { end } = await callIn(kit);

      assert.equal(end.type === "rejected" && end.status, 486);
      assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "HANGUP"]);
      await kit.untilPrinted("all was written", ({ length }) => length === 2);
      assert.deepEqual(
        kit.output.map(({ line }) => line),
        ["1 app true", "2 app true"],
      );
    },
  );
}

for (const { when, event, sees } of [
  { when: "before the answer gives the caller 480", event: "NEW_INBOUND_CALL", sees: "rejected" },
  { when: "after the answer ends the call with BYE", event: "ACTION_SUCCESSFUL", sees: "bye" },
]) {
  virtualFunctionTest(
    `a handler that throws ${when}; the observation holds the stack with the author's line`,
    {
      files: {
        "app.mjs": `const fail = () => { throw new TypeError("no such customer"); };
          export const handler = async ({ InvocationEventType: type }) => {
            if (type === "${event}") fail();
            return { SchemaVersion: "1.0", Actions: [{ Type: "Speak", Parameters: { Text: "Hello" } }] };
          };`,
      },
    },
    async (kit) => {
      const { end } = await callIn(kit);

      assert.equal(end.type, sees);
      if (end.type === "rejected") assert.equal(end.status, 480);
      assert.equal(types(kit).at(-1), "HANGUP");
      assert.equal(hangupCode(kit), 480);
      const [failure] = failures(kit);
      assert.equal(failure?.reason, "unhandled");
      assert.match(failure?.message ?? "", /no such customer/);
      assert.match(failure?.stack ?? "", /TypeError: no such customer[\s\S]*at fail .*app\.mjs:1/);
      assert.equal(failures(kit)[0]?.consequence, "call-ended");
      const ended = kit.facts.find(({ type }) => type === "call-ended");
      assert.match(ended?.type === "call-ended" ? ended.cause : "", /no such customer/);
    },
  );
}

virtualFunctionTest(
  "an error with a message of 5 MB is told by the beginning of the message",
  {
    files: {
      "app.mjs": `export const handler = async () => { throw new RangeError("no such customer " + "x".repeat(5_000_000)); };`,
    },
  },
  async (kit) => {
    await callIn(kit);
    const [failure] = failures(kit);
    assert.match(failure?.message ?? "", /^RangeError: no such customer x+/);
    assert.match(failure?.stack ?? "", /at .*app\.mjs:1/);
  },
);

const speak = { Type: "Speak", Parameters: { Text: "Hello" } };

for (const { title, reply, errorType, says } of [
  {
    title: "the {statusCode, body} of a web handler",
    reply: { statusCode: 200, body: JSON.stringify({ SchemaVersion: "1.0", Actions: [speak] }) },
    errorType: "SchemaVersionMismatch",
    says: /Found an HTTP response/,
  },
  {
    title: "eleven actions",
    reply: { SchemaVersion: "1.0", Actions: Array(11).fill(speak) },
    errorType: "TooManyActions",
    says: /Found 11, at most 10/,
  },
  {
    title: "an action whose name is misspelt",
    reply: { SchemaVersion: "1.0", Actions: [speak, { Type: "PlayAudo", Parameters: {} }] },
    errorType: "UnsupportedAction",
    says: /Unsupported action PlayAudo specified\..*Actions\[1\].*did you mean PlayAudio\?/,
  },
]) {
  virtualFunctionTest(
    `${title} gives INVALID_LAMBDA_RESPONSE that says what is wrong; nothing of it runs, the function may mend it`,
    {
      files: {
        "app.mjs": `const reply = ${JSON.stringify(reply)};
          const hangUp = [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
          export const handler = async ({ InvocationEventType: type }) =>
            type === "NEW_INBOUND_CALL" ? reply : { SchemaVersion: "1.0", Actions: hangUp };`,
      },
    },
    async (kit) => {
      const { end, answered } = await callIn(kit);

      assert.equal(answered, false);
      assert.equal(end.type === "rejected" && end.status, 486);
      assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE", "HANGUP"]);
      const invalid = kit.events()[1];
      assert.equal(invalid?.["ErrorType"], errorType);
      assert.match(String(invalid?.["ErrorMessage"]), says);
      assert.equal("ActionData" in (invalid ?? {}), false);
    },
  );
}

virtualFunctionTest(
  "a function that answers too late ends the call with 480, and the cause says so",
  {
    limits: { functionTimeoutSeconds: 1 },
    files: {
      "app.mjs": `export const handler = async ({ InvocationEventType: type }) => {
          if (type === "NEW_INBOUND_CALL") await new Promise((resolve) => setTimeout(resolve, 60_000));
          return { SchemaVersion: "1.0", Actions: [] };
        };`,
    },
  },
  async (kit) => {
    const { end } = await callIn(kit);

    assert.equal(end.type === "rejected" && end.status, 480);
    assert.equal(types(kit).at(-1), "HANGUP");
    assert.ok(failures(kit).length >= 1);
    assert.ok(failures(kit).every(({ reason }) => reason === "timeout"));
    assert.equal(failures(kit)[0]?.consequence, "call-ended");
  },
);

virtualFunctionTest(
  "a process that is killed in the middle of an invocation is asked again in a new one, with the same Sequence",
  {
    files: {
      "app.mjs": `import { existsSync, writeFileSync } from "node:fs";
        const mark = new URL("killed", import.meta.url);
        export const handler = async (event) => {
          console.log(process.pid, event.InvocationEventType, event.Sequence);
          if (!existsSync(mark)) {
            writeFileSync(mark, "");
            process.kill(process.pid, "SIGKILL");
            await new Promise((resolve) => setTimeout(resolve, 60_000));
          }
          const say = { Type: "Speak", Parameters: { Text: "Here I am again" } };
          const actions = event.InvocationEventType === "NEW_INBOUND_CALL" ? [say, { Type: "Hangup", Parameters: {} }] : [];
          return { SchemaVersion: "1.0", Actions: actions };
        };`,
    },
  },
  async (kit) => {
    const { heard, end } = await callIn(kit);

    assert.equal(end.type, "bye");
    assert.ok(measureSpeech(heard).speechMs > 300);
    const [failure, ...others] = failures(kit);
    assert.deepEqual([failure?.reason, failure?.consequence, failure?.sequence], ["crashed", "retried", 1]);
    assert.deepEqual(others, []);
    const reported = kit.output.map(({ line }) => line.split(" "));
    const [pid] = reported.at(-1) ?? [];
    // The first line may be lost with its process.
    assert.deepEqual(
      reported.filter(([process]) => process === pid).map(([, type, sequence]) => [type, sequence]),
      [
        ["NEW_INBOUND_CALL", "1"],
        ["HANGUP", "2"],
      ],
    );
  },
);
