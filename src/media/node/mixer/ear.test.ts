import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGauss } from "../../../testing/internal/noises.ts";
import type { Codec } from "../../codec/codec.ts";
import { pcmu } from "../../codec/g711.ts";
import { g722 } from "../../codec/g722/g722.ts";
import { createHeardPacket } from "../../stream/heard-packet.ts";
import { createEar } from "./ear.ts";

const RATE_HZ = 16_000;
const FRAME_MS = 20;
const second = 1000 / FRAME_MS;

/** A far end that speaks in steady noise, and what a mixer has of it, dB for each second. `switches`: VoiceFocus, by the second. */
function levels(codec: Codec, seconds: number, switches: Readonly<Record<number, boolean>>): readonly number[] {
  const gauss = createGauss(11);
  const ear = createEar(RATE_HZ);
  const encoder = codec.createEncoder(8000);
  const samples = new Int16Array(160);
  const bytes = new Uint8Array(160);
  const packet = createHeardPacket();
  const frame = new Int16Array((RATE_HZ / 1000) * FRAME_MS);
  return Array.from({ length: seconds }, (_, at) => {
    const isOn = switches[at];
    if (isOn !== undefined) ear.suppressNoise(isOn);
    let power = 0;
    for (let index = 0; index < second; index++) {
      const number = at * second + index;
      const nowMs = number * FRAME_MS;
      samples.forEach((_sample, place) => (samples[place] = 300 * gauss()));
      encoder.encode(samples, 0, samples.length, bytes, 0);
      Object.assign(packet, { bytes, start: 0, end: 160, kind: codec, ssrc: 1, sequence: number & 0xffff });
      packet.timestampTicks = number * 160;
      packet.decoding.isDone = false;
      ear.heard(packet, nowMs);
      if (ear.pull(frame, nowMs)) power += frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length;
    }
    return 10 * Math.log10(power / second + 1);
  });
}

// Contract: actions-voice-focus-effect
describe("what a member of a mixer says", () => {
  for (const codec of [pcmu, g722]) {
    it(`is without its noise while VoiceFocus is on, and as it is before and after that (${codec.name})`, () => {
      const [before = 0, , , on = 0, stillOn = 0, , after = 0] = levels(codec, 7, { 1: true, 5: false });

      assert.ok(before > 45, `${before} dB before`);
      for (const level of [on, stillOn]) assert.ok(before - level > 10, `${level} dB with it, ${before} before`);
      assert.ok(Math.abs(after - before) < 2, `${after} dB after, ${before} before`);
    });
  }

  it("has its noise in it as long as nobody switches VoiceFocus on", () => {
    const [first = 0, ...others] = levels(pcmu, 3, {});

    for (const level of others) assert.ok(Math.abs(level - first) < 2, `${level} dB, ${first} at first`);
  });
});
