import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** The inventory of numbers, orders, Voice Connectors, their groups, settings of the account, and a switch of applications. */
export const numbersAndConnectors: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createPhoneNumbers(db);
    for (const table of ["phone_number_orders", "voice_connectors", "voice_connector_groups", "account_settings"]) {
      await db.schema
        .createTable(table)
        .$call(addSequence(db))
        .addColumn("id", "text", (column) => column.notNull().unique())
        .addColumn("document", "text", (column) => column.notNull())
        .execute();
    }
    await db.schema
      .alterTable("applications")
      .addColumn("message_logs", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};

async function createPhoneNumbers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("phone_numbers")
    .$call(addSequence(db))
    .addColumn("e164", "text", (column) => column.notNull().unique())
    .addColumn("product", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("calling_name", "text", (column) => column.notNull())
    .addColumn("calling_name_at", "bigint")
    .addColumn("owner_kind", "text")
    .addColumn("owner_id", "text")
    .addColumn("owner_at", "bigint")
    .addColumn("order_id", "text")
    .addColumn("tags", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("deleted_at", "bigint")
    .execute();
  await db.schema
    .createIndex("phone_numbers_by_owner")
    .on("phone_numbers")
    .columns(["owner_id", "owner_kind"])
    .execute();
}
