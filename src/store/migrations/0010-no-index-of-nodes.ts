import type { Kysely, Migration } from "kysely";

/** Calls are looked for by the processes that have them not, with which no index helps: a page of the database less for each call. */
export const noIndexOfNodes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.dropIndex("calls_by_node_id").execute();
  },
};
