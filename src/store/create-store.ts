import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, Migrator } from "./kysely.ts";
import { AppError, errorMessage, type Logger } from "../kernel/index.ts";
import { openSqlite, type StoreDialect } from "./dialect.ts";
import { migrations } from "./migrations/index.ts";
import { createApplicationRecords } from "./records/applications.ts";
import { createAttendeeRecords } from "./records/attendees.ts";
import { createDocumentRecords } from "./records/documents.ts";
import { createMeetingRecords } from "./records/meetings.ts";
import { createPhoneNumberRecords } from "./records/phone-numbers.ts";
import { createRuleRecords } from "./records/rules.ts";
import type { Db, Tables } from "./tables.ts";
import type { OwnedRecords, Store } from "./types.ts";

export interface StoreOptions {
  /** Path of the SQLite file (its folder is made when absent), or ":memory:" for a store that ends with the process. */
  readonly path: string | ":memory:";
  readonly log: Logger;
}

/** Opens the store and brings its tables up to date.
 * Rejects with `STORE_UNAVAILABLE` when the file cannot be opened or was written by a newer version. */
export async function createStore({ path, log }: StoreOptions): Promise<Store> {
  let db: Db | undefined;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    const dialect = openSqlite(path);
    db = new Kysely<Tables>({ dialect: dialect.kysely });
    await migrate(db, log);
    return storeOver(db, dialect);
  } catch (error) {
    await db?.destroy();
    throw new AppError(
      "STORE_UNAVAILABLE",
      `The store ${path} could not be opened (its folder is the dataFolder of the configuration): ${errorMessage(error)}`,
      {
        cause: error,
        details: { path },
      },
    );
  }
}

function storeOver(db: Db, dialect: StoreDialect): Store {
  return {
    applications: createApplicationRecords(db, dialect),
    rules: createRuleRecords(db, dialect),
    meetings: createMeetingRecords(db, dialect),
    attendees: createAttendeeRecords(db, dialect),
    ...ownedRecordsOver(db, dialect),
    atomically: (work) => db.transaction().execute((transaction) => work(ownedRecordsOver(transaction, dialect))),
    close: () => db.destroy(),
  };
}

function ownedRecordsOver(db: Db, dialect: StoreDialect): OwnedRecords {
  return {
    numbers: createPhoneNumberRecords(db, dialect),
    orders: createDocumentRecords(db, dialect, "phone_number_orders"),
    connectors: createDocumentRecords(db, dialect, "voice_connectors"),
    groups: createDocumentRecords(db, dialect, "voice_connector_groups"),
    settings: createDocumentRecords(db, dialect, "account_settings"),
  };
}

async function migrate(db: Db, log: Logger): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results ?? []) log.info({ migrationName, status }, "store migration");
  if (error !== undefined) throw error instanceof Error ? error : new Error(errorMessage(error));
}
