import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ServerLedger } from "../app/index.ts";
import { silentLogger } from "../kernel/index.ts";
import { createManualClock } from "../testing/index.ts";
import { drainServer } from "./drain-server.ts";

function openScene(calls: number, limitMs: number) {
  const clock = createManualClock();
  const state = { calls, isDraining: false, isOver: false };
  const server = {
    drain: () => void (state.isDraining = true),
    ledger: () => ({ calls: state.calls }) as ServerLedger,
  };
  let hurryUp: () => void = () => undefined;
  const hurry = new Promise<void>((resolve) => (hurryUp = resolve));
  const done = drainServer(server, { limitMs, hurry, clock, log: silentLogger }).then(() => void (state.isOver = true));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, state, hurryUp, done, settle };
}

describe("a server that drains", () => {
  it("takes no new call, and is done as soon as those that were up have ended", async () => {
    const { clock, state, done, settle } = openScene(2, 60_000);
    assert.equal(state.isDraining, true);
    clock.advance(30_000);
    await settle();
    assert.equal(state.isOver, false);
    state.calls = 0;
    clock.advance(200);
    await done;
    assert.equal(clock.pendingTimers(), 0);
  });

  it("waits no longer than it may, than for a second signal, or where there is no call", async () => {
    const bounded = openScene(2, 5_000);
    bounded.clock.advance(5_000);
    await bounded.done;
    const hurried = openScene(2, 5_000);
    hurried.hurryUp();
    await hurried.done;
    assert.deepEqual([bounded.clock.pendingTimers(), hurried.clock.pendingTimers()], [0, 0]);
    await openScene(0, 5_000).done;
    await openScene(2, 0).done;
  });
});
