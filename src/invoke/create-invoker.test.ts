import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createInvoker, createInvokerOf } from "./create-invoker.ts";
import { functionName } from "./function-name.ts";
import type { GuardedFunction } from "./guard/guarded-function.ts";
import type { FileFunction, FunctionTarget, GuardSettings } from "./types.ts";

const account = { region: "eu-central-1", accountId: "111122223333" };

function anInvocable(name: string): GuardedFunction & { seen: string[] } {
  const seen: string[] = [];
  return {
    name,
    seen,
    async invoke({ arn, payload, deadlineMs }) {
      seen.push(`${arn} ${payload} ${deadlineMs}`);
      return { type: "response", payload: "{}" };
    },
    warmUp: () => Promise.resolve(undefined),
    ledger: () => ({ invocations: 1, processes: 2 }),
    queue: () => ({ waiting: 3, longestWaitMs: 20 }),
    counts: () => ({ answered: 0, failed: {}, seconds: { bounds: [], counts: [], sum: 0 } }),
    close: () => Promise.resolve(),
  };
}

const common = {
  name: "fn",
  handler: "handler",
  environment: {},
  inherited: {},
  timeoutMs: 1_000,
  maxProcesses: 1,
  reload: false,
};

function aFunction(changes: Partial<FileFunction & GuardSettings>): FunctionTarget {
  return { kind: "file", file: "/f/a.js", ...common, ...changes };
}

function aCommand(command: string[], folder = "/f"): FunctionTarget {
  return { kind: "command", command, folder, ...common };
}

describe("function names", () => {
  const cases: [text: string, name: string | undefined][] = [
    ["arn:aws:lambda:us-east-1:111122223333:function:ivr", "ivr"],
    ["arn:aws:lambda:us-east-1:111122223333:function:ivr:PROD", "ivr"],
    ["arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:ivr_2:$LATEST", "ivr_2"],
    ["111122223333:function:ivr", "ivr"],
    ["function:ivr:3", "ivr"],
    ["ivr", "ivr"],
    ["ivr:live", "ivr"],
    ["arn:aws:s3:::ivr", undefined],
    ["", undefined],
    ["a b", undefined],
  ];
  for (const [text, name] of cases) {
    it(`finds ${name ?? "none"} in "${text}"`, () => assert.equal(functionName(text), name));
  }
});

describe("the invoker of functions", () => {
  it("finds a function by ARN of any region, and by bare name with the ARN made up", async () => {
    const called = anInvocable("ivr");
    const invoker = createInvokerOf([called], account);

    await invoker.invoke("arn:aws:lambda:us-west-2:999999999999:function:ivr:PROD", { a: 1 }, 500);
    await invoker.invoke("ivr", null, 600);

    assert.deepEqual(called.seen, [
      'arn:aws:lambda:us-west-2:999999999999:function:ivr:PROD {"a":1} 500',
      "arn:aws:lambda:eu-central-1:111122223333:function:ivr null 600",
    ]);
    assert.deepEqual(
      ["ivr", "function:ivr", "other"].map((name) => invoker.whyUnknown(name)),
      [undefined, undefined, 'There is no function "other"; known are: ivr.'],
    );
  });

  it("names the functions there are when asked for another", async () => {
    const result = await createInvokerOf([anInvocable("ivr"), anInvocable("voicemail")], account).invoke(
      "irv",
      {},
      500,
    );

    assert.ok(result.type === "failed" && result.reason === "not-found");
    assert.match(result.message, /known are: ivr, voicemail/);
  });

  it("tells how many events wait for a process, and how many invocations came to an end", async () => {
    const invoker = createInvokerOf([anInvocable("a"), anInvocable("b")], account);

    await invoker.invoke("a", {}, 1_000);
    await invoker.invoke("unknown", {}, 1_000);

    assert.deepEqual(invoker.load(), { waiting: 6, longestWaitMs: 20, finished: 1 });
  });

  it("adds up the ledgers", () => {
    assert.deepEqual(createInvokerOf([anInvocable("a"), anInvocable("b")], account).ledger(), {
      invocations: 2,
      processes: 4,
    });
  });

  it("does not throw for an event that is not JSON", async () => {
    const result = await createInvokerOf([anInvocable("ivr")], account).invoke("ivr", { n: 1n }, 500);

    assert.ok(result.type === "failed" && result.reason === "unreachable");
  });

  const refused: [title: string, functions: FunctionTarget[], code: string][] = [
    ["two functions of one name", [aFunction({}), aFunction({ file: "/f/b.js" })], "INVOKE_DUPLICATE_FUNCTION"],
    ["a name that no ARN can hold", [aFunction({ name: "a/b" })], "INVOKE_BAD_FUNCTION"],
    ["a relative file", [aFunction({ file: "a.js" })], "INVOKE_BAD_FUNCTION"],
    ["a file that is no handler", [aFunction({ file: "/f/a.rb" })], "INVOKE_BAD_FUNCTION"],
    ["a relative folder", [aCommand(["./bootstrap"], "f")], "INVOKE_BAD_FUNCTION"],
    ["a program that is not there", [aCommand(["./bootstrap"])], "INVOKE_NO_PROGRAM"],
    ["a program that PATH does not have", [aCommand(["no-such-program-of-offhook"])], "INVOKE_NO_PROGRAM"],
    ["a fallback that there is not", [aFunction({ fallback: "gn" })], "INVOKE_BAD_FUNCTION"],
    ["a fallback of itself", [aFunction({ fallback: "fn" })], "INVOKE_BAD_FUNCTION"],
    [
      "fallbacks in a circle",
      [aFunction({ fallback: "b" }), aFunction({ name: "b", fallback: "c" }), aFunction({ name: "c", fallback: "b" })],
      "INVOKE_BAD_FUNCTION",
    ],
    [
      "Python where there is none",
      [aFunction({ file: "/f/a.py", environment: { PATH: "/f/none" } })],
      "INVOKE_NO_PYTHON",
    ],
  ];
  for (const [title, functions, code] of refused) {
    it(`refuses ${title}`, async () => {
      const options = { ...account, functions, clock: createManualClock(), log: silentLogger };
      await assert.rejects(createInvoker(options), { code });
    });
  }
});
