import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attendee, Meeting, Store } from "../../src/store/index.ts";
import type { MeetingClaim } from "../../src/store/meeting-types.ts";
import { withStoreOf, type StoreEngine } from "./engines.ts";

function aMeeting(id: string, changes: Partial<Meeting> = {}): Meeting {
  return {
    id,
    externalMeetingId: `name of ${id}`,
    mediaRegion: "eu-central-1",
    hostId: "host",
    features: { maxVideoResolution: "HD", maxAttendees: 20 },
    notifications: { functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f" },
    tenantIds: ["one", "two"],
    tags: [{ key: "team", value: "" }],
    createdAt: 1_700_000_000_001,
    ...changes,
  };
}

function anAttendee(id: string, changes: Partial<Attendee> = {}): Attendee {
  const capabilities = { audio: "SendReceive", video: "Receive", content: "None" } as const;
  return { id, meetingId: "m", externalUserId: `user ${id}`, capabilities, ...changes };
}

const claimOf = (token: string): MeetingClaim => ({ tokenHash: token, requestHash: `request of ${token}` });

/** The tests of these records. */
export function describeMeetings(engine: StoreEngine): void {
  const withStore = withStoreOf(engine);
  const withMeeting = (body: (store: Store) => Promise<void>) =>
    withStore(async (store) => {
      await store.meetings.insert(aMeeting("m"), claimOf("t"), 10);
      await body(store);
    });

  describe(`meetings on ${engine.name}`, () => {
    it(
      "gives back what was inserted, with and without what may be absent",
      withStore(async ({ meetings }) => {
        const {
          externalMeetingId: _,
          hostId: __,
          ...plain
        } = aMeeting("n", { features: {}, notifications: {}, tags: [] });
        await meetings.insert(aMeeting("m"), claimOf("1"), 10);
        await meetings.insert(plain, claimOf("2"), 10);

        assert.deepEqual(await meetings.get("m"), aMeeting("m"));
        assert.deepEqual(await meetings.get("n"), plain);
        assert.equal(await meetings.get("x"), undefined);
        assert.deepEqual(await meetings.all(), [aMeeting("m"), plain]);
      }),
    );

    it(
      "makes one meeting of many requests with one token, and frees the token with the meeting",
      withStore(async ({ meetings }) => {
        const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
        const outcomes = await Promise.all(ids.map((id) => meetings.insert(aMeeting(id), claimOf("t"), 10)));

        const first = outcomes.findIndex(({ type }) => type === "inserted");
        const claimed = { type: "claimed", meeting: aMeeting(`m${first}`), requestHash: "request of t" };
        assert.deepEqual(
          outcomes,
          ids.map((_, index) => (index === first ? { type: "inserted" } : claimed)),
        );
        assert.equal(await meetings.delete(`m${first}`), true);
        assert.equal(await meetings.delete(`m${first}`), false);
        assert.deepEqual(await meetings.insert(aMeeting("m1"), claimOf("t"), 10), { type: "inserted" });
      }),
    );

    it(
      "takes no more than the limit, but still knows those of a token",
      withStore(async ({ meetings }) => {
        const claims = ["1", "2", "3"].map(claimOf);
        const outcomes = await Promise.all(claims.map((claim) => meetings.insert(aMeeting(claim.tokenHash), claim, 2)));

        assert.deepEqual(outcomes.map(({ type }) => type).sort(), ["full", "inserted", "inserted"]);
        const taken = (await meetings.all())[1]?.id ?? "";
        assert.equal((await meetings.insert(aMeeting("x"), claimOf(taken), 2)).type, "claimed");
      }),
    );

    it(
      "refuses a second meeting with one id",
      withMeeting(async ({ meetings }) => {
        await assert.rejects(meetings.insert(aMeeting("m"), claimOf("other"), 10), { code: "STORE_DUPLICATE_ID" });
      }),
    );

    it(
      "replaces tags, and says when there is no meeting",
      withMeeting(async ({ meetings }) => {
        assert.equal(await meetings.setTags("m", [{ key: "a", value: "b" }]), true);
        assert.equal(await meetings.setTags("x", []), false);
        assert.deepEqual((await meetings.get("m"))?.tags, [{ key: "a", value: "b" }]);
      }),
    );
  });

  describe(`attendees on ${engine.name}`, () => {
    it(
      "gives back what was inserted",
      withMeeting(async ({ attendees }) => {
        assert.deepEqual(await attendees.insert(anAttendee("a"), 10), { type: "inserted", attendee: anAttendee("a") });

        assert.deepEqual(await attendees.get("a"), anAttendee("a"));
        assert.equal(await attendees.get("x"), undefined);
      }),
    );

    it(
      "makes one attendee of many requests with one name in a meeting",
      withMeeting(async ({ meetings, attendees }) => {
        await meetings.insert(aMeeting("n"), claimOf("n"), 10);
        const same = { externalUserId: "same" };
        const made = await Promise.all(["a", "b", "c"].map((id) => attendees.insert(anAttendee(id, same), 10)));

        const first = anAttendee("a", same);
        const existing = { type: "existing", attendee: first };
        assert.deepEqual(made, [{ type: "inserted", attendee: first }, existing, existing]);
        assert.equal((await attendees.insert(anAttendee("d", { ...same, meetingId: "n" }), 10)).type, "inserted");
      }),
    );

    it(
      "takes no more than the limit in one meeting; one who goes makes room",
      withMeeting(async ({ attendees }) => {
        const insert = (id: string) => attendees.insert(anAttendee(id), 2);
        const types = (await Promise.all(["a", "b", "c"].map(insert))).map(({ type }) => type);

        assert.deepEqual([...types].sort(), ["full", "inserted", "inserted"]);
        const [full = "", taken = ""] = (["full", "inserted"] as const).map(
          (type) => ["a", "b", "c"][types.indexOf(type)],
        );
        assert.equal((await insert(taken)).type, "existing");
        assert.equal(await attendees.delete(taken), true);
        assert.equal(await attendees.delete(taken), false);
        assert.equal((await insert(full)).type, "inserted");
      }),
    );

    it(
      "takes none for a meeting that is gone, and all go with their meeting",
      withMeeting(async ({ meetings, attendees }) => {
        await attendees.insert(anAttendee("a"), 10);
        const [, inserted] = await Promise.all([meetings.delete("m"), attendees.insert(anAttendee("b"), 10)]);

        // Who comes first has it; the other one sees that.
        assert.ok(["inserted", "no-meeting"].includes(inserted.type));
        assert.deepEqual([await attendees.get("a"), await attendees.get("b")], [undefined, undefined]);
        assert.deepEqual(await attendees.insert(anAttendee("c"), 10), { type: "no-meeting" });
      }),
    );

    it(
      "pages in order of creation while others come and go, and takes no token of another meeting",
      withMeeting(async ({ meetings, attendees }) => {
        await meetings.insert(aMeeting("n"), claimOf("n"), 10);
        for (const id of ["c", "a", "b", "e"]) await attendees.insert(anAttendee(id), 10);
        await attendees.insert(anAttendee("other", { meetingId: "n" }), 10);

        const first = await attendees.list({ meetingId: "m", limit: 2, token: undefined });
        await attendees.delete("c");
        await attendees.insert(anAttendee("d"), 10);
        const second = await attendees.list({ meetingId: "m", limit: 3, token: first.nextToken });

        assert.deepEqual(
          [first, second].map(({ rows }) => rows.map(({ id }) => id)),
          [
            ["c", "a"],
            ["b", "e", "d"],
          ],
        );
        assert.equal(second.nextToken, undefined);
        const elsewhere = attendees.list({ meetingId: "n", limit: 2, token: first.nextToken });
        await assert.rejects(elsewhere, { code: "STORE_BAD_TOKEN" });
      }),
    );

    it(
      "changes the capabilities of one, and of all but some of a meeting: tells those that changed",
      withMeeting(async ({ meetings, attendees }) => {
        await meetings.insert(aMeeting("n"), claimOf("n"), 10);
        for (const id of ["a", "b", "c"]) await attendees.insert(anAttendee(id), 10);
        await attendees.insert(anAttendee("other", { meetingId: "n" }), 10);
        const quiet = { audio: "Receive", video: "Receive", content: "None" } as const;

        assert.deepEqual(await attendees.setCapabilities("a", quiet), anAttendee("a", { capabilities: quiet }));
        assert.equal(await attendees.setCapabilities("x", quiet), undefined);
        const changed = await attendees.setCapabilitiesOfAll("m", ["c"], quiet);

        assert.deepEqual(changed, [anAttendee("b", { capabilities: quiet })]);
        assert.deepEqual(await attendees.get("c"), anAttendee("c"));
        assert.deepEqual(await attendees.get("other"), anAttendee("other", { meetingId: "n" }));
      }),
    );
  });
}
