/** What callers wait for, as it is counted at one measure. */
export interface Waits {
  /** How much later than it was due the measure is: the delay of the main thread's event loop. Milliseconds. */
  readonly latenessMs: number;
  /** Events that wait for a process of their function, and how long the first of them has, milliseconds. */
  readonly waiting: number;
  readonly longestWaitMs: number;
  /** Invocations that come to an end per second. */
  readonly finishedPerSecond: number;
  /** Time between two measures, milliseconds. */
  readonly measureEveryMs: number;
}

/** How long a call that comes now has to wait, milliseconds: for the main thread, and then behind the events that wait. The last in a growing queue waits longer than the
 * first has, but not many times longer; after an idle time the measured rate says nothing. Replies that came while the main thread did something else, such as to
 * collect garbage, are not read yet, so that the first has waited for as long: that time is not counted twice. */
export function callersWaitMs(waits: Waits): number {
  const { latenessMs, waiting, longestWaitMs, finishedPerSecond, measureEveryMs } = waits;
  const queueMs = finishedPerSecond === 0 ? 0 : (waiting / finishedPerSecond) * 1_000;
  const firstMs = Math.max(0, longestWaitMs - latenessMs);
  return latenessMs + Math.min(queueMs, measureEveryMs + 2 * firstMs);
}
