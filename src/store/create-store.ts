import { AppError, errorCode, errorMessage, type Logger } from "../kernel/index.ts";
import type { StoreDialect } from "./dialect.ts";
import { Kysely } from "./kysely.ts";
import { migrate } from "./migrate.ts";
import { awaitPostgres, type Patience } from "./postgres/await-postgres.ts";
import { createPostgresDialect } from "./postgres/postgres-dialect.ts";
import { describePostgresFault } from "./postgres/postgres-faults.ts";
import { openPostgresPool, type PostgresOptions } from "./postgres/postgres-pool.ts";
import { createApplicationRecords } from "./records/applications.ts";
import { createAttendeeRecords } from "./records/attendees.ts";
import { createCallRecords } from "./records/calls.ts";
import { createDocumentRecords } from "./records/documents.ts";
import { createMeetingRecords } from "./records/meetings.ts";
import { createDetailRecords } from "./records/detail-records.ts";
import { createPhoneNumberRecords } from "./records/phone-numbers.ts";
import { createRuleRecords } from "./records/rules.ts";
import { openSqlite } from "./sqlite/sqlite-dialect.ts";
import type { Db, Tables } from "./tables.ts";
import type { OwnedRecords, Store } from "./types.ts";

export interface StoreOptions {
  /** Path of the SQLite file (its folder is made when absent), or ":memory:" for a store that ends with the process. */
  readonly path: string | ":memory:";
  /** A PostgreSQL database in place of it. */
  readonly postgres?: Omit<PostgresOptions, "log"> | undefined;
  /** How long that one may be away; default: it must answer at once. */
  readonly patience?: Patience | undefined;
  readonly log: Logger;
  /** Whether SQLite has a thread of its own, so that nobody here waits for a disk; default true. Tests that open many have none. */
  readonly hasThread?: boolean;
}

/** Opens the store and brings its tables up to date.
 * Rejects with `STORE_UNAVAILABLE` when the database cannot be opened or was changed by a newer version. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { path, postgres, patience, log } = options;
  const sinceMs = patience?.clock.monotonicMs() ?? 0;
  let db: Db | undefined;
  try {
    const dialect = await openDialect(options);
    db = new Kysely<Tables>({ dialect: dialect.kysely });
    await migrate(db, log);
    return storeOver(db, dialect);
  } catch (error) {
    await db?.destroy();
    const where =
      postgres === undefined
        ? `${path} (its folder is the dataFolder of the configuration) could not be opened: ${errorMessage(error)}`
        : `in PostgreSQL could not be opened${waitedSince(sinceMs, patience)}: ${describePostgresFault(postgres.url, errorCode(error) === "STORE_AWAY" ? (error as Error).cause : error)}`;
    throw new AppError("STORE_UNAVAILABLE", `The store ${where}`, { cause: error });
  }
}

function waitedSince(sinceMs: number, patience: Patience | undefined): string {
  const seconds = Math.round(((patience?.clock.monotonicMs() ?? sinceMs) - sinceMs) / 1_000);
  return seconds === 0 ? "" : ` within ${seconds} s, in which it was asked again and again`;
}

async function openDialect({ path, postgres, patience, log, hasThread = true }: StoreOptions): Promise<StoreDialect> {
  if (postgres === undefined) return openSqlite(path, hasThread);
  const pool = openPostgresPool({ ...postgres, log });
  try {
    await awaitPostgres(async () => (await pool.connect()).release(), { patience, url: postgres.url, log });
    return createPostgresDialect(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function storeOver(db: Db, dialect: StoreDialect): Store {
  return {
    meetings: createMeetingRecords(db, dialect),
    attendees: createAttendeeRecords(db, dialect),
    registrations: createDocumentRecords(db, dialect, "registrations"),
    calls: createCallRecords(db, dialect),
    detailRecords: createDetailRecords(db),
    ...ownedRecordsOver(db, dialect),
    atomically: (work) =>
      db.transaction().execute(async (transaction) => {
        await dialect.holdTables(transaction, ownedTables);
        return work(ownedRecordsOver(transaction, dialect));
      }),
    async close() {
      await dialect.begunCalls?.close();
      await db.destroy();
    },
  };
}

const ownedTables: readonly (keyof Tables)[] = [
  ...(["applications", "rules", "rule_targets"] as const),
  ...(["phone_numbers", "phone_number_orders", "voice_connectors"] as const),
  ...(["voice_connector_groups", "account_settings"] as const),
];

function ownedRecordsOver(db: Db, dialect: StoreDialect): OwnedRecords {
  return {
    applications: createApplicationRecords(db, dialect),
    rules: createRuleRecords(db, dialect),
    numbers: createPhoneNumberRecords(db, dialect),
    orders: createDocumentRecords(db, dialect, "phone_number_orders"),
    connectors: createDocumentRecords(db, dialect, "voice_connectors"),
    groups: createDocumentRecords(db, dialect, "voice_connector_groups"),
    settings: createDocumentRecords(db, dialect, "account_settings"),
  };
}
