import assert from "node:assert/strict";
import { test } from "node:test";
import { createDigitReceiver, LOST_END_MS } from "./digit-receiver.ts";
import { createDigitSender } from "./digit-sender.ts";
import { renderDualTones } from "./dual-tone.ts";
import { EVENT_BYTES, writeEvent } from "./event.ts";
import { toneLevelDbfs } from "../../testing/tones.ts";
import { pcmFromSamples } from "../pcm.ts";

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

test("an event longer than 65,535 ticks goes on in segments (RFC 4733 §2.5.1.3)", () => {
  const { sender, run } = aSender();
  sender.send("a", "5", 10_000, 0);
  const packets = run(502);

  assert.equal(packets[408], "5:65440");
  assert.equal(packets[409], "5:65535");
  assert.equal(packets[410], "5:225+65535");
  assert.equal(packets[499], `5:${80_000 - 65_535}+65535E`);
});

function aReceiver() {
  const heard: string[] = [];
  const receiver = createDigitReceiver((digit, ticks) => heard.push(`${digit} ${ticks}`));
  const bytes = new Uint8Array(EVENT_BYTES);
  const packet = (code: number, timestamp: number, duration: number, isEnd: boolean, nowMs = 0) => {
    writeEvent(bytes, 0, code, isEnd, duration);
    receiver.packet(bytes, 0, EVENT_BYTES, timestamp >>> 0, nowMs);
  };
  return { heard, receiver, packet };
}

test("tells a digit once though its end comes three times (RFC 4733 §2.5.2)", () => {
  const { heard, packet, receiver } = aReceiver();
  packet(5, 1000, 160, false);
  for (let index = 0; index < 3; index++) packet(5, 1000, 400, true);
  receiver.tick(10_000);

  assert.deepEqual(heard, ["5 400"]);
});

test("the same digit twice is two digits", () => {
  const { heard, packet } = aReceiver();
  packet(5, 1000, 400, true);
  packet(5, 2000, 400, true);

  assert.deepEqual(heard, ["5 400", "5 400"]);
});

test("a digit of which only the last end packet arrives is heard", () => {
  const { heard, packet } = aReceiver();
  packet(11, 7, 800, true);

  assert.deepEqual(heard, ["# 800"]);
});

test("a digit without its end is told by silence, and a late end does not repeat it", () => {
  const { heard, packet, receiver } = aReceiver();
  packet(1, 1000, 320, false, 20);
  receiver.tick(20 + LOST_END_MS - 1);
  assert.deepEqual(heard, []);

  receiver.tick(20 + LOST_END_MS);
  packet(1, 1000, 400, true, 200);
  receiver.tick(1000);

  assert.deepEqual(heard, ["1 320"]);
});

test("a digit without its end is told by the next digit, and its late packets are passed over", () => {
  const { heard, packet } = aReceiver();
  packet(1, 1000, 320, false);
  packet(2, 2000, 160, false);
  packet(1, 1000, 400, true);
  packet(2, 2000, 400, true);

  assert.deepEqual(heard, ["1 320", "2 400"]);
});

test("segments of a long event are one digit with the whole length (RFC 4733 §2.5.1.3)", () => {
  const { heard, packet } = aReceiver();
  packet(5, 0xffff_0000, 65_535, false);
  packet(5, 0xffff_0000 + 65_535, 225, false);
  packet(5, 0xffff_0000 + 65_535, 14_465, true);

  assert.deepEqual(heard, ["5 80000"]);
});

test("other events and short payloads are no digits", () => {
  const { heard, packet, receiver } = aReceiver();
  packet(16, 1, 160, true);
  packet(255, 2, 160, true);
  receiver.packet(Uint8Array.of(1, 0x80, 1), 0, 3, 3, 0);

  assert.deepEqual(heard, []);
});

test("a string of digits arrives whole and in order over a lossy, repeating path", (t) => {
  const seed = Date.now() % 100_000;
  t.diagnostic(`seed ${seed}`);
  let state = seed;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

  for (let round = 0; round < 200; round++) {
    const digits = Array.from({ length: 12 }, () => "0123456789*#ABCD"[Math.floor(random() * 16)]).join("");
    const sender = createDigitSender(() => undefined);
    const { heard, packet, receiver } = aReceiver();
    sender.send("a", digits, 100, 100);
    let start = 0;
    let lostInARow = 0;
    for (let tick = 0; tick < 12 * 10 + 20; tick++) {
      const event = sender.next(FRAME);
      if (event?.isFirst === true) start = tick * FRAME;
      // Each event has 7 packets; up to 5 of them in a row are lost.
      const isLost = random() < 0.3 && lostInARow < 5;
      lostInARow = isLost ? lostInARow + 1 : 0;
      for (let copy = random() < 0.1 ? 2 : 1; event !== undefined && !isLost && copy > 0; copy--) {
        packet(event.code, start, event.durationTicks, event.isEnd, tick * 20);
      }
      receiver.tick(tick * 20);
    }
    assert.equal(heard.map((each) => each[0]).join(""), digits);
  }
});

test("audible tones are the two frequencies of the key (ITU-T Q.23)", () => {
  const pcm = pcmFromSamples(renderDualTones("1,*", 100, 50));

  assert.equal(pcm.samples.length, (150 + 500 + 150) * 8);
  for (const hz of [697, 1209]) assert.ok(toneLevelDbfs(pcm, hz, 0, 100) > -12);
  for (const hz of [941, 1209]) assert.ok(toneLevelDbfs(pcm, hz, 650, 750) > -12);
  assert.ok(toneLevelDbfs(pcm, 697, 650, 750) < -40);
  assert.ok(pcm.samples.subarray(100 * 8, 650 * 8).every((sample) => sample === 0));
});
