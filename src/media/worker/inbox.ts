/** Takes what came from another thread as a list, and hands it on one by one. */
export interface Inbox<Item> {
  take(items: readonly Item[]): void;
}

/** Makes an empty inbox.
 * @param startsWork what comes behind such an item may ask for what it makes, and is handed on once its promises have gone on as far as they do by
 * themselves, as if it had come in a message of its own */
export function createInbox<Item>(handOn: (item: Item) => void, startsWork: (item: Item) => boolean): Inbox<Item> {
  const waiting: Item[] = [];
  let isPaused = false;
  const goOn = () => {
    isPaused = false;
    while (!isPaused && waiting.length > 0) {
      const item = waiting.shift() as Item;
      handOn(item);
      if (!startsWork(item)) continue;
      isPaused = true;
      // Ticks have their turn when no promise is left to go on; one that was asked for before that comes too early.
      queueMicrotask(() => process.nextTick(goOn));
    }
  };
  return {
    take(items) {
      waiting.push(...items);
      if (!isPaused) goOn();
    },
  };
}
