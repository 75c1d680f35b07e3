import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modelOf, type OperationModel } from "./model.ts";
import { AppError } from "../../kernel/index.ts";
import { apiErrors } from "../errors.ts";
import { allWireErrors, toWireError } from "./wire-error.ts";

/** Operations as the model of the service has them; a star marks a required member. Contract: api-routes */
const rows = `
POST /sip-media-applications 201 CreateSipMediaApplication AwsRegion*:body Name*:body Endpoints*:body Tags:body
POST /sip-media-applications/{SipMediaApplicationId}/calls 201 CreateSipMediaApplicationCall FromPhoneNumber*:body ToPhoneNumber*:body SipMediaApplicationId*:path SipHeaders:body ArgumentsMap:body
POST /sip-rules 201 CreateSipRule Name*:body TriggerType*:body TriggerValue*:body TargetApplications*:body Disabled:body
DELETE /sip-media-applications/{SipMediaApplicationId} 204 DeleteSipMediaApplication SipMediaApplicationId*:path
DELETE /sip-rules/{SipRuleId} 204 DeleteSipRule SipRuleId*:path
GET /sip-media-applications/{SipMediaApplicationId} 200 GetSipMediaApplication SipMediaApplicationId*:path
GET /sip-media-applications/{SipMediaApplicationId}/alexa-skill-configuration 200 GetSipMediaApplicationAlexaSkillConfiguration SipMediaApplicationId*:path
GET /sip-media-applications/{SipMediaApplicationId}/logging-configuration 200 GetSipMediaApplicationLoggingConfiguration SipMediaApplicationId*:path
GET /sip-rules/{SipRuleId} 200 GetSipRule SipRuleId*:path
GET /sip-media-applications 200 ListSipMediaApplications MaxResults:max-results NextToken:next-token
GET /sip-rules 200 ListSipRules SipMediaApplicationId:sip-media-application MaxResults:max-results NextToken:next-token
PUT /sip-media-applications/{SipMediaApplicationId}/alexa-skill-configuration 200 PutSipMediaApplicationAlexaSkillConfiguration SipMediaApplicationId*:path SipMediaApplicationAlexaSkillConfiguration:body
PUT /sip-media-applications/{SipMediaApplicationId}/logging-configuration 200 PutSipMediaApplicationLoggingConfiguration SipMediaApplicationId*:path SipMediaApplicationLoggingConfiguration:body
PUT /sip-media-applications/{SipMediaApplicationId} 200 UpdateSipMediaApplication SipMediaApplicationId*:path Name:body Endpoints:body
POST /sip-media-applications/{SipMediaApplicationId}/calls/{TransactionId} 202 UpdateSipMediaApplicationCall SipMediaApplicationId*:path TransactionId*:path Arguments*:body
PUT /sip-rules/{SipRuleId} 202 UpdateSipRule SipRuleId*:path Name*:body Disabled:body TargetApplications:body
`;

/** The same of the meetings service. Contract: meetings-routes */
const meetingRows = `
POST /meetings/{MeetingId}/attendees?operation=batch-create 200 BatchCreateAttendee MeetingId*:path Attendees*:body
PUT /meetings/{MeetingId}/attendees/capabilities?operation=batch-update-except 200 BatchUpdateAttendeeCapabilitiesExcept MeetingId*:path ExcludedAttendeeIds*:body Capabilities*:body
POST /meetings/{MeetingId}/attendees 200 CreateAttendee MeetingId*:path ExternalUserId*:body Capabilities:body
POST /meetings 200 CreateMeeting MediaRegion*:body ExternalMeetingId*:body ClientRequestToken:body MeetingHostId:body NotificationsConfiguration:body MeetingFeatures:body PrimaryMeetingId:body TenantIds:body Tags:body MediaPlacementNetworkType:body
POST /meetings?operation=create-attendees 200 CreateMeetingWithAttendees MediaRegion*:body ExternalMeetingId*:body Attendees*:body ClientRequestToken:body MeetingHostId:body MeetingFeatures:body NotificationsConfiguration:body PrimaryMeetingId:body TenantIds:body Tags:body MediaPlacementNetworkType:body
DELETE /meetings/{MeetingId}/attendees/{AttendeeId} 204 DeleteAttendee MeetingId*:path AttendeeId*:path
DELETE /meetings/{MeetingId} 204 DeleteMeeting MeetingId*:path
GET /meetings/{MeetingId}/attendees/{AttendeeId} 200 GetAttendee MeetingId*:path AttendeeId*:path
GET /meetings/{MeetingId} 200 GetMeeting MeetingId*:path
GET /meetings/{MeetingId}/attendees 200 ListAttendees MeetingId*:path NextToken:next-token MaxResults:max-results
GET /tags 200 ListTagsForResource ResourceARN*:arn
POST /meetings/{MeetingId}/transcription?operation=start 200 StartMeetingTranscription MeetingId*:path TranscriptionConfiguration*:body
POST /meetings/{MeetingId}/transcription?operation=stop 200 StopMeetingTranscription MeetingId*:path
POST /tags?operation=tag-resource 204 TagResource ResourceARN*:body Tags*:body
POST /tags?operation=untag-resource 204 UntagResource ResourceARN*:body TagKeys*:body
PUT /meetings/{MeetingId}/attendees/{AttendeeId}/capabilities 200 UpdateAttendeeCapabilities MeetingId*:path AttendeeId*:path Capabilities*:body
`;

/** Operations in the form of these rows. */
function rowsOf(operations: readonly OperationModel[]): string[] {
  return operations
    .map(({ method, path, staticQuery, successStatus, name, input }) => {
      const members = input.map(({ name: member, required, binding }) => {
        return `${member}${required ? "*" : ""}:${binding.in === "query" ? binding.name : binding.in}`;
      });
      const query = staticQuery.map((pair) => `?${pair.join("=")}`).join("");
      return [method, path + query, successStatus, name, ...members].join(" ");
    })
    .sort();
}

describe("the model of the official client", () => {
  const model = modelOf("voice");

  it("has 96 operations, and the 16 of applications, rules and calls as documented", () => {
    const found = rowsOf(model.operations.filter(({ name }) => name.includes("Sip")));

    assert.equal(model.operations.length, 96);
    assert.deepEqual(found, rows.trim().split("\n").sort());
  });

  it("reads static query pairs and labels apart from the path", () => {
    const byName = new Map(model.operations.map((operation) => [operation.name, operation]));

    assert.deepEqual(byName.get("SearchAvailablePhoneNumbers")?.staticQuery, [["type", "phone-numbers"]]);
    assert.equal(byName.get("SearchAvailablePhoneNumbers")?.path, "/search");
    assert.deepEqual(byName.get("UpdateSipMediaApplicationCall")?.labels, ["SipMediaApplicationId", "TransactionId"]);
  });

  it("reads nested structures with their required members", () => {
    const tags = model.operations
      .find(({ name }) => name === "CreateSipMediaApplication")
      ?.input.find(({ name }) => name === "Tags");

    assert.deepEqual(tags?.shape, {
      type: "list",
      item: {
        type: "structure",
        name: "Tag",
        members: [
          { name: "Key", shape: { type: "string" }, required: true },
          { name: "Value", shape: { type: "string" }, required: true },
        ],
      },
    });
  });

  it("has the 12 errors, and every answer that is one of them has its status", () => {
    assert.equal(Object.keys(model.errors).length, 12);
    for (const { name, status } of allWireErrors()) assert.equal(model.errors[name] ?? status, status, name);
    const known = new Set(allWireErrors().flatMap(({ name }) => (Object.hasOwn(model.errors, name) ? [name] : [])));
    assert.equal(known.size, 11);
  });
});

describe("the model of the official client for meetings", () => {
  const model = modelOf("meetings");

  it("has the 16 operations as documented", () => {
    assert.deepEqual(rowsOf(model.operations), meetingRows.trim().split("\n").sort());
  });

  // Contract: meetings-error-names
  it("has an error for whatever this API throws that is no fault of HTTP, with its status", () => {
    const codes = Object.keys(apiErrors).filter(
      (code) => !/LISTEN|UNKNOWN_OP|MEDIA|LARGE|SLOW|GONE|SIGN|SESSION|RANGE|UNKNOWN_KEY|EXPIRED/.test(code),
    );
    const answers = codes.map((code) => toWireError(new AppError(code, ""), "meetings"));

    assert.deepEqual(
      answers.filter(({ name, status }) => model.errors[name] !== status),
      [],
    );
    const names = new Set([...answers, toWireError(undefined, "meetings")].map(({ name }) => name));
    // A signature that is wrong is refused by the names that all services have for that.
    assert.deepEqual(
      Object.keys(model.errors).filter((name) => !names.has(name)),
      ["UnauthorizedException"],
    );
  });
});
