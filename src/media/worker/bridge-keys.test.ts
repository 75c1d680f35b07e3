import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createDigitReceiver } from "../node/keys/digit-receiver.ts";
import { createDigitSender } from "../node/keys/digit-sender.ts";
import { writeEvent } from "../stream/telephone-event.ts";
import { readUint16, readUint32, stampHeader, writeHeader } from "../stream/packet.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import type { RtpEvent } from "./messages.ts";
import { createHeardPacket } from "../stream/heard-packet.ts";

const FRAME = 160;

/** What the far end of the second session got. */
interface Got {
  readonly atMs: number;
  readonly packet: Uint8Array;
  readonly type: number;
}

/** A bridge of two sessions; `two` is what was agreed with the second one. */
async function aBridge(two: Partial<NegotiatedAudio> = {}) {
  const clock = createManualClock();
  const got: Got[] = [];
  const { io, open } = createMemoryIo((packet, to) => {
    const type = (packet[1] ?? 0) & 0x7f;
    if (to.port === 4002) got.push({ atMs: clock.monotonicMs(), packet: packet.slice(), type });
  });
  const events: RtpEvent[] = [];
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 0, holdTimeoutMs: 0 }, (event) => events.push(event));
  for (const session of [1, 2]) {
    host.handle({ type: "open", request: session, session, address: "192.0.2.9", port: 5000 + 2 * session });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    host.handle({
      type: "start",
      session,
      audio: {
        ...{ remoteAddress: "192.0.2.1", remotePort: 4000 + session },
        ...{ remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4010 + session },
        ...{
          codec: { name: "PCMU", payloadType: 0 },
          telephoneEventPayloadType: 101,
          ptimeMs: 20,
          direction: "sendrecv",
        },
        ...(session === 2 ? two : {}),
      },
    });
  }
  host.handle({ type: "join", session: 1, other: 2 });
  const run = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  let sequence = 0xfff0;
  /** One packet time of a caller who presses keys, or talks when `event` is undefined. Lost packets take a number too. */
  const send = (
    ticks: number,
    event: { code: number; isEnd: boolean; durationTicks: number; isFirst: boolean } | undefined,
    isLost: boolean,
  ) => {
    const packet = new Uint8Array(event === undefined ? 12 + FRAME : 16).fill(0x33);
    const type = event === undefined ? 0 : 101;
    writeHeader(packet, type, 0xbeef);
    stampHeader(packet, event?.isFirst ?? false, type, sequence++ & 0xffff, ticks >>> 0);
    if (event !== undefined) writeEvent(packet, 12, event.code, event.isEnd, event.durationTicks);
    if (!isLost) open.get(5002)?.(packet, { address: "192.0.2.1", port: 4001 });
  };
  run(100);
  got.splice(0);
  return { got, run, send, host, events };
}

/** Presses keys, each packet time one packet, of which `isLost` takes some away.
 * @returns which of them had a packet that arrived */
function press(
  bridge: Awaited<ReturnType<typeof aBridge>>,
  keys: string,
  isLost: () => boolean,
  withAudio = false,
): string {
  const sender = createDigitSender(() => undefined);
  sender.send("keys", keys, 100, 100);
  let start = 0;
  let index = -1;
  const arrived = new Set<number>();
  for (let tick = 0; tick < keys.length * 10 + 30; tick++) {
    const event = sender.next(FRAME);
    if (event?.isFirst === true) {
      start = tick * FRAME;
      index++;
    }
    const lost = isLost();
    if (event !== undefined && !lost) arrived.add(index);
    bridge.send(event === undefined ? tick * FRAME : start, event, lost);
    if (withAudio && event !== undefined) bridge.send(tick * FRAME, undefined, isLost());
    bridge.run(20);
  }
  return [...keys].filter((_, at) => arrived.has(at)).join("");
}

/** The keys that the far end of the second session makes of what it got. */
function keysOf(got: readonly Got[], type = 101): string {
  let keys = "";
  const receiver = createDigitReceiver({
    begins: () => undefined,
    goesOn: () => undefined,
    ended: (digit) => void (keys += digit),
  });
  for (const { packet, type: own, atMs } of got) {
    receiver.tick(atMs);
    if (own !== type) continue;
    const numbers = {
      ...createHeardPacket(),
      ssrc: readUint32(packet, 8),
      sequence: readUint16(packet, 2),
      timestampTicks: readUint32(packet, 4),
    };
    receiver.packet(
      { ...numbers, bytes: packet, start: 12, end: 16, kind: "event", isMarked: (packet[1] ?? 0) > 127 },
      atMs,
    );
  }
  receiver.tick(Infinity);
  return keys;
}

/** A random source that says lost for 40 % of packets, in bursts of five on average. */
function burstLoss(seed: number): () => boolean {
  let state = seed;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  let isBad = false;
  return () => {
    isBad = isBad ? random() >= 1 / 5 : random() < 2 / 15;
    return isBad;
  };
}

const aKey = "0123456789*#";

for (const withAudio of [false, true]) {
  test(`of keys pressed under burst losses of 40 % none is lost of which anything arrived${withAudio ? ", beside audio" : ""}`, async (t) => {
    const seed = Date.now() % 100_000;
    const keys = Array.from({ length: 250 }, (_, index) => aKey[(index * 7 + (index >> 3)) % aKey.length]).join("");
    const bridge = await aBridge();
    const arrived = press(bridge, keys, burstLoss(seed), withAudio);
    t.diagnostic(`seed ${seed}: ${arrived.length} of 250 keys had a packet that arrived`);
    const reported = bridge.events.flatMap((event) => (event.type === "digit" ? [event.digit] : [])).join("");
    const ends = bridge.got.filter(({ packet, type }) => type === 101 && (packet[13] ?? 0) >= 128);

    assert.equal(reported, arrived);
    assert.equal(keysOf(bridge.got), arrived);
    assert.equal(ends.length, arrived.length * 3);
  });
}

test("a key without loss has the length and the distance that it was pressed with, and its own payload type", async () => {
  const bridge = await aBridge({ telephoneEventPayloadType: 96 });
  press(bridge, ",55", () => false);
  const keys = bridge.got.filter(({ type }) => type === 96).map(({ packet }) => packet);
  const starts = [...new Set(keys.map((packet) => readUint32(packet, 4)))];
  const lengths = keys.map((packet) => `${readUint16(packet, 14)}${(packet[13] ?? 0) >= 128 ? "E" : ""}`).join(" ");

  assert.equal(keysOf(bridge.got, 96), "55");
  assert.equal(((starts[1] ?? 0) - (starts[0] ?? 0)) >>> 0, 10 * FRAME);
  assert.match(lengths, /^(\d+ )+800E 800E 800E (\d+ )+800E 800E 800E$/);
  assert.deepEqual(
    keys.filter((packet) => (packet[1] ?? 0) > 127).map((packet) => readUint32(packet, 4)),
    starts,
  );
});

test("audio beside a key passes as it is, in order with it", async () => {
  const bridge = await aBridge();
  press(bridge, "1", () => false, true);
  const sequences = bridge.got.map(({ packet }) => readUint16(packet, 2));
  const audio = bridge.got.filter(({ type }) => type === 0).map(({ packet }) => packet);

  assert.ok(audio.every((packet) => packet.subarray(12).every((code) => code === 0x33)));
  assert.deepEqual(
    sequences.slice(1).map((sequence, index) => (sequence - (sequences[index] ?? 0)) & 0xffff),
    Array(sequences.length - 1).fill(1),
  );
  assert.deepEqual(
    new Set(
      audio.slice(1).map((packet, index) => (readUint32(packet, 4) - readUint32(audio[index] ?? packet, 4)) >>> 0),
    ),
    new Set([FRAME]),
  );
});

test("a key that is held for ten seconds passes in segments (RFC 4733 §2.5.1.3)", async () => {
  const bridge = await aBridge();
  for (let tick = 1; tick <= 500; tick++) {
    const segment = tick * FRAME > 65_535 ? 65_535 : 0;
    bridge.send(
      segment,
      { code: 5, isEnd: tick === 500, isFirst: tick === 1, durationTicks: tick * FRAME - segment },
      false,
    );
    bridge.run(20);
  }
  bridge.run(100);
  const keys = bridge.got.filter(({ type }) => type === 101).map(({ packet }) => packet);
  const starts = [...new Set(keys.map((packet) => readUint32(packet, 4)))];

  assert.equal(keysOf(bridge.got), "5");
  assert.equal(((starts[1] ?? 0) - (starts[0] ?? 0)) >>> 0, 65_535);
  assert.equal(readUint16(keys.at(-1) ?? new Uint8Array(16), 14), 80_000 - 65_535);
});

test("a phone that sends both gives the other leg each key once, and one that only signals too", async () => {
  const bridge = await aBridge();
  const signal = (digit: string) => bridge.host.handle({ type: "signal-key", session: 1, digit, durationMs: 160 });
  signal("1");
  bridge.run(300);
  press(bridge, "1", () => false);
  press(bridge, "2", () => false);
  signal("2");
  bridge.run(300);
  signal("3");
  bridge.run(300);
  const reported = bridge.events.flatMap((event) => (event.type === "digit" ? [event.digit] : [])).join("");

  assert.deepEqual([reported, keysOf(bridge.got)], ["123", "123"]);
});

test("a bridge that ends while a key is held ends the key", async () => {
  const bridge = await aBridge();
  bridge.send(0, { code: 5, isEnd: false, isFirst: true, durationTicks: FRAME }, false);
  bridge.run(20);
  bridge.host.handle({ type: "part", session: 1 });
  bridge.run(100);

  assert.equal(keysOf(bridge.got), "5");
  assert.equal(bridge.got.filter(({ packet, type }) => type === 101 && (packet[13] ?? 0) >= 128).length, 3);
});
