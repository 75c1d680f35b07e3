import { randomUUID } from "node:crypto";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One call of the contract: `CallDetails.TransactionId`. Lower-case UUID. */
export type TransactionId = Branded<"TransactionId">;
/** One leg of a transaction: `Participants[].CallId`. Lower-case UUID. */
export type LegId = Branded<"LegId">;

/** A new random lower-case UUID (version 4). */
export function newId(): string {
  return randomUUID();
}

/** A new transaction id. */
export function newTransactionId(): TransactionId {
  return newId() as TransactionId;
}

/** A new leg id. */
export function newLegId(): LegId {
  return newId() as LegId;
}
