import type { RecordOrigin, ResourceTag } from "../../store/index.ts";

/** A structure that tells whether offhook.yaml made it: a member that the service has not, and clients ignore. */
export type Marked<Structure> = Structure & { readonly Configured?: true };

/** The mark of what offhook.yaml names. Contract: api-configured-marked */
export function configuredMark({ origin }: { readonly origin: RecordOrigin }): { readonly Configured?: true } {
  return origin === "configuration" ? { Configured: true } : {};
}

/** Key of the tag by which clients that drop what they do not know see the same. */
export const configuredTagKey = "offhook:configured";

/** The tags that a listing shows. */
export function shownTags(record: {
  readonly origin: RecordOrigin;
  readonly tags: readonly ResourceTag[];
}): readonly ResourceTag[] {
  return record.origin === "configuration" ? [...record.tags, { key: configuredTagKey, value: "true" }] : record.tags;
}
