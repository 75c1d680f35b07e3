import type { Store } from "../store/index.ts";

/** The numbers of the inventory as calls ask for them: at once, without the store. */
export interface OwnedNumbers {
  has(number: string): boolean;
  /** The id of the Voice Connector, or of the group of them, that a number belongs to. */
  connectorOf(number: string): string | undefined;
  /** Reads these anew, E.164. */
  refresh(numbers: readonly string[]): Promise<void>;
}

/** Most numbers that are read at once. */
const pageSize = 1_000;

/** Reads all numbers of the inventory. */
export async function readOwnedNumbers({ numbers }: Pick<Store, "numbers">): Promise<OwnedNumbers> {
  /** Each with the connector or group that it belongs to. */
  const owned = new Map<string, string | undefined>();
  let token: string | undefined;
  do {
    const page = await numbers.list({ limit: pageSize, token, filter: {} });
    for (const { e164, deletedAt, owner } of page.rows) if (deletedAt === undefined) owned.set(e164, owner?.id);
    token = page.nextToken;
  } while (token !== undefined);
  return {
    has: (number) => owned.has(number),
    connectorOf: (number) => owned.get(number),
    async refresh(changed) {
      for (const e164 of changed) {
        const number = await numbers.get(e164);
        if (number === undefined || number.deletedAt !== undefined) owned.delete(e164);
        else owned.set(e164, number.owner?.id);
      }
    },
  };
}
