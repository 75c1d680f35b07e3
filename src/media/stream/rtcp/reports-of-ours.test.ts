import assert from "node:assert/strict";
import { test } from "node:test";
import { createReportsOfOurs } from "./reports-of-ours.ts";
import type { ReportBlock } from "./rtcp.ts";

/** We have sent 1,000 packets, the numbers 65,000 to 463, and a report at the time 1,000,000. */
const sending = {
  ...{ ssrc: 5, timestampTicks: 0, clockTicks: 1, packetCount: 1000, octetCount: 160_000 },
  ...{ nextSequence: 464, holes: 0 },
};
/** What an honest far end says of them half a second later. */
const honest: ReportBlock = {
  ...{ ssrc: 5, fractionLost: 2, packetsLost: 9, highestSequence: 0x1_0000 + 460, jitterTicks: 40 },
  ...{ lastSenderReport: 1_000_000, delaySinceLastSenderReport: 32_768 },
};
const arrival = 1_000_000 + 32_768 + 6554;

function reported(changes: readonly Partial<ReportBlock>[], holes = 0) {
  const reports = createReportsOfOurs();
  reports.sentReport(1_000_000);
  changes.forEach((change, index) => {
    const sent = { ...sending, holes, packetCount: 1000 + index * 250, nextSequence: 464 + index * 250 };
    reports.take({ ...honest, ...change }, sent, arrival, index * 5000);
  });
  return reports.summary();
}

test("an honest report tells loss, of how many, jitter and round trip", () => {
  const { packetsLost, packetsExpected, jitterTicks, roundTripMs, implausible } = reported([{}]);

  assert.deepEqual([packetsLost, packetsExpected, jitterTicks, implausible], [9, 997, 40, 0]);
  assert.ok(Math.abs((roundTripMs ?? 0) - 100) < 0.1);
});

const nonsense: Readonly<Record<string, readonly [change: Partial<ReportBlock>, missing: readonly string[]]>> = {
  "more lost than was sent": [{ packetsLost: 1001 }, ["packetsLost"]],
  "eight million packets that came twice": [{ packetsLost: -0x80_0000 }, ["packetsLost"]],
  "a sequence number that is still to come": [{ highestSequence: 500 }, ["packetsLost"]],
  "a sequence number from before the first": [{ highestSequence: 64_000 }, ["packetsLost"]],
  "a jitter of hours": [{ jitterTicks: 0xffff_ffff }, ["jitterTicks"]],
  "the echo of a report that was never sent": [{ lastSenderReport: 999_999 }, ["roundTripMs"]],
  "an echo from the future": [{ delaySinceLastSenderReport: 0xffff_0000 - 0x8000_0000 }, ["roundTripMs"]],
};
for (const [what, [change, missing]] of Object.entries(nonsense)) {
  test(`${what} is not believed, and the rest of the report is`, () => {
    const summary = reported([change]);

    const named = ["packetsLost", "jitterTicks", "roundTripMs"] as const;
    assert.deepEqual(
      named.filter((name) => summary[name] === undefined),
      missing,
    );
    assert.equal(summary.implausible, 1);
  });
}

test("a far end that has seen no report of ours echoes none, which is no nonsense", () => {
  const { roundTripMs, implausible } = reported([{ lastSenderReport: 0, delaySinceLastSenderReport: 0 }]);

  assert.deepEqual([roundTripMs, implausible], [undefined, 0]);
});

test("packets of a bridge that were missing before they came to us are no loss of this far end", () => {
  assert.equal(reported([{ packetsLost: 9 }], 5).packetsLost, 4);
  assert.equal(reported([{ packetsLost: 3 }], 5).packetsLost, 0);
});

test("jitter and round trip are means over the reports", () => {
  assert.equal(reported([{ jitterTicks: 10 }, { jitterTicks: 30, highestSequence: 700 }]).jitterTicks, 20);
});

test("a far end whose newest packet stays the same while we send has stopped receiving", () => {
  const same = { highestSequence: 0x1_0000 + 460 };

  assert.equal(reported([same, same, same]).notArrivingMs, 10_000);
  assert.equal(reported([same, same, { highestSequence: 0x1_0000 + 900 }]).notArrivingMs, 0);
});

test("the share of what was lost lately is that of the latest report that can be", () => {
  const reports = createReportsOfOurs();
  reports.take({ ...honest, fractionLost: 64 }, sending, arrival, 0);
  assert.equal(reports.lossShare, 0.25);
  reports.take({ ...honest, fractionLost: 255, packetsLost: 1001 }, sending, arrival, 5000);
  assert.equal(reports.lossShare, 0.25);
  reports.take({ ...honest, fractionLost: 0 }, sending, arrival, 10_000);
  assert.equal(reports.lossShare, 0);
});
