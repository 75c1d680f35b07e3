import { systemClock, type Clock, type Timer } from "../../kernel/index.ts";

/** Gathers what is to go to another thread, so that what belongs together leaves as one message: a message costs far more than what is in it. */
export interface Outbox<Item> {
  /** What is added leaves once the calling thread has done what it does now, promises included.
   * @param mayWait it may leave with what is added behind it, within 10 ms */
  add(item: Item, mayWait?: boolean): void;
  /** Sends what there is. */
  flush(): void;
}

const LONGEST_WAIT_MS = 10;

/** Makes an empty outbox.
 * @param send takes one or more, in the order in which they were added */
export function createOutbox<Item>(
  send: (items: readonly Item[]) => void,
  clock: Pick<Clock, "startTimer"> = systemClock,
): Outbox<Item> {
  let items: Item[] = [];
  let isLeaving = false;
  let timer: Timer | undefined;
  const flush = () => {
    timer?.cancel();
    timer = undefined;
    isLeaving = false;
    if (items.length === 0) return;
    const sent = items;
    items = [];
    send(sent);
  };
  // Ticks have their turn when no promise is left to go on.
  const leave = () => process.nextTick(flush);
  return {
    add(item, mayWait = false) {
      items.push(item);
      if (isLeaving) return;
      if (mayWait) {
        timer ??= clock.startTimer(LONGEST_WAIT_MS, flush);
        return;
      }
      isLeaving = true;
      queueMicrotask(leave);
    },
    flush,
  };
}
