import assert from "node:assert/strict";
import { test } from "node:test";
import { createReception } from "./reception.ts";

function receive(sequences: readonly number[], ssrc = 1) {
  const reception = createReception();
  for (const sequence of sequences) reception.packet(ssrc, sequence, sequence * 160, sequence * 160, true);
  return reception;
}

/** Received, lost, late, duplicated. */
function countsOf(reception: ReturnType<typeof createReception>): readonly number[] {
  const { packetsReceived, packetsLost, packetsLate, packetsDuplicated } = reception.totals();
  return [packetsReceived, packetsLost, packetsLate, packetsDuplicated];
}

test("counts lost packets, also over a wrap of the sequence number (RFC 3550 appendix A.3)", () => {
  const reception = receive([65_533, 65_534, 0, 1, 3]);

  assert.deepEqual(reception.report(), {
    ssrc: 1,
    fractionLost: Math.floor((2 * 256) / 7),
    packetsLost: 2,
    highestSequence: 65_536 + 3,
    jitterTicks: 0,
  });
});

test("a late packet takes back its loss", () => {
  assert.deepEqual(countsOf(receive([10, 11, 13, 14, 12])), [5, 0, 1, 0]);
});

test("a packet that comes twice counts once, also long after, and hides no loss", () => {
  assert.deepEqual(countsOf(receive([65_534, 65_535, 65_535, 1, 2, 65_534, 1])), [4, 1, 0, 3]);
});

test("a packet that comes before the first one was sent before it, and is no duplicate", () => {
  assert.deepEqual(countsOf(receive([11, 10, 12])), [3, 0, 1, 0]);
});

test("what each packet is to its stream is told", () => {
  const reception = createReception();
  const places = [1, 3, 2, 3, 80, 4, 16, 30_000, 81].map((sequence) => reception.packet(1, sequence, 0, 0, true));

  assert.deepEqual(places, [
    "newest",
    "newest",
    "late",
    "duplicate",
    "newest",
    "too-late",
    "late",
    "restarting",
    "newest",
  ]);
});

test("a thousand packets forward, none of the sequence numbers between is taken for one that came", () => {
  const reception = receive([1, 2, 3]);
  reception.packet(1, 1003, 0, 0, true);
  for (let sequence = 940; sequence < 1003; sequence++) {
    assert.equal(reception.packet(1, sequence, 0, 0, true), "late", String(sequence));
  }
});

test("losses in a row are more than chance would give, single ones are not", () => {
  const withGaps = (length: number, each: number) =>
    receive(Array.from({ length: 1000 }, (_, index) => index).filter((index) => index % each >= length || index === 0));

  assert.equal(withGaps(1, 20).totals().burstRatio, 1);
  assert.ok(Math.abs(withGaps(4, 80).totals().burstRatio - 4 * 0.95) < 0.1);
});

test("the fraction lost is of the interval, and not negative after duplicates", () => {
  const reception = receive([1, 2, 4]);
  assert.equal(reception.report()?.fractionLost, 64);

  for (const sequence of [5, 5, 6]) reception.packet(1, sequence, sequence * 160, sequence * 160, true);

  assert.equal(reception.report()?.fractionLost, 0);
});

test("jitter moves a sixteenth of the way to each change of transit time (RFC 3550 appendix A.8)", () => {
  const reception = createReception();
  reception.packet(1, 1, 0, 1000, true);
  reception.packet(1, 2, 160, 1176, true);

  assert.equal(reception.totals().worstJitterTicks, 1);
  reception.packet(1, 3, 320, 1320, true);
  assert.equal(reception.totals().worstJitterTicks, 1 + (16 - 1) / 16);
  assert.equal(reception.report()?.jitterTicks, 1);
});

test("the jitter of a call is the mean over all its packets, so that its last ones do not decide", () => {
  const reception = createReception();
  for (let sequence = 0; sequence < 1000; sequence++) {
    const lateTicks = sequence < 500 && sequence % 2 === 1 ? 80 : 0;
    reception.packet(1, sequence, sequence * 160, sequence * 160 + lateTicks, true);
  }

  const { jitterTicks, worstJitterTicks } = reception.totals();
  assert.ok(Math.abs(jitterTicks - 40) < 0.1, String(jitterTicks));
  assert.ok(Math.abs(worstJitterTicks - 80) < 0.1, String(worstJitterTicks));
});

test("timestamps that jump are no jitter", () => {
  const reception = createReception();
  for (let sequence = 0; sequence < 100; sequence++) {
    const timestamp = sequence * 160 + (sequence < 50 ? 0 : 3_000_000_000);
    reception.packet(1, sequence, timestamp, sequence * 160, true);
  }

  assert.equal(reception.totals().worstJitterTicks, 0);
});

test("telephone-events do not count as jitter, their timestamps stand still", () => {
  const reception = createReception();
  for (let sequence = 1; sequence < 10; sequence++) reception.packet(1, sequence, 500, sequence * 160, false);

  assert.deepEqual([...countsOf(reception), reception.totals().jitterTicks], [9, 0, 0, 0, 0]);
});

test("a new source starts anew, and the losses before it stay in the totals", () => {
  const reception = receive([1, 2, 5]);
  reception.packet(2, 40_000, 0, 0, true);
  reception.packet(2, 40_001, 160, 160, true);

  assert.deepEqual(countsOf(reception), [5, 2, 0, 0]);
  assert.equal(reception.report()?.packetsLost, 0);
});

test("one packet far from the rest is passed over, two in a row are a restart (RFC 3550 appendix A.1)", () => {
  const stray = receive([1, 2, 30_000, 3]);
  const restart = receive([1, 2, 30_000, 30_001, 30_002]);

  assert.deepEqual(countsOf(stray), [3, 0, 0, 0]);
  assert.deepEqual(countsOf(restart), [4, 0, 0, 0]);
});

test("nothing received is nothing to report", () => {
  assert.equal(createReception().report(), undefined);
  assert.deepEqual([...countsOf(createReception()), createReception().totals().jitterTicks], [0, 0, 0, 0, 0]);
});
