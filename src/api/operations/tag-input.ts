import type { ResourceTag } from "../../store/index.ts";

/** Tags as requests carry them. */
export type TagInput = readonly {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}[];

/** Tags of a request; of several with one key the last counts. */
export function readTags(given: TagInput): readonly ResourceTag[] {
  const values = new Map(given.map(({ Key = "", Value = "" }) => [Key, Value]));
  return [...values].map(([key, value]) => ({ key, value }));
}
