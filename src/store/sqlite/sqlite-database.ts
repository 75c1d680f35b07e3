import Database from "libsql";

/** One statement, as plain data that can be sent to a thread. */
export interface SqliteStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a statement gave: rows, or how many it changed. */
export interface SqliteResult {
  readonly rows: readonly unknown[];
  readonly changes: number | undefined;
}

/** An open database, in the thread that calls it. */
export interface SqliteDatabase {
  /** Throws what the driver throws; its `code` is that of SQLite. */
  run(statement: SqliteStatement): SqliteResult;
  close(): void;
}

type Prepared = ReturnType<InstanceType<typeof Database>["prepare"]>;

/** How long a statement waits for another process that writes to the same file, milliseconds. */
const busyTimeoutMs = 2_000;
const mostKeptReads = 100;

/** Opens (and creates) an SQLite file, or a database in memory. Throws what the driver throws. */
export function openSqliteDatabase(path: string): SqliteDatabase {
  const database = new Database(path, { timeout: busyTimeoutMs });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma("foreign_keys = ON");
  const prepare = keepReads((sql) => database.prepare(sql));
  return {
    run({ sql, parameters }) {
      const prepared = prepare(sql);
      // What gives rows, `returning` included.
      if (prepared.reader) return { rows: prepared.all(parameters), changes: undefined };
      return { rows: [], changes: prepared.run(parameters).changes };
    },
    close: () => void database.close(),
  };
}

/** Keeps statements that read, of which there are few: preparing one costs more than running it. */
function keepReads(prepare: (sql: string) => Prepared): (sql: string) => Prepared {
  const reads = new Map<string, Prepared>();
  return (sql) => {
    const kept = reads.get(sql);
    if (kept !== undefined) return kept;
    const prepared = prepare(sql);
    if (/^select /i.test(sql) && reads.size < mostKeptReads) reads.set(sql, prepared);
    return prepared;
  };
}
