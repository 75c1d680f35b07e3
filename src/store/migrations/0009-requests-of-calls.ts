import type { Kysely, Migration } from "kysely";

/** The request of the API that made a call: no other one is made by the same. */
export const requestsOfCalls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("calls").addColumn("request_key", "text").execute();
    await db.schema
      .createIndex("calls_by_request_key")
      .on("calls")
      .column("request_key")
      .unique()
      .where("request_key" as never, "is not", null)
      .execute();
  },
};
