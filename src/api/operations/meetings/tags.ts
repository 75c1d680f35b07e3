import type { Tag } from "@aws-sdk/client-chime-sdk-meetings";
import type { Meeting } from "../../../store/index.ts";
import { AppError } from "../../../kernel/index.ts";
import { refuse } from "../../refuse.ts";
import { defineOperation, type OperationContext } from "../operation.ts";
import { readTags } from "./meeting-input.ts";

interface TagInput {
  readonly ResourceARN: string;
  readonly Tags: readonly Tag[];
}

interface UntagInput {
  readonly ResourceARN: string;
  readonly TagKeys: readonly string[];
}

/** Most tags of a resource. */
const mostTags = 50;

/** Adds tags to a meeting; one with a key that it has replaces that one. Contract: meetings-tags */
export const tagResource = defineOperation<TagInput>("TagResource", async ({ ResourceARN, Tags }, context) => {
  const added = readTags(Tags);
  const keys = new Set(added.map(({ key }) => key));
  await changeTags(ResourceARN, context, (tags) => [...tags.filter(({ key }) => !keys.has(key)), ...added]);
  return undefined;
});

/** Takes tags from a meeting; keys that it has not are ignored. Contract: meetings-tags */
export const untagResource = defineOperation<UntagInput>("UntagResource", async ({ ResourceARN, TagKeys }, context) => {
  await changeTags(ResourceARN, context, (tags) => tags.filter(({ key }) => !TagKeys.includes(key)));
  return undefined;
});

/** The tags of a meeting. Contract: meetings-tags */
export const listTagsForResource = defineOperation<{ readonly ResourceARN: string }>(
  "ListTagsForResource",
  async ({ ResourceARN }, context) => {
    const { tags } = await findTagged(ResourceARN, context);
    return { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
  },
);

async function changeTags(
  arn: string,
  context: OperationContext,
  change: (tags: Meeting["tags"]) => Meeting["tags"],
): Promise<void> {
  const meeting = await findTagged(arn, context);
  const tags = change(meeting.tags);
  if (tags.length > mostTags) {
    const why = `The meeting would have ${tags.length} tags; it may have at most ${mostTags}.`;
    throw new AppError("API_TOO_MANY_TAGS", why, { details: { resourceName: arn } });
  }
  if (!(await context.meetings.setMeetingTags(meeting.id, tags))) throw noResource(arn);
}

async function findTagged(arn: string, { meetings }: OperationContext): Promise<Meeting> {
  const [, kind, id = ""] = /^arn:[^:]*:chime:[^:]*:[^:]*:([\w-]+)[/:](.+)$/.exec(arn) ?? [];
  if (kind !== undefined && kind !== "meeting") {
    const why =
      "Of what this server has, meetings alone can be tagged; tags of an application are those given to CreateSipMediaApplication.";
    throw refuse("API_NOT_IMPLEMENTED", why);
  }
  const meeting = await meetings.findMeeting(id);
  if (meeting === undefined) throw noResource(arn);
  return meeting;
}

function noResource(arn: string): Error {
  const why = `There is no meeting with the ARN ${JSON.stringify(arn.slice(0, 200))}.`;
  return new AppError("API_NO_RESOURCE", why, { details: { resourceName: arn } });
}
