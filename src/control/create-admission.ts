import type { Clock, Logger, Timer } from "../kernel/index.ts";
import {
  isOverloaded,
  startAdmission,
  stepAdmission,
  wouldAdmit,
  type AdmissionEffect,
  type AdmissionInput,
  type AdmissionState,
} from "./admission-machine.ts";
import { callersWaitMs } from "./callers-wait.ts";
import { descriptorsAtOnce, descriptorsPerCall, keptFree, type Descriptors } from "./descriptors.ts";
import type { Admission, Closed, Permit } from "./types.ts";

/** What admission is decided by. */
export interface AdmissionOptions {
  /** Most calls at one time. */
  readonly maxCalls: number;
  /** How many of them this server may have, where others have the rest; default: all.
   * @param calls that it has */
  readonly shareOf?: (maxCalls: number, calls: number) => number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Events that wait for a process of their function, how long the first of them has, milliseconds, and invocations that came to an end
   * since the start. */
  readonly invokerLoad: () => {
    readonly waiting: number;
    readonly longestWaitMs: number;
    readonly finished: number;
  };
  /** How late the ticks of the worst media worker are, p99, milliseconds, and its share of a processor. */
  readonly mediaLoad: () => { readonly lateMs: number; readonly share: number };
  readonly descriptors: Descriptors;
  /** Processor time of the main thread since its start, milliseconds. */
  readonly mainThreadMs: () => number;
}

const serverStops = "the server stops";
const measureEveryMs = 50;
/** Rates are of the latest second, shares of a processor of the latest fifth of it, so that a rush is seen as it begins. */
const rateMeasures = 20;
const shareMeasures = 4;
/** Seconds after which one who was refused may try again. */
const retryAfterS = 5;
/** How long calls are refused after the system ran out of descriptors. */
const noDescriptorsMs = 1_000;

const countEveryMs = 200;
/** Descriptors that a server without calls may have open, at most. */
const manyOpen = 500;

/** What is counted at each measure. */
interface Sample {
  readonly atMs: number;
  readonly settled: number;
  readonly invocations: number;
  readonly mainThreadMs: number;
  readonly latenessMs: number;
}

/** Makes the admission control; it takes no call before `open`. It measures only while there are calls, or limits. */
export function createAdmission(options: AdmissionOptions): Admission {
  return new AdmissionControl(options);
}

class AdmissionControl implements Admission {
  readonly #options: AdmissionOptions;
  #state: AdmissionState = startAdmission;
  #phase: "starting" | "open" | "draining" = "starting";
  #whyDraining = serverStops;
  #calls = 0;
  #settingUp = 0;
  #settled = 0;
  #samples: Sample[] = [];
  #timer: Timer | undefined;
  /** Open descriptors at the latest count, and calls admitted since. */
  #counted = { atMs: Number.NEGATIVE_INFINITY, open: 0, admitted: 0 };
  #noDescriptorsAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  whyClosed(asker: "call" | "ping"): Closed | undefined {
    if (this.#phase === "starting") return closed("starting", "the server is starting");
    if (this.#phase === "draining") return closed("draining", this.#whyDraining);
    const { maxCalls, shareOf, clock } = this.#options;
    const most = shareOf?.(maxCalls, this.#calls) ?? maxCalls;
    if (this.#calls >= most) return closed("calls-full", whyFull(this.#calls, most, maxCalls));
    if (clock.monotonicMs() - this.#noDescriptorsAtMs < noDescriptorsMs) {
      return closed("no-descriptors", "the system has no file descriptor left for this process (ulimit -n)");
    }
    if (!this.#hasDescriptors()) {
      const { limit } = this.#options.descriptors;
      return closed(
        "no-descriptors",
        `the ${limit} open files and sockets that the system allows (ulimit -n) are used up`,
      );
    }
    const isOpen = asker === "call" ? wouldAdmit(this.#state) : !isOverloaded(this.#state);
    if (isOpen) return undefined;
    if (asker === "call") this.#feed({ type: "refused" });
    const rate = this.#state.type === "limited" ? Math.round(this.#state.rate) : 0;
    return closed("overloaded", `the server is overloaded; it takes ${rate} calls a second now`);
  }

  admit(): Permit {
    this.#calls++;
    this.#settingUp++;
    this.#counted.admitted++;
    this.#feed({ type: "admitted" });
    this.#watch();
    const reported = { settled: false, ended: false };
    const settled = () => {
      if (reported.settled) return;
      reported.settled = true;
      this.#settingUp--;
      this.#settled++;
    };
    return {
      settled,
      ended: () => {
        settled();
        if (!reported.ended) this.#calls--;
        reported.ended = true;
      },
    };
  }

  /** Counts them only from time to time, since counting takes longer the more there are, and not at all while enough are free. */
  #hasDescriptors(): boolean {
    const { clock, descriptors } = this.#options;
    const { limit } = descriptors;
    if (limit === undefined || this.#calls * descriptorsPerCall < limit / 2 - manyOpen) return true;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#counted.atMs >= countEveryMs) {
      this.#counted = { atMs: nowMs, open: descriptors.open(), admitted: 0 };
    }
    const { open, admitted } = this.#counted;
    return open + (admitted + 1) * descriptorsAtOnce + keptFree <= limit;
  }

  open(): void {
    if (this.#phase === "starting") this.#phase = "open";
  }

  drain(why = serverStops): void {
    this.#phase = "draining";
    this.#whyDraining = why;
  }

  resume(): void {
    if (this.#phase === "draining" && this.#whyDraining !== serverStops) this.#phase = "open";
  }

  noteNoDescriptors(): void {
    this.#noDescriptorsAtMs = this.#options.clock.monotonicMs();
  }

  calls(): number {
    return this.#calls;
  }

  close(): Promise<void> {
    this.drain();
    this.#timer?.cancel();
    return Promise.resolve();
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#phase !== "open") return;
    const dueMs = this.#options.clock.monotonicMs() + measureEveryMs;
    this.#timer = this.#options.clock.startTimer(measureEveryMs, () => {
      this.#timer = undefined;
      this.#measure(Math.max(0, this.#options.clock.monotonicMs() - dueMs));
      if (this.#calls > 0 || this.#state.type === "limited") this.#watch();
      else this.#samples = [];
    });
  }

  #measure(latenessMs: number): void {
    const { clock, invokerLoad, mediaLoad, mainThreadMs } = this.#options;
    const atMs = clock.monotonicMs();
    const { waiting, longestWaitMs, finished } = invokerLoad();
    this.#samples.push({
      atMs,
      settled: this.#settled,
      invocations: finished,
      mainThreadMs: mainThreadMs(),
      latenessMs,
    });
    if (this.#samples.length > rateMeasures + 1) this.#samples.shift();
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const before = this.#samples.at(-2);
    const recent = this.#samples.at(-1 - shareMeasures) ?? this.#samples[0];
    if (first === undefined || last === undefined || before === undefined || recent === undefined) return;
    const perSecondOf = (from: Sample, what: "invocations" | "settled") =>
      ((last[what] - from[what]) * 1_000) / (last.atMs - from.atMs);
    // At the beginning of a rush the rate over the whole second is low only because there was little to do.
    const perSecond = Math.max(perSecondOf(first, "invocations"), perSecondOf(recent, "invocations"));
    const waitMs = callersWaitMs({
      latenessMs,
      waiting,
      longestWaitMs,
      finishedPerSecond: perSecond,
      measureEveryMs,
    });
    const media = mediaLoad();
    this.#feed({
      type: "measured",
      elapsedMs: last.atMs - before.atMs,
      load: {
        waitMs,
        settingUp: this.#settingUp,
        settledPerSecond: perSecondOf(first, "settled"),
        mainShare: (last.mainThreadMs - recent.mainThreadMs) / (last.atMs - recent.atMs),
        lateMs: media.lateMs,
        mediaShare: media.share,
      },
    });
  }

  #feed(input: AdmissionInput): void {
    const [next, effects] = stepAdmission(this.#state, input);
    this.#state = next;
    for (const effect of effects) this.#say(effect);
  }

  #say(effect: AdmissionEffect): void {
    const { log } = this.#options;
    switch (effect.do) {
      case "say-limited": {
        const { waitMs, lateMs } = effect.load;
        const why = `callers wait ${Math.round(waitMs)} ms, audio is ${lateMs.toFixed(1)} ms late`;
        log.warn({ load: effect.load }, `overload: new calls are limited to what the server can set up: ${why}`);
        return;
      }
      case "say-open":
        log.info({}, "new calls are not limited any more");
        return;
      default:
        effect satisfies never;
    }
  }
}

function whyFull(calls: number, most: number, maxCalls: number): string {
  if (most === maxCalls) return `${maxCalls} calls are up, more are not allowed`;
  return `${calls} calls are up on this server, whose share of the ${maxCalls} that all servers may have is ${most} now`;
}

function closed(cause: Closed["cause"], why: string): Closed {
  return { cause, why, retryAfterS };
}
