/** One stored object. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Changes whenever the content changes (an S3 ETag; size and time of a file). */
  readonly version: string;
}

/** Some bytes of an object, at least one. */
export interface ObjectPart {
  readonly start: number;
  readonly length: number;
}

/** What is known of an object without its content. */
export interface ObjectHead {
  readonly version: string;
  readonly sizeBytes: number;
}

/** Buckets of keyed objects. `bucket` and `key` are checked here: nothing outside the root is ever touched. */
export interface ObjectStore {
  /** The version and size without the content; undefined when there is none. Whether it may be read is told by `get`. Rejects as that does. */
  head(bucket: string, key: string): Promise<ObjectHead | undefined>;
  /** The object; undefined when there is none. Rejects with `OBJECTS_AWAY` when the store does not answer, `OBJECTS_UNAVAILABLE` when it
   * does and the object cannot be read, `OBJECTS_TOO_LARGE`, and `OBJECTS_BAD_NAME` when bucket or key is not allowed.
   * @param part the bytes that are wanted, or what there is of them; default: all */
  get(bucket: string, key: string, part?: ObjectPart): Promise<StoredObject | undefined>;
  /** Where the object is looked for, for people. */
  path(bucket: string, key: string): string;
  /** Makes sure that an object could be put there now. Rejects as `put` does. */
  prepare(bucket: string, key: string): Promise<Prepared>;
  /** Moves a whole file in as an object, over the one that was there; `fromFile` is gone then. A reader sees the old object or the new one,
   * never a part. The bucket comes into being with its first object, unless the store makes none: then it rejects with `OBJECTS_NO_BUCKET`.
   * Rejects with `OBJECTS_WRITE_FAILED` (`retry` says whether it may succeed later; `fromFile` is still there) and `OBJECTS_BAD_NAME`.
   * @param metadata user metadata as of S3; in a folder it is kept in a hidden file beside the object, `.<name>.metadata.json` */
  put(bucket: string, key: string, fromFile: string, metadata: ObjectMetadata): Promise<void>;
  /** The metadata that the object was put with; empty when there is none. Rejects as `get`. */
  metadata(bucket: string, key: string): Promise<ObjectMetadata>;
  /** Removes the object and its metadata; nothing when there is none. Rejects as `put`. */
  delete(bucket: string, key: string): Promise<void>;
  /** Gives back connections. */
  close(): Promise<void>;
}

/** A place for an object. */
export interface Prepared {
  /** The place of the bucket, when it is one that this process has made, since nobody else has asked for it. It is told once. */
  readonly madeBucket: string | undefined;
}

/** How a folder store treats buckets. */
export interface FolderStoreOptions {
  /** A bucket that does not exist comes into being with its first object. Default true. */
  readonly createsBuckets?: boolean;
}

/** Names and values of user metadata. */
export type ObjectMetadata = Readonly<Record<string, string>>;
