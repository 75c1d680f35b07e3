import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** The first tables: applications, rules and the targets of rules. */
export const applicationsAndRules: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createApplications(db);
    await createRules(db);
    await createRuleTargets(db);
  },
};

async function createApplications(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("applications")
    .$call(addSequence(db))
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("function_arn", "text", (column) => column.notNull())
    .addColumn("tags", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rules")
    .$call(addSequence(db))
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("disabled", "integer", (column) => column.notNull())
    .addColumn("trigger_type", "text", (column) => column.notNull())
    .addColumn("trigger_value", "text", (column) => column.notNull())
    .addColumn("trigger_key", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("rules_trigger_unique", ["trigger_type", "trigger_key"])
    .execute();
}

async function createRuleTargets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rule_targets")
    .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id").onDelete("cascade"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("application_id", "text", (column) => column.notNull().references("applications.id"))
    .addColumn("priority", "integer", (column) => column.notNull())
    .addColumn("region", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("rule_targets_key", ["rule_id", "position"])
    .execute();
  await db.schema
    .createIndex("rule_targets_by_application")
    .on("rule_targets")
    .columns(["application_id", "rule_id"])
    .execute();
}
