import type { Clock, Timer } from "../../kernel/index.ts";
import type { InvocationFailure, InvocationResult, InvokerLedger, LoadFailure } from "../types.ts";
import { createBackOff, type BackOff } from "./back-off.ts";
import type { FunctionProcess, FunctionProcessDelegate, ProcessExit } from "./process-door.ts";

export interface ProcessPoolOptions {
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly maxProcesses: number;
  readonly clock: Clock;
  readonly newRequestId: () => string;
  /** `isFurther`: others serve already, which loading must not hold up. */
  readonly startProcess: (delegate: FunctionProcessDelegate, isFurther: boolean) => FunctionProcess;
  /** Whether the machine has a processor to spare. */
  readonly hasIdleProcessor: () => boolean;
  /** A process of new code is ready, after `reload`. */
  readonly onReloaded: (changedFile: string) => void;
  /** The code cannot be loaded since a file changed; told once for each `reload`. */
  readonly onReloadFailed: (changedFile: string, failure: LoadFailure) => void;
}

/** The processes of one function and the invocations that wait for them. */
export interface ProcessPool {
  invoke(functionArn: string, payload: string, deadlineMs: number, transactionId?: string): Promise<InvocationResult>;
  /** Resolves once a process waits for work, or with what kept the code from loading. */
  warmUp(): Promise<LoadFailure | undefined>;
  /** Replaces every process: idle ones now, busy ones after their answer. */
  reload(changedFile: string): void;
  ledger(): InvokerLedger;
  /** Events that wait for a process, and how long the first of them has, milliseconds. */
  queue(): { readonly waiting: number; readonly longestWaitMs: number };
  /** Fails what waits, gives running invocations `closeGraceMs`, ends all processes; resolves when none is left. */
  close(): Promise<void>;
}

interface Job {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  readonly transactionId: string | undefined;
  /** Monotonic. */
  readonly deadlineMs: number;
  /** When it began to wait, monotonic. */
  readonly sinceMs: number;
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

/** An invocation waited for this long: start more processes. */
export const growAfterMs = 50;
/** Most processes that load their code at one time: that takes far more of the processors than an event does, in the middle of a rush. */
const mostLoading = 2;
/** Where all processors are busy anyway, further processes start one at a time and so far apart: each takes a good part of a second of one,
 * and serves its first events slowly. */
const startEveryMs = 1_000;
/** A process beyond the first ends after this long without work. */
export const idleEndMs = 60_000;
/** A process that has not loaded its code by then is given up. Lambda allows 10 s, on machines of its own; here others may want the processors,
 * and a server that starts beside them must not take its functions for broken. */
export const initLimitMs = 30_000;
export const closeGraceMs = 2_000;

/** Makes the pool of one function's processes. */
export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  return new Pool(options);
}

/** The pool of one function. Events are served first come, first served, one at a time per process; the process used last
 * is used next, so that spare ones can end. It holds no process until the first invocation or `warmUp`. */
class Pool implements ProcessPool {
  readonly #options: ProcessPoolOptions;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxProcesses: number;
  readonly #backOff: BackOff;
  readonly #members = new Set<Member>();
  readonly #idle: Member[] = [];
  readonly #queue: Job[] = [];
  readonly #warming: ((failure?: LoadFailure) => void)[] = [];
  #closed: (() => void) | undefined;
  #growTimer: Timer | undefined;
  #reloadedBy: string | undefined;
  #everStarted = false;
  #startedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
    this.#maxProcesses = options.maxProcesses;
    this.#backOff = createBackOff(options.clock, () => this.#grow());
  }

  invoke(functionArn: string, payload: string, deadlineMs: number, transactionId?: string): Promise<InvocationResult> {
    if (this.#closed !== undefined) return Promise.resolve(failure("unreachable", "The server is closing"));
    return new Promise((settle) => {
      const requestId = this.#options.newRequestId();
      const sinceMs = this.#clock.monotonicMs();
      const due = sinceMs + deadlineMs;
      const event = { requestId, functionArn, payload, transactionId };
      const job: Job = { ...event, deadlineMs: due, sinceMs, settle, timer: undefined };
      const member = this.#queue.length === 0 ? this.#idle.pop() : undefined;
      if (member !== undefined) return this.#give(member, job);
      job.timer = this.#clock.startTimer(deadlineMs, () => this.#waitedTooLong(job));
      this.#queue.push(job);
      this.#grow();
    });
  }

  warmUp(): Promise<LoadFailure | undefined> {
    if (this.#closed !== undefined || this.#count("idle", "busy", "finishing") > 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#warming.push(resolve);
      this.#grow();
    });
  }

  reload(changedFile: string): void {
    if (this.#closed !== undefined || !this.#everStarted) return;
    this.#backOff.reset();
    for (const member of this.#members) {
      if (member.state === "idle" || member.state === "starting") this.#end(member);
      else member.stale = true;
    }
    this.#reloadedBy = changedFile;
    this.#start();
  }

  ledger(): InvokerLedger {
    return { invocations: this.#queue.length + this.#count("busy"), processes: this.#members.size };
  }

  queue(): { readonly waiting: number; readonly longestWaitMs: number } {
    return { waiting: this.#queue.length, longestWaitMs: this.#longestWaitMs() };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      const grace = this.#clock.startTimer(closeGraceMs, () => this.#endAll());
      this.#closed = () => {
        grace.cancel();
        resolve();
      };
      this.#growTimer?.cancel();
      this.#backOff.close();
      for (const done of this.#warming.splice(0)) done();
      for (const job of this.#queue.splice(0)) {
        job.timer?.cancel();
        job.settle(failure("unreachable", "The server is closing"));
      }
      for (const member of this.#members) if (member.state === "starting") this.#end(member);
      this.#checkClosed();
    });
  }

  #endAll(): void {
    for (const member of this.#members) {
      member.job?.settle(failure("unreachable", "The server closed before the function answered"));
      member.job = undefined;
      if (member.state !== "ending") this.#end(member);
    }
  }

  #count(...states: Member["state"][]): number {
    let sum = 0;
    for (const member of this.#members) if (states.includes(member.state)) sum++;
    return sum;
  }
  #wanted(): boolean {
    return this.#queue.length > 0 || this.#warming.length > 0;
  }

  /** Starts what is needed now: the first process at once, more only by `growTimer`. */
  #grow(): void {
    if (this.#closed !== undefined || this.#backOff.waiting() || !this.#wanted()) return;
    if (this.#count("starting", "idle", "busy", "finishing") === 0) this.#start();
    else if (this.#queue.length > 0 && this.#growTimer === undefined)
      this.#growTimer = this.#clock.startTimer(growAfterMs - (this.#longestWaitMs() % growAfterMs), () =>
        this.#growMore(),
      );
  }

  #longestWaitMs(): number {
    return this.#clock.monotonicMs() - (this.#queue[0]?.sinceMs ?? this.#clock.monotonicMs());
  }

  /** A few, up to what waits; never while others are still loading. */
  #growMore(): void {
    this.#growTimer = undefined;
    const live = this.#count("starting", "idle", "busy", "finishing");
    if (this.#queue.length === 0 || live >= this.#maxProcesses) return;
    // A queue that moves needs no more processes, however seldom it is empty.
    if (this.#longestWaitMs() < growAfterMs) return this.#grow();
    if (this.#count("starting") === 0 && !this.#backOff.waiting()) {
      const more = Math.min(this.#maxProcesses - live, this.#queue.length, this.#mayStart());
      for (let count = Math.min(more, Math.max(1, live)); count > 0; count--) this.#start();
    }
    this.#grow();
  }

  #mayStart(): number {
    if (this.#options.hasIdleProcessor()) return mostLoading;
    return this.#clock.monotonicMs() - this.#startedAtMs < startEveryMs ? 0 : 1;
  }

  #start(): void {
    this.#everStarted = true;
    this.#startedAtMs = this.#clock.monotonicMs();
    const isFurther = this.#count("idle", "busy", "finishing") > 0;
    const member: Member = {
      process: { run: () => false, end: () => undefined },
      state: "starting",
      job: undefined,
      stale: false,
      served: false,
      timer: undefined,
    };
    this.#members.add(member);
    member.timer = this.#clock.startTimer(initLimitMs, () => this.#giveUpLoading(member));
    const delegate: FunctionProcessDelegate = {
      onReady: () => this.#becomeIdle(member),
      onAnswer: (result) => this.#answered(member, result),
      onExit: (exit) => this.#gone(member, exit),
    };
    member.process = this.#options.startProcess(delegate, isFurther);
  }

  #end(member: Member): void {
    member.timer?.cancel();
    member.state = "ending";
    const at = this.#idle.indexOf(member);
    if (at !== -1) this.#idle.splice(at, 1);
    member.process.end();
  }

  #becomeIdle(member: Member): void {
    if (member.state === "ending") return;
    member.timer?.cancel();
    if (member.stale) {
      this.#end(member);
      this.#grow();
      return;
    }
    if (this.#reloadedBy !== undefined && member.state === "starting") {
      this.#options.onReloaded(this.#reloadedBy);
      this.#reloadedBy = undefined;
    }
    member.state = "idle";
    for (const done of this.#warming.splice(0)) done();
    const job = this.#queue.shift();
    if (job !== undefined) return this.#give(member, job);
    this.#idle.push(member);
    if (this.#members.size > 1) member.timer = this.#clock.startTimer(idleEndMs, () => this.#endSpare(member));
  }

  #endSpare(member: Member): void {
    if (member.state === "idle" && this.#count("starting", "idle", "busy", "finishing") > 1) this.#end(member);
  }

  #give(member: Member, job: Job): void {
    member.timer?.cancel();
    member.state = "busy";
    member.job = job;
    job.timer?.cancel();
    const limitMs = Math.max(0, Math.min(this.#timeoutMs, job.deadlineMs - this.#clock.monotonicMs()));
    member.timer = this.#clock.startTimer(limitMs, () => this.#timedOut(member, limitMs));
    const { requestId, payload, functionArn, transactionId } = job;
    const event = { requestId, payload, functionArn, transactionId };
    if (member.process.run({ ...event, deadlineAt: this.#clock.now() + limitMs })) return;
    // The process died in this moment: another takes the event, for this one never saw it.
    member.job = undefined;
    this.#end(member);
    this.#queue.unshift(job);
    job.timer = this.#clock.startTimer(limitMs, () => this.#waitedTooLong(job));
    this.#serve();
  }

  #serve(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const [member, job] = [this.#idle.pop(), this.#queue.shift()];
      if (member !== undefined && job !== undefined) this.#give(member, job);
    }
    this.#grow();
  }

  #answered(member: Member, result: InvocationResult): void {
    const job = member.job;
    if (job === undefined) return;
    member.job = undefined;
    member.served = true;
    if (result.type === "response") this.#backOff.reset();
    member.timer?.cancel();
    member.state = "finishing";
    // One that answers and then never asks again is stuck.
    member.timer = this.#clock.startTimer(this.#timeoutMs, () => this.#end(member));
    job.settle(result);
    this.#checkClosed();
  }

  #timedOut(member: Member, limitMs: number): void {
    const job = member.job;
    member.job = undefined;
    this.#end(member);
    job?.settle(
      failure("timeout", `Function "${this.#options.functionName}" gave no answer in ${Math.round(limitMs)} ms`),
    );
    this.#serve();
  }

  #waitedTooLong(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at !== -1) this.#queue.splice(at, 1);
    const loading = this.#count("busy", "finishing") === 0;
    const why = loading
      ? failure("timeout", `Function "${this.#options.functionName}" was not loaded in time`)
      : failure(
          "throttled",
          `All ${this.#count("busy", "finishing")} processes of "${this.#options.functionName}" stayed busy`,
        );
    job.settle(why);
  }

  #giveUpLoading(member: Member): void {
    this.#end(member);
    const failure = { reason: "init", message: `It did not load in ${initLimitMs} ms`, stack: undefined } as const;
    this.#tellReloadFailed(failure);
    this.#failWaiting(failure);
  }

  #gone(member: Member, exit: ProcessExit): void {
    member.timer?.cancel();
    const before = member.state;
    member.state = "ending";
    const at = this.#idle.indexOf(member);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#members.delete(member);
    if (before !== "ending") {
      this.#backOff.failed();
      if (before === "starting") {
        this.#tellReloadFailed(exit);
        this.#failWaiting(exit);
      }
      const message = `Function "${this.#options.functionName}": ${exit.message}`;
      member.job?.settle({ type: "failed", reason: exit.reason, message, stack: exit.stack });
      member.job = undefined;
      // Keep a process warm after a crash, but not one that never did any work.
      if (member.served && this.#members.size === 0) this.#warming.push(() => undefined);
    }
    this.#checkClosed();
    this.#serve();
  }

  #tellReloadFailed({ message, stack }: LoadFailure): void {
    const changedFile = this.#reloadedBy;
    this.#reloadedBy = undefined;
    if (changedFile !== undefined) this.#options.onReloadFailed(changedFile, { message, stack });
  }

  /** The code cannot be loaded: all that waits learns why, unless processes that loaded it serve on. */
  #failWaiting(exit: ProcessExit): void {
    if (this.#count("idle", "busy", "finishing", "starting") > 0) return;
    for (const done of this.#warming.splice(0)) done(exit);
    for (const job of this.#queue.splice(0)) {
      job.timer?.cancel();
      const message = `Function "${this.#options.functionName}" could not be loaded. ${exit.message}`;
      job.settle({ type: "failed", reason: "init", message, stack: exit.stack });
    }
  }

  #checkClosed(): void {
    if (this.#closed === undefined) return;
    for (const member of this.#members) if (member.state === "finishing" || member.state === "idle") this.#end(member);
    if (this.#members.size === 0) this.#closed();
  }
}

function failure(reason: InvocationFailure, message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}
