import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { readStrictly } from "../../../testing/internal/strict-report.ts";
import { createReception } from "../reception.ts";
import { createReporter } from "./reporter.ts";
import { decodeReport, encodeReport, ntpTime, roundTripMs, type ReportBlock } from "./rtcp.ts";

const aBlock = (change: Partial<ReportBlock> = {}): ReportBlock => ({
  ssrc: 7,
  fractionLost: 12,
  packetsLost: -3,
  highestSequence: 0x1_0005,
  jitterTicks: 44,
  lastSenderReport: 0xb7052000,
  delaySinceLastSenderReport: 0x0005_4000,
  ...change,
});

test("a sender report with its block, CNAME and BYE reads back as written (RFC 3550 §6.1)", () => {
  const sender = {
    ntpSeconds: 0xb44d_b705,
    ntpFraction: 0x2000_0000,
    timestampTicks: 9,
    packetCount: 3,
    octetCount: 480,
  };
  const bytes = encodeReport({ ssrc: 5, cname: "abc", sender, block: aBlock(), bye: true });

  assert.deepEqual(decodeReport(bytes), { ssrc: 5, senderReportTime: 0xb705_2000, blocks: [aBlock()], bye: true });
  assert.equal(
    Buffer.from(bytes).subarray(52).toString("hex"),
    "81ca0003000000050103616263000000" + "81cb000100000005",
  );
});

test("an empty receiver report is a header and a CNAME", () => {
  const bytes = encodeReport({ ssrc: 5, cname: "abcdef", sender: undefined, block: undefined, bye: false });

  assert.equal(
    Buffer.from(bytes).toString("hex"),
    "80c9000100000005" + "81ca0004000000050106616263646566" + "00000000",
  );
  assert.deepEqual(decodeReport(bytes), { ssrc: 5, senderReportTime: undefined, blocks: [], bye: false });
});

test("computes the round trip of the standard's example (RFC 3550 figure 2)", () => {
  assert.equal(roundTripMs(aBlock(), 0xb7108000), 6125);
  assert.equal(roundTripMs(aBlock({ lastSenderReport: 0 }), 0xb7108000), undefined);
  assert.equal(roundTripMs(aBlock(), 0xb7052000), undefined);
});

test("NTP time counts from 1900 (RFC 3550 §4)", () => {
  assert.deepEqual(ntpTime(500), { seconds: 2_208_988_800, fraction: 0x8000_0000, middle: 0x7e80_8000 });
});

test("reads no report from other, truncated or random bytes, and never throws", () => {
  const bytes = encodeReport({ ssrc: 5, cname: "abc", sender: undefined, block: aBlock(), bye: false });

  assert.equal(decodeReport(new Uint8Array(0)), undefined);
  for (let length = 1; length < bytes.length; length++) {
    if (length !== 32) assert.equal(decodeReport(bytes.subarray(0, length)), undefined, String(length));
  }
  for (let round = 0; round < 500; round++) decodeReport(randomBytes(round % 90));
});

const aReporter = (random: number) => {
  const reception = createReception();
  return {
    reception,
    reporter: createReporter({
      cname: "c",
      reception,
      nowMs: 1000,
      wallStartMs: 0,
      randomUint32: () => random * 0x1_0000_0000,
    }),
  };
};
const sending = (packetCount: number) => ({
  ...{ ssrc: 5, timestampTicks: 1, clockTicks: 1, packetCount, octetCount: packetCount * 160 },
  ...{ nextSequence: 1000 + packetCount, holes: 0 },
});

for (const [random, firstMs, nextMs] of [
  [0, 1250 / (Math.E - 1.5), 2500 / (Math.E - 1.5)],
  [1, 3750 / (Math.E - 1.5), 7500 / (Math.E - 1.5)],
] as const) {
  test(`reports come between half and one and a half of 5 s apart, the first after half of that: random ${random} (RFC 3550 §6.3.1)`, () => {
    const { reporter } = aReporter(random);

    assert.ok(Math.abs(reporter.dueMs - (1000 + firstMs)) < 1, String(reporter.dueMs));
    reporter.report(sending(0), 10_000, false);
    assert.ok(Math.abs(reporter.dueMs - (10_000 + nextMs)) < 1, String(reporter.dueMs));
  });
}

test("sends a sender report while something was sent in the interval that ends or the one before (RFC 3550 §6.4)", () => {
  const { reporter } = aReporter(0.5);

  assert.notEqual(decodeReport(reporter.report(sending(4), 2000, false))?.senderReportTime, undefined);
  assert.notEqual(decodeReport(reporter.report(sending(4), 3000, false))?.senderReportTime, undefined);
  assert.equal(decodeReport(reporter.report(sending(4), 4000, false))?.senderReportTime, undefined);
});

test("echoes the far end's sender report and learns loss, jitter and round trip from its block", () => {
  const { reporter, reception } = aReporter(0.5);
  reception.packet(9, 1, 0, 0, true);
  const theirs = { ntpSeconds: 1, ntpFraction: 0, timestampTicks: 0, packetCount: 1, octetCount: 1 };
  const ours = decodeReport(reporter.report(sending(10), 2000, false))?.senderReportTime ?? 0;
  const received = { ssrc: 5, packetsLost: 2, highestSequence: 0x1_0000 + 1008 };
  const block = aBlock({ ...received, lastSenderReport: ours, delaySinceLastSenderReport: 65_536 });

  const report = encodeReport({ ssrc: 9, cname: "x", sender: theirs, block, bye: false });
  const isTaken = reporter.receive(report, sending(10), 3250);
  const echo = decodeReport(reporter.report(sending(11), 3750, false))?.blocks[0];

  assert.equal(isTaken, true);
  assert.deepEqual(reporter.remote(), {
    ...{ reports: 1, reportsOfReception: 1, reportsOfOurs: 1, implausible: 0, notArrivingMs: 0 },
    ...{ packetsLost: 2, packetsExpected: 9, jitterTicks: 44, roundTripMs: 250 },
  });
  assert.equal(echo?.lastSenderReport, 0x0001_0000);
  assert.equal(echo?.delaySinceLastSenderReport, 32_768);
});

test("a packet is right by a strict reader with every part that it may have, and a CNAME of any length (RFC 3550 §6.1, §6.5)", () => {
  const sender = { ntpSeconds: 4e9, ntpFraction: 4e9, timestampTicks: 4e9, packetCount: 1, octetCount: 2 };
  for (let length = 1; length < 260; length++)
    for (const [has, bye] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const parts = { sender: has ? sender : undefined, block: has ? aBlock({ packetsLost: -9e9 }) : undefined };
      const report = readStrictly(encodeReport({ ssrc: 0xdead_beef, cname: "x".repeat(length), bye, ...parts }));

      assert.equal(report.cname.length, Math.min(length, 255));
      assert.deepEqual([report.sender !== undefined, report.blocks.length, report.isBye], [has, has ? 1 : 0, bye]);
    }
});
