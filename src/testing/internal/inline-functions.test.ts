import assert from "node:assert/strict";
import { test } from "node:test";
import { createInlineFunctions } from "./inline-functions.ts";
import { createManualClock } from "../manual-clock.ts";

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

test("a function in this process is given a copy of the event, and its reply is JSON, or why there is none", async () => {
  const clock = createManualClock();
  const functions = createInlineFunctions(
    {
      echo: (event) => ({ event, left: undefined }),
      throws: () => Promise.reject(new Error("broken")),
      waits: () => new Promise(() => undefined),
    },
    clock,
  );

  assert.deepEqual(await functions.invoke(arn("echo"), { a: [1], b: undefined }, 100), {
    type: "response",
    payload: '{"event":{"a":[1]}}',
  });
  assert.deepEqual(await functions.invoke(arn("throws"), {}, 100), {
    ...{ type: "failed", reason: "unhandled", message: "broken", stack: undefined },
  });
  assert.equal((await functions.invoke(arn("absent"), {}, 100)).type, "failed");
  const late = functions.invoke(arn("waits"), {}, 100);
  assert.equal(functions.ledger().invocations, 1);
  clock.advance(100);
  assert.deepEqual(
    { ...(await late), message: "" },
    { type: "failed", reason: "timeout", message: "", stack: undefined },
  );
  assert.deepEqual([functions.ledger().invocations, clock.pendingTimers()], [0, 0]);
});
