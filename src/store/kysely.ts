import { createRequire } from "node:module";
import type * as KyselyModule from "kysely";

/** The values of kysely that this room uses. Its ES modules are 300 files that are all opened at one time, which a process that may open 256
 * cannot; `require` opens one after the other. */
const kysely = createRequire(import.meta.url)("kysely") as typeof KyselyModule;

export const { Kysely, Migrator, SqliteDialect } = kysely;
