import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CallObservation } from "../call/index.ts";
import type { Clock, Timer } from "../kernel/index.ts";

/** The young objects of the main thread, as one value that tests can replace. */
export interface YoungMemory {
  /** Collects them: what is alive is copied, which takes a millisecond or two, in which nothing else runs. */
  collect(): void;
  /** Share of time that the thread was active since this was asked before, 0 to 1. */
  activeShare(): number;
}

/** What follows from a reply has left by then. */
const afterReplyMs = 4;
/** A thread that is active for more of its time has none between calls: V8 collects when the memory is full, which is less often. */
const calmShare = 0.25;

/** Collects young memory in the time between calls, as long as there is some. V8 would do it when the memory is full, which happens in the middle of a
 * call's work, since no objects are made between: at 20 calls a second it puts 2 ms into one set-up of four.
 * @returns takes what is told of calls */
export function collectBetweenCalls(clock: Clock, young: YoungMemory): (observation: CallObservation) => void {
  let timer: Timer | undefined;
  const collect = () => {
    timer = undefined;
    if (young.activeShare() <= calmShare) young.collect();
  };
  return ({ fact: { type } }) => {
    if (type === "replied" || type === "function-failed") timer ??= clock.startTimer(afterReplyMs, collect);
  };
}

/** That of this process. V8's collector is asked for by the flag that makes it callable, which holds for new contexts only. */
export function youngMemory(): YoungMemory {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
  let before = performance.eventLoopUtilization();
  return {
    collect: () => collect({ type: "minor" }),
    activeShare() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
  };
}
