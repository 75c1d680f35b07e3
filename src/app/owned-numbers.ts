import type { Store } from "../store/index.ts";

/** The numbers of the inventory as calls ask for them: at once, without the store. */
export interface OwnedNumbers {
  has(number: string): boolean;
  /** Reads these anew, E.164. */
  refresh(numbers: readonly string[]): Promise<void>;
}

/** Most numbers that are read at once. */
const pageSize = 1_000;

/** Reads all numbers of the inventory. */
export async function readOwnedNumbers({ numbers }: Pick<Store, "numbers">): Promise<OwnedNumbers> {
  const owned = new Set<string>();
  let token: string | undefined;
  do {
    const page = await numbers.list({ limit: pageSize, token, filter: {} });
    for (const { e164, deletedAt } of page.rows) if (deletedAt === undefined) owned.add(e164);
    token = page.nextToken;
  } while (token !== undefined);
  return {
    has: (number) => owned.has(number),
    async refresh(changed) {
      for (const e164 of changed) {
        const number = await numbers.get(e164);
        if (number === undefined || number.deletedAt !== undefined) owned.delete(e164);
        else owned.add(e164);
      }
    },
  };
}
