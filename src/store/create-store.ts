import { AppError, errorMessage, type Logger } from "../kernel/index.ts";
import type { StoreDialect } from "./dialect.ts";
import { Kysely } from "./kysely.ts";
import { migrate } from "./migrate.ts";
import { createApplicationRecords } from "./records/applications.ts";
import { createAttendeeRecords } from "./records/attendees.ts";
import { createDocumentRecords } from "./records/documents.ts";
import { createMeetingRecords } from "./records/meetings.ts";
import { createPhoneNumberRecords } from "./records/phone-numbers.ts";
import { createRuleRecords } from "./records/rules.ts";
import { openSqlite } from "./sqlite/sqlite-dialect.ts";
import type { Db, Tables } from "./tables.ts";
import type { OwnedRecords, Store } from "./types.ts";

export interface StoreOptions {
  /** Path of the SQLite file (its folder is made when absent), or ":memory:" for a store that ends with the process. */
  readonly path: string | ":memory:";
  readonly log: Logger;
  /** Whether SQLite has a thread of its own, so that nobody here waits for a disk; default true. Tests that open many have none. */
  readonly hasThread?: boolean;
}

/** Opens the store and brings its tables up to date.
 * Rejects with `STORE_UNAVAILABLE` when the file cannot be opened or was written by a newer version. */
export async function createStore({ path, log, hasThread = true }: StoreOptions): Promise<Store> {
  let db: Db | undefined;
  try {
    const dialect = await openSqlite(path, hasThread);
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
    registrations: createDocumentRecords(db, dialect, "registrations"),
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
