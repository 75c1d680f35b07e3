import { loadKoffi } from "../io/load-koffi.ts";

/** Policy SCHED_RR, and that threads which this one starts do not have it. sched(7) */
const roundRobin = 2;
const resetOnFork = 0x4000_0000;
const lowestRealTime = 1;

/** Policy SCHED_OTHER, which has no priorities of this kind. */
const usual = 0;

type SetScheduler = (threadId: number, policy: number, priority: readonly number[]) => number;

async function loadSetScheduler(): Promise<SetScheduler> {
  const koffi = await loadKoffi();
  return koffi.load(null).func("int sched_setscheduler(int thread, int policy, int *priority)");
}

/** Lets a thread of this process run in real time, or no longer; tells whether it does now as it was asked to.
 * @param threadId as gettid(2) gives it; 0: the calling thread */
export type SwitchRealTime = (threadId: number, isOn: boolean) => Promise<boolean>;

/** Makes what lets threads run in real time: they go before all others as soon as they have something to do. A media worker sleeps most
 * of each millisecond, but when it wakes a packet is due, and others would keep a busy processor for several more. Linux with glibc only,
 * and only where the system grants it: CAP_SYS_NICE, or a limit on real-time priority above 0. For the main thread to call: a thread that
 * is ended while it loads native code takes the whole process along. */
export function createRealTimeSwitch(): SwitchRealTime {
  let setScheduler: Promise<SetScheduler> | undefined;
  return async (threadId, isOn) => {
    if (process.platform !== "linux") return false;
    try {
      setScheduler ??= loadSetScheduler();
      const set = await setScheduler;
      return set(threadId, resetOnFork | (isOn ? roundRobin : usual), [isOn ? lowestRealTime : 0]) === 0;
    } catch {
      return false;
    }
  };
}

/** Lets a thread run in real time for good. */
export function runInRealTime(threadId: number): Promise<boolean> {
  return createRealTimeSwitch()(threadId, true);
}
