import type { Kysely, Migration } from "kysely";

/** The dialog of each leg, by which a call is found too, its trunk, and how it was answered. */
export const dialogsOfLegs: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("legs").addColumn("sip_call_id", "text").execute();
    await db.schema.alterTable("legs").addColumn("trunk", "text").execute();
    await db.schema.alterTable("legs").addColumn("sip_status", "integer").execute();
    await db.schema.createIndex("legs_by_sip_call_id").on("legs").column("sip_call_id").execute();
  },
};
