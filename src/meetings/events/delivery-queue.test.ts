import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { closeGraceMs, createDeliveryQueue, mostWaiting, retryDelaysMs, type Attempt } from "./delivery-queue.ts";
import { toMeetingEvent, type MeetingEvent } from "./meeting-event.ts";

function anEvent(at: number): MeetingEvent {
  const meeting = { id: "m", mediaRegion: "us-east-1", features: {}, notifications: {}, tenantIds: [], tags: [] };
  const occurrence = { type: "chime:MeetingStarted", meeting: { ...meeting, createdAt: 0 }, at } as const;
  return toMeetingEvent(occurrence, { accountId: "000000000000", region: "us-east-1" });
}

/** Lets everything run that waits for no time. */
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A queue to a receiver that answers as `answers` says, and with "taken" after that. */
function aQueue(answers: Attempt[] = []) {
  const clock = createManualClock();
  const sent: number[] = [];
  const warnings: string[] = [];
  const log = {
    ...silentLogger,
    warn: (facts: object, message: string) =>
      void warnings.push("lost" in facts ? `${String(facts.lost)} ${message}` : message),
  };
  const queue = createDeliveryQueue({
    receiver: "test",
    send: async (event) => {
      sent.push(event.detail.timestamp);
      await settle();
      return answers.shift() ?? { type: "taken" };
    },
    clock,
    log,
  });
  return { queue, clock, sent, warnings };
}

const failed: Attempt = { type: "failed", why: "it is away" };

// Contract: meetings-webhook-retries
describe("the delivery of events to one receiver", () => {
  it("goes one after another, in order", async () => {
    const { queue, sent } = aQueue();
    for (const at of [1, 2, 3]) queue.add(anEvent(at));
    assert.deepEqual(sent, [1]);
    while (queue.size() > 0) await settle();

    assert.deepEqual(sent, [1, 2, 3]);
  });

  it("tries an event again after longer and longer, while those behind it wait", async () => {
    const { queue, clock, sent } = aQueue([failed, failed]);
    for (const at of [1, 2]) queue.add(anEvent(at));
    for (const delayMs of retryDelaysMs.slice(0, 2)) {
      while (clock.pendingTimers() === 0) await settle();
      clock.advance(delayMs - 1);
      await settle();
      assert.equal(clock.pendingTimers(), 1);
      clock.advance(1);
    }
    while (queue.size() > 0) await settle();

    assert.deepEqual(sent, [1, 1, 1, 2]);
  });

  it("gives an event up after the last attempt, or at once when it is refused, and goes on", async () => {
    const attempts = retryDelaysMs.length + 1;
    const refused: Attempt = { type: "refused", why: "it answered 400" };
    const { queue, clock, sent, warnings } = aQueue([...Array.from({ length: attempts }, () => failed), refused]);
    for (const at of [1, 2, 3]) queue.add(anEvent(at));
    while (queue.size() > 0) {
      clock.runNext();
      await settle();
    }

    assert.deepEqual(sent, [...Array.from({ length: attempts }, () => 1), 2, 3]);
    const line = "meeting event lost: its receiver did not take it";
    assert.deepEqual(warnings, [line, line]);
  });

  it("keeps a bounded number for a receiver that is away, and says how many were lost", async () => {
    const { queue, clock, sent, warnings } = aQueue([failed]);
    for (let at = 0; at < mostWaiting + 5; at += 1) queue.add(anEvent(at));
    assert.equal(queue.size(), mostWaiting);
    while (queue.size() > 0) {
      clock.runNext();
      await settle();
    }

    assert.equal(new Set(sent).size, mostWaiting);
    assert.deepEqual(warnings, ["5 meeting events lost: too many wait for their receiver"]);
  });

  it("does not keep a server that stops waiting for a receiver that never answers", async () => {
    const clock = createManualClock();
    let isAborted = false;
    const queue = createDeliveryQueue({
      receiver: "test",
      send: (_event, signal) => {
        signal.addEventListener("abort", () => (isAborted = true));
        return new Promise(() => undefined);
      },
      clock,
      log: silentLogger,
    });
    queue.add(anEvent(1));
    let isClosed = false;
    const closed = queue.close().then(() => (isClosed = true));
    await settle();
    assert.equal(isClosed, false);
    clock.advance(closeGraceMs);
    await closed;

    assert.equal(isAborted, true);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("ends with the attempt that runs, and says what was lost", async () => {
    const { queue, clock, sent, warnings } = aQueue([failed]);
    for (const at of [1, 2, 3]) queue.add(anEvent(at));
    while (clock.pendingTimers() === 0) await settle();
    await queue.close();
    queue.add(anEvent(4));
    await settle();

    assert.deepEqual(sent, [1]);
    assert.equal(clock.pendingTimers(), 0);
    assert.deepEqual(warnings, ["meeting event lost: the server stops", "2 meeting events lost: the server stops"]);
  });
});
