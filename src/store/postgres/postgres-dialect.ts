import { errorCode } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { PostgresDialect, sql } from "../kysely.ts";
import type { Db } from "../tables.ts";
import { composeBatch } from "./batch-statement.ts";
import type { OpenPostgresPool } from "./postgres-pool.ts";

/** A PostgreSQL database (12 or newer), which several servers may share. */
export function createPostgresDialect(pool: OpenPostgresPool): StoreDialect {
  return {
    name: "postgresql",
    kysely: new PostgresDialect({ pool }),
    isForeignKeyViolation: (error) => errorCode(error) === "23503",
    isUniqueViolation: (error) => errorCode(error) === "23505",
    // Classes of SQLSTATE: data exceptions, and integrity constraints.
    isRefusal: (error) => /^2[23]/.test(errorCode(error) ?? ""),
    async oneAtATime(db, name, work) {
      const alone = async (transaction: Db) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
        return work(transaction);
      };
      return db.isTransaction ? alone(db) : db.transaction().execute(alone);
    },
    prepareBatch(tables) {
      const { text, toParameters } = composeBatch(tables);
      // PostgreSQL knows 63 characters of a name.
      const name = `batch into ${tables.map((table) => table.name).join(", ")}`.slice(0, 63);
      return async (rows) => {
        const written = new Set(await pool.write({ name, text, values: toParameters(rows) }));
        const [first = []] = rows;
        return first.flatMap(([key], index) => (written.has(String(key)) ? [] : [index]));
      };
    },
    async holdTables(transaction, tables) {
      const names = sql.join(tables.map((table) => sql.table(table)));
      await sql`lock table ${names} in share row exclusive mode`.execute(transaction);
    },
  };
}
