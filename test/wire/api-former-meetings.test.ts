import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withApi, type ApiHarness } from "./api-harness.ts";

const today = "aws-sdk-js/3.1142.0 api/chime-sdk-meetings#3.1142.0";
const former = "aws-sdk-js/3.699.0 api/chime#3.699.0";
const unsure = "aws-sdk-nodejs/2.1693.0 linux/v20.20.2 promise";

interface Answered {
  readonly status: number;
  readonly error: string | null;
  readonly body: { readonly Meeting?: Readonly<Record<string, unknown>> };
}

async function post({ api }: ApiHarness, userAgent: string, path: string, body: object): Promise<Answered> {
  const headers = { "user-agent": userAgent, "content-type": "application/json" };
  const response = await fetch(`${api.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const error = response.headers.get("x-amzn-errortype");
  return { status: response.status, error, body: (await response.json()) as Answered["body"] };
}

// Contract: meetings-old-namespace
describe("a client of the former namespace", () => {
  it(
    "may leave out what is required today, and gets 201 when it says what it is",
    withApi(async (harness) => {
      const made = await post(harness, former, "/meetings", { ClientRequestToken: "1234" });
      const { MeetingId, MediaRegion, ExternalMeetingId } = made.body.Meeting ?? {};

      assert.deepEqual([made.status, MediaRegion, ExternalMeetingId], [201, "us-east-1", undefined]);
      const attendee = await post(harness, former, `/meetings/${String(MeetingId)}/attendees`, {
        ExternalUserId: "ada",
      });
      assert.equal(attendee.status, 201);
      assert.equal((await post(harness, unsure, "/meetings", { ClientRequestToken: "5678" })).status, 200);
      const refused = await post(harness, today, "/meetings", { ClientRequestToken: "9012" });
      assert.deepEqual([refused.status, refused.error], [400, "BadRequestException"]);
    }),
  );

  it(
    "lists the meetings that have not ended, by page",
    withApi(async (harness) => {
      const ids: unknown[] = [];
      for (const ClientRequestToken of ["one", "two", "three"]) {
        const { body } = await post(harness, former, "/meetings", { ClientRequestToken });
        ids.push(body.Meeting?.["MeetingId"]);
      }
      await harness.meetings.endMeeting(String(ids[1]), "deleted");
      const page = async (query: string) => {
        const response = await fetch(`${harness.api.url}/meetings?${query}`);
        return (await response.json()) as { Meetings: { MeetingId: string }[]; NextToken?: string };
      };
      const first = await page("max-results=1");
      const second = await page(`max-results=1&next-token=${first.NextToken}`);

      assert.deepEqual(
        [first, second].map(({ Meetings }) => Meetings.map(({ MeetingId }) => MeetingId)),
        [[ids[0]], [ids[2]]],
      );
      assert.equal(second.NextToken, undefined);
    }),
  );

  it(
    "gets errors by the names that they had there",
    withApi(
      async (harness) => {
        await post(harness, former, "/meetings", { ClientRequestToken: "1234" });
        const namesOf = async (userAgent: string) => {
          const body = { ClientRequestToken: "5678", MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" };
          const { status, error } = await post(harness, userAgent, "/meetings", body);
          return [status, error];
        };

        assert.deepEqual(await namesOf(former), [400, "ResourceLimitExceededException"]);
        assert.deepEqual(await namesOf(unsure), [400, "LimitExceededException"]);
        assert.deepEqual(await namesOf(today), [400, "LimitExceededException"]);
      },
      { maxMeetings: 1 },
    ),
  );
});
