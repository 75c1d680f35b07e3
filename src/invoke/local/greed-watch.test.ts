import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createGreedWatch, greedyCpuMs, greedyLoadMs, lookAfterMs, readCpuMs } from "./greed-watch.ts";

/** A watch over a process that uses this share of the time that passes. */
function watchOver(share: number | undefined) {
  const clock = createManualClock();
  const found = { greed: 0 };
  const startMs = clock.monotonicMs();
  const cpuMs = () => (share === undefined ? undefined : (clock.monotonicMs() - startMs) * share);
  return { clock, found, watch: createGreedWatch(clock, cpuMs, () => void found.greed++) };
}

describe("greed watch", () => {
  it("tells once of a process that keeps a processor busy with one event, however small its share of a busy one is", () => {
    for (const share of [1, 0.1, 0.02]) {
      const { clock, found, watch } = watchOver(share);
      watch.begin(greedyCpuMs);
      clock.advance(greedyCpuMs / share + 2 * lookAfterMs);
      watch.end();
      watch.begin(greedyCpuMs);
      clock.advance(60_000);

      assert.equal(found.greed, 1, `${share}`);
    }
  });

  it("does not mind events that are answered soon, or that wait for something else", () => {
    const quick = watchOver(1);
    for (let event = 0; event < 100; event++) {
      quick.watch.begin(greedyCpuMs);
      quick.clock.advance(lookAfterMs - 1);
      quick.watch.end();
      quick.clock.advance(1_000);
    }
    const waiting = watchOver(0);
    waiting.watch.begin(greedyCpuMs);
    waiting.clock.advance(20_000);

    assert.deepEqual([quick.found.greed, waiting.found.greed], [0, 0]);
  });

  it("takes time alone where the system does not tell processor time", () => {
    const { clock, found, watch } = watchOver(undefined);
    watch.begin(greedyCpuMs);
    clock.advance(lookAfterMs);

    assert.equal(found.greed, 1);
  });

  it("lets loading take longer than an event, and tells of a loop in it", () => {
    const { clock, found, watch } = watchOver(1);
    watch.begin(greedyLoadMs);
    clock.advance(greedyLoadMs);
    assert.equal(found.greed, 0);
    clock.advance(2 * lookAfterMs);

    assert.equal(found.greed, 1);
  });

  it("reads the processor time of a process", { skip: process.platform !== "linux" }, () => {
    const ownMs = process.cpuUsage();

    const readMs = readCpuMs(process.pid) ?? 0;

    assert.ok(Math.abs(readMs - (ownMs.user + ownMs.system) / 1_000) <= 1_000, `${readMs} ms`);
    assert.equal(readCpuMs(undefined), undefined);
  });
});
