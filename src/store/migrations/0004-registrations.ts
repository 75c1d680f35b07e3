import type { Kysely, Migration } from "kysely";
import { addSequence } from "./add-sequence.ts";

/** Phones that are registered, by the name of their account. */
export const registrations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("registrations")
      .$call(addSequence(db))
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("document", "text", (column) => column.notNull())
      .execute();
  },
};
