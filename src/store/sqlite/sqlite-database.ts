import Database from "libsql";
import { LRUCache } from "lru-cache";

/** One statement, as plain data that can be sent to a thread. */
export interface SqliteStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Rows that are written at once: `rows` has a list for each statement, which is run for each of them. */
export interface SqliteBatch {
  readonly statements: readonly string[];
  readonly rows: readonly (readonly (readonly unknown[])[])[];
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
  /** Writes all of it, or nothing. Gives the places of the first statement's rows that changed nothing. */
  writeBatch(batch: SqliteBatch): readonly number[];
  close(): void;
}

type Prepared = ReturnType<InstanceType<typeof Database>["prepare"]>;

/** How long a statement waits for another process that writes to the same file, milliseconds. */
const busyTimeoutMs = 2_000;
const mostPrepared = 100;
/** Pages that are written ahead before they are brought into the file, 16 MB: pages that are written again until then, such as the ends of tables, are brought there
 * once, and whoever writes waits a quarter as often for the disk as with SQLite's 1,000. */
const pagesAhead = 4_000;

/** Opens (and creates) an SQLite file, or a database in memory. Throws what the driver throws. */
export function openSqliteDatabase(path: string): SqliteDatabase {
  const database = new Database(path, { timeout: busyTimeoutMs });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma(`wal_autocheckpoint = ${pagesAhead}`);
  database.pragma("foreign_keys = ON");
  const prepare = keepPrepared((sql) => database.prepare(sql));
  const run = ({ sql, parameters }: SqliteStatement): SqliteResult => {
    const prepared = prepare(sql);
    // What gives rows, `returning` included.
    if (prepared.reader) return { rows: prepared.all(parameters), changes: undefined };
    return { rows: [], changes: prepared.run(parameters).changes };
  };
  const runPlain = (sql: string) => run({ sql, parameters: [] });
  return {
    run,
    writeBatch({ statements, rows }) {
      runPlain("begin immediate");
      try {
        const unchanged: number[] = [];
        for (const [index, sql] of statements.entries()) {
          const prepared = prepare(sql);
          for (const [place, row] of (rows[index] ?? []).entries()) {
            if (prepared.run(row).changes === 0 && index === 0) unchanged.push(place);
          }
        }
        runPlain("commit");
        return unchanged;
      } catch (error) {
        // SQLite may have given it up by itself.
        if (database.inTransaction) runPlain("rollback");
        throw error;
      }
    },
    close: () => void database.close(),
  };
}

/** Keeps the statements that were used last: preparing one costs more than running it. */
function keepPrepared(prepare: (sql: string) => Prepared): (sql: string) => Prepared {
  const kept = new LRUCache<string, Prepared>({ max: mostPrepared });
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const prepared = prepare(sql);
    if (/^(select|insert|update|delete|begin|commit) /i.test(`${sql} `)) kept.set(sql, prepared);
    return prepared;
  };
}
