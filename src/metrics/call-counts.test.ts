import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallFact } from "../call/index.ts";
import type { TransactionId } from "../kernel/index.ts";
import { CallCounts } from "./call-counts.ts";
import { createCounts } from "./label-counts.ts";
import { histogram } from "./metric.ts";

const started: CallFact = { type: "call-started", direction: "inbound", from: "a", to: "b", applicationId: "x" };
const answered: CallFact = { type: "leg-changed", participantTag: "LEG-A", state: "answered", cause: undefined };
const ended: CallFact = { type: "call-ended", endType: "bye", cause: "hung up by the far end", durationMs: 2_000 };

function countsOf(...facts: readonly [id: string, at: number, fact: CallFact][]) {
  const counts = new CallCounts();
  for (const [id, at, fact] of facts) counts.add({ transactionId: id as TransactionId, at, fact });
  return counts;
}

describe("what is counted of calls", () => {
  it("has each call once, by direction and by how it ended, with the time to its first answer", () => {
    const counts = countsOf(
      ["a", 0, started],
      ["a", 40, answered],
      ["a", 900, answered],
      ["a", 2_000, ended],
      ["a", 2_001, ended],
    );

    assert.deepEqual(counts.ended.entries(), [{ labels: ["inbound", "bye"], value: { total: 1 } }]);
    const [setUp] = counts.setUpSeconds.entries();
    assert.deepEqual([setUp?.labels, setUp?.value.read().sum], [["inbound"], 0.04]);
    assert.equal(counts.durationSeconds.of("inbound").read().sum, 2);
  });

  it("has a call that went without a word as failed, and keeps those that are up", () => {
    const counts = countsOf(["a", 0, started], ["b", 0, started]);
    counts.reconcile((id) => id === "b");
    assert.deepEqual(counts.ended.entries(), [{ labels: ["inbound", "failed"], value: { total: 1 } }]);
  });
});

describe("labels", () => {
  it("are of so many sets at most, and what comes beyond counts as other", () => {
    const counts = createCounts();
    for (let index = 0; index < 600; index += 1) counts.of(`function-${index}`).total += 1;
    assert.equal(counts.entries().length, 501);
    assert.equal(counts.of("other").total, 100);
  });
});

it("a histogram has cumulative buckets, a sum and a count", () => {
  const value = { bounds: [1, 2], counts: [3, 0, 2], sum: 12 };
  const { values } = histogram("x_seconds", "X.", ["kind"], [{ labels: ["k"], value }]);
  assert.deepEqual(
    values.map(({ metricName, labels, value: one }) => `${metricName} ${labels["le"] ?? "-"} ${one}`),
    [
      "x_seconds_bucket 1 3",
      "x_seconds_bucket 2 3",
      "x_seconds_bucket +Inf 5",
      "x_seconds_sum - 12",
      "x_seconds_count - 5",
    ],
  );

  it("has a recording that is tried again as delayed, and as lost only one of which nothing is kept", () => {
    const lost = { type: "recording-lost", participantTag: "LEG-A", bucket: "b", key: "k", message: "no" } as const;
    const counts = countsOf(["a", 0, { ...lost, path: "/kept.wav" }], ["a", 1, { ...lost, path: undefined }]);
    assert.deepEqual(counts.recordings.entries(), [
      { labels: ["delayed"], value: { total: 1 } },
      { labels: ["lost"], value: { total: 1 } },
    ]);
  });
});
