import { after } from "node:test";
import { Kysely, PostgresDialect, sql } from "kysely";
import { silentLogger } from "../../src/kernel/index.ts";
import { createStore, type Store } from "../../src/store/index.ts";
import { openPostgresPool } from "../../src/store/postgres/postgres-pool.ts";
import type { PostgresCluster } from "./postgres-cluster.ts";

/** A database that the tests of the store run on. */
export interface StoreEngine {
  readonly name: string;
  /** A store without records. */
  open(): Promise<Store>;
}

/** SQLite in memory, in the thread of the tests. */
export const sqlite: StoreEngine = {
  name: "SQLite",
  open: () => createStore({ path: ":memory:", log: silentLogger, hasThread: false }),
};

/** A database of a PostgreSQL, emptied for each store.
 * @param cluster asked when the first test runs */
export function postgresql(cluster: () => PostgresCluster, database: string): StoreEngine {
  let isMade = false;
  let empty: (() => Promise<unknown>) | undefined;
  let cleaner: Kysely<unknown> | undefined;
  after(() => cleaner?.destroy());
  return {
    name: "PostgreSQL",
    async open() {
      if (!isMade) await cluster().createDatabase(database);
      isMade = true;
      const postgres = { url: cluster().urlOf(database), password: undefined };
      const store = await createStore({ path: "", postgres, log: silentLogger });
      cleaner ??= new Kysely({
        dialect: new PostgresDialect({ pool: openPostgresPool({ ...postgres, log: silentLogger }) }),
      });
      empty ??= await composeEmptying(cleaner);
      await empty();
      return store;
    },
  };
}

/** All tables but those of the migrator, in one statement. */
async function composeEmptying(db: Kysely<unknown>): Promise<() => Promise<unknown>> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  const ours = tables.filter((name) => !name.startsWith("kysely_"));
  const all = sql`truncate ${sql.join(ours.map((name) => sql.table(name)))} restart identity cascade`;
  return () => all.execute(db);
}

/** A test's body with a store of an engine, which is closed when it is done. */
export function withStoreOf({ open }: StoreEngine) {
  return (body: (store: Store) => Promise<void>) => async () => {
    const store = await open();
    try {
      await body(store);
    } finally {
      await store.close();
    }
  };
}
