import { oneOf, type Constraint } from "./constraint.ts";

const guid: Constraint = {
  rule: "an id as this API gives it, for example 5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20",
  pattern: /^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/,
};
/** What callers of the API call a meeting, its host or an attendee. */
export const externalId: Constraint = {
  rule: `2 to 64 characters out of Latin letters, digits, white space and -_&@+=,(){}[]/«».:|'"#, not beginning with "aws:"`,
  length: [2, 64],
  pattern: /^(?!aws:)[\p{Script=Latin}\d\s\-_&@+=,(){}[\]/«».:|'"#]*$/iu,
};
const arn: Constraint = {
  rule: "an ARN of 1 to 1024 characters, for example arn:aws:lambda:us-east-1:000000000000:function:hello",
  length: [1, 1_024],
  pattern: /^arn[/:\-_.a-zA-Z0-9]+$/,
};
const resourceArn: Constraint = { rule: "an ARN of 1 to 1011 characters", length: [1, 1_011], pattern: /^arn:/ };
const tags: Constraint = { rule: "a list of at most 50 tags", entries: [0, 50] };
const maxResults: Constraint = { rule: "a whole number from 1 to 100", range: [1, 100] };
const nextToken: Constraint = { rule: "the NextToken of an earlier answer", length: [0, 4_096], emptyIsAbsent: true };
const capabilities: Constraint = { rule: "an object with Audio, Video and Content" };
const features: Constraint = { rule: "an object" };

/** What both operations that make a meeting take. */
const newMeeting = (structure: string): Readonly<Record<string, Constraint>> => ({
  [`${structure}.ClientRequestToken`]: {
    rule: '2 to 64 characters out of letters, digits, "-" and "_"',
    required: true,
    length: [2, 64],
    pattern: /^[-_a-zA-Z0-9]*$/,
  },
  [`${structure}.MediaRegion`]: { rule: "2 to 64 characters, for example us-east-1", length: [2, 64] },
  [`${structure}.MeetingHostId`]: externalId,
  [`${structure}.ExternalMeetingId`]: externalId,
  [`${structure}.NotificationsConfiguration`]: { rule: "an object with ARNs" },
  [`${structure}.MeetingFeatures`]: features,
  [`${structure}.PrimaryMeetingId`]: { rule: "2 to 64 characters", length: [2, 64] },
  [`${structure}.TenantIds`]: {
    rule: "a list of 1 to 5 ids, each of 2 to 256 letters, digits, -_!@#$, with no character four times running",
    entries: [1, 5],
    item: {
      rule: "2 to 256 letters, digits, -_!@#$, with no character four times running",
      length: [2, 256],
      pattern: /^(?!.*(.)\1{3})[-_!@#$a-zA-Z0-9]*$/,
    },
  },
  [`${structure}.Tags`]: tags,
  [`${structure}.MediaPlacementNetworkType`]: oneOf("MediaPlacementNetworkType"),
});

/** Constraints of the meetings service, as `constraints`. Source: the service model of 2021-07-15. The settings of engines for transcription have
 * none, since no engine is here. Contract: meetings-checked-here */
export const meetingConstraints: Readonly<Record<string, Constraint>> = {
  ...newMeeting("CreateMeetingRequest"),
  ...newMeeting("CreateMeetingWithAttendeesRequest"),
  "CreateMeetingWithAttendeesRequest.Attendees": { rule: "a list of 1 to 20 attendees", entries: [1, 20] },
  "BatchCreateAttendeeRequest.Attendees": { rule: "a list of 1 to 100 attendees", entries: [1, 100] },
  "BatchUpdateAttendeeCapabilitiesExceptRequest.ExcludedAttendeeIds": {
    rule: "a list of 1 to 250 attendees",
    entries: [1, 250],
  },
  "BatchUpdateAttendeeCapabilitiesExceptRequest.Capabilities": capabilities,
  "UpdateAttendeeCapabilitiesRequest.Capabilities": capabilities,
  "CreateAttendeeRequest.ExternalUserId": externalId,
  "CreateAttendeeRequest.Capabilities": capabilities,
  // One that is wrong is told among the errors of its batch.
  "CreateAttendeeRequestItem.ExternalUserId": { rule: "a string" },
  "CreateAttendeeRequestItem.Capabilities": capabilities,
  "ListAttendeesRequest.MaxResults": maxResults,
  "ListAttendeesRequest.NextToken": nextToken,
  "ListMeetingsRequest.MaxResults": maxResults,
  "ListMeetingsRequest.NextToken": nextToken,
  ...Object.fromEntries(
    [
      "BatchCreateAttendee",
      "BatchUpdateAttendeeCapabilitiesExcept",
      "CreateAttendee",
      "DeleteAttendee",
      "DeleteMeeting",
      "GetAttendee",
      "GetMeeting",
      "ListAttendees",
      "StartMeetingTranscription",
      "StopMeetingTranscription",
      "UpdateAttendeeCapabilities",
    ].map((operation) => [`${operation}Request.MeetingId`, guid]),
  ),
  "DeleteAttendeeRequest.AttendeeId": guid,
  "GetAttendeeRequest.AttendeeId": guid,
  "UpdateAttendeeCapabilitiesRequest.AttendeeId": guid,
  "AttendeeIdItem.AttendeeId": guid,
  "StartMeetingTranscriptionRequest.TranscriptionConfiguration": { rule: "an object" },

  "AttendeeCapabilities.Audio": oneOf("MediaCapabilities"),
  "AttendeeCapabilities.Video": oneOf("MediaCapabilities"),
  "AttendeeCapabilities.Content": oneOf("MediaCapabilities"),
  "NotificationsConfiguration.LambdaFunctionArn": arn,
  "NotificationsConfiguration.SnsTopicArn": arn,
  "NotificationsConfiguration.SqsQueueArn": arn,
  "MeetingFeaturesConfiguration.Audio": features,
  "MeetingFeaturesConfiguration.Video": features,
  "MeetingFeaturesConfiguration.Content": features,
  "MeetingFeaturesConfiguration.Attendee": features,
  "AudioFeatures.EchoReduction": oneOf("MeetingFeatureStatus"),
  "VideoFeatures.MaxResolution": oneOf("VideoResolution"),
  "ContentFeatures.MaxResolution": oneOf("ContentResolution"),
  "AttendeeFeatures.MaxCount": { rule: "a whole number from 1 to 250", range: [1, 250] },

  "TagResourceRequest.ResourceARN": resourceArn,
  "TagResourceRequest.Tags": tags,
  "UntagResourceRequest.ResourceARN": resourceArn,
  "UntagResourceRequest.TagKeys": {
    rule: "a list of at most 50 keys of 1 to 128 characters",
    entries: [0, 50],
    item: { rule: "1 to 128 characters", length: [1, 128] },
  },
  "ListTagsForResourceRequest.ResourceARN": resourceArn,
};
