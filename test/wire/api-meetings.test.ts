import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-meetings";
import { createAttendee, createMeeting, faults, type GivenMeeting } from "./api-meetings-kit.ts";
import { withApi, type ApiHarness } from "./api-harness.ts";

const { assertFails, badRequest, conflict, limitExceeded, notFound, unprocessable } = faults;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nowhere = "5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20";
const all = { Audio: "SendReceive", Video: "SendReceive", Content: "SendReceive" } as const;

describe("meetings over the wire", () => {
  // Contract: meetings-shape, meetings-arn, meetings-media-placement, meetings-routes
  it(
    "creates, reads and deletes a meeting in the documented form",
    withApi(async (harness) => {
      const { meetingsClient, api } = harness;
      const { $metadata, Meeting: made } = await meetingsClient.send(
        new sdk.CreateMeetingCommand({ MediaRegion: "eu-central-1", ExternalMeetingId: "stand-up «ü»" }),
      );
      const MeetingId = made?.MeetingId ?? "";
      const host = `127.0.0.1:${api.port}`;

      assert.equal($metadata.httpStatusCode, 200);
      assert.match(MeetingId, uuid);
      assert.deepEqual(made, {
        MeetingId,
        ExternalMeetingId: "stand-up «ü»",
        MediaRegion: "eu-central-1",
        MediaPlacement: {
          AudioHostUrl: host,
          AudioFallbackUrl: `ws://${host}/calls/${MeetingId}`,
          SignalingUrl: `ws://${host}/control/${MeetingId}`,
          TurnControlUrl: `http://${host}/v2/turn_sessions`,
          ScreenDataUrl: `ws://${host}/v2/screen/${MeetingId}`,
          ScreenViewingUrl: `ws://${host}/v2/screen/${MeetingId}`,
          ScreenSharingUrl: `ws://${host}/v2/screen/${MeetingId}`,
        },
        MeetingFeatures: {
          Video: { MaxResolution: "HD" },
          Content: { MaxResolution: "FHD" },
          Attendee: { MaxCount: 250 },
        },
        MeetingArn: `arn:aws:chime:us-east-1:000000000000:meeting/${MeetingId}`,
      });
      assert.deepEqual((await meetingsClient.send(new sdk.GetMeetingCommand({ MeetingId }))).Meeting, made);
      const inCapitals = { MeetingId: MeetingId.toUpperCase() };
      assert.deepEqual((await meetingsClient.send(new sdk.GetMeetingCommand(inCapitals))).Meeting, made);
      const deleted = await meetingsClient.send(new sdk.DeleteMeetingCommand({ MeetingId }));
      assert.equal(deleted.$metadata.httpStatusCode, 204);
      assert.deepEqual(harness.occurrences, ["chime:MeetingStarted", "chime:MeetingEnded"]);
    }),
  );

  it(
    "gives back what was asked for",
    withApi(async (harness) => {
      const asked = {
        MeetingHostId: "the host",
        TenantIds: ["acme-1", "aaab"],
        MeetingFeatures: {
          Audio: { EchoReduction: "AVAILABLE" },
          Video: { MaxResolution: "FHD" },
          Content: { MaxResolution: "UHD" },
          Attendee: { MaxCount: 25 },
        },
      } as const;

      const made = await createMeeting(harness, { ...asked, TenantIds: [...asked.TenantIds] });

      const { MeetingHostId, TenantIds, MeetingFeatures } = made;
      assert.deepEqual({ MeetingHostId, TenantIds, MeetingFeatures }, asked);
    }),
  );

  it(
    "names the public URL in place of the host that the request was sent to (Contract: meetings-media-placement)",
    withApi(
      async (harness) => {
        const { MeetingId, MediaPlacement } = await createMeeting(harness);

        assert.equal(MediaPlacement?.SignalingUrl, `wss://meet.example.com/chime/control/${MeetingId}`);
        assert.equal(MediaPlacement.AudioHostUrl, "meet.example.com");
        assert.equal(MediaPlacement.TurnControlUrl, "https://meet.example.com/chime/v2/turn_sessions");
      },
      { meetingsUrl: "wss://meet.example.com/chime" },
    ),
  );

  it(
    "has the base path of the API in the signalling URL",
    withApi(
      async (harness) => {
        const { MeetingId, MediaPlacement } = await createMeeting(harness);

        assert.equal(MediaPlacement?.SignalingUrl, `ws://127.0.0.1:${harness.api.port}/chime/control/${MeetingId}`);
      },
      { basePath: "/chime" },
    ),
  );

  // Acceptance: 22
  it(
    "gives one meeting to all requests with one ClientRequestToken, until it ends (Contract: meetings-get-or-create)",
    withApi(async (harness) => {
      const { meetingsClient } = harness;
      const request = { ClientRequestToken: "1234", Tags: [{ Key: "a", Value: "b" }] };
      const made = await Promise.all([1, 2, 3].map(() => createMeeting(harness, request)));
      const [{ MeetingId } = { MeetingId: "" }] = made;

      assert.equal(new Set(made.map((meeting) => meeting.MeetingId)).size, 1);
      await meetingsClient.send(new sdk.DeleteMeetingCommand({ MeetingId }));
      assert.notEqual((await createMeeting(harness, request)).MeetingId, MeetingId);
    }),
  );

  it(
    "makes a meeting of each token, whatever it is called (Contract: meetings-names-not-unique)",
    withApi(async (harness) => {
      const made = [await createMeeting(harness), await createMeeting(harness)];

      assert.deepEqual(
        made.map(({ ExternalMeetingId }) => ExternalMeetingId),
        ["stand-up", "stand-up"],
      );
      assert.notEqual(made[0]?.MeetingId, made[1]?.MeetingId);
    }),
  );

  it(
    "refuses a ClientRequestToken with other parameters (Contract: meetings-request-token-conflict)",
    withApi(async (harness) => {
      await createMeeting(harness, { ClientRequestToken: "1234" });
      const others: readonly GivenMeeting[] = [
        { MediaRegion: "us-east-1" },
        { ExternalMeetingId: "another" },
        { MeetingFeatures: { Audio: { EchoReduction: "AVAILABLE" } } },
      ];
      for (const other of others) {
        const again = createMeeting(harness, { ClientRequestToken: "1234", ...other });
        await assertFails(again, conflict(/ClientRequestToken was used for a meeting with other parameters/));
      }
    }),
  );

  it(
    "refuses more meetings than the configuration allows (Contract: meetings-limit)",
    withApi(
      async (harness) => {
        await createMeeting(harness, { ClientRequestToken: "one" });

        await assertFails(createMeeting(harness), limitExceeded(/There are 1 meetings.*meetings\.maxMeetings/));
        await createMeeting(harness, { ClientRequestToken: "one" });
      },
      { maxMeetings: 1 },
    ),
  );

  // Contract: meetings-checked-here, meetings-replica, meetings-high-resolution
  it(
    "says of each member what it must be",
    withApi(async (harness) => {
      const full = { Attendee: { MaxCount: 250 } };
      const wrong: readonly (readonly [GivenMeeting, RegExp])[] = [
        [{ ExternalMeetingId: "a" }, /ExternalMeetingId is "a"; it must be 2 to 64 characters/],
        [{ ExternalMeetingId: "a".repeat(65) }, /ExternalMeetingId/],
        [{ ExternalMeetingId: "AWS:mine" }, /ExternalMeetingId/],
        [{ ExternalMeetingId: "会议室" }, /ExternalMeetingId/],
        [{ ExternalMeetingId: "<b>" }, /ExternalMeetingId/],
        [{ MediaRegion: "x" }, /MediaRegion/],
        [{ MeetingHostId: "x" }, /MeetingHostId/],
        [{ ClientRequestToken: "a" }, /ClientRequestToken is "a"; it must be 2 to 64/],
        [{ ClientRequestToken: "with blank" }, /ClientRequestToken/],
        [{ TenantIds: [] }, /TenantIds has 0 entries/],
        [{ TenantIds: ["aaaa"] }, /TenantIds\[0\] is "aaaa".*four times running/],
        [{ TenantIds: ["1", "22"] }, /TenantIds\[0\]/],
        [{ TenantIds: Array.from({ length: 6 }, () => "ab") }, /TenantIds has 6 entries/],
        [{ Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `${at}`, Value: "" })) }, /Tags has 51 entries/],
        [{ Tags: [{ Key: "", Value: "" }] }, /Tags\[0\]\.Key/],
        [{ PrimaryMeetingId: nowhere }, /PrimaryMeetingId must be absent: replicas/],
        [{ MeetingFeatures: { Attendee: { MaxCount: 251 } } }, /MaxCount is the number 251/],
        [{ MeetingFeatures: { Attendee: { MaxCount: 0 } } }, /MaxCount/],
        [{ MeetingFeatures: { Video: { MaxResolution: "FHD" } } }, /Video\.MaxResolution is "FHD".*MaxCount/],
        [{ MeetingFeatures: { ...full, Content: { MaxResolution: "UHD" } } }, /Content\.MaxResolution is "UHD"/],
        [{ MeetingFeatures: { Video: { MaxResolution: "4K" as "HD" } } }, /one of FHD, HD, None/],
        [{ NotificationsConfiguration: { LambdaFunctionArn: "hello" } }, /LambdaFunctionArn is "hello"/],
      ];
      for (const [changes, message] of wrong) await assertFails(createMeeting(harness, changes), badRequest(message));
      const nothing = {} as sdk.CreateMeetingCommandInput;
      const missing = harness.meetingsClient.send(new sdk.CreateMeetingCommand(nothing));
      await assertFails(missing, badRequest(/MediaRegion is missing.*ExternalMeetingId is missing/));
      assert.deepEqual(harness.occurrences, []);
    }),
  );

  // Acceptance: 23
  it(
    "answers 404 for a meeting that never was or has ended, and 400 for what is no id",
    withApi(async (harness) => {
      const { meetingsClient: client } = harness;
      const { MeetingId } = await createMeeting(harness);
      const { AttendeeId } = await createAttendee(harness, MeetingId, "someone");
      await client.send(new sdk.DeleteMeetingCommand({ MeetingId }));

      const requests = (id: string) => [
        () => client.send(new sdk.GetMeetingCommand({ MeetingId: id })),
        () => client.send(new sdk.DeleteMeetingCommand({ MeetingId: id })),
        () => client.send(new sdk.CreateAttendeeCommand({ MeetingId: id, ExternalUserId: "someone" })),
        () =>
          client.send(
            new sdk.BatchCreateAttendeeCommand({ MeetingId: id, Attendees: [{ ExternalUserId: "someone" }] }),
          ),
        () => client.send(new sdk.GetAttendeeCommand({ MeetingId: id, AttendeeId })),
        () => client.send(new sdk.ListAttendeesCommand({ MeetingId: id })),
        () => client.send(new sdk.DeleteAttendeeCommand({ MeetingId: id, AttendeeId })),
        () => client.send(new sdk.UpdateAttendeeCapabilitiesCommand({ MeetingId: id, AttendeeId, Capabilities: all })),
        () =>
          client.send(
            new sdk.BatchUpdateAttendeeCapabilitiesExceptCommand({
              ...{ MeetingId: id, Capabilities: all },
              ExcludedAttendeeIds: [{ AttendeeId }],
            }),
          ),
        () => client.send(new sdk.StartMeetingTranscriptionCommand({ MeetingId: id, TranscriptionConfiguration: {} })),
        () => client.send(new sdk.StopMeetingTranscriptionCommand({ MeetingId: id })),
      ];
      for (const request of requests(MeetingId))
        await assertFails(request(), notFound(/There is no meeting with the id/));
      for (const request of requests(nowhere))
        await assertFails(request(), notFound(/There is no meeting with the id/));
      for (const request of requests("my-meeting")) {
        await assertFails(request(), badRequest(/MeetingId is "my-meeting"; it must be an id as this API gives it/));
      }
    }),
  );

  it(
    "does not transcribe, and says so (Contract: meetings-transcription)",
    withApi(async (harness) => {
      const { MeetingId } = await createMeeting(harness);
      const TranscriptionConfiguration = { EngineTranscribeSettings: { LanguageCode: "en-US" } } as const;
      const start = new sdk.StartMeetingTranscriptionCommand({ MeetingId, TranscriptionConfiguration });

      await assertFails(harness.meetingsClient.send(start), unprocessable(/Transcription is not available/));
      const stop = await harness.meetingsClient.send(new sdk.StopMeetingTranscriptionCommand({ MeetingId }));
      assert.equal(stop.$metadata.httpStatusCode, 200);
    }),
  );
});

// Acceptance: 23
describe("errors of meetings that no member causes", () => {
  /** What a client that does not try again shows of a request to read a meeting. */
  async function faultOf({ api }: ApiHarness, host?: string): Promise<sdk.ChimeSDKMeetingsServiceException> {
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const client = new sdk.ChimeSDKMeetingsClient({
      region: "us-east-1",
      endpoint: api.url,
      credentials,
      maxAttempts: 1,
    });
    client.middlewareStack.add(
      (next) => (given) => {
        if (host !== undefined) (given.request as { headers: Record<string, string> }).headers["host"] = host;
        return next(given);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    try {
      await client.send(new sdk.GetMeetingCommand({ MeetingId: nowhere }));
    } catch (error) {
      if (!(error instanceof sdk.ChimeSDKMeetingsServiceException)) throw error;
      assert.match(error.$metadata.requestId ?? "", uuid);
      assert.equal((error as sdk.ForbiddenException).RequestId, error.$metadata.requestId);
      return error;
    } finally {
      client.destroy();
    }
    return assert.fail("the request succeeded");
  }

  it(
    "is unavailable while the server starts, with the seconds to wait",
    withApi(
      async (harness) => {
        const error = await faultOf(harness);
        assert.ok(error instanceof sdk.ServiceUnavailableException);
        assert.deepEqual([error.$metadata.httpStatusCode, error.RetryAfterSeconds], [503, "1"]);
      },
      { whyClosed: () => "The server is starting." },
    ),
  );

  it(
    "is throttled by the name that this service has for it (Contract: meetings-error-names)",
    withApi(
      async (harness) => {
        const { clock } = harness;
        assert.ok((await faultOf(harness)) instanceof sdk.NotFoundException);
        const before = clock.pendingTimers();
        const refused = faultOf(harness);
        while (clock.pendingTimers() === before) await new Promise((resolve) => setImmediate(resolve));
        clock.advance(250);
        const error = await refused;

        assert.ok(error instanceof sdk.ThrottlingException);
        assert.deepEqual([error.$metadata.httpStatusCode, error.Code], [429, "Throttling"]);
        assert.equal(error.$response?.headers["retry-after"], "1");
      },
      { rates: { requestsPerSecond: 1 } },
    ),
  );

  it(
    "is forbidden by a name that is not this server's",
    withApi(async (harness) => {
      const error = await faultOf(harness, "evil.example.com");
      assert.ok(error instanceof sdk.ForbiddenException);
      assert.equal(error.$metadata.httpStatusCode, 403);
    }),
  );

  it(
    "is a failure where the store fails, and the answer says no more than where to look",
    withApi(async (harness) => {
      harness.meetings.findMeeting = () => Promise.reject(new Error("the disk is on fire"));
      const error = await faultOf(harness);
      assert.ok(error instanceof sdk.ServiceFailureException);
      assert.equal(error.$metadata.httpStatusCode, 500);
      assert.match(error.message, /^Internal failure; the log has it under the request id [0-9a-f-]{36}\.$/);
    }),
  );
});
