import type { Invoker } from "../../invoke/index.ts";

/** An invoker whose functions can be replaced while calls go on. */
export interface SwappableInvoker extends Invoker {
  /** From now on `next` is asked; the one before is asked for functions that `next` has not, until `isUnused` resolves, and then closed. */
  swap(next: Invoker, isUnused: Promise<void>): void;
}

/** Makes one that asks `first`. */
export function createSwappableInvoker(first: Invoker): SwappableInvoker {
  let current = first;
  const leaving = new Set<Invoker>();
  /** Who has the function; the newest that has it. */
  const ownerOf = (functionArn: string) =>
    [current, ...leaving].find((invoker) => invoker.whyUnknown(functionArn) === undefined) ?? current;
  const all = () => [current, ...leaving];
  return {
    whyUnknown: (functionArn) => ownerOf(functionArn).whyUnknown(functionArn),
    invoke: (functionArn, ...rest) => ownerOf(functionArn).invoke(functionArn, ...rest),
    warmUp: () => current.warmUp(),
    ledger() {
      const ledgers = all().map((one) => one.ledger());
      return {
        invocations: ledgers.reduce((sum, { invocations }) => sum + invocations, 0),
        processes: ledgers.reduce((sum, { processes }) => sum + processes, 0),
      };
    },
    load() {
      const loads = all().map((one) => one.load());
      return {
        waiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
        longestWaitMs: Math.max(...loads.map(({ longestWaitMs }) => longestWaitMs)),
        finished: loads.reduce((sum, { finished }) => sum + finished, 0),
      };
    },
    counts: () => current.counts(),
    swap(next, isUnused) {
      const before = current;
      current = next;
      leaving.add(before);
      void isUnused.then(async () => {
        leaving.delete(before);
        await before.close();
      });
    },
    async close() {
      await Promise.all(all().map((one) => one.close()));
    },
  };
}
