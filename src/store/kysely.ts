import { createRequire } from "node:module";
import type * as KyselyModule from "kysely";

/** The values of kysely that this room uses. Its ES modules are 300 files that Node opens all at once, too many for a process that may open 256;
 * `require` opens one after the other. */
const kysely = createRequire(import.meta.url)("kysely") as typeof KyselyModule;

export const {
  Kysely,
  Migrator,
  PostgresAdapter,
  PostgresDialect,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} = kysely;
