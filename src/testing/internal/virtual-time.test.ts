import assert from "node:assert/strict";
import { writeFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Clock } from "../../kernel/index.ts";
import { startVirtualTime } from "./virtual-time.ts";

const after = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.startTimer(ms, resolve));

describe("virtual time", () => {
  it("passes by itself, from timer to timer, as soon as what the timers caused is done", async () => {
    const { clock, stop } = startVirtualTime();
    const order: string[] = [];
    const walk = async (name: string, ...stepsMs: readonly number[]) => {
      for (const ms of stepsMs) {
        await after(clock, ms);
        order.push(`${name} ${clock.monotonicMs()}`);
      }
    };

    await Promise.all([walk("a", 1_000, 0, 20_000), walk("b", 999, 2)]);
    stop();

    assert.deepEqual(order, ["b 999", "a 1000", "a 1000", "b 1001", "a 21000"]);
  });

  it("stands still while something goes on outside, and while a file is written", async () => {
    const { clock, during, stop } = startVirtualTime();
    const seen: string[] = [];
    const timer = after(clock, 1).then(() => seen.push("timer"));
    const path = join(tmpdir(), `offhook-virtual-time-${process.pid}`);

    await during(writeFile(path, "x").then(() => writeFile(path, "y")));
    await rm(path).then(() => seen.push("files"));
    await timer;
    stop();

    assert.deepEqual(seen, ["files", "timer"]);
  });

  it("ends a test that waits for what never comes", async () => {
    const { clock, expired } = startVirtualTime(60_000);
    const again = (): void => void clock.startTimer(20, again);
    again();

    await assert.rejects(expired, /not over after 1 minutes of virtual time/);
  });
});
