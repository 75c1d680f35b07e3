import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** What is searched for in calls, what was told of each, and the records of its legs that are owed to a bucket. */
export const callRecords: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("calls").addColumn("end_type", "text").execute();
    await db.schema
      .alterTable("calls")
      .addColumn("is_redacted", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await indexCalls(db);
    await db.schema
      .createTable("call_facts")
      .$call(addSequence(db))
      .addColumn("transaction_id", "text", (column) =>
        column.notNull().references("calls.transaction_id").onDelete("cascade"),
      )
      .addColumn("facts", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("call_facts_by_call").on("call_facts").column("transaction_id").execute();
    await db.schema
      .createTable("detail_records")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("transaction_id", "text", (column) => column.notNull())
      .addColumn("node_id", "text", (column) => column.notNull())
      .addColumn("bucket", "text", (column) => column.notNull())
      .addColumn("object_key", "text", (column) => column.notNull())
      .addColumn("document", "text", (column) => column.notNull())
      .execute();
  },
};

/** Calls are read from the latest on, all of them or those of a number. What ended before a time began before it, so that the end needs no index, and the row that is
 * written at the end none of an index. */
async function indexCalls(db: Kysely<unknown>): Promise<void> {
  for (const column of ["from_number", "to_number", "started_at", "ended_at"])
    await db.schema.dropIndex(`calls_by_${column}`).execute();
  await db.schema.createIndex("calls_by_start").on("calls").columns(["started_at", "seq"]).execute();
  for (const party of ["from", "to"])
    await db.schema
      .createIndex(`calls_${party}_by_start`)
      .on("calls")
      .columns([`${party}_number`, "started_at", "seq"])
      .execute();
  await db.schema.createIndex("legs_by_id").on("legs").column("id").execute();
}
