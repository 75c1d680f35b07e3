/** Call detail records: one for each leg, owed from the end of the leg until it is in the bucket of the account. */
export { createDetailRecords, type DetailRecords } from "./create-detail-records.ts";
export type { LegFacts } from "./leg-record.ts";
