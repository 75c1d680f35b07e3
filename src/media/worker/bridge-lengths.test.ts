import assert from "node:assert/strict";
import { test } from "node:test";
import { aPacket, aPair, silence, steps } from "../../../test/media/bridged-pair.ts";
import { stampHeader, writeUint32 } from "../stream/packet.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

const opusAs = (payloadType: number): Partial<NegotiatedAudio> => ({ codec: { name: "opus", payloadType } });

/** A packet of Opus, of one frame of 20 ms (RFC 6716 §3.1) where its first byte says nothing else. */
function anOpusPacket(index: number, length: number, first = 0x98) {
  const packet = aPacket(index, 0x40 + index, { type: 111, length });
  packet[12] = first;
  stampHeader(packet, false, 111, index, index * 960);
  return packet;
}

test("Opus passes to Opus byte by byte, whatever the length of a packet, under the numbers of the other side", async () => {
  const { run, from, got } = await aPair({ one: opusAs(111), two: opusAs(109) });
  const said = [3, 60, 1, 200, 1_276].map((length, index) => anOpusPacket(index, length));
  for (const packet of said) {
    from(1, packet);
    run(20);
  }
  const packets = got(2).slice(0, said.length);

  assert.deepEqual(
    packets.map(({ payload }) => Buffer.from(payload)),
    said.map((packet) => Buffer.from(packet.subarray(12))),
  );
  assert.ok(packets.every(({ type, ssrc }) => type === 109 && ssrc !== 0xbeef));
  assert.ok(steps(packets).every(([sequence, ticks]) => sequence === 1 && ticks === 960));
});

test("Opus in packets of another length, or too long for one of ours, is decoded, and passes again behind it", async () => {
  const { run, from, got } = await aPair({ one: opusAs(111), two: opusAs(111) });
  const twoFrames = 0x99;
  for (const packet of [anOpusPacket(0, 41, twoFrames), anOpusPacket(2, 1_400)]) {
    from(1, packet);
    run(200);
    const packets = got(2);
    assert.ok(packets.every(({ payload }) => payload.length < 700 && payload[1] !== packet[13]));
    assert.ok(steps(packets).every(([sequence, ticks]) => sequence === 1 && ticks === 960));
  }
  const last = anOpusPacket(30, 60);
  from(1, last);
  assert.deepEqual(Buffer.from(got(2)[0]?.payload ?? []), Buffer.from(last.subarray(12)));
});

for (const [comes, leaves] of [
  [20, 30],
  [60, 20],
  [40, 20],
  [10, 20],
  [30, 20],
] as const) {
  test(`packets of ${comes} ms leave as packets of ${leaves} ms, one per packet time`, async () => {
    const { run, from, got } = await aPair({ two: { ptimeMs: leaves } });
    for (let index = 0; index < 60; index++) {
      from(1, aPacket(index, index + 1, { length: comes * 8 }));
      run(comes);
    }
    const packets = got(2).filter(({ payload }) => payload.some((code) => code !== silence));

    assert.ok(packets.every(({ payload }) => payload.length === leaves * 8));
    assert.ok(steps(packets).every(([sequence, ticks]) => sequence === 1 && ticks === leaves * 8));
    const codes = packets.flatMap(({ payload }) => [...payload]);
    assert.ok(codes.every((code, at) => code === Math.floor(at / (comes * 8)) + 1));
    assert.ok(codes.length >= 59 * comes * 8, `${codes.length} codes`);
    const gaps = packets.slice(1).map(({ atMs }, index) => atMs - (packets[index]?.atMs ?? 0));
    assert.ok(Math.max(...gaps) <= Math.max(leaves, comes) + 20 && Math.min(...gaps) > 0, String(gaps));
  });
}

for (const [what, backTicks] of [
  ["stand still", (index: number) => index * 160],
  ["count half of the time", (index: number) => index * 80],
  ["jump back by half a second", (index: number) => (index < 50 ? 0 : 4000)],
] as const) {
  test(`packets of another length leave steadily, in time, where timestamps of the far end ${what}`, async () => {
    const { run, from, got } = await aPair({ two: { ptimeMs: 30 } });
    for (let index = 0; index < 100; index++) {
      const packet = aPacket(index, 0x11);
      writeUint32(packet, 4, 0xffff_0000 + index * 160 - backTicks(index));
      from(1, packet);
      run(20);
    }
    const packets = got(2);

    assert.ok(packets.length >= 65, `${packets.length} packets in 2 s`);
    assert.ok(
      steps(packets).every(([, ticks = 0]) => ticks > 0 && ticks <= 480),
      JSON.stringify(steps(packets)),
    );
  });
}
