import type { CreateMeetingCommandInput, Meeting as WireMeeting } from "@aws-sdk/client-chime-sdk-meetings";
import type { NewMeeting } from "../../../meetings/index.ts";
import type { Meeting, MeetingFeatures, MeetingNotifications } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { toWireMeeting } from "../../wire/meeting-shapes.ts";
import type { OperationContext, RequestFacts } from "../operation.ts";
import { readTags } from "../tag-input.ts";

/** What both operations that make a meeting are given. */
export type MeetingInput = CreateMeetingCommandInput;

/** Makes the meeting that is asked for, or finds the one that an earlier request with the same ClientRequestToken made.
 * Contract: meetings-get-or-create, meetings-request-token-conflict, meetings-limit */
export async function getOrCreateMeeting(
  input: MeetingInput,
  { meetings, region }: OperationContext,
): Promise<Meeting> {
  const outcome = await meetings.createMeeting(readMeeting(input, region));
  switch (outcome.type) {
    case "created":
    case "existing":
      return outcome.meeting;
    case "conflict":
      throw refuse(
        "API_CONFLICT",
        "ClientRequestToken was used for a meeting with other parameters, which has not ended; another meeting needs another token.",
      );
    case "full":
      throw refuse(
        "API_LIMIT_EXCEEDED",
        `There are ${outcome.limit} meetings, as many as meetings.maxMeetings in the configuration allows.`,
      );
    default:
      return outcome satisfies never;
  }
}

/** The meeting in the form of the answer. */
export function answerMeeting(meeting: Meeting, context: OperationContext, facts: RequestFacts): WireMeeting {
  const { region, accountId } = context;
  return toWireMeeting(meeting, { region, accountId, mediaUrl: context.meetingsUrl ?? facts.ownUrl });
}

/** Contract: meetings-replica, meetings-high-resolution */
function readMeeting(input: MeetingInput, defaultRegion: string): NewMeeting {
  if (input.PrimaryMeetingId !== undefined) {
    throw refuse(
      "API_BAD_REQUEST",
      "PrimaryMeetingId must be absent: replicas of meetings are not available in this server.",
    );
  }
  return {
    requestToken: input.ClientRequestToken ?? "",
    externalMeetingId: input.ExternalMeetingId,
    mediaRegion: input.MediaRegion ?? defaultRegion,
    hostId: input.MeetingHostId,
    features: readFeatures(input.MeetingFeatures),
    notifications: readNotifications(input.NotificationsConfiguration),
    tenantIds: input.TenantIds ?? [],
    tags: readTags(input.Tags ?? []),
  };
}

function readFeatures(given: MeetingInput["MeetingFeatures"]): MeetingFeatures {
  const [video, content] = [given?.Video?.MaxResolution, given?.Content?.MaxResolution];
  const maxAttendees = given?.Attendee?.MaxCount;
  if ((video === "FHD" || content === "UHD") && (maxAttendees === undefined || maxAttendees >= 250)) {
    throw refuse(
      "API_BAD_REQUEST",
      `MeetingFeatures.${video === "FHD" ? "Video" : "Content"}.MaxResolution is "${video === "FHD" ? video : content}", which needs MeetingFeatures.Attendee.MaxCount to be given and below 250.`,
    );
  }
  return {
    ...(given?.Audio?.EchoReduction === undefined ? {} : { echoReduction: given.Audio.EchoReduction }),
    ...(video === undefined ? {} : { maxVideoResolution: video }),
    ...(content === undefined ? {} : { maxContentResolution: content }),
    ...(maxAttendees === undefined ? {} : { maxAttendees }),
  };
}

function readNotifications(given: MeetingInput["NotificationsConfiguration"]): MeetingNotifications {
  return {
    ...(given?.LambdaFunctionArn === undefined ? {} : { functionArn: given.LambdaFunctionArn }),
    ...(given?.SnsTopicArn === undefined ? {} : { topicArn: given.SnsTopicArn }),
    ...(given?.SqsQueueArn === undefined ? {} : { queueArn: given.SqsQueueArn }),
  };
}
