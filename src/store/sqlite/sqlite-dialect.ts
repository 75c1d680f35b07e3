import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import type { BatchTable } from "../batch-table.ts";
import type { StoreDialect } from "../dialect.ts";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "../kysely.ts";
import { createBegunCalls } from "./begun-calls.ts";
import { openInline } from "./inline-runner.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import type { SqliteRunner } from "./sqlite-runner.ts";
import { openInThread } from "./thread-runner.ts";

/** Tables are changed in a transaction, which SQLite can: so one of several processes does it, and the others wait. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

async function openRunner(path: string, hasThread: boolean): Promise<SqliteRunner> {
  try {
    if (path !== ":memory:") makeFile(path);
    return await (hasThread ? openInThread(path) : openInline(path));
  } catch (error) {
    // SQLite says no more than that it cannot open it.
    throw new Error(`${errorMessage(error)}${whyClosed(dirname(path))}`, { cause: error });
  }
}

/** For its owner alone: SQLite would let everybody read it, and what it lays beside a file has the mode of that. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

/** What the system says of a folder in which no file can be written. */
function whyClosed(folder: string): string {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return "";
  } catch (error) {
    return `; its folder takes no files: ${errorMessage(error)}`;
  }
}

/** Opens (and creates) an SQLite file, whose folder is made when absent, or a database in memory (":memory:"). Rejects with what SQLite says.
 * @param hasThread whether it has a thread of its own; else each statement holds up the caller's */
export async function openSqlite(path: string, hasThread: boolean): Promise<StoreDialect> {
  const runner = await openRunner(path, hasThread);
  const driver = new SqliteDriver(runner);
  return {
    name: "sqlite",
    kysely: {
      createDriver: () => driver,
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new TransactionalAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    },
    isForeignKeyViolation: (error) => errorCode(error) === "SQLITE_CONSTRAINT_FOREIGNKEY",
    isUniqueViolation: (error) => {
      const code = errorCode(error);
      return code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
    },
    isRefusal: (error) => /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(errorCode(error) ?? ""),
    // A statement is alone here, and a transaction too.
    oneAtATime: (db, _name, work) => work(db),
    prepareBatch(tables) {
      const statements = tables.map(insertionOf);
      return (rows) => driver.writeBatch({ statements, rows });
    },
    begunCalls: path === ":memory:" ? undefined : createBegunCalls(path),
    holdTables: async () => undefined,
  };
}

/** The statement for one row. */
function insertionOf({ name, columns, onConflict }: BatchTable): string {
  const names = columns.map((column) => column.name).join(", ");
  return `insert into ${name} (${names}) values (${columns.map(() => "?").join(", ")}) ${onConflict}`;
}
