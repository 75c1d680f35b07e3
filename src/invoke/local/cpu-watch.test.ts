import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createCpuWatch, allowedEventCpuMs, allowedLoadCpuMs, lookAfterMs, readCpuMs } from "./cpu-watch.ts";

/** A watch over a process that uses this share of the time that passes. */
function watchOver(share: number | undefined) {
  const clock = createManualClock();
  const found = { exceeded: 0 };
  const startMs = clock.monotonicMs();
  const cpuMs = () => (share === undefined ? undefined : (clock.monotonicMs() - startMs) * share);
  return { clock, found, watch: createCpuWatch(clock, cpuMs, () => void found.exceeded++) };
}

describe("watch over processor time", () => {
  it("tells once of a process that keeps a processor busy with one event, however small its share of a busy one is", () => {
    for (const share of [1, 0.1, 0.02]) {
      const { clock, found, watch } = watchOver(share);
      watch.begin(allowedEventCpuMs);
      clock.advance(allowedEventCpuMs / share + 2 * lookAfterMs);
      watch.end();
      watch.begin(allowedEventCpuMs);
      clock.advance(60_000);

      assert.equal(found.exceeded, 1, `${share}`);
    }
  });

  it("does not mind events that are answered soon, or that wait for something else", () => {
    const quick = watchOver(1);
    for (let event = 0; event < 100; event++) {
      quick.watch.begin(allowedEventCpuMs);
      quick.clock.advance(lookAfterMs - 1);
      quick.watch.end();
      quick.clock.advance(1_000);
    }
    const waiting = watchOver(0);
    waiting.watch.begin(allowedEventCpuMs);
    waiting.clock.advance(20_000);

    assert.deepEqual([quick.found.exceeded, waiting.found.exceeded], [0, 0]);
  });

  it("takes time alone where the system does not tell processor time", () => {
    const { clock, found, watch } = watchOver(undefined);
    watch.begin(allowedEventCpuMs);
    clock.advance(lookAfterMs);

    assert.equal(found.exceeded, 1);
  });

  it("lets loading take longer than an event, and tells of a loop in it", () => {
    const { clock, found, watch } = watchOver(1);
    watch.begin(allowedLoadCpuMs);
    clock.advance(allowedLoadCpuMs);
    assert.equal(found.exceeded, 0);
    clock.advance(2 * lookAfterMs);

    assert.equal(found.exceeded, 1);
  });

  it("reads the processor time of a process", { skip: process.platform !== "linux" }, () => {
    const ownMs = process.cpuUsage();

    const readMs = readCpuMs(process.pid) ?? 0;

    assert.ok(Math.abs(readMs - (ownMs.user + ownMs.system) / 1_000) <= 1_000, `${readMs} ms`);
    assert.equal(readCpuMs(undefined), undefined);
  });
});
