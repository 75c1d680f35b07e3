/** Call detail records: one for each leg, or for each call of a Voice Connector, owed from its end until it is in the bucket of the account. */
export { createDetailRecords, type DetailRecords } from "./create-detail-records.ts";
export type { ConnectorFacts } from "./connector-record.ts";
export type { LegFacts } from "./leg-record.ts";
