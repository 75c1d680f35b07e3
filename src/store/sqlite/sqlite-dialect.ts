import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "../kysely.ts";
import { openInline } from "./inline-runner.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { openInThread } from "./thread-runner.ts";

/** Tables are changed in a transaction, which SQLite can: so one of several processes does it, and the others wait. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Opens (and creates) an SQLite file, whose folder is made when absent, or a database in memory (":memory:"). Rejects with what SQLite says.
 * @param hasThread whether it has a thread of its own; else each statement holds up the caller's */
export async function openSqlite(path: string, hasThread: boolean): Promise<StoreDialect> {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const runner = await (hasThread ? openInThread(path) : openInline(path));
  return {
    name: "sqlite",
    isShared: false,
    kysely: {
      createDriver: () => new SqliteDriver(runner),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new TransactionalAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    },
    isForeignKeyViolation: (error) => errorCode(error) === "SQLITE_CONSTRAINT_FOREIGNKEY",
    isUniqueViolation: (error) => {
      const code = errorCode(error);
      return code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
    },
    // A statement is alone here, and a transaction too.
    oneAtATime: (db, _name, work) => work(db),
    holdTables: async () => undefined,
  };
}
