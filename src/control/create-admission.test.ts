import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createAdmission } from "./create-admission.ts";

function setUp(maxCalls = 1_000, limit?: number) {
  const clock = createManualClock();
  const world = {
    waiting: 0,
    longestWaitMs: 0,
    finished: 0,
    lateMs: 0,
    share: 0,
    mainMs: 0,
    limit: limit as number | undefined,
    open: 100,
  };
  const admission = createAdmission({
    maxCalls,
    clock,
    log: silentLogger,
    invokerLoad: () => world,
    mediaLoad: () => world,
    descriptors: { limit: world.limit, open: () => world.open },
    mainThreadMs: () => world.mainMs,
  });
  /** Lets time go on while the main thread works this share of it and so many calls a second come. */
  const run = (ms: number, mainShare: number, perSecond: number) => {
    const outcome = { taken: 0, refused: 0 };
    for (let passed = 0; passed < ms; passed += 10) {
      const due = Math.floor(((passed + 10) * perSecond) / 1_000) - Math.floor((passed * perSecond) / 1_000);
      for (let index = 0; index < due; index++) {
        if (admission.whyClosed("call") !== undefined) outcome.refused++;
        else {
          outcome.taken++;
          admission.admit();
        }
      }
      world.mainMs += 10 * mainShare;
      world.finished += 1;
      clock.advance(10);
    }
    return outcome;
  };
  return { admission, clock, world, run };
}

describe("admission", () => {
  it("takes no call before it is opened, nor after it drains, and says so with when to try again", () => {
    const { admission } = setUp();

    assert.deepEqual(admission.whyClosed("call"), { cause: "starting", why: "the server is starting", retryAfterS: 5 });
    admission.open();
    assert.equal(admission.whyClosed("call"), undefined);
    admission.drain();
    assert.equal(admission.whyClosed("ping")?.cause, "draining");
    admission.open();
    assert.equal(admission.whyClosed("ping")?.cause, "draining");
  });

  it("takes as many calls as are allowed, and one more when one has ended", () => {
    const { admission } = setUp(2);
    admission.open();
    const [first] = [admission.admit(), admission.admit()];

    assert.equal(admission.whyClosed("call")?.cause, "calls-full");
    first.ended();
    first.ended();

    assert.equal(admission.whyClosed("call"), undefined);
    assert.equal(admission.calls(), 1);
  });

  it("limits new calls when many wait for a function's process and the main thread works", () => {
    const { admission, world, run } = setUp();
    admission.open();
    Object.assign(world, { waiting: 200, longestWaitMs: 1_000 });

    const outcome = run(2_000, 0.9, 300);

    assert.ok(outcome.refused > 200, `${outcome.refused} refused`);
    assert.ok(outcome.taken > 30, `${outcome.taken} taken`);
    assert.equal(admission.whyClosed("ping")?.cause, "overloaded");
  });

  it("takes a rush whole while the first of those who wait has not waited long, however slow the server was before", () => {
    const { admission, world, run } = setUp();
    admission.open();
    Object.assign(world, { waiting: 60, longestWaitMs: 80 });

    assert.equal(run(500, 0.9, 200).refused, 0);
  });

  it("limits nobody on a machine whose processors others use, however long calls wait there", () => {
    const { admission, world, run } = setUp();
    admission.open();
    Object.assign(world, { waiting: 25, longestWaitMs: 250, lateMs: 80, share: 0.1 });

    assert.equal(run(5_000, 0.1, 10).refused, 0);
  });

  it("refuses for a second after the system had no descriptor left", () => {
    const { admission, clock } = setUp();
    admission.open();
    admission.noteNoDescriptors();

    assert.equal(admission.whyClosed("call")?.cause, "no-descriptors");
    clock.advance(1_000);
    assert.equal(admission.whyClosed("call"), undefined);
  });

  it("refuses while the descriptors are nearly used up, counting calls that were let in since the last count, and takes calls again after", () => {
    const { admission, clock, world } = setUp(1_000, 256);
    admission.open();

    let taken = 0;
    for (; admission.whyClosed("call") === undefined; taken++) admission.admit();
    assert.equal(taken, (256 - 64 - 100) / 2);
    assert.equal(admission.whyClosed("call")?.cause, "no-descriptors");

    world.open = 120;
    clock.advance(200);
    assert.equal(admission.whyClosed("call"), undefined);
  });

  it("measures nothing while there is no call", () => {
    const { admission, clock } = setUp();
    admission.open();
    const permit = admission.admit();
    permit.ended();
    clock.advance(200);

    assert.equal(clock.pendingTimers(), 0);
  });
});
