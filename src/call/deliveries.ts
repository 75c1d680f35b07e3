/** Work that outlasts the call which began it: recordings on their way into the store. */
export interface Deliveries {
  /** Counts until the promise settles; it must not reject. */
  add(delivery: Promise<void>): void;
  count(): number;
  /** Calls back once nothing is under way, at once if that is so. */
  whenNone(callback: () => void): void;
}

/** Makes the count that all calls share. */
export function createDeliveries(): Deliveries {
  const underWay = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  return {
    add(delivery) {
      underWay.add(delivery);
      void delivery.finally(() => {
        underWay.delete(delivery);
        if (underWay.size === 0) for (const callback of waiting.splice(0)) callback();
      });
    },
    count: () => underWay.size,
    whenNone(callback) {
      if (underWay.size === 0) callback();
      else waiting.push(callback);
    },
  };
}
