import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { getPriority } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openInvokeKit } from "./invoke-kit.ts";

interface Failure {
  readonly type: "failed";
  readonly reason: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Whether the process lives; one that was killed and is not yet reaped by init does not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

describe("handlers as their authors write them", () => {
  const styles: [title: string, file: string, source: string][] = [
    ["exports.handler, async", "a.js", `exports.handler = async (event) => ({ got: event.n });`],
    ["module.exports, callback", "a.cjs", `module.exports = { handler: (e, c, cb) => cb(null, { got: e.n }) };`],
    [
      "async that answers by callback and returns undefined",
      "a.js",
      `exports.handler = async (e, c, callback) => { callback(null, { got: e.n }); };`,
    ],
    [
      "callback after a timer",
      "a.js",
      `exports.handler = (e, c, cb) => { setTimeout(() => cb(null, { got: e.n }), 5); };`,
    ],
    ["context.succeed", "a.js", `exports.handler = (e, context) => context.succeed({ got: e.n });`],
    ["context.done", "a.js", `exports.handler = (e, context) => context.done(null, { got: e.n });`],
    ["ES module", "a.mjs", `export const handler = async (e) => ({ got: e.n });`],
    [
      "ES module with top-level await",
      "a.mjs",
      `const key = await Promise.resolve("got"); export async function handler(e) { return { [key]: e.n }; }`,
    ],
    [
      "TypeScript with an enum",
      "a.ts",
      `enum Key { Got = "got" }\nexport const handler = async (e: { n: number }): Promise<object> => ({ [Key.Got]: e.n });`,
    ],
    [
      "TypeScript module with top-level await",
      "a.mts",
      `const n: number = await Promise.resolve(0);\nexport const handler = async (e: { n: number }) => ({ got: e.n + n });`,
    ],
    [
      "TypeScript with import =",
      "a.cts",
      `import os = require("node:os");\nexports.handler = async (e: any) => ({ got: e.n, x: os.EOL.length > 9 ? 1 : undefined });`,
    ],
    [
      "an ES module that imports TypeScript",
      "b.mjs",
      `import { got } from "./sibling.ts"; export const handler = async (e) => got(e);`,
    ],
    [
      "CommonJS that requires a sibling",
      "b.js",
      `const { got } = require("./plain"); exports.handler = async (e) => got(e);`,
    ],
  ];
  for (const [title, file, source] of styles) {
    it(`runs ${title}`, async (test) => {
      const kit = await openInvokeKit(test, file, source);
      await kit.write("sibling.ts", `export const got = (e: { n: number }): object => ({ got: e.n });`);
      await kit.write("plain.js", `exports.got = (e) => ({ got: e.n });`);

      assert.deepEqual(await kit.call({ n: 7 }), { got: 7 });
    });
  }

  it("runs JavaScript that imports TypeScript in a folder of type module", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `import { two } from "./two.ts"; export const handler = async () => two;`,
    );
    await kit.write("package.json", `{ "type": "module" }`);
    await kit.write("two.ts", `export const two: number = 2;`);

    assert.equal(await kit.call(), 2);
  });

  it("answers null for undefined, and for a handler that ends without any answer, as Lambda does", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = (e) => { if (e.promise) return Promise.resolve(); };`,
    );

    assert.equal(await kit.call({ promise: true }), null);
    assert.equal(await kit.call({ promise: false }), null);
  });

  it("answers at once and lets work that is not awaited go on", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async () => { setTimeout(() => console.log("written"), 30); return 1; };`,
    );

    assert.equal(await kit.call(), 1);
    await kit.until(() => kit.output.some(({ line }) => line === "written"));
    assert.equal(kit.invoker.ledger().processes, 1);
  });

  it("keeps the state of a warm module between invocations", async (test) => {
    const kit = await openInvokeKit(test, "a.mjs", `let count = 0; export const handler = async () => ++count;`);

    assert.deepEqual([await kit.call(), await kit.call(), await kit.call()], [1, 2, 3]);
  });

  it("gives the context members that Lambda gives", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.mjs",
      `export const handler = async (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
    );

    const context = (await kit.call({}, 5000)) as Record<string, unknown>;

    assert.equal(context["functionName"], "fn");
    assert.equal(context["functionVersion"], "$LATEST");
    assert.equal(context["invokedFunctionArn"], "arn:aws:lambda:us-east-1:111122223333:function:fn");
    assert.equal(context["memoryLimitInMB"], "128");
    assert.match(String(context["awsRequestId"]), /^[0-9a-f-]{36}$/);
    assert.equal(context["logGroupName"], "/aws/lambda/fn");
    assert.equal(typeof context["logStreamName"], "string");
    assert.equal(context["callbackWaitsForEmptyEventLoop"], true);
    assert.ok((context["remaining"] as number) > 0 && (context["remaining"] as number) <= 5000);
  });

  it("shows only Lambda's environment and the function's own", async (test) => {
    process.env["OFFHOOK_SECRET_OF_THE_SERVER"] = "leaks";
    test.after(() => delete process.env["OFFHOOK_SECRET_OF_THE_SERVER"]);
    const kit = await openInvokeKit(
      test,
      "a.mjs",
      `export const handler = async () => ({ ...process.env, cwd: process.cwd() });`,
      {
        environment: { TABLE: "calls" },
      },
    );

    const seen = (await kit.call()) as Record<string, string>;

    assert.equal(seen["TABLE"], "calls");
    assert.equal(seen["AWS_REGION"], "us-east-1");
    assert.equal(seen["_HANDLER"], "a.handler");
    assert.equal(seen["LAMBDA_TASK_ROOT"], kit.folder);
    assert.equal(seen["cwd"], kit.folder);
    assert.ok(!("OFFHOOK_SECRET_OF_THE_SERVER" in seen));
    assert.deepEqual(
      Object.keys(seen).filter((key) => /^(npm_|NODE_TEST|USER|PWD|SHELL)/.test(key)),
      [],
    );
  });

  it("passes both console streams on, line by line", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.mjs",
      `export const handler = async () => { console.log("one\\ntwo"); console.error("three"); process.stdout.write("no break"); return 1; };`,
    );

    await kit.call();
    await kit.invoker.close();

    const lines = kit.output.map(({ functionName, stream, line }) => `${functionName} ${stream} ${line}`).sort();
    assert.deepEqual(lines, ["fn stderr three", "fn stdout no break", "fn stdout one", "fn stdout two"]);
  });
});

describe("functions that fail", () => {
  it("reports what an async handler threw, with the author's stack", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.mjs",
      `export async function handler() { throw new RangeError("too far"); }`,
    );

    const failure = (await kit.call()) as Failure;

    assert.equal(failure.reason, "unhandled");
    assert.match(failure.message, /RangeError: too far/);
    assert.match(failure.stack ?? "", /a\.mjs:1/);
  });

  it("points at the line of the TypeScript source", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.ts",
      `interface Unused {\n  a: string;\n}\nexport const handler = async () => {\n  throw new Error("line five");\n};`,
    );

    const failure = (await kit.call()) as Failure;

    assert.match(failure.stack ?? "", /a\.ts:5/);
  });

  it("reports a thrown error, a callback's error and context.fail alike", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = (e, c, cb) => {
        if (e.how === "who") return cb(null, process.pid);
        if (e.how === "throw") throw new Error("no");
        if (e.how === "callback") cb(new Error("no"));
        if (e.how === "fail") c.fail(new Error("no"));
      };`,
      { maxProcesses: 1 },
    );

    const before = await kit.call({ how: "who" });
    for (const how of ["throw", "callback", "fail"]) {
      const failure = (await kit.call({ how })) as Failure;
      assert.equal(failure.reason, "unhandled", how);
      assert.match(failure.message, /Error: no/);
    }
    assert.equal(await kit.call({ how: "who" }), before, "the process goes on");
  });

  it("reports an error outside the handler's promise and goes on in a new process", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `let count = 0;
      exports.handler = (e) => new Promise((resolve) => {
        if (e.how === "timer") setTimeout(() => { throw new Error("astray"); }, 1);
        else if (e.how === "rejection") Promise.reject(new Error("astray"));
        else resolve(++count);
      });`,
    );

    for (const how of ["timer", "rejection"]) {
      const failure = (await kit.call({ how })) as Failure;
      assert.equal(failure.reason, "unhandled", how);
      assert.match(failure.message, /astray/);
      assert.match(failure.stack ?? "", /a\.js/);
      assert.equal(await kit.call(), 1);
    }
  });

  it("loads its code with the server's own priority, and runs below it from then on", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `const { getPriority } = require("os"); const loading = getPriority(); exports.handler = async () => [loading, getPriority()];`,
    );
    const started = getPriority();

    assert.deepEqual(await kit.call(), [started, Math.min(19, started + 5)]);
  });

  it("reports a process that ends by itself in mid-invocation, with its last words, and starts another", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async (e) => { if (e.crash) { console.error("going down"); process.exit(3); } return "up"; };`,
    );

    const failure = (await kit.call({ crash: true })) as Failure;

    assert.equal(failure.reason, "crashed");
    assert.match(failure.message, /exit code 3/);
    assert.match(failure.stack ?? "", /going down/);
    assert.equal(await kit.call(), "up");
  });

  it("reports a process that was killed from outside", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async () => { console.log(process.pid); await new Promise((r) => setTimeout(r, 1e6)); };`,
    );

    const pending = kit.call();
    await kit.until(() => kit.output.length > 0);
    process.kill(Number(kit.output[0]?.line), "SIGKILL");

    const failure = (await pending) as Failure;
    assert.equal(failure.reason, "crashed");
    assert.match(failure.message, /SIGKILL/);
  });

  it("ends a function that takes too long, even in an endless loop, and serves the next event", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async (e) => { if (e.loop) for (;;); if (e.wait) await new Promise(() => setInterval(() => 0, 1e3)); return 1; };`,
      { timeoutMs: 1_000 },
    );

    const failures = [(await kit.call({ loop: true })) as Failure, (await kit.call({ wait: true })) as Failure];

    assert.deepEqual(
      failures.map(({ reason }) => reason),
      ["timeout", "timeout"],
    );
    assert.equal(await kit.call(), 1);
    await kit.until(() => kit.invoker.ledger().processes === 1);
  });

  it("ends a function at the caller's deadline when that comes first", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = () => new Promise(() => setInterval(() => 0, 1e3));`,
    );
    await kit.invoker.warmUp();

    assert.equal(((await kit.call({}, 150)) as Failure).reason, "timeout");
  });

  it("reports a value that is not JSON with its position", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async (e) => { if (e.big) return { Actions: [{ n: 1n }] }; const a = {}; a.self = a; return a; };`,
    );

    const [big, cycle] = [(await kit.call({ big: true })) as Failure, (await kit.call()) as Failure];

    assert.deepEqual([big.reason, cycle.reason], ["not-json", "not-json"]);
    assert.match(big.message, /Actions\[0\]\.n/);
    assert.match(cycle.message, /circular/i);
    assert.ok(cycle.stack);
  });

  it("refuses an answer over 6 MB and goes on", async (test) => {
    const kit = await openInvokeKit(test, "a.js", `exports.handler = async (e) => "x".repeat(e.size);`);

    const failure = (await kit.call({ size: 6_291_600 })) as Failure;

    assert.equal(failure.reason, "unhandled");
    assert.match(failure.message, /6291556 bytes/);
    assert.equal(await kit.call({ size: 3 }), "xxx");
  });

  const broken: [title: string, source: string, expected: RegExp][] = [
    ["throws while loading", `throw new Error("no config");`, /no config[^]*a\.js:1/],
    ["has a syntax error", `exports.handler = async () => {`, /SyntaxError[^]*a\.js/],
    ["needs a module that is absent", `require("not-there-at-all");`, /Cannot find module 'not-there-at-all'/],
    ["exports another name", `exports.main = async () => 1;`, /"handler"; it exports main/],
    ["exits while loading", `console.error("bye"); process.exit(9);`, /exit code 9[^]*bye/],
  ];
  for (const [title, source, expected] of broken) {
    it(`says why a file that ${title} cannot serve, and tries again at the next invocation`, async (test) => {
      const kit = await openInvokeKit(test, "a.js", source);

      const failure = (await kit.call()) as Failure;
      await kit.write("a.js", `exports.handler = async () => "mended";`);

      assert.equal(failure.reason, "init");
      assert.match(`${failure.message}\n${failure.stack}`, expected);
      assert.equal(await kit.call(), "mended");
    });
  }

  it("names a handler file that is absent", async (test) => {
    const kit = await openInvokeKit(test, "a.js", "", { file: "/nowhere/at-all.mjs" });

    const failure = (await kit.call()) as Failure;

    assert.equal(failure.reason, "init");
    assert.match(failure.message, /at-all\.mjs|nowhere/);
  });

  it("names the known functions when asked for another", async (test) => {
    const kit = await openInvokeKit(test, "a.js", "");

    const result = await kit.invoker.invoke("arn:aws:lambda:us-east-1:111122223333:function:fm", {}, 1000);

    assert.ok(result.type === "failed" && result.reason === "not-found");
    assert.match(result.message, /"fm"; known are: fn\. Did you mean "fn"\?/);
  });
});

describe("processes of a function", () => {
  it("run one invocation at a time and grow while all are busy", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `let inside = 0;
      exports.handler = async () => {
        const most = ++inside;
        console.log(process.pid);
        while (!require("node:fs").existsSync(__dirname + "/go")) await new Promise((resolve) => setTimeout(resolve, 10));
        inside--;
        return { pid: process.pid, most };
      };`,
      { maxProcesses: 3 },
    );
    await kit.invoker.warmUp();

    const calling = Promise.all(Array.from({ length: 9 }, () => kit.call()));
    await kit.until(() => new Set(kit.output.map(({ line }) => line)).size > 1);
    await kit.write("go", "");
    const answers = (await calling) as { pid: number; most: number }[];

    assert.deepEqual(new Set(answers.map(({ most }) => most)), new Set([1]));
    const processes = new Set(answers.map(({ pid }) => pid)).size;
    assert.ok(processes > 1 && processes <= 3, `${processes} processes`);
    assert.ok(kit.invoker.ledger().processes <= 3);
  });

  it("load changed code for the next call, of the handler and of what it requires", async (test) => {
    const kit = await openInvokeKit(test, "a.js", `exports.handler = async () => "old";`, { reload: true });
    await kit.write("part.js", `module.exports = "part 1";`);
    assert.equal(await kit.call(), "old");

    await kit.write("a.js", `exports.handler = async () => require("./part");`);
    await kit.until(() => kit.reloads.some((file) => file.endsWith("a.js")));
    assert.equal(await kit.call(), "part 1");
    const before = kit.reloads.length;
    await kit.write("part.js", `module.exports = "part 2";`);
    await kit.until(() => kit.reloads.length > before);

    assert.equal(await kit.call(), "part 2");
    assert.equal(kit.reloads.at(-1), join(kit.folder, "part.js"));
  });

  it("finish their answer before a reload replaces them", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `exports.handler = async (e) => {
        console.log("begins", e.ms);
        await new Promise((resolve) => setTimeout(resolve, e.ms));
        return "old";
      };`,
      { reload: true },
    );
    await kit.call({ ms: 0 });

    const slow = kit.call({ ms: 600 });
    await kit.until(() => kit.output.some(({ line }) => line === "begins 600"));
    await kit.write("a.js", `exports.handler = async () => "new";`);
    await kit.until(() => kit.reloads.length > 0);

    assert.equal(await kit.call({ ms: 0 }), "new");
    assert.equal(await slow, "old");
  });

  it("do not reload for files that are no code, nor for node_modules", async (test) => {
    const kit = await openInvokeKit(test, "a.js", `let n = 0; exports.handler = async () => ++n;`, { reload: true });
    await mkdir(join(kit.folder, "node_modules"));
    await kit.call();

    await kit.write("notes.txt", "x");
    await kit.write("node_modules/x.js", "x");
    await kit.write(".hidden.js", "x");
    assert.equal(await kit.call(), 2);
    await kit.write("b.js", "x");
    await kit.until(() => kit.reloads.length > 0);

    assert.deepEqual(kit.reloads, [join(kit.folder, "b.js")]);
  });

  it("are all gone after close, whatever they were doing", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.js",
      `process.on("SIGTERM", () => undefined);
      exports.handler = async (e) => {
        const child = require("node:child_process").spawn("sleep", ["1000"]);
        console.log(process.pid, child.pid);
        if (e.hang) for (;;);
        return 1;
      };`,
    );
    await kit.call();
    const hanging = kit.call({ hang: true });
    await kit.until(() => kit.output.length === 2);

    await kit.invoker.close();

    assert.equal(((await hanging) as Failure).reason, "unreachable");
    assert.deepEqual(kit.invoker.ledger(), { invocations: 0, processes: 0 });
    for (const pid of kit.output.flatMap(({ line }) => line.split(" ").map(Number))) {
      assert.ok(!isRunning(pid), `process ${pid} still runs`);
    }
    assert.equal(((await kit.call()) as Failure).reason, "unreachable");
  });
});
