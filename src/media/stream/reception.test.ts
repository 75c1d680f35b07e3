import assert from "node:assert/strict";
import { test } from "node:test";
import { createReception } from "./reception.ts";

function receive(sequences: readonly number[], ssrc = 1) {
  const reception = createReception();
  for (const sequence of sequences) reception.packet(ssrc, sequence, sequence * 160, sequence * 160, true);
  return reception;
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
  assert.deepEqual(receive([10, 11, 13, 14, 12]).totals(), { packetsReceived: 5, packetsLost: 0, jitterTicks: 0 });
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

  assert.equal(reception.totals().jitterTicks, 1);
  reception.packet(1, 3, 320, 1320, true);
  assert.equal(reception.totals().jitterTicks, 1 + (16 - 1) / 16);
});

test("telephone-events do not count as jitter, their timestamps stand still", () => {
  const reception = createReception();
  for (let sequence = 1; sequence < 10; sequence++) reception.packet(1, sequence, 500, sequence * 160, false);

  assert.deepEqual(reception.totals(), { packetsReceived: 9, packetsLost: 0, jitterTicks: 0 });
});

test("a new source starts anew, and the losses before it stay in the totals", () => {
  const reception = receive([1, 2, 5]);
  reception.packet(2, 40_000, 0, 0, true);
  reception.packet(2, 40_001, 160, 160, true);

  assert.deepEqual(reception.totals(), { packetsReceived: 5, packetsLost: 2, jitterTicks: 0 });
  assert.equal(reception.report()?.packetsLost, 0);
});

test("one packet far from the rest is passed over, two in a row are a restart (RFC 3550 appendix A.1)", () => {
  const stray = receive([1, 2, 30_000, 3]);
  const restart = receive([1, 2, 30_000, 30_001, 30_002]);

  assert.deepEqual(stray.totals(), { packetsReceived: 3, packetsLost: 0, jitterTicks: 0 });
  assert.deepEqual(restart.totals(), { packetsReceived: 4, packetsLost: 0, jitterTicks: 0 });
});

test("nothing received is nothing to report", () => {
  assert.equal(createReception().report(), undefined);
  assert.deepEqual(createReception().totals(), { packetsReceived: 0, packetsLost: 0, jitterTicks: 0 });
});
