import { migrations } from "../migrations/index.ts";
import { describePostgresFault, withoutSecrets } from "./postgres-faults.ts";
import { openPostgresPool, type PostgresOptions } from "./postgres-pool.ts";

/** Why a server could not use a PostgreSQL database, and what would be right; undefined: it could. Nothing is changed there. */
export async function whyNoDatabase(options: PostgresOptions): Promise<string | undefined> {
  const pool = openPostgresPool(options);
  try {
    const client = await pool.connect();
    try {
      const ask = async (text: string) => (await client.query<Record<string, unknown>>(text, [])).rows;
      const [found] = await ask(
        "select to_regclass('kysely_migration') is not null as used, current_user as name, has_schema_privilege(current_schema(), 'create') as may",
      );
      if (found?.["may"] !== true)
        return `${withoutSecrets(options.url)}: the user ${String(found?.["name"])} may make no tables there. Right would be the owner of the database: createdb --owner USER NAME makes one`;
      if (found["used"] !== true) return undefined;
      const done = (await ask("select name from kysely_migration")).map(({ name }) => String(name));
      const unknown = done.filter((name) => !Object.hasOwn(migrations, name));
      return unknown.length === 0
        ? undefined
        : `${withoutSecrets(options.url)}: a newer version of Offhook has changed the database (${unknown.join(", ")}). Right would be that version, or a copy of the database from before`;
    } finally {
      client.release();
    }
  } catch (error) {
    return describePostgresFault(options.url, error);
  } finally {
    await pool.end();
  }
}
