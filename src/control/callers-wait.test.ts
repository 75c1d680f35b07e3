import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callersWaitMs } from "./callers-wait.ts";

const none = { latenessMs: 0, waiting: 0, longestWaitMs: 0, finishedPerSecond: 100, measureEveryMs: 50 };

describe("how long a call that comes now has to wait", () => {
  it("is the delay of the main thread where no event waits", () => {
    assert.equal(callersWaitMs({ ...none, latenessMs: 120 }), 120);
  });

  it("is what the queue takes, at the rate at which invocations end", () => {
    assert.equal(callersWaitMs({ ...none, waiting: 30, longestWaitMs: 300 }), 300);
  });

  it("is not many times what the first of the queue has waited, since the rate says nothing after an idle time", () => {
    assert.equal(callersWaitMs({ ...none, waiting: 100, longestWaitMs: 80 }), 210);
  });

  it("counts once the time in which the main thread read no reply", () => {
    assert.equal(callersWaitMs({ ...none, latenessMs: 150, waiting: 60, longestWaitMs: 150 }), 200);
  });

  it("counts what the first waited before that, too", () => {
    assert.equal(callersWaitMs({ ...none, latenessMs: 150, waiting: 60, longestWaitMs: 250 }), 400);
  });
});
