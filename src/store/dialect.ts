import type { Dialect } from "kysely";
import type { BatchTable, WriteBatch } from "./batch-table.ts";
import type { BegunCalls } from "./sqlite/begun-calls.ts";
import type { Db, Tables } from "./tables.ts";

/** What differs between the databases that the records run on. The queries themselves are common to all. */
export interface StoreDialect {
  readonly name: "sqlite" | "postgresql";
  readonly kysely: Dialect;
  /** Whether `error` says that a row refers to one that does not exist, or is still referred to. */
  isForeignKeyViolation(error: unknown): boolean;
  /** Whether `error` says that a unique value exists already. */
  isUniqueViolation(error: unknown): boolean;
  /** Whether `error` says that something in a row has no place there: tried again, it fails again. */
  isRefusal(error: unknown): boolean;
  /** Runs `work` while nobody else runs work of this name: what it counts is so until it has written. */
  oneAtATime<Out>(db: Db, name: string, work: (db: Db) => Promise<Out>): Promise<Out>;
  /** Composes once what writes rows of these tables, in one transaction. */
  prepareBatch(tables: readonly BatchTable[]): WriteBatch;
  /** Where beginnings of calls are kept until they are rows; undefined: they are written as rows at once. */
  readonly begunCalls: BegunCalls | undefined;
  /** Lets nobody else write to the tables until the transaction has ended. */
  holdTables(transaction: Db, tables: readonly (keyof Tables)[]): Promise<void>;
}
