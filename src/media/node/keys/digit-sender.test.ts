import assert from "node:assert/strict";
import { test } from "node:test";
import { createDigitSender } from "./digit-sender.ts";
import { renderDualTones } from "./dual-tone.ts";
import { toneLevelDbfs } from "../../../testing/tones.ts";
import { pcmFromSamples } from "../../pcm.ts";

const FRAME = 160;

/** Runs a sender for a number of packet times; "-" is a time for audio, F a first packet, E an end packet. */
function aSender() {
  const sent: string[] = [];
  const sender = createDigitSender((sendId) => sent.push(sendId));
  const run = (ticks: number) =>
    Array.from({ length: ticks }, () => {
      const event = sender.next(FRAME);
      if (event === undefined) return "-";
      const flags = (event.isFirst ? "F" : "") + (event.isEnd ? "E" : "");
      const offset = event.offsetTicks === 0 ? "" : `+${event.offsetTicks}`;
      return `${event.code}:${event.durationTicks}${offset}${flags}`;
    });
  return { sender, sent, run };
}

test("sends a growing duration, the end three times, then the gap (RFC 4733 §2.5.1)", () => {
  const { sender, sent, run } = aSender();
  sender.send("a", "1#", 50, 100);

  assert.deepEqual(run(6), ["1:160F", "1:320", "1:400E", "1:400E", "1:400E", "-"]);
  assert.deepEqual(sent, []);
  // The gap of 100 ms began 10 ms before the end of the third packet time.
  assert.deepEqual(run(7), ["-", "-", "11:160F", "11:320", "11:400E", "11:400E", "11:400E"]);
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(run(5), ["-", "-", "-", "-", "-"]);
});

test("a tone shorter than a packet is first and end at once", () => {
  const { sender, run } = aSender();
  sender.send("a", "D", 5, 0);

  assert.deepEqual(run(4), ["15:40FE", "15:40E", "15:40E", "-"]);
});

test("a comma pauses for 500 ms, at the end too, and letters are taken in lower case", () => {
  const { sender, sent, run } = aSender();
  sender.send("a", ",a,", 20, 0);

  assert.deepEqual(run(28), [...Array<string>(25).fill("-"), "12:160FE", "12:160E", "12:160E"]);
  assert.deepEqual(run(24), Array(24).fill("-"));
  assert.deepEqual(sent, []);
  run(1);
  assert.deepEqual(sent, ["a"]);
});

test("orders follow one another, the gap between them too, and one without digits is done at once", () => {
  const { sender, sent, run } = aSender();
  sender.send("none", "xyz", 20, 0);
  sender.send("a", "1", 20, 80);
  sender.send("b", "2", 20, 0);

  assert.deepEqual(run(9), ["-", "1:160FE", "1:160E", "1:160E", "-", "-", "2:160FE", "2:160E", "2:160E"]);
  assert.deepEqual(sent, ["none", "a", "b"]);
});

for (const [title, digits, ticks, isSent] of [
  ["while the last tone goes on", "12", 11, false],
  ["behind the first end of the last key", "12", 13, true],
  ["in the pause behind the last key", "12,", 20, true],
  ["behind the end of a key that is not the last", "12", 5, false],
  ["before anything was sent", "1", 0, false],
] as const) {
  test(`a session that ends ${title} has ${isSent ? "" : "not "}sent the digits`, () => {
    const { sender, sent, run } = aSender();
    sender.send("a", digits, 100, 60);
    run(ticks);
    assert.deepEqual(sent, []);
    sender.finish();
    sender.finish();

    assert.deepEqual(sent, isSent ? ["a"] : []);
  });
}

test("an event longer than 65,535 ticks goes on in segments (RFC 4733 §2.5.1.3)", () => {
  const { sender, run } = aSender();
  sender.send("a", "5", 10_000, 0);
  const packets = run(502);

  assert.equal(packets[408], "5:65440");
  assert.equal(packets[409], "5:65535");
  assert.equal(packets[410], "5:225+65535");
  assert.equal(packets[499], `5:${80_000 - 65_535}+65535E`);
});

test("audible tones are the two frequencies of the key (ITU-T Q.23)", () => {
  const pcm = pcmFromSamples(renderDualTones("1,*", 100, 50));

  assert.equal(pcm.samples.length, (150 + 500 + 150) * 8);
  for (const hz of [697, 1209]) assert.ok(toneLevelDbfs(pcm, hz, 0, 100) > -12);
  for (const hz of [941, 1209]) assert.ok(toneLevelDbfs(pcm, hz, 650, 750) > -12);
  assert.ok(toneLevelDbfs(pcm, 697, 650, 750) < -40);
  assert.ok(pcm.samples.subarray(100 * 8, 650 * 8).every((sample) => sample === 0));
});
