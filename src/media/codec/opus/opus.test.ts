import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { toneLevelDbfs } from "../../../testing/tones.ts";
import { pcmFromSamples } from "../../pcm.ts";
import { opus } from "./opus.ts";
import type { SampleRate } from "../codec.ts";

/** A tone of -12 dBFS at a rate. */
function toneAt(rateHz: SampleRate, frequencyHz: number, ms: number): Int16Array {
  const step = (2 * Math.PI * frequencyHz) / rateHz;
  return Int16Array.from({ length: (rateHz / 1000) * ms }, (_, index) => 8200 * Math.sin(step * index));
}

/** The packets of some samples. */
function packetsOf(samples: Int16Array, rateHz: SampleRate, frameMs = 20): readonly Uint8Array[] {
  const encoder = opus.createEncoder(rateHz);
  const count = (rateHz / 1000) * frameMs;
  return Array.from({ length: Math.floor(samples.length / count) }, (_, index) => {
    const output = new Uint8Array(640);
    return output.slice(0, encoder.encode(samples, index * count, count, output, 0));
  });
}

/** What is heard of packets. */
function heardOf(packets: readonly Uint8Array[], rateHz: SampleRate): Int16Array {
  const decoder = opus.createDecoder(rateHz);
  const heard = packets.flatMap((packet) => {
    const output = new Int16Array(960 * 6);
    return [...output.subarray(0, decoder.decode(packet, 0, packet.length, output, 0))];
  });
  return Int16Array.from(heard);
}

/** The measure takes all for 8,000 Hz. */
const levelOf = (samples: Int16Array, rateHz: SampleRate, frequencyHz: number) =>
  toneLevelDbfs(pcmFromSamples(samples.subarray(rateHz / 5)), (frequencyHz * 8000) / rateHz);

for (const from of [8000, 16_000, 48_000] as const) {
  for (const to of [8000, 16_000, 48_000] as const) {
    test(`a tone that is encoded at ${from} Hz is heard at its level at ${to} Hz`, () => {
      const heard = heardOf(packetsOf(toneAt(from, 440, 1000), from), to);

      assert.equal(heard.length, to);
      assert.ok(Math.abs(levelOf(heard, to, 440) + 12) < 1.5, `${levelOf(heard, to, 440)} dBFS`);
    });
  }
}

for (const frameMs of [10, 20, 40, 60]) {
  test(`a packet of ${frameMs} ms lasts as long as its first byte says (RFC 6716 §3.1)`, () => {
    const packets = packetsOf(toneAt(16_000, 440, 600), 16_000, frameMs);

    for (const packet of packets) assert.equal(opus.ticksOf(packet, 0, packet.length), frameMs * 8);
    assert.equal(heardOf(packets, 16_000).length, 16 * 600);
  });
}

test("the length of a packet counts its frames, and none is longer than 120 ms (RFC 6716 §3.2)", () => {
  const ticksOf = (...bytes: readonly number[]) => opus.ticksOf(Uint8Array.from(bytes), 0, bytes.length);
  assert.equal(ticksOf(0x48), 160);
  assert.equal(ticksOf(0x49, 1, 2), 320);
  assert.equal(ticksOf(0x49, 1), 0);
  assert.equal(ticksOf(0x4a, 1, 2, 3), 320);
  assert.equal(ticksOf(0x4b, 6, 0), 960);
  assert.equal(ticksOf(0x4b, 7, 0), 0);
  assert.equal(ticksOf(0x4b), 0);
  assert.equal(ticksOf(0x4b, 0), 0);
  assert.equal(ticksOf(0xe0, 1), 20);
  assert.equal(ticksOf(), 0);
});

test("silence becomes one packet of a few bytes that is the same each time, is heard as silence, and ends without a click", () => {
  const talk = toneAt(16_000, 440, 400);
  const samples = new Int16Array(16 * 2000);
  samples.set(talk);
  samples.set(talk, 16 * 1600);

  const packets = packetsOf(samples, 16_000);

  const still = packets.slice(40, 80);
  assert.ok(still.every((packet) => Buffer.compare(packet, still[0] ?? packet) === 0));
  assert.ok((still[0]?.length ?? 99) < 12);
  const heard = heardOf(packets, 16_000);
  assert.ok(heard.subarray(16 * 600, 16 * 1590).every((sample) => Math.abs(sample) < 8));
  const largest = 8200 * ((2 * Math.PI * 440) / 16_000);
  const jumps = heard.slice(1).map((sample, index) => Math.abs(sample - (heard[index] ?? 0)));
  assert.ok(jumps.every((jump) => jump < 1.5 * largest));
});

test("a lost packet is filled in, and what the next one says of it is nearer to what was said", () => {
  const rateHz = 16_000;
  const samples = Int16Array.from({ length: rateHz }, (_, index) => {
    const hz = 200 + 150 * Math.sin(index / 900);
    return 6000 * Math.sin((2 * Math.PI * hz * index) / rateHz) * Math.max(0, Math.sin(index / 700));
  });
  const encoder = opus.createEncoder(rateHz);
  encoder.tune?.({ isBusy: false, lossPercent: 20 });
  const packets = Array.from({ length: 50 }, (_, index) => {
    const output = new Uint8Array(640);
    return output.slice(0, encoder.encode(samples, index * 320, 320, output, 0));
  });
  const whole = heardOf(packets, rateHz);
  const errorWith = (fill: "conceal" | "recover") => {
    const decoder = opus.createDecoder(rateHz);
    const output = new Int16Array(320);
    let error = 0;
    packets.forEach((packet, index) => {
      const next = packets[index + 1];
      const isLost = index % 5 === 3 && next !== undefined;
      if (!isLost) decoder.decode(packet, 0, packet.length, output, 0);
      else if (fill === "conceal") decoder.conceal?.(output, 0, 320);
      else decoder.recover?.(next, 0, next.length, output, 0, 320);
      if (isLost) output.forEach((sample, at) => (error += (sample - (whole[index * 320 + at] ?? 0)) ** 2));
    });
    return error;
  };

  assert.ok(errorWith("recover") < errorWith("conceal") / 2);
});

/** The coder that a packet is of, by its configuration. RFC 6716 §3.1, table 2 */
const coderOf = (packet: Uint8Array | undefined) => ((packet?.[0] ?? 0) >> 3 >= 16 ? "CELT" : "SILK");

test("who has little time encodes by CELT while nothing is lost, and goes over and back without a click", () => {
  const rateHz = 16_000;
  const samples = toneAt(rateHz, 440, 2000);
  const encoder = opus.createEncoder(rateHz);
  const output = new Uint8Array(640);
  const packets = Array.from({ length: 100 }, (_, index) => {
    if (index % 20 === 0) encoder.tune?.({ isBusy: index % 40 === 20, lossPercent: 0 });
    return output.slice(0, encoder.encode(samples, index * 320, 320, output, 0));
  });

  assert.deepEqual(
    [15, 35, 55, 75].map((index) => coderOf(packets[index])),
    ["SILK", "CELT", "SILK", "CELT"],
  );
  const heard = heardOf(packets, rateHz).subarray(rateHz / 5);
  const largest = 8200 * ((2 * Math.PI * 440) / rateHz);
  heard.forEach((sample, index) => {
    const jump = Math.abs(sample - (heard[index - 1] ?? sample));
    assert.ok(jump < 1.4 * largest, `${jump} at ${index}`);
  });

  encoder.tune?.({ isBusy: true, lossPercent: 10 });
  const later = [0, 1, 2].map(() => output.slice(0, encoder.encode(samples, 0, 320, output, 0)));
  assert.equal(coderOf(later[2]), "SILK", "what is lost has to be said again");
});

test("bytes that are no packet are heard as silence, as long as they say that they are", () => {
  let state = 5;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const decoder = opus.createDecoder(16_000);
  const output = new Int16Array(1920);
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from({ length: random(60) }, () => random(256));
    const count = decoder.decode(bytes, 0, bytes.length, output, 0);
    assert.equal(count, 2 * opus.ticksOf(bytes, 0, bytes.length));
  }
});

test("streams of several threads do not get into each other", { timeout: 60_000 }, async () => {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.url).then(({ opus }) => {
      const [encoder, decoder] = [opus.createEncoder(16000), opus.createDecoder(16000)];
      const [samples, packet, heard] = [new Int16Array(320), new Uint8Array(640), new Int16Array(320)];
      let sum = 0;
      for (let frame = 0; frame < 400; frame++) {
        for (let at = 0; at < 320; at++) samples[at] = 8000 * Math.sin((frame * 320 + at) * workerData.step);
        const length = encoder.encode(samples, 0, 320, packet, 0);
        decoder.decode(packet, 0, length, heard, 0);
        for (const sample of heard) sum = (Math.imul(sum, 31) + sample) | 0;
      }
      parentPort.postMessage(sum);
    });`;
  const url = new URL("opus.js", import.meta.url).href;
  const sumOf = (step: number) =>
    new Promise<number>((resolve, reject) => {
      const worker = new Worker(source, { eval: true, workerData: { url, step } });
      worker.once("message", resolve);
      worker.once("error", reject);
    });

  const alone = [await sumOf(0.05), await sumOf(0.11), await sumOf(0.23)];
  const together = await Promise.all([sumOf(0.05), sumOf(0.11), sumOf(0.23)]);

  assert.deepEqual(together, alone);
});
