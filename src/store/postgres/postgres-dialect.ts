import { errorCode } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { PostgresDialect, sql } from "../kysely.ts";
import type { Db } from "../tables.ts";
import { tellAway } from "../tell-away.ts";
import { composeBatch } from "./batch-statement.ts";
import { isAway } from "./postgres-faults.ts";
import type { OpenPostgresPool } from "./postgres-pool.ts";

/** A PostgreSQL database (12 or newer), which several servers may share. */
export function createPostgresDialect(pool: OpenPostgresPool): StoreDialect {
  return {
    name: "postgresql",
    // Other servers look for them in the database.
    begunCalls: undefined,
    kysely: new PostgresDialect({ pool: tellingPool(pool) }),
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
        const written = new Set(await tellAway(pool.write({ name, text, values: toParameters(rows) }), isAway));
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

/** The same connections; what they say of a database that takes nothing now is told as that. */
function tellingPool(pool: OpenPostgresPool): Pick<OpenPostgresPool, "connect" | "end"> {
  return {
    async connect() {
      const client = await tellAway(pool.connect(), isAway);
      const query = (text: string, parameters: readonly unknown[]) => tellAway(client.query(text, parameters), isAway);
      return { query: query as unknown as typeof client.query, release: () => client.release() };
    },
    end: () => pool.end(),
  };
}
