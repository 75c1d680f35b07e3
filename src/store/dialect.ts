import Database from "libsql";
import type { Dialect, SqliteDatabase } from "kysely";
import { SqliteDialect } from "./kysely.ts";

/** What differs between the databases that the records run on. The queries themselves are common to all. */
export interface StoreDialect {
  readonly name: "sqlite";
  readonly kysely: Dialect;
  /** Whether `error` says that a row refers to one that does not exist, or is still referred to. */
  isForeignKeyViolation(error: unknown): boolean;
  /** Whether `error` says that a unique value exists already. */
  isUniqueViolation(error: unknown): boolean;
}

/** How long a statement waits for another process that writes to the same file, milliseconds. */
const busyTimeoutMs = 2_000;
const mostKeptReads = 100;

/** Opens (and creates) an SQLite file, or a database in memory. Throws what the driver throws. */
export function openSqlite(path: string): StoreDialect {
  const database = new Database(path, { timeout: busyTimeoutMs });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma("foreign_keys = ON");
  return {
    name: "sqlite",
    // The driver follows the interface that Kysely asks for; its declarations only spell the parameters differently.
    kysely: new SqliteDialect({ database: keepReads(database as unknown as SqliteDatabase) }),
    isForeignKeyViolation: (error) => sqliteCode(error) === "SQLITE_CONSTRAINT_FOREIGNKEY",
    isUniqueViolation: (error) => {
      const code = sqliteCode(error);
      return code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
    },
  };
}

/** Keeps statements that read, of which there are few: preparing one costs more than running it. */
function keepReads(database: SqliteDatabase): SqliteDatabase {
  const reads = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
  return {
    prepare(sql) {
      const kept = reads.get(sql);
      if (kept !== undefined) return kept;
      const prepared = database.prepare(sql);
      if (/^select /i.test(sql) && reads.size < mostKeptReads) reads.set(sql, prepared);
      return prepared;
    },
    close: () => database.close(),
  };
}

function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
