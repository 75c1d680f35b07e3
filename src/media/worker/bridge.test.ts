import assert from "node:assert/strict";
import { test } from "node:test";
import { codecs } from "../codec/codecs.ts";
import { pcmu } from "../codec/g711.ts";
import { createGauss } from "../../testing/internal/noises.ts";
import { aPacket, aPair, silence, steps } from "../../../test/media/bridged-pair.ts";
import { writeEvent } from "../stream/telephone-event.ts";

function anEvent(sequence: number, index: number, isEnd: boolean, durationTicks: number) {
  const packet = aPacket(index, 0, { type: 101, length: 160, marker: durationTicks === 160 }).subarray(0, 16);
  packet[3] = sequence & 0xff;
  writeEvent(packet, 12, 5, isEnd, durationTicks);
  return packet;
}

test("passes each packet on as it comes, both ways, under its own SSRC, with one marker (RFC 3550 §7.1)", async () => {
  const { run, from, got } = await aPair();
  for (let index = 0; index < 10; index++) {
    from(1, aPacket(index, 0x11));
    run(7);
    from(2, aPacket(index, 0x22));
    run(13);
  }

  for (const [session, code] of [
    [2, 0x11],
    [1, 0x22],
  ] as const) {
    // Silence of the tick before is not of the conversation.
    const packets = got(session).filter(({ payload }) => payload[0] !== silence);
    assert.equal(packets.length, 10);
    assert.ok(packets.every(({ payload, ssrc }) => payload.every((each) => each === code) && ssrc !== 0xbeef));
    assert.ok(steps(packets).every(([sequence, ticks]) => sequence === 1 && ticks === 160));
    assert.deepEqual(
      packets.map(({ marker }) => marker),
      [true, ...Array<boolean>(9).fill(false)],
    );
    assert.deepEqual(
      packets.map(({ atMs }) => atMs % 20),
      Array(10).fill(session === 2 ? 0 : 7),
    );
  }
});

test("a loss stays a loss, and a late packet finds its place", async () => {
  const { run, from, got } = await aPair();
  for (const index of [0, 1, 3, 2, 5]) {
    from(1, aPacket(index, 0x10 + index));
    run(20);
  }
  const packets = got(2).slice(0, 5);

  assert.deepEqual(steps(packets), [
    [1, 160],
    [2, 320],
    [0xffff, 0xffff_ff60],
    [3, 480],
  ]);
  assert.deepEqual(
    packets.map(({ payload }) => payload[0]),
    [0x10, 0x11, 0x13, 0x12, 0x15],
  );
});

test("passes on what a network held back for a fifth of a second as it came, with no silence in its place", async () => {
  const { run, from, got } = await aPair();
  const count = 14;
  const heldBack = { from: 3, to: 12 };
  for (let index = 0; index < count; index++) {
    if (index === heldBack.from) run(200);
    from(1, aPacket(index, 0x11 + index));
    if (index < heldBack.from || index >= heldBack.to) run(20);
  }
  const packets = got(2);

  assert.deepEqual(
    packets.map(({ payload }) => payload[0]),
    Array.from({ length: count }, (_, index) => 0x11 + index),
  );
  assert.deepEqual(steps(packets), Array(count - 1).fill([1, 160]));
});

test("sends silence when nothing comes, and goes on behind it, time kept", async () => {
  const { run, from, got } = await aPair();
  from(1, aPacket(0, 0x11));
  run(600);
  from(1, aPacket(1, 0x11));
  const packets = got(2);

  const quiet = packets.slice(1, -1);
  assert.ok(quiet.length >= 15 && quiet.length <= 18, `${quiet.length} packets of silence`);
  assert.ok(quiet.every(({ payload }) => payload.every((code) => code === silence)));
  assert.ok(steps(packets).every(([sequence]) => sequence === 1));
  assert.ok(
    steps(packets)
      .slice(1, -1)
      .every(([, ticks]) => ticks === 160),
  );
  const span = ((packets.at(-1)?.ticks ?? 0) - (packets[0]?.ticks ?? 0)) >>> 0;
  assert.ok(Math.abs(span - 600 * 8) <= 160, `${span} ticks in 600 ms`);
  assert.equal(packets.at(-1)?.marker, true);
});

test("u-law becomes A-law and back", async () => {
  const { run, from, got } = await aPair({ two: { codec: { name: "PCMA", payloadType: 8 } } });
  from(1, aPacket(0, 0x80));
  from(2, aPacket(0, 0xaa, { type: 8 }));
  run(5);

  assert.deepEqual(
    got(2).map(({ type, payload }) => [type, payload[0]]),
    [[8, 0xaa]],
  );
  assert.deepEqual(
    got(1).map(({ type, payload }) => [type, payload[0]]),
    [[0, 0x80]],
  );
});

test("a playback to one side is heard by it alone; the other hears silence, then both hear each other again", async () => {
  const { tell, run, from, got, events } = await aPair();
  const speak = (from20ms: number, count: number) => {
    for (let index = from20ms; index < from20ms + count; index++) {
      from(1, aPacket(index, 0x11));
      from(2, aPacket(index, 0x22));
      run(20);
    }
  };
  speak(0, 5);
  got(1);
  got(2);
  const samples = new Int16Array(new SharedArrayBuffer(1600 * 2)).fill(8000);
  tell({ type: "play", session: 1, playbackId: "p", samples, repeat: 1 });
  speak(5, 10);
  const [prompted, other] = [got(1), got(2)];
  run(20);
  got(1);
  got(2);
  speak(20, 5);

  assert.deepEqual(
    events.slice(-2).map(({ type }) => type),
    ["playback-started", "playback-finished"],
  );
  assert.ok(prompted.every(({ payload }) => !payload.includes(0x22)));
  assert.ok(other.length >= 5 && other.every(({ payload }) => payload.every((code) => code === silence)));
  assert.ok(steps(prompted).every(([sequence, ticks]) => sequence === 1 && ticks === 160));
  assert.deepEqual(
    got(1).map(({ payload }) => payload[0]),
    Array(5).fill(0x22),
  );
  assert.deepEqual(
    got(2).map(({ payload }) => payload[0]),
    Array(5).fill(0x11),
  );
});

test("digits pass as events when both sides agreed them, once, and are reported too (RFC 4733 §2.5.1)", async () => {
  const { run, from, got, events } = await aPair({ two: { telephoneEventPayloadType: 96 } });
  for (let index = 0; index < 3; index++) {
    from(1, aPacket(index, 0x11));
    run(20);
  }
  for (const [sequence, isEnd, duration] of [
    [0xf3, false, 160],
    [0xf4, false, 320],
    [0xf5, true, 480],
    [0xf6, true, 480],
    [0xf7, true, 480],
  ] as const) {
    from(1, anEvent(sequence, 3, isEnd, duration));
    run(20);
  }
  from(1, aPacket(8, 0x11));
  const packets = got(2);
  const digit = packets.filter(({ type }) => type === 96);

  assert.deepEqual(
    digit.map(({ payload }) => [...payload]),
    [
      [5, 10, 0, 160],
      [5, 10, 1, 64],
      [5, 0x8a, 1, 224],
      [5, 0x8a, 1, 224],
      [5, 0x8a, 1, 224],
    ],
  );
  assert.equal(new Set(digit.map(({ ticks }) => ticks)).size, 1);
  assert.deepEqual(
    digit.map(({ marker }) => marker),
    [true, false, false, false, false],
  );
  assert.ok(steps(packets).every(([sequence]) => sequence === 1));
  assert.equal(((packets.at(-1)?.ticks ?? 0) - (packets[0]?.ticks ?? 0)) >>> 0, 8 * 160);
  assert.deepEqual(events.at(-1), { type: "digit", session: 1, digit: "5", durationMs: 60 });
});

test("an event keeps its timestamp though its packets come with pauses of 80 ms", async () => {
  const { run, from, got } = await aPair();
  for (const [sequence, isEnd, duration] of [
    [0xf0, false, 160],
    [0xf1, false, 960],
    [0xf2, true, 1760],
  ] as const) {
    from(1, anEvent(sequence, 0, isEnd, duration));
    run(80);
  }

  const digit = got(2).filter(({ type }) => type === 101);
  assert.equal(new Set(digit.map(({ ticks }) => ticks)).size, 1);
});

test("digits become tones for a side that agreed no events", async () => {
  const { run, from, got, events } = await aPair({ two: { telephoneEventPayloadType: undefined } });
  from(1, anEvent(0xf0, 0, true, 800));
  run(200);

  const packets = got(2);
  assert.ok(packets.every(({ type }) => type === 0));
  const loud = packets.filter(({ payload }) => payload.some((code) => code !== silence));
  assert.ok(loud.length === 5 || loud.length === 6, `${loud.length} packets of tone`);
  assert.ok(events.some(({ type }) => type === "digit"));
});

test("parting, or closing one, leaves silence to the other", async () => {
  for (const command of [
    { type: "part", session: 2 },
    { type: "close", session: 1, request: 9 },
  ] as const) {
    const { tell, run, from, got } = await aPair();
    from(1, aPacket(0, 0x11));
    run(20);
    tell(command);
    got(2);
    from(1, aPacket(1, 0x11));
    run(100);

    const packets = got(2);
    assert.ok(packets.length === 5 || packets.length === 6, `${packets.length} packets`);
    assert.ok(packets.every(({ payload }) => payload.every((code) => code === silence)));
  }
});

test("nothing passes to a side that must not be sent to", async () => {
  const { run, from, got } = await aPair({ two: { direction: "recvonly" } });
  from(1, aPacket(0, 0x11));
  run(100);

  assert.deepEqual(got(2), []);
});

// Contract: actions-voice-focus-effect
test("noise is taken out of what one far end says, for the other, from when to when that is switched on", async () => {
  const { tell, run, from, got } = await aPair();
  const gauss = createGauss(4);
  const noise = Array.from({ length: 400 }, (_, index) => {
    const packet = aPacket(index, 0);
    pcmu.createEncoder().encode(
      Int16Array.from({ length: 160 }, () => Math.round(800 * gauss())),
      0,
      160,
      packet,
      12,
    );
    return packet;
  });
  noise.forEach((packet, index) => {
    if (index === 100) tell({ type: "suppress-noise", session: 1, isOn: true });
    if (index === 300) tell({ type: "suppress-noise", session: 1, isOn: false });
    from(1, packet);
    from(2, packet);
    run(20);
  });
  const heard = got(2);

  assert.equal(heard.length, 400);
  assert.ok(
    heard.every(({ sequence, ticks }, index) => {
      const [last] = heard.slice(index - 1);
      return index === 0 || (sequence === ((last!.sequence + 1) & 0xffff) && ticks === (last!.ticks + 160) >>> 0);
    }),
  );
  const isSame = heard.map(({ payload }, index) => Buffer.compare(payload, noise[index]!.subarray(12)) === 0);
  assert.ok(isSame.slice(0, 100).every(Boolean) && isSame.slice(330).every(Boolean));
  const power = (packets: typeof heard) =>
    packets.flatMap(({ payload }) => [...payload]).reduce((sum, code) => sum + (pcmu.decodeTable[code] ?? 0) ** 2, 0);
  assert.ok(power(heard.slice(150, 300)) < power(heard.slice(0, 100)) / 15);
  assert.ok(
    got(1).every(({ payload }, index) => Buffer.compare(payload, noise[index]!.subarray(12)) === 0),
    "the other way stays",
  );
});

test("noise is taken out too where far ends speak by two codecs or in packets of other lengths", async () => {
  for (const [change, length] of [
    [{ two: { codec: { name: "PCMA", payloadType: 8 } } }, 160],
    [{ two: { codec: { name: "G722", payloadType: 9 } } }, 160],
    [{ two: { ptimeMs: 40 } }, 160],
    [{}, 200],
  ] as const) {
    const { tell, run, from, got } = await aPair(change);
    const gauss = createGauss(4);
    const powers: number[] = [];
    for (let half = 0; half < 2; half++) {
      if (half === 1) tell({ type: "suppress-noise", session: 1, isOn: true });
      for (let index = 0; index < 150; index++) {
        const packet = aPacket(half * 150 + index, 0, { length });
        pcmu.createEncoder().encode(
          Int16Array.from({ length }, () => Math.round(800 * gauss())),
          0,
          length,
          packet,
          12,
        );
        from(1, packet);
        run(length / 8);
      }
      const decoder = codecs[change.two?.codec?.name ?? "PCMU"].createDecoder();
      const samples = new Int16Array(1000);
      powers.push(
        got(2)
          .slice(-60)
          .reduce((sum, { payload }) => {
            const count = decoder.decode(payload, 0, payload.length, samples, 0);
            return sum + samples.slice(0, count).reduce((part, sample) => part + sample ** 2, 0) / count;
          }, 0),
      );
    }

    assert.ok(powers[1]! < powers[0]! / 10, `${JSON.stringify(change)} ${length}: ${powers.join(" to ")}`);
  }
});
