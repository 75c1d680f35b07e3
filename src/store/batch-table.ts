/** What a column takes of a row that is written in a batch. */
export type BatchValue = string | number | null;

/** A column, and where its value is in what is written. */
export interface BatchColumn<Of> {
  readonly name: string;
  readonly type: "text" | "bigint" | "integer";
  readonly of: (one: Of) => BatchValue | undefined;
}

/** A table into which rows are written many at a time, by a statement that never changes: to compose one takes longer than to run it. */
export interface BatchTable<Of = never> {
  readonly name: string;
  readonly columns: readonly BatchColumn<Of>[];
  /** SQL that both databases know, from "on conflict" on; "" where two rows are never one. */
  readonly onConflict: string;
}

/** Values of one row, in the order of the columns. Plain data, that can be sent to a thread. */
export type BatchRow = readonly BatchValue[];

/** Writes the rows of each table, in the order of the tables: all of them or none. Gives the places of those rows of the first table that found another
 * one, which stays as it is. */
export type WriteBatch = (rows: readonly (readonly BatchRow[])[]) => Promise<readonly number[]>;

/** The row that a record becomes. */
export function batchRowOf<Of>({ columns }: BatchTable<Of>, one: Of): BatchRow {
  return columns.map(({ of }) => storable(of(one)));
}

const halfOfPair = /\p{Cs}/gu;

/** Callers can send what a database has not, or cuts a text at: the character 0, and halves of a pair. */
function storable(value: BatchValue | undefined): BatchValue {
  if (typeof value !== "string") return value ?? null;
  if (!value.includes("\0") && value.search(halfOfPair) < 0) return value;
  return value.replaceAll("\0", "\ufffd").replaceAll(halfOfPair, "\ufffd");
}
