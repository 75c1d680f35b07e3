import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock, type ManualClock } from "../../../testing/manual-clock.ts";
import type { InvocationResult } from "../../types.ts";
import type { FunctionProcessDelegate } from "../process-interface.ts";
import { closeGraceMs } from "./pool-end.ts";
import { growAfterMs } from "./pool-growth.ts";
import { spareEndMs, initLimitMs } from "./pool-state.ts";
import { createProcessPool, type ProcessPool } from "./process-pool.ts";
import type { RuntimeInvocation } from "../runtime-door.ts";

/** A process without a process: the test plays its part. */
interface FakeProcess extends FunctionProcessDelegate {
  readonly given: RuntimeInvocation[];
  ends: number;
  asks: number;
  /** Answers the event it has and asks for the next. */
  answer(payload: string): void;
}

interface PoolTest {
  readonly clock: ManualClock;
  readonly pool: ProcessPool;
  readonly processes: FakeProcess[];
  readonly reloaded: string[];
  /** Why a changed file could not be loaded. */
  readonly notReloaded: string[];
  /** Invokes with the payload; results are appended in the order of their arrival. */
  invoke(payload: string, deadlineMs?: number): Promise<InvocationResult>;
}

function aPool(maxProcesses = 3, machine = { isIdle: true }): PoolTest {
  const clock = createManualClock();
  const processes: FakeProcess[] = [];
  const reloaded: string[] = [];
  const notReloaded: string[] = [];
  let requests = 0;
  const pool = createProcessPool({
    functionName: "fn",
    timeoutMs: 3_000,
    maxProcesses,
    clock,
    newRequestId: () => `request-${++requests}`,
    hasIdleProcessor: () => machine.isIdle,
    startProcess(delegate) {
      const process: FakeProcess = {
        ...delegate,
        given: [],
        ends: 0,
        asks: 0,
        answer(payload) {
          delegate.onAnswer({ type: "response", payload });
          delegate.onReady();
        },
      };
      processes.push(process);
      return {
        run: (invocation) => process.given.push(invocation) > 0,
        askBack: () => void process.asks++,
        end: () => void process.ends++,
      };
    },
    onReloaded: (file) => void reloaded.push(file),
    onReloadFailed: (file, { message }) => void notReloaded.push(`${file}: ${message}`),
  });
  const invoke: PoolTest["invoke"] = (payload, ms = 20_000) =>
    pool.invoke({ arn: "arn", payload, deadlineMs: ms, transactionId: undefined, trace: undefined });
  return { clock, pool, processes, reloaded, notReloaded, invoke };
}

const crash = { reason: "crashed", message: "The process ended (exit code 1)", stack: "last words" } as const;
const initFailure = { reason: "init", message: "SyntaxError: no", stack: "a.js:1" } as const;

function reasonOf(result: InvocationResult): string {
  return result.type === "failed" ? result.reason : result.payload;
}

describe("process pool", () => {
  it("starts one process for the first invocation and keeps it for the next", async () => {
    const { pool, processes, invoke } = aPool();

    const first = invoke("one");
    processes[0]?.onReady();
    processes[0]?.answer("1");
    const second = invoke("two");
    processes[0]?.answer("2");

    assert.deepEqual([reasonOf(await first), reasonOf(await second)], ["1", "2"]);
    assert.equal(processes.length, 1);
    assert.deepEqual(pool.ledger(), { invocations: 0, processes: 1 });
  });

  it("gives each event its own deadline, the shorter of the caller's and the function's", () => {
    const { clock, processes, invoke } = aPool();

    void invoke("one", 1_000);
    processes[0]?.onReady();
    processes[0]?.answer("1");
    void invoke("two", 20_000);

    assert.deepEqual(
      processes[0]?.given.map(({ deadlineAt }) => deadlineAt - clock.now()),
      [1_000, 3_000],
    );
  });

  it("serves first come, first served", async () => {
    const { processes, invoke } = aPool(1);
    const results = ["a", "b", "c"].map((payload) => invoke(payload));
    processes[0]?.onReady();

    for (const answer of ["1", "2", "3"]) processes[0]?.answer(answer);

    assert.deepEqual(
      processes[0]?.given.map(({ payload }) => payload),
      ["a", "b", "c"],
    );
    assert.deepEqual((await Promise.all(results)).map(reasonOf), ["1", "2", "3"]);
  });

  it("starts more only when all were busy for a while, two at a time up to the bound", () => {
    const { clock, processes, invoke } = aPool(5);
    for (let index = 0; index < 12; index++) void invoke(`${index}`);
    processes[0]?.onReady();

    clock.advance(growAfterMs - 1);
    assert.equal(processes.length, 1);
    clock.advance(1);
    assert.equal(processes.length, 2);
    clock.advance(growAfterMs);
    assert.equal(processes.length, 2, "not while one is still loading");
    processes[1]?.onReady();
    clock.advance(growAfterMs);
    assert.equal(processes.length, 4);
    processes[2]?.onReady();
    processes[3]?.onReady();
    clock.advance(10 * growAfterMs);
    assert.equal(processes.length, 5);
  });

  it("starts one more in a second while the machine has no processor to spare, since starting takes one", () => {
    const machine = { isIdle: false };
    const { clock, processes, invoke } = aPool(5, machine);
    for (let index = 0; index < 12; index++) void invoke(`${index}`);
    processes[0]?.onReady();

    clock.advance(1_000);
    assert.equal(processes.length, 2);
    processes[1]?.onReady();
    clock.advance(950);
    assert.equal(processes.length, 2);
    clock.advance(50);
    assert.equal(processes.length, 3);
    processes[2]?.onReady();
    machine.isIdle = true;
    clock.advance(growAfterMs);
    assert.equal(processes.length, 5);
  });

  it("starts no more when the queue was served in time", () => {
    const { clock, processes, invoke } = aPool();
    void invoke("a");
    void invoke("b");
    processes[0]?.onReady();
    processes[0]?.answer("1");
    processes[0]?.answer("2");

    clock.advance(10 * growAfterMs);

    assert.equal(processes.length, 1);
  });

  it("starts no more while the queue moves, however seldom it is empty", () => {
    const { clock, processes, invoke } = aPool();
    void invoke("first");
    processes[0]?.onReady();

    for (let index = 0; index < 20; index++) {
      void invoke(`${index}`);
      clock.advance(growAfterMs - 1);
      processes[0]?.answer(`${index}`);
    }

    assert.equal(processes.length, 1);
  });

  it("ends spare processes after a minute in which they were not needed, but keeps one", () => {
    const { clock, pool, processes, invoke } = aPool();
    void invoke("a");
    void invoke("b");
    processes[0]?.onReady();
    clock.advance(growAfterMs);
    processes[1]?.onReady();
    processes[0]?.answer("1");
    processes[1]?.answer("2");

    clock.advance(spareEndMs);
    const ended = processes.filter(({ ends }) => ends > 0);
    for (const process of ended) process.onExit(crash);

    assert.equal(ended.length, 1);
    assert.deepEqual(pool.ledger(), { invocations: 0, processes: 1 });
  });

  it("fails the invocation of a process that crashed, with its last words, and serves the rest elsewhere", async () => {
    const { processes, invoke } = aPool(1);
    const [first, second] = [invoke("a"), invoke("b")];
    processes[0]?.onReady();

    processes[0]?.onExit(crash);
    processes[1]?.onReady();
    processes[1]?.answer("2");

    const failure = await first;
    assert.ok(failure.type === "failed" && failure.reason === "crashed" && failure.stack === "last words");
    assert.equal(reasonOf(await second), "2");
  });

  it("waits longer and longer between starts of code that cannot be loaded, and says why each time", async () => {
    const { clock, processes, invoke } = aPool();

    for (const waitMs of [0, 0, 100, 200, 400, 800, 1_600, 2_000, 2_000]) {
      const before = processes.length;
      const result = invoke("a");
      if (waitMs > 0) {
        clock.advance(waitMs - 1);
        assert.equal(processes.length, before, `starts before ${waitMs} ms`);
        clock.advance(1);
      }
      assert.equal(processes.length, before + 1, `starts after ${waitMs} ms`);
      processes.at(-1)?.onExit(initFailure);
      const failure = await result;
      assert.ok(failure.type === "failed" && failure.reason === "init" && failure.stack === "a.js:1");
    }
    clock.advance(60_000);
    assert.equal(processes.length, 9, "nothing starts when nobody asks");
  });

  it("keeps a process warm after a crash between invocations, once it had done work", () => {
    const { clock, processes, invoke } = aPool();
    void invoke("a");
    processes[0]?.onReady();
    processes[0]?.answer("1");

    processes[0]?.onExit(crash);
    assert.equal(processes.length, 2);
    processes[1]?.onReady();
    processes[1]?.onExit(crash);
    clock.advance(60_000);

    assert.equal(processes.length, 2);
  });

  it("ends a process that does not answer in time and tells the caller at once", async () => {
    const { clock, pool, processes, invoke } = aPool(1);
    const [slow, next] = [invoke("a"), invoke("b")];
    processes[0]?.onReady();

    clock.advance(3_000);

    assert.equal(reasonOf(await slow), "timeout");
    assert.equal(processes[0]?.ends, 1);
    assert.equal(processes.length, 2, "another takes its place");
    processes[0]?.onAnswer({ type: "response", payload: "late" });
    processes[1]?.onReady();
    processes[1]?.answer("2");
    processes[0]?.onExit(crash);
    assert.equal(reasonOf(await next), "2");
    assert.deepEqual(pool.ledger(), { invocations: 0, processes: 1 });
  });

  it("tells waiting callers at their deadline whether all were busy or nothing was loaded", async () => {
    const { clock, processes, invoke } = aPool(1);
    const unloaded = invoke("a", 1_000);
    clock.advance(1_000);
    assert.equal(reasonOf(await unloaded), "timeout");
    void invoke("b");
    processes[0]?.onReady();

    const throttled = invoke("c", 1_000);
    clock.advance(1_000);

    assert.equal(reasonOf(await throttled), "throttled");
    assert.deepEqual(
      processes[0]?.given.map(({ payload }) => payload),
      ["b"],
    );
  });

  it("gives up code that does not load in half a minute", async () => {
    const { clock, processes, invoke } = aPool();
    const result = invoke("a", 2 * initLimitMs);

    clock.advance(initLimitMs);

    assert.equal(reasonOf(await result), "init");
    assert.equal(processes[0]?.ends, 1);
  });

  it("replaces idle processes at a reload at once, busy ones after their answer", async () => {
    const { processes, reloaded, pool, invoke } = aPool();
    const old = invoke("a");
    processes[0]?.onReady();

    pool.reload("/f/a.js");
    const fresh = invoke("b");
    processes[1]?.onReady();
    processes[1]?.answer("new");
    processes[0]?.answer("old");

    assert.deepEqual([reasonOf(await old), reasonOf(await fresh)], ["old", "new"]);
    assert.deepEqual([processes[0]?.ends, processes[1]?.ends], [1, 0]);
    assert.deepEqual(reloaded, ["/f/a.js"]);
    pool.reload("/f/b.js");
    assert.equal(processes[1]?.ends, 1);
    assert.equal(processes.length, 3);
  });

  it("tries new code at once, whatever the old code's failures", async () => {
    const { processes, pool, invoke } = aPool();
    for (let index = 0; index < 2; index++) {
      const result = invoke("a");
      processes.at(-1)?.onExit(initFailure);
      await result;
    }

    const waiting = invoke("b");
    assert.equal(processes.length, 2, "waits for the back-off");
    pool.reload("/f/a.js");
    assert.equal(processes.length, 3);
    processes[2]?.onReady();
    processes[2]?.answer("mended");

    assert.equal(reasonOf(await waiting), "mended");
  });

  it("tells at once, and once, that changed code cannot be loaded, and loads the next change", () => {
    const { processes, reloaded, notReloaded, pool } = aPool();
    void pool.warmUp();
    processes[0]?.onReady();

    pool.reload("/f/a.js");
    processes[0]?.onExit({ reason: "crashed", message: "ended", stack: undefined });
    processes[1]?.onExit(initFailure);
    pool.reload("/f/a.js");
    processes[2]?.onReady();

    assert.deepEqual(notReloaded, ["/f/a.js: SyntaxError: no"]);
    assert.deepEqual(reloaded, ["/f/a.js"]);
  });

  it("resolves warming up when the process is ready, and when it fails", async () => {
    const [good, bad] = [aPool(), aPool()];
    const [ready, failed] = [good.pool.warmUp(), bad.pool.warmUp()];

    good.processes[0]?.onReady();
    bad.processes[0]?.onExit(initFailure);

    await Promise.all([ready, failed]);
    await good.pool.warmUp();
    assert.equal(good.processes.length, 1);
  });

  it("at close fails what waits, lets running ones answer within a grace, and resolves when all are gone", async () => {
    const { clock, processes, pool, invoke } = aPool(2);
    const [quick, stuck] = [invoke("a"), invoke("b")];
    processes[0]?.onReady();
    clock.advance(growAfterMs);
    processes[1]?.onReady();
    const waiting = invoke("c");

    let isClosed = false;
    const closing = pool.close().then(() => (isClosed = true));
    processes[0]?.answer("1");
    assert.deepEqual([reasonOf(await quick), reasonOf(await waiting)], ["1", "unreachable"]);
    processes[0]?.onExit(crash);
    clock.advance(closeGraceMs);
    assert.equal(reasonOf(await stuck), "unreachable");
    assert.equal(isClosed, false);
    processes[1]?.onExit(crash);
    await closing;

    assert.deepEqual(pool.ledger(), { invocations: 0, processes: 0 });
    assert.equal(processes.length, 2);
    assert.equal(clock.pendingTimers(), 0);
    assert.equal(reasonOf(await invoke("d")), "unreachable");
  });

  it("leaves no timer of any invocation behind", () => {
    const { clock, processes, invoke } = aPool(1);
    for (let index = 0; index < 5; index++) void invoke(`${index}`);
    processes[0]?.onReady();
    for (let index = 0; index < 5; index++) processes[0]?.answer("x");
    clock.advance(growAfterMs);

    assert.equal(clock.pendingTimers(), 0);
  });
});
