import { loadKoffi } from "../io/load-koffi.ts";

/** Policy SCHED_RR, and that threads which this one starts do not have it. sched(7) */
const roundRobin = 2;
const resetOnFork = 0x4000_0000;
const lowestRealTime = 1;

/** Lets a thread of this process run in real time: it goes before all others as soon as it has something to do. A media worker sleeps most
 * of each millisecond, but when it wakes a packet is due, and others would keep a busy processor for several more. Linux with glibc only,
 * and only where the system grants it: CAP_SYS_NICE, or a limit on real-time priority above 0. For the main thread to call: a thread that
 * is ended while it loads native code takes the whole process along.
 * @param threadId as gettid(2) gives it; 0: the calling thread
 * @returns whether it does now */
export async function runInRealTime(threadId: number): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    const koffi = await loadKoffi();
    const setScheduler = koffi.load(null).func("int sched_setscheduler(int thread, int policy, int *priority)");
    return setScheduler(threadId, roundRobin | resetOnFork, [lowestRealTime]) === 0;
  } catch {
    return false;
  }
}
