import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LegId } from "../../kernel/index.ts";
import type { MediaSession } from "../../media/index.ts";
import type { MeetingDoor, MeetingLegDelegate, MeetingMembership, MeetingRefusal } from "../../meetings/index.ts";
import type { UntimedInput } from "../leg-inputs.ts";
import { createCallMeetings, type CallMeetings } from "./call-meetings.ts";

const legId = "b1" as LegId;
const phoneLegId = "a" as LegId;
const session = {} as MediaSession;
const joinEffect = { do: "join-meeting", legId, phoneLegId, joinToken: "token", meeting: "m" } as const;
const leaveEffect = { do: "leave-meeting", legId } as const;
const muteEffect = {
  ...({ do: "mute-attendees", muteId: "m1", legId, meeting: "m", attendees: ["x"], isMuted: true } as const),
};

/** A call's meetings with a door whose answers are given by hand. */
function setUp(parts: { readonly door?: MeetingDoor | undefined; readonly hasSession?: boolean } = {}) {
  const inputs: UntimedInput[] = [];
  let answer: (outcome: MeetingMembership | MeetingRefusal) => void = () => undefined;
  let delegate: MeetingLegDelegate = { onRemoved: () => undefined };
  const asked: unknown[] = [];
  let left = 0;
  const byHand: MeetingDoor = {
    join(request, given) {
      asked.push(request);
      delegate = given;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    setMuted: (...request) => {
      asked.push(request);
      return Promise.resolve({ unknown: ["x"] });
    },
  };
  const meetings: CallMeetings = createCallMeetings({
    transactionId: "t-1",
    door: "door" in parts ? parts.door : byHand,
    sessionOf: (id) => (parts.hasSession !== false && id === phoneLegId ? session : undefined),
    post: (input) => inputs.push(input),
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    ...{ meetings, inputs, asked, settle },
    left: () => left,
    remove: (why: string) => delegate.onRemoved(why),
    answer: async (outcome?: MeetingRefusal) => {
      answer(outcome ?? { type: "joined", meetingId: "m", attendeeId: "x", leave: () => (left += 1) });
      await settle();
    },
  };
}

const joined = { type: "meeting-joined", legId, meetingId: "m", attendeeId: "x" };

describe("the meetings of a call", () => {
  it("are joined with the session of its telephone, and left once", async () => {
    const { meetings, inputs, asked, answer, left } = setUp();
    meetings.perform(joinEffect);
    await answer();

    assert.deepEqual(asked, [{ token: "token", meetingId: "m", transactionId: "t-1", session }]);
    assert.deepEqual(inputs, [joined]);
    meetings.perform(leaveEffect);
    meetings.perform(leaveEffect);
    meetings.close();
    assert.equal(left(), 1);
    assert.equal(inputs.length, 1);
  });

  it("that are left while they are joined are left as soon as they answer, without a word", async () => {
    const { meetings, inputs, answer, left } = setUp();
    meetings.perform(joinEffect);
    meetings.perform(leaveEffect);
    await answer();

    assert.deepEqual([inputs, left()], [[], 1]);
  });

  it("that put the telephone out are told once, also when the call leaves at that moment", async () => {
    const { meetings, inputs, answer, left, remove } = setUp();
    meetings.perform(joinEffect);
    await answer();
    remove("it ended");
    remove("it ended");
    meetings.perform(leaveEffect);

    assert.deepEqual(inputs, [joined, { type: "meeting-left", legId, why: "it ended" }]);
    assert.equal(left(), 0);
  });

  it("that put the telephone out before they said that it is in let it in never", async () => {
    const { meetings, inputs, answer, remove } = setUp();
    meetings.perform(joinEffect);
    remove("the meeting was deleted");
    await answer();

    assert.deepEqual(inputs, [{ type: "meeting-refused", legId, why: "the meeting was deleted", isOurs: false }]);
  });

  it("that refuse say why, and whether the fault is on this side", async () => {
    for (const [cause, isOurs] of [
      ["bad-token", false],
      ["other-meeting", false],
      ["ended", false],
      ["full", false],
      ["failed", true],
    ] as const) {
      const { meetings, inputs, answer } = setUp();
      meetings.perform(joinEffect);
      await answer({ type: "refused", cause, why: cause });

      assert.deepEqual(inputs, [{ type: "meeting-refused", legId, why: cause, isOurs }]);
    }
  });

  it("that break, are not there or would get no audio refuse as a fault on this side", async () => {
    const broken: MeetingDoor = {
      join: () => Promise.reject(new Error("The room broke.")),
      setMuted: () => Promise.reject(new Error("The room broke.")),
    };
    for (const [parts, why] of [
      [{ door: broken }, "The room broke."],
      [{ door: undefined }, "This server has no meetings."],
      [{ hasSession: false }, "The telephone has no audio any more."],
    ] as const) {
      const { meetings, inputs, settle } = setUp(parts);
      meetings.perform(joinEffect);
      await settle();

      assert.deepEqual(inputs, [{ type: "meeting-refused", legId, why, isOurs: true }]);
    }
    for (const door of [broken, undefined]) {
      const { meetings, inputs, settle } = setUp({ door });
      meetings.perform(muteEffect);
      await settle();

      const message = door === undefined ? "This server has no meetings." : "The room broke.";
      assert.deepEqual(inputs, [{ type: "attendees-not-muted", muteId: "m1", error: { code: "unknown", message } }]);
    }
  });

  it("mute whom they are told to, and say who is not there", async () => {
    const { meetings, inputs, asked, settle } = setUp();
    meetings.perform(muteEffect);
    await settle();

    assert.deepEqual(asked, [["m", ["x"], true]]);
    assert.deepEqual(inputs, [{ type: "attendees-muted", muteId: "m1", unknown: ["x"] }]);
  });

  it("are left when the call is over, joined or not", async () => {
    const one = setUp();
    one.meetings.perform(joinEffect);
    await one.answer();
    one.meetings.close();
    const other = setUp();
    other.meetings.perform(joinEffect);
    other.meetings.close();
    await other.answer();

    assert.deepEqual([one.left(), other.left(), other.inputs], [1, 1, []]);
  });
});
