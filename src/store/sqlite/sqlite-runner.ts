import type { SqliteBatch, SqliteResult, SqliteStatement } from "./sqlite-database.ts";

/** An open SQLite database, wherever it runs. Statements run one after the other, in the order in which they were given. */
export interface SqliteRunner {
  /** Rejects with what SQLite says; its code is the error's `code`. */
  run(statement: SqliteStatement): Promise<SqliteResult>;
  /** Writes rows in one transaction, with nothing in between. Gives the places of the first statement's rows that changed nothing. */
  writeBatch(batch: SqliteBatch): Promise<readonly number[]>;
  /** Statements that were given before are done first. */
  close(): Promise<void>;
}
