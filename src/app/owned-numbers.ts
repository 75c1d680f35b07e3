import type { PhoneNumber, Store } from "../store/index.ts";
import { createTurns } from "./in-turn.ts";

/** The numbers of the inventory as calls ask for them: at once, without the store. */
export interface OwnedNumbers {
  has(number: string): boolean;
  /** The id of the Voice Connector, or of the group of them, that a number belongs to. */
  connectorOf(number: string): string | undefined;
  /** The same where it is a Voice Connector, and no group. */
  voiceConnectorOf(number: string): string | undefined;
  /** As people call it; "": they do not. */
  nameOf(number: string): string;
  /** Reads these anew, E.164. */
  refresh(numbers: readonly string[]): Promise<void>;
  /** Reads all anew. */
  readAnew(): Promise<void>;
}

/** Most numbers that are read at once. */
const pageSize = 1_000;

/** Reads all numbers of the inventory. */
export async function readOwnedNumbers({ numbers }: Pick<Store, "numbers">): Promise<OwnedNumbers> {
  let owned = await readAll(numbers);
  const inTurn = createTurns();
  return {
    has: (number) => owned.has(number),
    connectorOf: (number) => owned.get(number)?.owner?.id,
    voiceConnectorOf(number) {
      const owner = owned.get(number)?.owner;
      return owner?.kind === "VoiceConnectorId" ? owner.id : undefined;
    },
    nameOf: (number) => owned.get(number)?.name ?? "",
    refresh: (changed) =>
      inTurn(async () => {
        for (const e164 of changed) {
          const number = await numbers.get(e164);
          if (number === undefined || number.deletedAt !== undefined) owned.delete(e164);
          else owned.set(e164, { owner: number.owner, name: number.name });
        }
      }),
    readAnew: () =>
      inTurn(async () => {
        owned = await readAll(numbers);
      }),
  };
}

async function readAll(numbers: Store["numbers"]): Promise<Map<string, Pick<PhoneNumber, "owner" | "name">>> {
  const owned = new Map<string, Pick<PhoneNumber, "owner" | "name">>();
  let token: string | undefined;
  do {
    const page = await numbers.list({ limit: pageSize, token, filter: {} });
    for (const { e164, deletedAt, owner, name } of page.rows)
      if (deletedAt === undefined) owned.set(e164, { owner, name });
    token = page.nextToken;
  } while (token !== undefined);
  return owned;
}
