import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** Meetings that have not ended, and their attendees. */
export const meetings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("meetings")
      .$call(addSequence(db))
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("external_id", "text")
      .addColumn("media_region", "text", (column) => column.notNull())
      .addColumn("host_id", "text")
      .addColumn("features", "text", (column) => column.notNull())
      .addColumn("notifications", "text", (column) => column.notNull())
      .addColumn("tenant_ids", "text", (column) => column.notNull())
      .addColumn("tags", "text", (column) => column.notNull())
      .addColumn("token_hash", "text", (column) => column.notNull().unique())
      .addColumn("request_hash", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("attendees")
      .$call(addSequence(db))
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("meeting_id", "text", (column) => column.notNull().references("meetings.id").onDelete("cascade"))
      .addColumn("external_user_id", "text", (column) => column.notNull())
      .addColumn("audio", "text", (column) => column.notNull())
      .addColumn("video", "text", (column) => column.notNull())
      .addColumn("content", "text", (column) => column.notNull())
      .addUniqueConstraint("attendees_name_unique", ["meeting_id", "external_user_id"])
      .execute();
    await db.schema.createIndex("attendees_by_meeting").on("attendees").columns(["meeting_id", "seq"]).execute();
  },
};
