/** Who made a record: a request, or the configuration at a start. */
export type RecordOrigin = "api" | "configuration";

/** What a caller of the API keeps with a record. */
export interface ResourceTag {
  readonly key: string;
  readonly value: string;
}
