import { AppError } from "../../kernel/index.ts";
import type { ResourceTag } from "../../store/index.ts";
import { refuse } from "../refuse.ts";
import { configuredTagKey } from "../wire/origin-mark.ts";
import { defineOperation, type OperationContext } from "./operation.ts";
import { readTags, type TagInput } from "./tag-input.ts";
import { findTagged, type Tagged } from "./tagged-resources.ts";

interface TagRequest {
  readonly ResourceARN: string;
  readonly Tags: TagInput;
}

interface UntagRequest {
  readonly ResourceARN: string;
  readonly TagKeys: readonly string[];
}

/** Most tags of a resource. */
const mostTags = 50;

/** Adds tags to a resource; one with a key that it has replaces that one. Contract: meetings-tags, api-tags */
export const tagResource = defineOperation<TagRequest>("TagResource", async ({ ResourceARN, Tags }, context) => {
  const added = readTags(Tags);
  const keys = new Set(added.map(({ key }) => key));
  if (keys.has(configuredTagKey)) {
    throw refuse("API_BAD_REQUEST", `Tags has the key ${configuredTagKey}, which this server keeps for itself.`);
  }
  await changeTags(ResourceARN, context, (tags) => [...tags.filter(({ key }) => !keys.has(key)), ...added]);
  return undefined;
});

/** Takes tags from a resource; keys that it has not are ignored. Contract: meetings-tags, api-tags */
export const untagResource = defineOperation<UntagRequest>(
  "UntagResource",
  async ({ ResourceARN, TagKeys }, context) => {
    await changeTags(ResourceARN, context, (tags) => tags.filter(({ key }) => !TagKeys.includes(key)));
    return undefined;
  },
);

/** The tags of a resource. Contract: meetings-tags, api-tags */
export const listTagsForResource = defineOperation<{ readonly ResourceARN: string }>(
  "ListTagsForResource",
  async ({ ResourceARN }, context) => {
    const { shown } = await findTagged(ResourceARN, context);
    return { Tags: shown.map(({ key, value }) => ({ Key: key, Value: value })) };
  },
);

async function changeTags(
  arn: string,
  context: OperationContext,
  change: (tags: readonly ResourceTag[]) => readonly ResourceTag[],
): Promise<void> {
  const found = await findTagged(arn, context);
  await found.change((before) => {
    const tags = change(before);
    if (tags.length > mostTags) throw tooMany(found, arn, tags.length);
    return tags;
  });
}

/** Each service has its own name for it. */
function tooMany({ what, service }: Tagged, arn: string, count: number): Error {
  const why = `The ${what} would have ${count} tags; it may have at most ${mostTags}.`;
  if (service === "voice") return new AppError("API_LIMIT_EXCEEDED", why, { details: { service } });
  return new AppError("API_TOO_MANY_TAGS", why, { details: { resourceName: arn } });
}
