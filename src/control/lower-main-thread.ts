import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { startPriority } from "../kernel/index.ts";

/** How much lower the priority of the main thread is than that of the media workers, in steps of nice(1). */
const stepsBelow = 5;
/** The same of the threads of V8. Behind the main one, so that what they compile and collect delays no call; not at the end, where a pause of a collection
 * that waits for one of them would last as long as the others have something to do. */
const stepsBelowOfV8 = 12;
const lowest = 19;
/** Node starts them right behind the main one: one for what is due later, and four that collect and compile. */
const v8Threads = 5;

/** The threads of this process that run now, those of V8 and of Node included; none where they have no priorities of their own. */
export function runningThreads(): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [];
  }
}

/** Gives the main thread a lower priority than the running media workers: signalling may wait a few milliseconds, audio may not. Threads that the
 * main thread starts later inherit the lower priority. Only on Linux, where each thread has its own priority; elsewhere, or without permission,
 * it does nothing.
 * @param helpers threads that shall not go before the main one either: those that write and read for it; those of V8, each of which would take as
 * much of its processor as it has itself, go behind it: where it waits for them, they have all of it */
export function lowerMainThread(helpers: readonly number[] = []): void {
  if (process.platform !== "linux") return;
  const below = (steps: number) => Math.min(lowest, startPriority() + steps);
  const ofV8 = helpers.filter((thread) => thread > process.pid).sort((a, b) => a - b);
  for (const thread of ofV8.slice(0, v8Threads)) lower(thread, below(stepsBelowOfV8));
  for (const thread of [process.pid, ...helpers]) lower(thread, below(stepsBelow));
}

/** One that has ended needs none. */
function lower(thread: number, wanted: number): void {
  try {
    if (getPriority(thread) < wanted) setPriority(thread, wanted);
  } catch {
    return;
  }
}
