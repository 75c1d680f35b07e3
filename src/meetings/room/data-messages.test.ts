import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fullBucket, replayFrames, sortMessages, type KeptMessage } from "./data-messages.ts";

const sender = { attendeeId: "a", externalUserId: "Ann" };

/** A meeting's messages, by a clock that stands still until `later`. */
function scene() {
  let before = { bucket: fullBucket, kept: [] as readonly KeptMessage[] };
  let atMs = 5_000;
  return {
    later: (ms: number) => void (atMs += ms),
    send(topics: readonly string[], lifetimeMs = 0) {
      const messages = topics.map((topic) => ({ topic, data: Buffer.from(topic), lifetimeMs }));
      const sorted = sortMessages(before, sender, { messages, atMs, atNs: 7n });
      before = sorted;
      return sorted;
    },
    /** Topics that somebody gets who joins now, frame by frame. */
    replayed: (sinceMs = -1) =>
      replayFrames(before.kept, atMs, sinceMs).map((frame) => frame.dataMessage?.messages?.map(({ topic }) => topic)),
    now: () => atMs,
  };
}

describe("data messages", () => {
  it("are passed on with their sender and the time", () => {
    const { passed } = scene().send(["one"], 9);

    assert.deepEqual(passed, [
      {
        ...{ topic: "one", data: Buffer.from("one"), lifetimeMs: 9, ingestTimeNs: 7n },
        ...{ senderAttendeeId: "a", senderExternalUserId: "Ann" },
      },
    ]);
  });

  // Acceptance: 20
  it("are dropped beyond 200 at once and 150 a second, which their sender is told by a time of 0", () => {
    const meeting = scene();
    const flood = () => {
      const { passed, throttled } = meeting.send(Array.from({ length: 1_000 }, () => "x"));
      assert.ok(throttled.every(({ ingestTimeNs }) => ingestTimeNs === 0n));
      return [passed.length, throttled.length];
    };

    assert.deepEqual(flood(), [200, 800]);
    meeting.later(1_000);
    assert.deepEqual(flood(), [150, 850]);
    meeting.later(60_000);
    assert.deepEqual(flood(), [200, 800]);
  });

  // Acceptance: 20
  it("are kept as long as they ask for, five minutes at most", () => {
    const meeting = scene();
    meeting.send(["none"], 0);
    meeting.send(["short"], 1_000);
    meeting.send(["long"], 4_000_000_000);

    meeting.later(999);
    assert.deepEqual(meeting.replayed(), [["short", "long"]]);
    meeting.later(1);
    assert.deepEqual(meeting.replayed(), [["long"]]);
    meeting.later(298_999);
    assert.deepEqual(meeting.replayed(), [["long"]]);
    meeting.later(1);
    assert.deepEqual(meeting.replayed(), []);
  });

  it("are not kept when they were throttled", () => {
    const meeting = scene();
    meeting.send(
      Array.from({ length: 201 }, (_, index) => `m${index}`),
      60_000,
    );

    assert.equal(meeting.replayed().flat().length, 200);
  });

  it("are kept up to 1,024, the latest ones, and come back in frames of 16", () => {
    const meeting = scene();
    for (let sent = 0; sent < 1_030; sent++) {
      meeting.later(10);
      meeting.send([`m${sent}`], 300_000);
    }

    const frames = meeting.replayed();

    assert.equal(frames.length, 64);
    assert.equal(frames.flat().length, 1_024);
    assert.equal(frames[0]?.[0], "m6");
  });

  it("are replayed from a time on to somebody who has seen the earlier ones", () => {
    const meeting = scene();
    meeting.send(["seen"], 60_000);
    const sinceMs = meeting.now();
    meeting.later(1);
    meeting.send(["missed"], 60_000);

    assert.deepEqual(meeting.replayed(sinceMs), [["missed"]]);
  });
});
