import type { ObjectStore } from "./types.ts";

/** A store, and the buckets that are there: names, or beginnings of names with * behind. */
export interface StoreOfBuckets {
  readonly buckets: readonly string[];
  readonly store: ObjectStore;
}

/** One store over several: each bucket is in the first that names it, all others in `rest`. */
export function joinStores(stores: readonly StoreOfBuckets[], rest: ObjectStore): ObjectStore {
  if (stores.length === 0) return rest;
  const of = (bucket: string): ObjectStore => stores.find((one) => one.buckets.some(isMeant(bucket)))?.store ?? rest;
  return {
    head: (bucket, key) => of(bucket).head(bucket, key),
    get: (bucket, key, part) => of(bucket).get(bucket, key, part),
    path: (bucket, key) => of(bucket).path(bucket, key),
    prepare: (bucket, key) => of(bucket).prepare(bucket, key),
    put: (bucket, key, fromFile, metadata) => of(bucket).put(bucket, key, fromFile, metadata),
    metadata: (bucket, key) => of(bucket).metadata(bucket, key),
    delete: (bucket, key) => of(bucket).delete(bucket, key),
    close: async () => void (await Promise.all([...stores.map(({ store }) => store), rest].map((one) => one.close()))),
  };
}

function isMeant(bucket: string): (pattern: string) => boolean {
  return (pattern) => (pattern.endsWith("*") ? bucket.startsWith(pattern.slice(0, -1)) : bucket === pattern);
}
