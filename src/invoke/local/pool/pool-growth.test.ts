import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "../../../kernel/index.ts";
import { createManualClock } from "../../../testing/manual-clock.ts";
import type { FunctionProcessDelegate } from "../process-interface.ts";
import type { RuntimeInvocation } from "../runtime-door.ts";
import { growAfterMs } from "./pool-growth.ts";
import { spareEndMs } from "./pool-state.ts";
import { createProcessPool } from "./process-pool.ts";

const loadingMs = 100;
/** What the thread of the pool has to do for an event that comes, and for an answer. */
const threadMs = 1.5;

/** What the thread has to do, and how long that takes. */
interface Task {
  readonly run: () => void;
  readonly ms: number;
}

interface FunctionTest {
  /** Has events come for so long, so many a second, in groups of this many. */
  readonly load: (ms: number, perSecond: number, atOnce?: number) => void;
  /** Keeps the thread from everything else for so long. */
  readonly holdUp: (ms: number) => void;
  readonly now: () => number;
  /** When each process was started. */
  readonly startedAtMs: readonly number[];
  readonly live: () => number;
}

/** A pool in virtual time, whose thread does one thing after the other, as the loop of Node does: timers, what came, what was answered.
 * @param takesMs how long the function takes for the event of this number */
function aFunction(takesMs: (event: number) => number, hasIdleProcessor = true): FunctionTest {
  const clock = createManualClock();
  const startedAtMs: number[] = [];
  const due: Record<"timers" | "events" | "answers", Task[]> = { timers: [], events: [], answers: [] };
  /** Of one turn of the thread: what was due when it began. */
  let turn: readonly Task[] = [];
  let [events, live, isBusy] = [0, 0, false];

  const next = () => {
    if (isBusy) return;
    if (turn.length === 0) turn = [...due.timers.splice(0), ...due.events.splice(0, 32), ...due.answers.splice(0)];
    const [task, ...rest] = turn;
    if (task === undefined) return;
    turn = rest;
    isBusy = true;
    task.run();
    clock.startTimer(task.ms, () => {
      isBusy = false;
      next();
    });
  };
  const todo = (kind: keyof typeof due, run: () => void, ms: number) => {
    due[kind].push({ run, ms });
    next();
  };
  /** Timers come late while the thread is busy, and then before what is to be read. */
  const lateClock: Clock = {
    ...clock,
    startTimer(delayMs, callback) {
      let isCancelled = false;
      const timer = clock.startTimer(delayMs, () => {
        todo("timers", () => !isCancelled && callback(), 0);
      });
      return {
        cancel: () => {
          isCancelled = true;
          timer.cancel();
        },
      };
    },
  };
  const startProcess = ({ onReady, onAnswer, onGaveBack, onExit }: FunctionProcessDelegate) => {
    live += 1;
    startedAtMs.push(clock.monotonicMs());
    const has: string[] = [];
    const begin = () => {
      const tookMs = takesMs(events++);
      clock.startTimer(tookMs, () => {
        has.shift();
        if (has.length > 0) begin();
        todo("answers", () => answer(tookMs), threadMs);
      });
    };
    const answer = (tookMs: number) => {
      onAnswer({ type: "response", payload: "{}" }, tookMs);
      onReady();
    };
    clock.startTimer(loadingMs, () => todo("answers", onReady, threadMs));
    return {
      run({ requestId }: RuntimeInvocation) {
        has.push(requestId);
        if (has.length === 1) begin();
        return true;
      },
      askBack: () => todo("answers", () => onGaveBack(has.splice(1)), threadMs),
      end() {
        live -= 1;
        todo("answers", () => onExit({ reason: "crashed", message: "ended", stack: undefined }), 0);
      },
    };
  };
  let requests = 0;
  const pool = createProcessPool({
    ...{ functionName: "fn", timeoutMs: 10_000, maxProcesses: 10, clock: lateClock, startProcess },
    newRequestId: () => `${++requests}`,
    hasIdleProcessor: () => hasIdleProcessor,
    onReloaded: assert.fail,
    onReloadFailed: assert.fail,
  });
  const event = { arn: "arn", payload: "{}", deadlineMs: 20_000, transactionId: undefined, trace: undefined };
  void pool.warmUp();
  clock.advance(1_000);
  return {
    load(ms, perSecond, atOnce = 1) {
      const everyMs = (1_000 * atOnce) / perSecond;
      for (let at = 0; at < ms; at += everyMs) {
        for (let index = 0; index < atOnce; index++) todo("events", () => void pool.invoke(event), threadMs);
        clock.advance(everyMs);
      }
    },
    holdUp: (ms) => todo("events", () => undefined, ms),
    now: () => clock.monotonicMs(),
    startedAtMs,
    live: () => live,
  };
}

describe("the growth of a pool", () => {
  it("starts no process for events that wait since the thread was held up, though a processor is idle", () => {
    const test = aFunction(() => 0.3);

    for (let index = 0; index < 10; index++) {
      test.load(2_000, 200);
      test.holdUp(400);
    }
    test.load(2_000, 200);

    assert.equal(test.startedAtMs.length, 1);
  });

  it("starts no process for an answer that was not read since the thread was held up in the middle of a backlog", () => {
    const test = aFunction(() => 0.3);
    test.holdUp(200);
    test.load(growAfterMs + 210, 200);

    test.holdUp(400);
    test.load(2_000, 200);

    assert.equal(test.startedAtMs.length, 1);
  });

  it("starts one within two looks where a quick function hangs with one event", () => {
    const test = aFunction((event) => (event === 99 ? 5_000 : 0.3));
    test.load(990, 100);
    const hangsFromMs = test.now();

    test.load(1_000, 100);

    const [, secondAtMs = Infinity, ...more] = test.startedAtMs;
    assert.ok(secondAtMs - hangsFromMs <= 2 * growAfterMs + 20, `${secondAtMs - hangsFromMs} ms`);
    assert.deepEqual(more, [], "the second carries the load");
  });

  it("starts one for a hanging process after a second where no processor is idle", () => {
    const test = aFunction((event) => (event === 99 ? 5_000 : 0.3), false);
    test.load(990, 100);
    const hangsFromMs = test.now();

    test.load(2_000, 100);

    const [, secondAtMs = Infinity] = test.startedAtMs;
    assert.ok(secondAtMs - hangsFromMs >= 1_000 && secondAtMs - hangsFromMs <= 1_100, `${secondAtMs - hangsFromMs} ms`);
  });

  it("starts one for a slow function at the first look, and as many as its events take", () => {
    const test = aFunction(() => 500);
    const beganMs = test.now();

    test.load(30_000, 10);

    const [, secondAtMs = Infinity] = test.startedAtMs;
    assert.ok(secondAtMs - beganMs <= 2 * growAfterMs + 60, `${secondAtMs - beganMs} ms`);
    assert.ok(test.live() >= 5 && test.live() <= 7, `${test.live()} processes`);
  });

  it("ends processes that were needed once, also while all are used at one time now and then", () => {
    let isSlow = true;
    const test = aFunction(() => (isSlow ? 500 : 0.3));
    test.load(5_000, 10);
    const before = test.live();
    isSlow = false;

    test.load(2 * spareEndMs, 5 * before, before);

    assert.ok(before > 3, `${before} processes`);
    assert.equal(test.live(), 1);
  });

  it("keeps a second process where one event in a hundred takes seconds", () => {
    const test = aFunction((event) => (event % 100 === 99 ? 2_000 : 0.3));

    test.load(5 * spareEndMs, 20);

    assert.equal(test.live(), 2);
    assert.equal(test.startedAtMs.length, 2);
  });
});
