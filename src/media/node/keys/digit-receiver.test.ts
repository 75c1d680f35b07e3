import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createHeardPacket } from "../../stream/heard-packet.ts";
import { createDigitReceiver } from "./digit-receiver.ts";
import { createDigitSender } from "./digit-sender.ts";
import { EVENT_BYTES, writeEvent } from "../../stream/telephone-event.ts";
import { QUIET_MS } from "./press.ts";

const FRAME = 160;

/** One event packet; `end`, `mark` and the numbers of the stream when they matter. */
interface Sent {
  readonly atMs: number;
  readonly code: number;
  readonly ticks: number;
  readonly duration: number;
  readonly sequence: number;
  readonly end?: boolean;
  readonly mark?: boolean;
  readonly ssrc?: number;
}

function aReceiver() {
  const heard: string[] = [];
  const begun: string[] = [];
  const receiver = createDigitReceiver({
    begins: (digit) => void begun.push(digit),
    goesOn: () => undefined,
    ended: (digit, ticks) => void heard.push(`${digit} ${ticks}`),
  });
  const send = ({ atMs, code, ticks, duration, sequence, end = false, mark = false, ssrc = 7 }: Sent) => {
    const bytes = new Uint8Array(EVENT_BYTES);
    writeEvent(bytes, 0, code, end, duration);
    const numbers = { ssrc, sequence: sequence & 0xffff, timestampTicks: ticks >>> 0 };
    receiver.packet(
      { ...createHeardPacket(), bytes, end: EVENT_BYTES, kind: "event", isMarked: mark, ...numbers },
      atMs,
    );
  };
  return { heard, begun, receiver, send };
}

/** @returns the keys and lengths told of packets that come at their times, with a tick each 20 ms and a second of silence behind */
function keysOf(packets: readonly Sent[]): string[] {
  const { heard, begun, receiver, send } = aReceiver();
  let tickMs = 0;
  for (const packet of packets) {
    for (; tickMs < packet.atMs; tickMs += 20) receiver.tick(tickMs);
    send(packet);
  }
  for (const untilMs = tickMs + 1000; tickMs < untilMs; tickMs += 20) receiver.tick(tickMs);
  assert.deepEqual(
    begun,
    heard.map((each) => each[0]),
  );
  return heard;
}

test("a key by the clock of Opus has its length, over the segments of which one holds 1.365 s", () => {
  const heard: string[] = [];
  const receiver = createDigitReceiver({
    ...{ begins: () => undefined, goesOn: () => undefined },
    ended: (digit, ticks) => void heard.push(`${digit} ${Math.round(ticks / 8)} ms`),
  });
  const send = (sequence: number, clock: number, duration: number, end: boolean) => {
    const bytes = new Uint8Array(EVENT_BYTES);
    writeEvent(bytes, 0, 5, end, duration);
    const packet = { ...createHeardPacket(), bytes, end: EVENT_BYTES, kind: "event", eventClockTicks: 6 } as const;
    receiver.packet(
      { ...packet, ssrc: 7, sequence, timestampTicks: Math.floor(clock / 6), isMarked: sequence === 1 },
      sequence * 20,
    );
  };
  send(1, 0, 960, false);
  send(2, 0, 7_680, true);
  send(10, 480_000, 960, false);
  send(11, 480_000, 65_535, false);
  send(12, 480_000 + 65_535, 30_465, true);

  assert.deepEqual(heard, ["5 160 ms", "5 2000 ms"]);
});

/** A press by the book: packets each 20 ms with growing duration, three ends. */
function press(
  code: number,
  atMs: number,
  sequence: number,
  change: Partial<Sent> & { packets?: number } = {},
): Sent[] {
  const { packets = 5, ...fixed } = change;
  return Array.from({ length: packets + 2 }, (_, index) => ({
    ...{ atMs: atMs + 20 * index, code, ticks: atMs * 8, duration: FRAME * Math.min(index + 1, packets) },
    ...{ sequence: sequence + index, end: index >= packets - 1, mark: index === 0 },
    ...fixed,
  }));
}

const movingTicks = (packets: readonly Sent[], step = FRAME) =>
  packets.map((packet, index) => ({ ...packet, ticks: packet.ticks + step * index }));
const without = (packets: readonly Sent[], ...lost: readonly number[]) =>
  packets.filter((_, index) => !lost.includes(index));
const unmarked = (packets: readonly Sent[]) => packets.map((packet) => ({ ...packet, mark: false }));
/** A packet as one on the way sends it that begins another stream. */
const moved = (packet: Sent, mark: boolean): Sent => ({
  ...{ ...packet, ssrc: 8, mark },
  ...{ sequence: packet.sequence + 20_000, ticks: packet.ticks + 777_000 },
});
/** What a sender that never ends a key sends. */
const endless = (packets: readonly Sent[]) => packets.slice(0, -2).map((packet) => ({ ...packet, end: false }));
const swapped = (packets: readonly Sent[], first: number) => {
  const [one, other] = [packets[first], packets[first + 1]];
  if (one === undefined || other === undefined) return packets;
  return [
    ...packets.slice(0, first),
    { ...other, atMs: one.atMs },
    { ...one, atMs: other.atMs },
    ...packets.slice(first + 2),
  ];
};
/** A capture of SIPp's, played at a time: a marked packet without length, steps of 320, one end three times under one number. */
const capture = (code: number, atMs: number, sequence: number, ticks: number): Sent[] =>
  Array.from({ length: 10 }, (_, index) => {
    const step = Math.min(index, 7);
    const numbers = { sequence: sequence + step, ticks, duration: 320 * step };
    return { atMs: atMs + 20 * step, code, ...numbers, mark: index === 0, end: step === 7 };
  });
const captures: Readonly<Record<string, readonly [sequence: number, ticks: number]>> = {
  0: [12_080, 17_632],
  1: [7984, 13_280],
  2: [8042, 23_200],
  5: [8155, 43_200],
  6: [8186, 48_800],
  8: [8253, 60_800],
};
const playCaptures = (digits: string, everyMs: number) =>
  [...digits].flatMap((digit, index) => capture(Number(digit), index * everyMs, ...(captures[digit] ?? [0, 0])));

const table: Readonly<Record<string, readonly (readonly [title: string, packets: readonly Sent[], keys: string])[]>> = {
  "by the book (RFC 4733 §2.5)": [
    ["one key", press(5, 0, 1), "5 800"],
    ["each packet twice", press(5, 0, 1).flatMap((packet) => [packet, packet]), "5 800"],
    ["the same key twice", [...press(5, 0, 1), ...press(5, 180, 11)], "5 800, 5 800"],
    ["a key of 20 ms, twice", [...press(5, 0, 1, { packets: 1 }), ...press(5, 60, 4, { packets: 1 })], "5 160, 5 160"],
    ["without markers", unmarked([...press(5, 0, 1), ...press(5, 180, 11)]), "5 800, 5 800"],
    ["a key held for two seconds", press(5, 0, 1, { packets: 100 }), "5 16000"],
    ["audio in between", press(5, 0, 1).map((each, index) => ({ ...each, sequence: 2 * index })), "5 800"],
    ["an SSRC of its own for events", press(5, 0, 1, { ssrc: 9 }), "5 800"],
    [
      "a timestamp and a number that wrap round",
      press(5, 0, 65_533).map((packet) => ({ ...packet, ticks: 0xffff_ff00 })),
      "5 800",
    ],
    ["no digits", [...press(16, 0, 1), ...press(255, 200, 11)], ""],
  ],
  "losses and disorder": [
    ["only the last end", without(press(11, 0, 1), 0, 1, 2, 3, 4, 5), "# 800"],
    ["all ends, told by silence", without(press(1, 0, 1), 4, 5, 6), "1 640"],
    ["all ends, told by the next key", [...without(press(1, 0, 1), 4, 5, 6), ...press(2, 140, 8)], "1 640, 2 800"],
    [
      "the ends, and the start of the same key again",
      without([...press(5, 0, 1), ...press(5, 180, 10)], 4, 5, 6, 7, 8),
      "5 640, 5 800",
    ],
    [
      "a hole of 1.2 s before the end",
      press(5, 0, 1).map((each, index) => (index < 4 ? each : { ...each, atMs: each.atMs + 1200 })),
      "5 640",
    ],
    [
      "the end of a key behind the next one",
      [
        ...without(press(1, 0, 1), 4, 5),
        ...press(2, 120, 9),
        { ...(press(1, 0, 1)[6] as Sent), atMs: 400, sequence: 20, ticks: 0 },
      ],
      "1 800, 2 800",
    ],
    ...[0, 2, 3, 4, 5].map(
      (first) => [`packets ${first} and ${first + 1} change places`, swapped(press(5, 0, 1), first), "5 800"] as const,
    ),
    ["the last end comes behind the next key", swapped([...press(1, 0, 1), ...press(2, 140, 8)], 6), "1 800, 2 800"],
  ],
  "a press whose timestamp moves": [
    ["with each packet", movingTicks(press(7, 0, 1)), "7 800"],
    [
      "with each packet, all of them marked",
      movingTicks(press(7, 0, 1)).map((each) => ({ ...each, mark: true })),
      "7 800",
    ],
    ["by 50 ms with each packet", movingTicks(press(7, 0, 1), 400), "7 800"],
    ["by 10 ms with each packet", movingTicks(press(7, 0, 1), 80), "7 800"],
    ["far with each packet", movingTicks(press(7, 0, 1).slice(0, 5), 3000), "7 800"],
    ["backwards with each packet", movingTicks(press(7, 0, 1).slice(0, 5), -FRAME), "7 800"],
    [
      "and audio in between",
      movingTicks(press(7, 0, 1).map((each, index) => ({ ...each, sequence: 2 * index }))),
      "7 800",
    ],
    [
      "and three packets lost",
      movingTicks(press(7, 0, 1, { packets: 12 })).filter((_, index) => index < 3 || index > 5),
      "7 1920",
    ],
    ["and the first packets lost", movingTicks(press(7, 0, 1)).slice(3), "7 800"],
    ["and no end", endless(movingTicks(press(7, 0, 1))), "7 800"],
    ["and each packet twice", movingTicks(press(7, 0, 1)).flatMap((packet) => [packet, packet]), "7 800"],
    ["and two places changed", swapped(movingTicks(press(7, 0, 1)), 1), "7 800"],
    [
      "only on the repeated ends",
      movingTicks(press(9, 0, 1)).map((each, index) =>
        index < 4 ? { ...each, ticks: 0 } : { ...each, ticks: FRAME * (index - 4) },
      ),
      "9 800",
    ],
    ["twice in a row", [...movingTicks(press(7, 0, 1)), ...movingTicks(press(7, 200, 10))], "7 800, 7 800"],
    [
      "twice in a row without markers",
      unmarked([...movingTicks(press(7, 0, 1)), ...movingTicks(press(7, 300, 10))]),
      "7 800, 7 800",
    ],
    [
      "twice in a row without ends or markers",
      unmarked([...endless(movingTicks(press(7, 0, 1))), ...endless(movingTicks(press(7, 300, 10)))]),
      "7 800, 7 800",
    ],
  ],
  "presses that are older by their numbers": [
    [
      "less than a second older, with a marker and a higher number",
      [...capture(2, 0, 8042, 23_200), ...capture(0, 200, 12_080, 17_632)],
      "2 2240, 0 2240",
    ],
    [
      "the captures that SIPp ships, one behind the other",
      playCaptures("12065550188", 300),
      [..."12065550188"].map((digit) => `${digit} 2240`).join(", "),
    ],
    [
      "the captures that SIPp ships, quickly",
      playCaptures("12065550188", 200),
      [..."12065550188"].map((digit) => `${digit} 2240`).join(", "),
    ],
    [
      "the captures that SIPp ships, slowly",
      playCaptures("8885550", 2000),
      [..."8885550"].map((digit) => `${digit} 2240`).join(", "),
    ],
    [
      "a timestamp that is always the same",
      [0, 1, 2].flatMap((index) => press(5, index * 300, 1 + 20 * index).map((each) => ({ ...each, ticks: 77 }))),
      "5 800, 5 800, 5 800",
    ],
    [
      "another SSRC",
      [...press(1, 0, 500), ...press(2, 200, 3, { ssrc: 8 }).map((each) => ({ ...each, ticks: 4 }))],
      "1 800, 2 800",
    ],
    ...[0, 1, 2, 3, 4, 5].map((last): readonly [string, readonly Sent[], string] => [
      `another SSRC, number and timestamp behind packet ${last} of a key`,
      press(5, 0, 500).map((each, index) => (index <= last ? each : moved(each, index === last + 1))),
      "5 800",
    ]),
    [
      "another number and timestamp in the middle of a key",
      press(5, 0, 500).map((each, index) => (index < 3 ? each : { ...moved(each, false), ssrc: 7 })),
      "5 800",
    ],
    [
      "another SSRC with the same key again, whose first packets are lost",
      [...press(5, 0, 500), ...without(press(5, 180, 3, { ssrc: 8 }), 0, 1)],
      "5 800, 5 800",
    ],
  ],
};

for (const [group, rows] of Object.entries(table)) {
  describe(group, () => {
    for (const [title, packets, keys] of rows) test(title, () => assert.equal(keysOf(packets).join(", "), keys));
  });
}

test("a key without its end is reported after so much silence, and a late end does not repeat it", () => {
  const { heard, receiver, send } = aReceiver();
  send({ atMs: 20, code: 1, ticks: 1000, duration: 320, sequence: 1 });
  receiver.tick(20 + QUIET_MS - 1);
  assert.deepEqual(heard, []);

  receiver.tick(20 + QUIET_MS);
  send({ atMs: 200, code: 1, ticks: 1000, duration: 400, sequence: 2, end: true });
  receiver.tick(1000);

  assert.deepEqual(heard, ["1 320"]);
});

test("segments of a long event are one key with the whole length (RFC 4733 §2.5.1.3)", () => {
  const { heard, send } = aReceiver();
  const ticks = 0xffff_0000;
  send({ atMs: 0, code: 5, ticks, duration: 65_535, sequence: 1 });
  send({ atMs: 20, code: 5, ticks: ticks + 65_535, duration: 225, sequence: 2 });
  send({ atMs: 40, code: 5, ticks: ticks + 65_535, duration: 14_465, sequence: 3, end: true });

  assert.deepEqual(heard, ["5 80000"]);
});

test("short payloads are no digits", () => {
  const { begun, receiver } = aReceiver();
  const numbers = { isMarked: true, ssrc: 1, sequence: 1, timestampTicks: 3 };
  receiver.packet({ ...createHeardPacket(), bytes: Uint8Array.of(1, 0x80, 1), end: 3, kind: "event", ...numbers }, 0);

  assert.deepEqual(begun, []);
});

test("a string of digits arrives whole and in order over a lossy, repeating path", (t) => {
  const seed = Date.now() % 100_000;
  t.diagnostic(`seed ${seed}`);
  let state = seed;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;

  for (let round = 0; round < 200; round++) {
    const digits = Array.from({ length: 12 }, () => "0123456789*#ABCD"[Math.floor(random() * 16)]).join("");
    const sender = createDigitSender(() => undefined);
    const { heard, send, receiver } = aReceiver();
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
        const { code, durationTicks: duration, isEnd: end, isFirst: mark } = event;
        send({ atMs: tick * 20, code, ticks: start, duration, sequence: tick, end, mark });
      }
      receiver.tick(tick * 20);
    }
    assert.equal(heard.map((each) => each[0]).join(""), digits);
  }
});
