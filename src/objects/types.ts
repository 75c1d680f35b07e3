/** One stored object. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Changes whenever the content changes (an S3 ETag; size and time of a file). */
  readonly version: string;
}

/** Buckets of keyed objects. `bucket` and `key` are checked here: nothing outside the root is ever touched. */
export interface ObjectStore {
  /** The version and size without the content; undefined when there is none. */
  head(bucket: string, key: string): Promise<{ readonly version: string; readonly sizeBytes: number } | undefined>;
  /** The object; undefined when there is none. Rejects with `OBJECTS_UNAVAILABLE` when the store cannot be read,
   * `OBJECTS_BAD_NAME` when bucket or key is not allowed. */
  get(bucket: string, key: string): Promise<StoredObject | undefined>;
}
