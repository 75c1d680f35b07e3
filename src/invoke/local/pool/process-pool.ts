import type { Clock, Timer } from "../../../kernel/index.ts";
import type { FunctionEvent } from "../../invocable-function.ts";
import type { InvocationResult, InvokerLedger, LoadFailure } from "../../types.ts";
import type { FunctionProcess, FunctionProcessDelegate } from "../process-interface.ts";
import type { RuntimeInvocation } from "../runtime-door.ts";
import { stepPool } from "./pool-machine.ts";
import {
  countWaiting,
  emptyPool,
  ledgerOf,
  longestWaitMs,
  type PoolEffect,
  type PoolInput,
  type PoolRules,
  type PoolTimer,
} from "./pool-state.ts";

export interface ProcessPoolOptions extends PoolRules {
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
  invoke(event: Omit<FunctionEvent, "eventId">): Promise<InvocationResult>;
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

/** An event as it is given to a process, but for its deadline, and who waits for its result. */
interface Asked {
  readonly event: Omit<RuntimeInvocation, "deadlineAt">;
  readonly settle: (result: InvocationResult) => void;
}

/** Makes the pool of one function's processes: the machine decides, this performs. */
export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  return new Pool(options);
}

class Pool implements ProcessPool {
  readonly #options: ProcessPoolOptions;
  readonly #clock: Clock;
  readonly #asked = new Map<string, Asked>();
  readonly #processes = new Map<number, FunctionProcess>();
  readonly #timers = new Map<PoolTimer, Timer>();
  readonly #warming: ((failure: LoadFailure | undefined) => void)[] = [];
  readonly #closing: (() => void)[] = [];
  readonly #inputs: PoolInput[] = [];
  #state = emptyPool;
  #isDeciding = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  invoke({
    arn,
    payload,
    deadlineMs,
    transactionId,
    trace,
  }: Omit<FunctionEvent, "eventId">): Promise<InvocationResult> {
    return new Promise((settle) => {
      const requestId = this.#options.newRequestId();
      this.#asked.set(requestId, { event: { requestId, functionArn: arn, payload, transactionId, trace }, settle });
      this.#take({ atMs: this.#now(), type: "invoked", requestId, deadlineMs });
    });
  }

  warmUp(): Promise<LoadFailure | undefined> {
    return new Promise((resolve) => {
      this.#warming.push(resolve);
      this.#take({ atMs: this.#now(), type: "warm-up" });
    });
  }

  reload(changedFile: string): void {
    this.#take({ atMs: this.#now(), type: "source-changed", file: changedFile });
  }

  ledger(): InvokerLedger {
    return ledgerOf(this.#state);
  }

  queue(): { readonly waiting: number; readonly longestWaitMs: number } {
    return {
      waiting: countWaiting(this.#state),
      longestWaitMs: longestWaitMs(this.#state, this.#clock.monotonicMs()),
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing.push(resolve);
      this.#take({ atMs: this.#now(), type: "close" });
    });
  }

  #now(): number {
    return this.#clock.monotonicMs();
  }

  /** What comes of an effect while effects are performed is decided after them. */
  #take(input: PoolInput): void {
    this.#inputs.push(input);
    if (this.#isDeciding) return;
    this.#isDeciding = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#decide(next);
    } finally {
      this.#isDeciding = false;
    }
  }

  #decide(input: PoolInput): void {
    const [state, effects] = stepPool(this.#options, this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: PoolEffect): void {
    switch (effect.do) {
      case "start-process":
        return this.#start(effect.memberId, effect.isFurther);
      case "give": {
        const { memberId } = effect;
        const isTaken = this.#run(memberId, effect.requestId, effect.limitMs);
        return isTaken ? undefined : this.#take({ atMs: this.#now(), type: "event-not-taken", memberId });
      }
      case "give-ahead":
        return void this.#run(effect.memberId, effect.requestId, effect.limitMs);
      case "ask-back":
        return this.#processes.get(effect.memberId)?.askBack();
      case "end-process":
        return this.#processes.get(effect.memberId)?.end();
      case "settle": {
        const asked = this.#asked.get(effect.requestId);
        this.#asked.delete(effect.requestId);
        return asked?.settle(effect.result);
      }
      case "tell-warm":
        return this.#warming.splice(0).forEach((resolve) => resolve(effect.failure));
      case "tell-reloaded":
        return this.#options.onReloaded(effect.file);
      case "tell-reload-failed":
        return this.#options.onReloadFailed(effect.file, effect.failure);
      case "look-for-processor":
        return this.#take({ atMs: this.#now(), type: "looked", hasIdleProcessor: this.#options.hasIdleProcessor() });
      case "start-timer":
        return this.#startTimer(effect.timer, effect.delayMs);
      case "stop-timer":
        return this.#stopTimer(effect.timer);
      case "tell-closed":
        return this.#closing.splice(0).forEach((resolve) => resolve());
      default:
        return effect satisfies never;
    }
  }

  #start(memberId: number, isFurther: boolean): void {
    const delegate: FunctionProcessDelegate = {
      onReady: () => this.#take({ atMs: this.#now(), type: "ready", memberId }),
      onAnswer: (result, tookMs) => this.#take({ atMs: this.#now(), type: "answered", memberId, result, tookMs }),
      onGaveBack: (requestIds) => this.#take({ atMs: this.#now(), type: "gave-back", memberId, requestIds }),
      onPrinted: () => this.#take({ atMs: this.#now(), type: "printed", memberId }),
      onExit: (exit) => {
        this.#processes.delete(memberId);
        this.#take({ atMs: this.#now(), type: "gone", memberId, exit });
      },
    };
    this.#processes.set(memberId, this.#options.startProcess(delegate, isFurther));
  }

  /** Whether the process took it. */
  #run(memberId: number, requestId: string, limitMs: number): boolean {
    const event = this.#asked.get(requestId)?.event;
    const deadlineAt = this.#clock.now() + limitMs;
    return event !== undefined && this.#processes.get(memberId)?.run({ deadlineAt, ...event }) === true;
  }

  #startTimer(timer: PoolTimer, delayMs: number): void {
    this.#stopTimer(timer);
    const fired = () => {
      this.#timers.delete(timer);
      this.#take({ atMs: this.#now(), type: "timer", timer });
    };
    this.#timers.set(timer, this.#clock.startTimer(delayMs, fired));
  }

  #stopTimer(timer: PoolTimer): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }
}
