import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-meetings";
import { createAttendee, createMeeting, faults } from "./api-meetings-kit.ts";
import { withApi } from "./api-harness.ts";

const { assertFails, badRequest, limitExceeded, notFound } = faults;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nowhere = "5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20";
const all = { Audio: "SendReceive", Video: "SendReceive", Content: "SendReceive" } as const;
const onlyHears = { Audio: "Receive", Video: "Receive", Content: "None" } as const;

describe("attendees over the wire", () => {
  it(
    "creates, reads and deletes an attendee, whose token is the same each time (Contract: meetings-tokens)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingId } = await createMeeting(harness);
      const made = await createAttendee(harness, MeetingId, "ada#1 (phone)");
      const { AttendeeId, JoinToken = "" } = made;

      assert.deepEqual(made, { ExternalUserId: "ada#1 (phone)", AttendeeId, JoinToken, Capabilities: all });
      assert.match(AttendeeId, uuid);
      // What a WebSocket may offer as a sub-protocol. RFC 7230 §3.2.6
      assert.match(JoinToken, /^[\w-]{2,2048}$/);
      assert.match(Buffer.from(JoinToken, "base64url").toString(), new RegExp(`^${AttendeeId}:[0-9a-f-]{36}$`));
      const found = await meetingsClient.send(new sdk.GetAttendeeCommand({ MeetingId, AttendeeId }));
      assert.deepEqual(found.Attendee, made);
      const listed = await meetingsClient.send(new sdk.ListAttendeesCommand({ MeetingId }));
      assert.deepEqual(listed.Attendees, [made]);
      assert.equal((await harness.meetings.resolveToken(JoinToken))?.attendee.id, AttendeeId);
      const deleted = await meetingsClient.send(new sdk.DeleteAttendeeCommand({ MeetingId, AttendeeId }));
      assert.equal(deleted.$metadata.httpStatusCode, 204);
      assert.equal(await harness.meetings.resolveToken(JoinToken), undefined);
    }),
  );

  // Acceptance: 22
  it(
    "gives one attendee to all requests with one ExternalUserId in a meeting (Contract: meetings-external-user-id)",
    withApi(async (harness) => {
      const [one, other] = [await createMeeting(harness), await createMeeting(harness)];
      const made = await Promise.all([1, 2, 3].map(() => createAttendee(harness, one.MeetingId, "ada")));
      const [first] = made;

      assert.deepEqual(made, [first, first, first]);
      assert.notEqual((await createAttendee(harness, other.MeetingId, "ada")).AttendeeId, first?.AttendeeId);
      assert.notEqual((await createAttendee(harness, one.MeetingId, "Ada")).AttendeeId, first?.AttendeeId);
      const again = await createAttendee(harness, one.MeetingId, "ada", onlyHears);
      assert.deepEqual(again.Capabilities, all);
      assert.equal(harness.occurrences.filter((type) => type === "chime:AttendeeAdded").length, 3);
    }),
  );

  it(
    "answers 404 for an attendee that is not in the meeting (Contract: meetings-attendee-deleted)",
    withApi(async (harness) => {
      const { meetingsClient: client } = harness;
      const [{ MeetingId }, other] = [await createMeeting(harness), await createMeeting(harness)];
      const gone = await createAttendee(harness, MeetingId, "gone");
      await client.send(new sdk.DeleteAttendeeCommand({ MeetingId, AttendeeId: gone.AttendeeId }));
      const elsewhere = await createAttendee(harness, other.MeetingId, "elsewhere");

      for (const AttendeeId of [gone.AttendeeId, elsewhere.AttendeeId, nowhere]) {
        const requests = [
          () => client.send(new sdk.GetAttendeeCommand({ MeetingId, AttendeeId })),
          () => client.send(new sdk.DeleteAttendeeCommand({ MeetingId, AttendeeId })),
          () => client.send(new sdk.UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities: all })),
        ];
        for (const request of requests) {
          await assertFails(request(), notFound(new RegExp(`no attendee with the id "${AttendeeId}"`)));
        }
      }
      const noId = client.send(new sdk.GetAttendeeCommand({ MeetingId, AttendeeId: "ada" }));
      await assertFails(noId, badRequest(/AttendeeId is "ada"; it must be an id/));
    }),
  );

  // Acceptance: 23
  it(
    "pages through 250 attendees while some come and go, and takes no more (Contract: meetings-pages, meetings-attendee-limit)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingId } = await createMeeting(harness);
      const batch = async (from: number, count: number) => {
        const Attendees = Array.from({ length: count }, (_, at) => ({ ExternalUserId: `user ${from + at}` }));
        return meetingsClient.send(new sdk.BatchCreateAttendeeCommand({ MeetingId, Attendees }));
      };
      for (const from of [0, 100]) assert.equal((await batch(from, 100)).Attendees?.length, 100);
      const last = await batch(200, 60);
      assert.equal(last.Attendees?.length, 50);
      assert.equal(last.Errors?.length, 10);
      assert.deepEqual(
        { ...last.Errors?.[0], ErrorMessage: "" },
        { ExternalUserId: "user 250", ErrorCode: "LimitExceeded", ErrorMessage: "" },
      );

      const pages: string[][] = [];
      const ids: string[] = [];
      let NextToken: string | undefined;
      do {
        const list = new sdk.ListAttendeesCommand({ MeetingId, MaxResults: 70, NextToken });
        const page: sdk.ListAttendeesCommandOutput = await meetingsClient.send(list);
        pages.push((page.Attendees ?? []).map(({ ExternalUserId = "" }) => ExternalUserId));
        ids.push(...(page.Attendees ?? []).map(({ AttendeeId = "" }) => AttendeeId));
        NextToken = page.NextToken;
        if (pages.length > 1) continue;
        // One that was shown goes, one that was not shown goes, one comes.
        for (const at of [0])
          await meetingsClient.send(new sdk.DeleteAttendeeCommand({ MeetingId, AttendeeId: ids[at] }));
        await createAttendee(harness, MeetingId, "late");
      } while (NextToken !== undefined);

      assert.deepEqual(
        pages.map(({ length }) => length),
        [70, 70, 70, 41],
      );
      assert.deepEqual(pages.flat(), [...Array.from({ length: 250 }, (_, at) => `user ${at}`), "late"]);
      await assertFails(createAttendee(harness, MeetingId, "one more"), limitExceeded(/The meeting has 250 attendees/));
      assert.equal((await meetingsClient.send(new sdk.ListAttendeesCommand({ MeetingId }))).Attendees?.length, 100);
    }),
  );

  it(
    "refuses page sizes out of range and tokens of others (Contract: meetings-pages)",
    withApi(async (harness) => {
      const [one, other] = [await createMeeting(harness), await createMeeting(harness)];
      for (const name of ["ada", "bob"]) await createAttendee(harness, one.MeetingId, name);
      const list = (changes: Partial<sdk.ListAttendeesRequest>) =>
        harness.meetingsClient.send(new sdk.ListAttendeesCommand({ MeetingId: one.MeetingId, ...changes }));
      const { NextToken } = await list({ MaxResults: 1 });

      assert.ok(NextToken !== undefined);
      for (const MaxResults of [0, 101])
        await assertFails(list({ MaxResults }), badRequest(/MaxResults is the number/));
      for (const changes of [{ NextToken: "x" }, { NextToken, MeetingId: other.MeetingId }]) {
        await assertFails(list(changes), badRequest(/NextToken was not made by this operation/));
      }
    }),
  );

  it(
    "makes the good ones of a batch and tells why of the others (Contract: meetings-batches)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingId } = await createMeeting(harness, { MeetingFeatures: { Video: { MaxResolution: "None" } } });
      const silent = { Audio: "None", Video: "None", Content: "None" } as const;
      const { $metadata, Attendees, Errors } = await meetingsClient.send(
        new sdk.BatchCreateAttendeeCommand({
          MeetingId,
          Attendees: [
            { ExternalUserId: "ada" },
            { ExternalUserId: "x" },
            { ExternalUserId: "aws:bob" },
            { ExternalUserId: "cyd", Capabilities: all },
            { ExternalUserId: "dan", Capabilities: silent },
            { ExternalUserId: "ada" },
          ],
        }),
      );

      assert.equal($metadata.httpStatusCode, 200);
      assert.deepEqual(
        Attendees?.map(({ ExternalUserId }) => ExternalUserId),
        ["ada", "dan", "ada"],
      );
      assert.equal(Attendees?.[0]?.AttendeeId, Attendees?.[2]?.AttendeeId);
      assert.deepEqual(Attendees?.[1]?.Capabilities, silent);
      assert.deepEqual(
        Errors?.map(({ ExternalUserId, ErrorCode }) => [ExternalUserId, ErrorCode]),
        [
          ["x", "BadRequest"],
          ["aws:bob", "BadRequest"],
          ["cyd", "BadRequest"],
        ],
      );
      assert.match(Errors?.[0]?.ErrorMessage ?? "", /ExternalUserId is "x"; it must be 2 to 64 characters/);
      assert.match(Errors?.[2]?.ErrorMessage ?? "", /Capabilities\.Video is "SendReceive"; it must be "None"/);
    }),
  );

  it(
    "makes a meeting with attendees, up to twenty (Contract: meetings-batches)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const make = (count: number) =>
        meetingsClient.send(
          new sdk.CreateMeetingWithAttendeesCommand({
            ...{ MediaRegion: "us-east-1", ExternalMeetingId: "all hands" },
            Attendees: Array.from({ length: count }, (_, at) => ({ ExternalUserId: `user ${at}` })),
          }),
        );
      const { Meeting, Attendees, Errors } = await make(20);

      assert.equal(Attendees?.length, 20);
      assert.deepEqual(Errors, []);
      const { Attendees: listed } = await meetingsClient.send(
        new sdk.ListAttendeesCommand({ MeetingId: Meeting?.MeetingId }),
      );
      assert.deepEqual(listed, Attendees);
      for (const count of [0, 21]) await assertFails(make(count), badRequest(/it must be a list of 1 to 20 attendees/));
    }),
  );

  it(
    "refuses batches that are empty or too long",
    withApi(async (harness) => {
      const { MeetingId } = await createMeeting(harness);
      const batch = (count: number) =>
        harness.meetingsClient.send(
          new sdk.BatchCreateAttendeeCommand({
            MeetingId,
            Attendees: Array.from({ length: count }, (_, at) => ({ ExternalUserId: `user ${at}` })),
          }),
        );
      for (const count of [0, 101])
        await assertFails(batch(count), badRequest(/it must be a list of 1 to 100 attendees/));
    }),
  );
});

describe("capabilities over the wire", () => {
  it(
    "are as asked for, and may be changed for one and for all but some (Contract: meetings-capabilities-of-all)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingId } = await createMeeting(harness);
      const [ada, bob, cyd] = [
        await createAttendee(harness, MeetingId, "ada", onlyHears),
        await createAttendee(harness, MeetingId, "bob"),
        await createAttendee(harness, MeetingId, "cyd"),
      ];
      assert.deepEqual(ada.Capabilities, onlyHears);

      const { Attendee } = await meetingsClient.send(
        new sdk.UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId: ada.AttendeeId, Capabilities: all }),
      );
      assert.deepEqual(Attendee, { ...ada, Capabilities: all });
      const { $metadata } = await meetingsClient.send(
        new sdk.BatchUpdateAttendeeCapabilitiesExceptCommand({
          ...{ MeetingId, Capabilities: onlyHears },
          ExcludedAttendeeIds: [{ AttendeeId: bob.AttendeeId.toUpperCase() }, { AttendeeId: nowhere }],
        }),
      );

      assert.equal($metadata.httpStatusCode, 200);
      const { Attendees } = await meetingsClient.send(new sdk.ListAttendeesCommand({ MeetingId }));
      assert.deepEqual(
        Attendees?.map(({ ExternalUserId, Capabilities }) => [ExternalUserId, Capabilities]),
        [
          ["ada", onlyHears],
          ["bob", all],
          ["cyd", onlyHears],
        ],
      );
      assert.ok(cyd.AttendeeId);
      const updates = harness.occurrences.filter((type) => type === "chime:AttendeeCapabilitiesUpdated");
      assert.equal(updates.length, 3);
    }),
  );

  // Contract: meetings-capabilities
  it(
    "that do not fit together, or not to the meeting, are refused",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const plain = (await createMeeting(harness)).MeetingId;
      const noVideo = (await createMeeting(harness, { MeetingFeatures: { Video: { MaxResolution: "None" } } }))
        .MeetingId;
      const noContent = (await createMeeting(harness, { MeetingFeatures: { Content: { MaxResolution: "None" } } }))
        .MeetingId;
      const wrong: readonly (readonly [string, sdk.AttendeeCapabilities, RegExp])[] = [
        [plain, { ...all, Video: "Send" }, /Content is "SendReceive", which needs Capabilities\.Video/],
        [plain, { ...all, Video: "None", Content: "Receive" }, /Content is "Receive"/],
        [plain, { ...all, Audio: "Talk" as "Send" }, /Capabilities\.Audio is "Talk"; it must be one of/],
        [plain, { Audio: "Send" } as sdk.AttendeeCapabilities, /Video is missing.*Content is missing/],
        [noVideo, { ...all, Content: "None" }, /Video is "SendReceive"; it must be "None"/],
        [noContent, { ...all, Content: "Send" }, /Content is "Send"; it must be "None"/],
      ];
      for (const [MeetingId, Capabilities, message] of wrong) {
        await assertFails(createAttendee(harness, MeetingId, "ada", Capabilities), badRequest(message));
      }
      const { AttendeeId } = await createAttendee(harness, plain, "ada");
      const update = new sdk.UpdateAttendeeCapabilitiesCommand({
        ...{ MeetingId: plain, AttendeeId },
        Capabilities: { ...all, Video: "None" },
      });
      await assertFails(meetingsClient.send(update), badRequest(/needs Capabilities\.Video/));
      const defaults = [
        (await createAttendee(harness, noVideo, "ada")).Capabilities,
        (await createAttendee(harness, noContent, "ada")).Capabilities,
      ];
      assert.deepEqual(defaults, [
        { ...all, Video: "Receive" },
        { ...all, Content: "None" },
      ]);
    }),
  );
});

describe("tags over the wire", () => {
  // Contract: meetings-tags
  it(
    "are those of the meeting, replaced by key, added and taken away",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingArn = "" } = await createMeeting(harness, { Tags: [{ Key: "team", Value: "voice" }] });
      const tagsOf = async () =>
        (await meetingsClient.send(new sdk.ListTagsForResourceCommand({ ResourceARN: MeetingArn }))).Tags;

      assert.deepEqual(await tagsOf(), [{ Key: "team", Value: "voice" }]);
      const Tags = [
        { Key: "team", Value: "" },
        { Key: "cost", Value: "42" },
      ];
      const tagged = await meetingsClient.send(new sdk.TagResourceCommand({ ResourceARN: MeetingArn, Tags }));
      assert.equal(tagged.$metadata.httpStatusCode, 204);
      assert.deepEqual(await tagsOf(), Tags);
      const untag = new sdk.UntagResourceCommand({ ResourceARN: MeetingArn, TagKeys: ["team", "none"] });
      assert.equal((await meetingsClient.send(untag)).$metadata.httpStatusCode, 204);
      assert.deepEqual(await tagsOf(), [{ Key: "cost", Value: "42" }]);
    }),
  );

  it(
    "are at most fifty, of a meeting that is there",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const { MeetingArn = "" } = await createMeeting(harness, { Tags: [{ Key: "team", Value: "" }] });
      const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `key ${at}`, Value: "" }));
      const tag = (ResourceARN: string) => meetingsClient.send(new sdk.TagResourceCommand({ ResourceARN, Tags }));
      const gone = MeetingArn.replace(/[^/]+$/, nowhere);
      const faultOf = (request: Promise<unknown>) =>
        request.then(
          () => assert.fail("the request succeeded"),
          (error: sdk.ResourceNotFoundException) => [error.name, error.$metadata.httpStatusCode, error.ResourceName],
        );

      assert.deepEqual(await faultOf(tag(MeetingArn)), ["TooManyTagsException", 400, MeetingArn]);
      assert.deepEqual(await faultOf(tag(gone)), ["ResourceNotFoundException", 404, gone]);
      const list = meetingsClient.send(new sdk.ListTagsForResourceCommand({ ResourceARN: gone }));
      assert.deepEqual(await faultOf(list), ["ResourceNotFoundException", 404, gone]);
      const application = "arn:aws:chime:us-east-1:000000000000:sma/5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20";
      assert.equal((await faultOf(tag(application)))[0], "NotFoundException");
      await assertFails(tag("team"), badRequest(/ResourceARN is "team"/));
    }),
  );
});
