import type { Clock, Timer } from "../../kernel/index.ts";
import type { InvocationFailure, InvocationResult, InvokerLedger } from "../types.ts";
import { createBackOff } from "./back-off.ts";
import type { FunctionProcess, FunctionProcessDelegate, ProcessExit } from "./process-door.ts";

export interface ProcessPoolOptions {
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly maxProcesses: number;
  readonly clock: Clock;
  readonly newRequestId: () => string;
  readonly startProcess: (delegate: FunctionProcessDelegate) => FunctionProcess;
  /** A process of new code is ready, after `reload`. */
  readonly onReloaded: (changedFile: string) => void;
}

/** The processes of one function and the invocations that wait for them. */
export interface ProcessPool {
  invoke(functionArn: string, payload: string, deadlineMs: number): Promise<InvocationResult>;
  warmUp(): Promise<void>;
  /** Replaces every process: idle ones now, busy ones after their answer. */
  reload(changedFile: string): void;
  ledger(): InvokerLedger;
  /** Fails what waits, gives running invocations `closeGraceMs`, ends all processes; resolves when none is left. */
  close(): Promise<void>;
}

interface Job {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  /** Monotonic. */
  readonly deadlineMs: number;
  readonly settle: (result: InvocationResult) => void;
  timer: Timer | undefined;
}

/** starting: loading its code. idle: waits for an event. busy: has one. finishing: answered, not yet waiting again.
 * ending: on its way out. */
interface Member {
  process: FunctionProcess;
  state: "starting" | "idle" | "busy" | "finishing" | "ending";
  job: Job | undefined;
  /** Runs old code. */
  stale: boolean;
  served: boolean;
  timer: Timer | undefined;
}

/** All processes busy for this long while invocations wait: start more. */
export const growAfterMs = 50;
/** A process beyond the first ends after this long without work. */
export const idleEndMs = 60_000;
/** A process that has not loaded its code by then is given up. Lambda allows 10 s. */
export const initLimitMs = 10_000;
export const closeGraceMs = 2_000;

/** Makes the pool; it holds no process until the first invocation or `warmUp`. Events are served first come, first
 * served, one at a time per process; the process used last is used next, so that spare ones can end. */
export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  const { clock, maxProcesses, timeoutMs } = options;
  const members = new Set<Member>();
  const idle: Member[] = [];
  const queue: Job[] = [];
  const warming: (() => void)[] = [];
  let closed: (() => void) | undefined;
  let growTimer: Timer | undefined;
  let reloadedBy: string | undefined;
  const backOff = createBackOff(clock, () => grow());

  const count = (...states: Member["state"][]): number => {
    let sum = 0;
    for (const member of members) if (states.includes(member.state)) sum++;
    return sum;
  };
  const wanted = (): boolean => queue.length > 0 || warming.length > 0;

  /** Starts what is needed now: the first process at once, more only by `growTimer`. */
  const grow = (): void => {
    if (closed !== undefined || backOff.waiting() || !wanted()) return;
    if (count("starting", "idle", "busy", "finishing") === 0) start();
    else if (queue.length > 0 && growTimer === undefined) growTimer = clock.startTimer(growAfterMs, growMore);
  };

  /** Doubles, up to what waits; never while others are still loading. */
  const growMore = (): void => {
    growTimer = undefined;
    const live = count("starting", "idle", "busy", "finishing");
    if (queue.length === 0 || live >= maxProcesses) return;
    if (count("starting") === 0 && !backOff.waiting()) {
      for (let more = Math.min(maxProcesses - live, queue.length, Math.max(1, live)); more > 0; more--) start();
    }
    grow();
  };

  const start = (): void => {
    const member: Member = {
      process: { run: () => false, end: () => undefined },
      state: "starting",
      job: undefined,
      stale: false,
      served: false,
      timer: undefined,
    };
    members.add(member);
    member.timer = clock.startTimer(initLimitMs, () => giveUpLoading(member));
    member.process = options.startProcess({
      onReady: () => becomeIdle(member),
      onAnswer: (result) => answered(member, result),
      onExit: (exit) => gone(member, exit),
    });
  };

  const end = (member: Member): void => {
    member.timer?.cancel();
    member.state = "ending";
    const at = idle.indexOf(member);
    if (at !== -1) idle.splice(at, 1);
    member.process.end();
  };

  const becomeIdle = (member: Member): void => {
    if (member.state === "ending") return;
    member.timer?.cancel();
    if (member.stale) {
      end(member);
      grow();
      return;
    }
    if (reloadedBy !== undefined && member.state === "starting") {
      options.onReloaded(reloadedBy);
      reloadedBy = undefined;
    }
    member.state = "idle";
    for (const done of warming.splice(0)) done();
    const job = queue.shift();
    if (job !== undefined) return give(member, job);
    idle.push(member);
    if (members.size > 1) member.timer = clock.startTimer(idleEndMs, () => endSpare(member));
  };

  const endSpare = (member: Member): void => {
    if (member.state === "idle" && count("starting", "idle", "busy", "finishing") > 1) end(member);
  };

  const give = (member: Member, job: Job): void => {
    member.timer?.cancel();
    member.state = "busy";
    member.job = job;
    job.timer?.cancel();
    const limitMs = Math.max(0, Math.min(timeoutMs, job.deadlineMs - clock.monotonicMs()));
    member.timer = clock.startTimer(limitMs, () => timedOut(member, limitMs));
    const { requestId, payload, functionArn } = job;
    if (member.process.run({ requestId, payload, functionArn, deadlineAt: clock.now() + limitMs })) return;
    // The process died in this moment: another takes the event, for this one never saw it.
    member.job = undefined;
    end(member);
    queue.unshift(job);
    job.timer = clock.startTimer(limitMs, () => waitedTooLong(job));
    serve();
  };

  const serve = (): void => {
    while (queue.length > 0 && idle.length > 0) {
      const [member, job] = [idle.pop(), queue.shift()];
      if (member !== undefined && job !== undefined) give(member, job);
    }
    grow();
  };

  const answered = (member: Member, result: InvocationResult): void => {
    const job = member.job;
    if (job === undefined) return;
    member.job = undefined;
    member.served = true;
    if (result.type === "response") backOff.reset();
    member.timer?.cancel();
    member.state = "finishing";
    // One that answers and then never asks again is stuck.
    member.timer = clock.startTimer(timeoutMs, () => end(member));
    job.settle(result);
    checkClosed();
  };

  const timedOut = (member: Member, limitMs: number): void => {
    const job = member.job;
    member.job = undefined;
    end(member);
    job?.settle(failure("timeout", `Function "${options.functionName}" gave no answer in ${Math.round(limitMs)} ms`));
    serve();
  };

  const waitedTooLong = (job: Job): void => {
    const at = queue.indexOf(job);
    if (at !== -1) queue.splice(at, 1);
    const loading = count("busy", "finishing") === 0;
    const why = loading
      ? failure("timeout", `Function "${options.functionName}" was not loaded in time`)
      : failure("throttled", `All ${count("busy", "finishing")} processes of "${options.functionName}" stayed busy`);
    job.settle(why);
  };

  const giveUpLoading = (member: Member): void => {
    end(member);
    failWaiting({ reason: "init", message: `It did not load in ${initLimitMs} ms`, stack: undefined });
  };

  const gone = (member: Member, exit: ProcessExit): void => {
    member.timer?.cancel();
    const before = member.state;
    const at = idle.indexOf(member);
    if (at !== -1) idle.splice(at, 1);
    members.delete(member);
    if (before !== "ending") {
      backOff.failed();
      if (before === "starting") failWaiting(exit);
      const message = `Function "${options.functionName}": ${exit.message}`;
      member.job?.settle({ type: "failed", reason: exit.reason, message, stack: exit.stack });
      member.job = undefined;
      // Keep a process warm after a crash, but not one that never did any work.
      if (member.served && members.size === 0) warming.push(() => undefined);
    }
    checkClosed();
    serve();
  };

  /** The code cannot be loaded: all that waits learns why, unless processes that loaded it serve on. */
  const failWaiting = (exit: ProcessExit): void => {
    if (count("idle", "busy", "finishing", "starting") > 0) return;
    for (const done of warming.splice(0)) done();
    for (const job of queue.splice(0)) {
      job.timer?.cancel();
      const message = `Function "${options.functionName}" could not be loaded. ${exit.message}`;
      job.settle({ type: "failed", reason: "init", message, stack: exit.stack });
    }
  };

  const checkClosed = (): void => {
    if (closed === undefined) return;
    for (const member of members) if (member.state === "finishing" || member.state === "idle") end(member);
    if (members.size === 0) closed();
  };

  return {
    invoke(functionArn, payload, deadlineMs) {
      if (closed !== undefined) return Promise.resolve(failure("unreachable", "The server is closing"));
      return new Promise((settle) => {
        const requestId = options.newRequestId();
        const due = clock.monotonicMs() + deadlineMs;
        const job: Job = { requestId, functionArn, payload, deadlineMs: due, settle, timer: undefined };
        const member = queue.length === 0 ? idle.pop() : undefined;
        if (member !== undefined) return give(member, job);
        job.timer = clock.startTimer(deadlineMs, () => waitedTooLong(job));
        queue.push(job);
        grow();
      });
    },
    warmUp() {
      if (closed !== undefined || count("idle", "busy", "finishing") > 0) return Promise.resolve();
      return new Promise((resolve) => {
        warming.push(resolve);
        grow();
      });
    },
    reload(changedFile) {
      if (closed !== undefined) return;
      backOff.reset();
      const hadAny = members.size > 0;
      for (const member of members) {
        if (member.state === "idle" || member.state === "starting") end(member);
        else member.stale = true;
      }
      if (!hadAny) return;
      reloadedBy = changedFile;
      warming.push(() => undefined);
      if (count("starting") === 0) start();
    },
    ledger: () => ({ invocations: queue.length + count("busy"), processes: members.size }),
    close() {
      return new Promise((resolve) => {
        const grace = clock.startTimer(closeGraceMs, () => {
          for (const member of members) {
            member.job?.settle(failure("unreachable", "The server closed before the function answered"));
            member.job = undefined;
            if (member.state !== "ending") end(member);
          }
        });
        closed = () => {
          grace.cancel();
          resolve();
        };
        growTimer?.cancel();
        backOff.close();
        for (const done of warming.splice(0)) done();
        for (const job of queue.splice(0)) {
          job.timer?.cancel();
          job.settle(failure("unreachable", "The server is closing"));
        }
        for (const member of members) if (member.state === "starting") end(member);
        checkClosed();
      });
    },
  };
}

function failure(reason: InvocationFailure, message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}
