import type { SqliteBatch, SqliteResult, SqliteStatement } from "./sqlite-database.ts";

/** What the thread of a database is asked: a statement, or a batch of rows that is written at once. */
export type SqliteQuestion =
  | { readonly id: number; readonly statement: SqliteStatement }
  | { readonly id: number; readonly batch: SqliteBatch }
  | "close";

/** What it answers: first that the database is open, or why not, then one for each question. */
export type SqliteAnswer =
  | "open"
  | { readonly notOpen: SqliteFailure }
  | { readonly id: number; readonly result: SqliteResult }
  | { readonly id: number; readonly unchanged: readonly number[] }
  | { readonly id: number; readonly failure: SqliteFailure };

/** An error, whose own class does not outlive the way to another thread. */
export interface SqliteFailure {
  readonly message: string;
  readonly code: string | undefined;
}
