import type { PostgresPool } from "kysely";
import { errorCode } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { PostgresDialect, sql } from "../kysely.ts";
import type { Db } from "../tables.ts";

/** A PostgreSQL database (12 or newer), which several servers may share. */
export function createPostgresDialect(pool: PostgresPool): StoreDialect {
  return {
    name: "postgresql",
    isShared: true,
    kysely: new PostgresDialect({ pool }),
    isForeignKeyViolation: (error) => errorCode(error) === "23503",
    isUniqueViolation: (error) => errorCode(error) === "23505",
    async oneAtATime(db, name, work) {
      const alone = async (transaction: Db) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
        return work(transaction);
      };
      return db.isTransaction ? alone(db) : db.transaction().execute(alone);
    },
    async holdTables(transaction, tables) {
      const names = sql.join(tables.map((table) => sql.table(table)));
      await sql`lock table ${names} in share row exclusive mode`.execute(transaction);
    },
  };
}
