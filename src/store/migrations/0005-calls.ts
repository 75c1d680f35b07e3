import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** Calls with their legs and invocations, and the processes that run them. */
export const calls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createCalls(db);
    await createLegs(db);
    await createInvocations(db);
    await db.schema
      .createTable("nodes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("seen_at", "bigint", (column) => column.notNull())
      .execute();
  },
};

async function createCalls(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("calls")
    .$call(addSequence(db))
    .addColumn("transaction_id", "text", (column) => column.notNull().unique())
    .addColumn("node_id", "text", (column) => column.notNull())
    .addColumn("application_id", "text", (column) => column.notNull())
    .addColumn("sip_rule_id", "text")
    .addColumn("direction", "text", (column) => column.notNull())
    .addColumn("from_number", "text", (column) => column.notNull())
    .addColumn("to_number", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .addColumn("cause", "text")
    .addColumn("is_taken_over", "integer", (column) => column.notNull())
    .addColumn("state", "text")
    .execute();
  for (const column of ["node_id", "from_number", "to_number", "started_at", "ended_at"]) {
    await db.schema.createIndex(`calls_by_${column}`).on("calls").column(column).execute();
  }
}

async function createLegs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("legs")
    .addColumn("transaction_id", "text", (column) =>
      column.notNull().references("calls.transaction_id").onDelete("cascade"),
    )
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("tag", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("direction", "text", (column) => column.notNull())
    .addColumn("from_number", "text", (column) => column.notNull())
    .addColumn("to_number", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("answered_at", "bigint")
    .addColumn("ended_at", "bigint")
    .addColumn("cause", "text")
    .addPrimaryKeyConstraint("legs_key", ["transaction_id", "id"])
    .execute();
}

async function createInvocations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("invocations")
    .$call(addSequence(db))
    .addColumn("transaction_id", "text", (column) =>
      column.notNull().references("calls.transaction_id").onDelete("cascade"),
    )
    .addColumn("sequence", "integer", (column) => column.notNull())
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("asked_at", "bigint", (column) => column.notNull())
    .addColumn("took_ms", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("why", "text")
    .addColumn("may_repeat", "integer", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("invocations_by_call").on("invocations").column("transaction_id").execute();
}
