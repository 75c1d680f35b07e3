import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { AppError } from "../../src/kernel/index.ts";
import { openInvokeKit } from "./invoke-kit.ts";
import { skipWithoutPython } from "./python-needed.ts";

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

describe("Python handlers as their authors write them", { skip: skipWithoutPython }, () => {
  const styles: [title: string, file: string, handler: string, source: string][] = [
    ["handler", "a.py", "handler", `def handler(event, context):\n    return {"got": event["n"]}`],
    [
      "lambda_handler, AWS's default name, when none is configured",
      "lambda_function.py",
      "handler",
      `def lambda_handler(event, context):\n    return {"got": event["n"]}`,
    ],
    [
      "handler rather than lambda_handler when it has both",
      "a.py",
      "handler",
      `def lambda_handler(event, context):\n    return 0\ndef handler(event, context):\n    return {"got": event["n"]}`,
    ],
    [
      "the handler of a full name, as in a deployment template",
      "lambda_function.py",
      "lambda_function.main",
      `def main(event, context):\n    return {"got": event["n"]}`,
    ],
    [
      "a method of an object",
      "a.py",
      "app.handle",
      `class App:\n    def handle(self, event, context):\n        return {"got": event["n"]}\napp = App()`,
    ],
    [
      "a file whose name is no identifier, with siblings and a package beside it",
      "my-menu.v2.py",
      "handler",
      `import plain\nfrom parts.inner import got\ndef handler(event, context):\n    return plain.same(got(event))`,
    ],
    [
      "a file that is named like a standard module in use",
      "json.py",
      "handler",
      `import json\ndef handler(event, context):\n    return json.loads('{"got": %d}' % event["n"])`,
    ],
    [
      "a data class with annotations as text",
      "a.py",
      "handler",
      `from __future__ import annotations\nfrom dataclasses import dataclass, asdict\n@dataclass\nclass Got:\n    got: int\ndef handler(event, context):\n    return asdict(Got(event["n"]))`,
    ],
  ];
  for (const [title, file, handler, source] of styles) {
    it(`runs ${title}`, async (test) => {
      const kit = await openInvokeKit(test, file, source, { handler });
      await kit.write("plain.py", `def same(value):\n    return value\n`);
      await mkdir(join(kit.folder, "parts"));
      await kit.write("parts/__init__.py", "");
      await kit.write("parts/inner.py", `def got(event):\n    return {"got": event["n"]}\n`);

      assert.deepEqual(await kit.call({ n: 7 }), { got: 7 });
      assert.deepEqual(
        (await readdir(kit.folder, { recursive: true })).filter((path) => path.includes("__pycache__")),
        [],
      );
    });
  }

  it("writes the answer as Lambda does: None, tuples, named tuples, Decimals, other scripts, keys, bytes", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `from collections import namedtuple`,
        `from decimal import Decimal`,
        `Pair = namedtuple("Pair", "a b")`,
        `answers = [`,
        `    None, (), (1, (2,)), {"p": Pair(1, (2,))}, [Decimal("2"), Decimal("0.5"), 1e3, True],`,
        `    "grüße 電話 \\U0001f4de", "\\ud800", {1: "a", None: "b", True: "c"}, b'{"raw": [1]}',`,
        `]`,
        `def handler(event, context):`,
        `    return answers[event["n"]]`,
      ].join("\n"),
    );

    const answers = [];
    for (let n = 0; n < 9; n++) answers.push(await kit.call({ n }));

    assert.deepEqual(answers, [
      ...[null, [], [1, [2]], { p: { a: 1, b: [2] } }, [2, 0.5, 1000, true]],
      ...["grüße 電話 \u{1f4de}", "\ud800", { "1": "c", null: "b" }, { raw: [1] }],
    ]);
  });

  it("keeps the state of a warm module between invocations", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      `count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count`,
    );

    assert.deepEqual([await kit.call(), await kit.call(), await kit.call()], [1, 2, 3]);
  });

  it("answers at once and lets a thread go on", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      `import threading\ndef handler(event, context):\n    threading.Timer(0.03, lambda: print("written")).start()\n    return 1`,
    );

    assert.equal(await kit.call(), 1);
    await kit.until(() => kit.output.some(({ line }) => line === "written"));
    assert.equal(kit.invoker.ledger().processes, 1);
  });

  it("gives the context members that Lambda gives", async (test) => {
    const names = [
      ...["aws_request_id", "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb"],
      ...["log_group_name", "log_stream_name", "client_context"],
    ];
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `def handler(event, context):`,
        `    members = {name: getattr(context, name) for name in ${JSON.stringify(names)}}`,
        `    identity = [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]`,
        `    return {**members, "identity": identity, "remaining": context.get_remaining_time_in_millis()}`,
      ].join("\n"),
    );

    const { aws_request_id, log_stream_name, remaining, ...rest } = (await kit.call({}, 5000)) as Record<
      string,
      unknown
    >;

    assert.match(String(aws_request_id), /^[0-9a-f-]{36}$/);
    assert.equal(typeof log_stream_name, "string");
    assert.ok(Number.isInteger(remaining) && (remaining as number) > 0 && (remaining as number) <= 5000);
    assert.deepEqual(rest, {
      function_name: "fn",
      function_version: "$LATEST",
      invoked_function_arn: "arn:aws:lambda:us-east-1:111122223333:function:fn",
      memory_limit_in_mb: "128",
      log_group_name: "/aws/lambda/fn",
      client_context: null,
      identity: [null, null],
    });
  });

  it("shows only Lambda's environment and the function's own", async (test) => {
    process.env["OFFHOOK_SECRET_OF_THE_SERVER"] = "leaks";
    test.after(() => delete process.env["OFFHOOK_SECRET_OF_THE_SERVER"]);
    const kit = await openInvokeKit(
      test,
      "a.py",
      `import os, sys\ndef lambda_handler(event, context):\n    return {**os.environ, "cwd": os.getcwd(), "argv": sys.argv, "first": sys.path[0]}`,
      { environment: { TABLE: "calls" } },
    );

    const seen = (await kit.call()) as Record<string, unknown>;

    assert.equal(seen["TABLE"], "calls");
    assert.equal(seen["AWS_REGION"], "us-east-1");
    assert.match(String(seen["AWS_EXECUTION_ENV"]), /^AWS_Lambda_python3\.\d+$/);
    assert.equal(seen["_HANDLER"], "a.lambda_handler");
    assert.match(String(seen["_X_AMZN_TRACE_ID"]), /^Root=/);
    assert.deepEqual([seen["LAMBDA_TASK_ROOT"], seen["cwd"], seen["first"]], Array(3).fill(kit.folder));
    assert.deepEqual(seen["argv"], [join(kit.folder, "a.py")]);
    assert.ok(!("OFFHOOK_SECRET_OF_THE_SERVER" in seen));
  });

  it("passes print, standard error and logging on, line by line", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `import logging, sys`,
        `log = logging.getLogger("ivr")`,
        `def handler(event, context):`,
        `    print("one\\ntwo ☎")`,
        `    print("three", file=sys.stderr)`,
        `    log.info("pressed %s", 5)`,
        `    log.debug("not shown")`,
        `    logging.warning("careful")`,
        `    print("no break", end="")`,
        `    return context.aws_request_id`,
      ].join("\n"),
    );

    const id = await kit.call();
    await kit.invoker.close();

    const lines = (stream: string) => kit.output.filter((entry) => entry.stream === stream).map(({ line }) => line);
    assert.deepEqual(lines("stdout"), ["one", "two ☎", "no break"]);
    const [three, info, warning, ...rest] = lines("stderr");
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    assert.equal(three, "three");
    assert.match(info ?? "", new RegExp(`^\\[INFO\\]\t${time}\t${String(id)}\tpressed 5$`));
    assert.match(warning ?? "", new RegExp(`^\\[WARNING\\]\t${time}\t${String(id)}\tcareful$`));
    assert.deepEqual(rest, []);
  });
});

describe("Python functions that fail", { skip: skipWithoutPython }, () => {
  it("report what the handler raised, with the author's own frames and the cause, and serve on", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `def inner():`,
        `    raise KeyError("menu")`,
        `def handler(event, context):`,
        `    if event.get("ok"):`,
        `        return 1`,
        `    try:`,
        `        inner()`,
        `    except KeyError as error:`,
        `        raise ValueError("too far") from error`,
      ].join("\n"),
    );

    const failure = (await kit.call()) as Failure;

    assert.equal(failure.reason, "unhandled");
    assert.match(failure.message, /ValueError: too far/);
    assert.match(failure.stack ?? "", /a\.py", line 2, in inner[^]*KeyError: 'menu'[^]*a\.py", line 9, in handler/);
    assert.match(failure.stack ?? "", /ValueError: too far$/);
    assert.doesNotMatch(failure.stack ?? "", /bootstrap/);
    assert.equal(await kit.call({ ok: true }), 1);
    assert.equal(kit.invoker.ledger().processes, 1);
  });

  it("report endless recursion and an error without a text", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `class Mute(Exception):`,
        `    def __str__(self):`,
        `        raise RuntimeError`,
        `def even(n):`,
        `    return odd(n + 1)`,
        `def odd(n):`,
        `    return even(n + 1)`,
        `def handler(event, context):`,
        `    if event.get("mute"):`,
        `        raise Mute()`,
        `    return even(0)`,
      ].join("\n"),
    );

    const [deep, mute] = [(await kit.call()) as Failure, (await kit.call({ mute: true })) as Failure];

    assert.match(deep.message, /RecursionError/);
    assert.match(deep.stack ?? "", /lines \.\.\./);
    assert.match(mute.message, /Mute/);
    assert.equal(mute.reason, "unhandled");
  });

  it("report a process that ends by itself in mid-invocation, with its last words, and start another", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `import os, sys`,
        `def handler(event, context):`,
        `    how = event.get("how")`,
        `    if how:`,
        `        print("going down", file=sys.stderr)`,
        `    if how == "exit":`,
        `        sys.exit(3)`,
        `    if how == "now":`,
        `        os._exit(3)`,
        `    return "up"`,
      ].join("\n"),
    );

    for (const how of ["exit", "now"]) {
      const failure = (await kit.call({ how })) as Failure;
      assert.equal(failure.reason, "crashed", how);
      assert.match(failure.message, /exit code 3/);
      assert.match(failure.stack ?? "", /going down/);
      assert.equal(await kit.call(), "up");
    }
  });

  it("report a process that was killed from outside", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      `import os, time\ndef handler(event, context):\n    print(os.getpid())\n    time.sleep(1000)`,
    );

    const pending = kit.call();
    await kit.until(() => kit.output.length > 0);
    process.kill(Number(kit.output[0]?.line), "SIGKILL");

    const failure = (await pending) as Failure;
    assert.equal(failure.reason, "crashed");
    assert.match(failure.message, /SIGKILL/);
  });

  it("are ended when they take too long, even in an endless loop, and the next event is served", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      `import time\ndef handler(event, context):\n    while event.get("loop"):\n        pass\n    time.sleep(event.get("seconds", 0))\n    return 1`,
      { timeoutMs: 1_000 },
    );

    const failures = [(await kit.call({ loop: true })) as Failure, (await kit.call({ seconds: 1000 })) as Failure];

    assert.deepEqual(
      failures.map(({ reason }) => reason),
      ["timeout", "timeout"],
    );
    assert.equal(await kit.call(), 1);
    await kit.until(() => kit.invoker.ledger().processes === 1);
  });

  const unwritable: [title: string, value: string, expected: RegExp][] = [
    ["a set", `{"Actions": [{"n": {1}}]}`, /set is not JSON serializable \(at Actions\[0\]\.n\)/],
    ["a time", `[datetime.now()]`, /datetime is not JSON serializable \(at \[0\]\)/],
    ["not a number", `{"n": float("nan")}`, /nan is not a JSON number \(at n\)/],
    ["a key that is a tuple", `{"a": {(1, 2): 3}}`, /key of type tuple is not JSON serializable \(at a\)/],
    ["a circle", `circle`, /Circular reference \(at self\)/],
    ["a coroutine", `asyncio.sleep(0)`, /coroutine[^]*asyncio\.run[^]*at the top/],
  ];
  for (const [title, value, expected] of unwritable) {
    it(`say where an answer cannot be JSON: ${title}`, async (test) => {
      const kit = await openInvokeKit(
        test,
        "a.py",
        [
          `import asyncio`,
          `from datetime import datetime`,
          `circle = {}`,
          `circle["self"] = circle`,
          `def handler(event, context):`,
          `    return ${value}`,
        ].join("\n"),
      );

      const failure = (await kit.call()) as Failure;

      assert.equal(failure.reason, "not-json");
      assert.match(failure.message, /^Runtime\.MarshalError: /);
      assert.match(failure.message, expected);
      assert.ok(failure.stack);
      assert.deepEqual(kit.output, []);
    });
  }

  it("may answer 6 MB, not more, and go on", async (test) => {
    const kit = await openInvokeKit(test, "a.py", `def handler(event, context):\n    return "x" * event["size"]`);

    const failure = (await kit.call({ size: 6_291_600 })) as Failure;

    assert.equal(failure.reason, "unhandled");
    assert.match(failure.message, /6291556 bytes/);
    assert.equal(((await kit.call({ size: 6_000_000 })) as string).length, 6_000_000);
  });

  const broken: [title: string, source: string, expected: RegExp][] = [
    ["raises while loading", `\nraise ValueError("no config")`, /no config[^]*a\.py", line 2/],
    ["has a syntax error", `def handler(event, context):\n    return (`, /SyntaxError[^]*a\.py, line 2/],
    ["has a wrong indent", `def handler(event, context):\nreturn 1`, /IndentationError[^]*a\.py, line 2/],
    ["imports a sibling with a syntax error", `import b`, /SyntaxError[^]*b\.py, line 1/],
    [
      "needs a module that is absent",
      `import not_there_at_all`,
      /ImportModuleError: Unable to import module 'a': No module named 'not_there_at_all'[^]*a\.py", line 1/,
    ],
    [
      "has a function of another name",
      `import json\ndef main(event, context):\n    return 1`,
      /HandlerNotFound[^]*a\.py has no function "handler"; it has main/,
    ],
    ["exits while loading", `import sys\nprint("bye", file=sys.stderr)\nsys.exit(9)`, /exit code 9[^]*bye/],
    [
      "starts a thread and then fails",
      `import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n1 / 0`,
      /ZeroDivisionError/,
    ],
  ];
  for (const [title, source, expected] of broken) {
    it(`say why a file that ${title} cannot serve, and are tried again at the next invocation`, async (test) => {
      const kit = await openInvokeKit(test, "a.py", source);
      await kit.write("b.py", "def (");

      const failure = (await kit.call()) as Failure;
      await kit.write("a.py", `def handler(event, context):\n    return "mended"`);

      assert.equal(failure.reason, "init");
      assert.match(`${failure.message}\n${failure.stack}`, expected);
      assert.doesNotMatch(`${failure.stack}`, /bootstrap/);
      assert.equal(await kit.call(), "mended");
    });
  }
});

describe("a python3 that cannot run functions", () => {
  const programs: [title: string, body: string, expected: RegExp][] = [
    ["fails", `echo "version 3 is not set up" >&2; exit 127`, /version 3 is not set up/],
    ["says nothing", `exit 0`, /says nothing/],
  ];
  for (const [title, body, expected] of programs) {
    it(`is refused at once with what to install: one that ${title}`, async (test) => {
      const folder = await mkdtemp(join(tmpdir(), "offhook-python-"));
      test.after(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, "python3"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });

      const opened = openInvokeKit(test, "a.py", "", { environment: { PATH: folder } });

      await assert.rejects(opened, (error: AppError) => {
        assert.equal(error.code, "INVOKE_NO_PYTHON");
        assert.match(error.message, expected);
        assert.match(error.message, /"fn".*install Python 3\.8 or later/);
        return true;
      });
    });
  }
});

describe("processes of a Python function", { skip: skipWithoutPython }, () => {
  it("load changed code for the next call, of the handler and of what it imports", async (test) => {
    const kit = await openInvokeKit(test, "a.py", `def handler(event, context):\n    return "old"`, { reload: true });
    await kit.write("part.py", `text = "part 1"`);
    assert.equal(await kit.call(), "old");

    await kit.write("a.py", `import part\ndef handler(event, context):\n    return part.text`);
    await kit.until(() => kit.reloads.some((file) => file.endsWith("a.py")));
    assert.equal(await kit.call(), "part 1");
    const before = kit.reloads.length;
    await kit.write("part.py", `text = "part 2"`);
    await kit.until(() => kit.reloads.length > before);

    assert.equal(await kit.call(), "part 2");
    assert.equal(kit.reloads.at(-1), join(kit.folder, "part.py"));
  });

  it("are all gone after close, whatever they were doing", async (test) => {
    const kit = await openInvokeKit(
      test,
      "a.py",
      [
        `import os, signal, subprocess`,
        `signal.signal(signal.SIGTERM, signal.SIG_IGN)`,
        `def handler(event, context):`,
        `    child = subprocess.Popen(["sleep", "1000"])`,
        `    print(os.getpid(), child.pid)`,
        `    while event.get("hang"):`,
        `        pass`,
        `    return 1`,
      ].join("\n"),
    );
    await kit.call();
    const hanging = kit.call({ hang: true });
    await kit.until(() => kit.output.length === 2);

    await kit.invoker.close();

    assert.equal(((await hanging) as Failure).reason, "unreachable");
    assert.deepEqual(kit.invoker.ledger(), { invocations: 0, processes: 0 });
    const started = kit.output.flatMap(({ line }) => line.split(" ").map(Number));
    assert.equal(started.length, 4);
    // They were told to end; the system may take its time.
    await kit.until(() => !started.some(isRunning));
  });
});
