import type { Kysely, Migration } from "kysely";

/** What each process says of itself: where it listens, what it has to do. */
export const nodes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("nodes").addColumn("card", "text").execute();
  },
};
