import { readCard, type Changes } from "../cluster/index.ts";
import { errorMessage, type Logger } from "../kernel/index.ts";
import type { KeptNode } from "../store/index.ts";

/** Keeps what calls know by heart as other servers on the database have changed it. The result is told the cards of those, each second.
 * @param read each reads a part of it anew */
export function followChanges(
  changes: Pick<Changes, "areNew" | "forget">,
  read: readonly (() => Promise<unknown>)[],
  log: Pick<Logger, "warn">,
): (others: readonly KeptNode[]) => void {
  const readAll = async () => {
    try {
      await Promise.all(read.map((one) => one()));
    } catch (error) {
      changes.forget();
      const why = errorMessage(error);
      log.warn({ err: error }, `what another server has changed cannot be read, and is tried again: ${why}`);
    }
  };
  return (others) => {
    if (changes.areNew(others.map(({ nodeId: id, card }) => ({ id, changes: readCard(card)?.changes }))))
      void readAll();
  };
}
