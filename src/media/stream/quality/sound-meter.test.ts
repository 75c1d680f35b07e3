import assert from "node:assert/strict";
import { test } from "node:test";
import { pcma, pcmu } from "../../codec/g711.ts";
import { createSoundMeter } from "./sound-meter.ts";

/** A meter that was given so many packets of 20 ms of what `sampleAt` makes. */
function metered(law: "PCMU" | "PCMA", packets: number, sampleAt: (index: number) => number) {
  const meter = createSoundMeter();
  const codec = law === "PCMU" ? pcmu : pcma;
  const bytes = new Uint8Array(172);
  for (let packet = 0; packet < packets; packet++) {
    const samples = Int16Array.from({ length: 160 }, (_, index) => sampleAt(packet * 160 + index));
    codec.createEncoder().encode(samples, 0, 160, bytes, 12);
    if (meter.isDue()) meter.packet(bytes, 12, 172, codec.decodeTable, packet * 20);
  }
  return meter;
}

const tone = (amplitude: number) => (index: number) =>
  Math.max(-32_768, Math.min(32_767, Math.round(amplitude * Math.sin((index * 2 * Math.PI * 440) / 8000))));

for (const law of ["PCMU", "PCMA"] as const) {
  test(`${law}: zeros are digital silence, noise of a quiet line is silence, speech is sound`, () => {
    const zeros = metered(law, 50, () => 0);
    const noise = metered(law, 50, (index) => ((index * 7919) % 61) - 30);
    const speech = metered(law, 50, tone(3000));

    assert.deepEqual([zeros.isDigitalSilence(), zeros.soundedAtMs], [true, undefined]);
    assert.deepEqual([noise.isDigitalSilence(), noise.soundedAtMs], [false, undefined]);
    assert.deepEqual([speech.isDigitalSilence(), speech.soundedAtMs], [false, 900]);
  });

  test(`${law}: a tone that is driven into the limits is clipped by its share, one just below them is not`, () => {
    const clipped = metered(law, 200, tone(50_000)).clippedShare() ?? 0;
    const loud = metered(law, 200, tone(30_000)).clippedShare();

    // Beyond 32,124 of 50,000 lies 1 - 2/pi * asin(0.642) of a sine.
    assert.ok(Math.abs(clipped - (1 - (2 / Math.PI) * Math.asin(32_124 / 50_000))) < 0.03, String(clipped));
    assert.equal(loud, 0);
  });
}

/** A meter that was given a hundred packets of such payload. */
function meteredPayload(payloadOf: (packet: number) => Uint8Array) {
  const meter = createSoundMeter();
  for (let packet = 0; packet < 100; packet++) {
    const bytes = payloadOf(packet);
    meter.packet(bytes, 0, bytes.length, pcmu.decodeTable, packet * 20);
  }
  return meter;
}

test("a tone or a prompt whose peaks just reach full scale is not clipped", () => {
  for (const hertz of [440, 1000, 2000]) {
    const at = (index: number) => Math.round(32_767 * Math.sin((index * 2 * Math.PI * hertz) / 8000));

    assert.equal(metered("PCMU", 200, at).clippedShare(), 0, `${hertz} Hz`);
  }
});

test("silence with a few bytes of data in front, as load generators send it, is not clipped", () => {
  for (const zeros of [1, 4, 8]) {
    const meter = meteredPayload(() => new Uint8Array(160).fill(0xff).fill(0, 0, zeros));

    assert.equal(meter.clippedShare() ?? 0, 0, `${zeros} bytes`);
  }
});

test("a payload of data of any kind is not clipped", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff;

  assert.equal(meteredPayload(() => Uint8Array.from({ length: 160 }, random)).clippedShare(), 0);
});

test("a payload of nothing but one code is silence, not sound at full scale", () => {
  for (const code of [0x00, 0x80, 0x55, 0xd5]) {
    const meter = meteredPayload(() => new Uint8Array(160).fill(code));

    assert.deepEqual([meter.soundedAtMs, meter.clippedShare()], [undefined, undefined], String(code));
  }
});

test("of less than a second of sound nothing is said about clipping", () => {
  assert.equal(metered("PCMU", 40, tone(50_000)).clippedShare(), undefined);
});

test("a meter without packets is not silent, and a key is sound", () => {
  const meter = createSoundMeter();
  assert.equal(meter.isDigitalSilence(), false);
  meter.sounded(7);

  assert.equal(meter.soundedAtMs, 7);
});
