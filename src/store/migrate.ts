import { errorMessage, type Logger } from "../kernel/index.ts";
import { Migrator } from "./kysely.ts";
import { migrations } from "./migrations/index.ts";
import type { Db } from "./tables.ts";

/** Brings the tables up to date, in one transaction; when several processes start at once, one does it and the others wait.
 * Rejects when a newer version has changed them, and with what the database says. */
export async function migrate(db: Db, log: Logger): Promise<void> {
  const done = await doneMigrations(db);
  const unknown = done.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new Error(
      `a newer version of Offhook has changed the database (${unknown.join(", ")}); this one knows it up to ${Object.keys(migrations).at(-1)}. Start that version, or go back to a copy of the database from before`,
    );
  }
  if (done.length === Object.keys(migrations).length) return;
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results ?? []) log.info({ migrationName, status }, "store migration");
  if (error !== undefined) throw error instanceof Error ? error : new Error(errorMessage(error));
}

/** Names of those that were done: one question, where the migrator asks ten. None in a new database, which has no such table. */
async function doneMigrations(db: Db): Promise<readonly string[]> {
  try {
    return (await db.selectFrom("kysely_migration").select("name").execute()).map(({ name }) => name);
  } catch {
    return [];
  }
}
