import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../../testing/internal/random.ts";
import { sendRoughly, type RoughStream, type SentPacket } from "../../../testing/internal/rough-stream.ts";
import { dominantFrequencyHz, tone, toneLevelDbfs } from "../../../testing/tones.ts";
import { g722 } from "../../codec/g722/g722.ts";
import { opus } from "../../codec/opus/opus.ts";
import { pcma, pcmu } from "../../codec/g711.ts";
import { createHeardPacket } from "../heard-packet.ts";
import { createPlayout } from "./playout.ts";
import type { Codec, SampleRate } from "../../codec/codec.ts";
import { pcmFromSamples } from "../../pcm.ts";

interface Hearing extends RoughStream {
  /** Default mu-law. */
  readonly codec?: Codec;
  /** At which it plays; default 8,000. */
  readonly rateHz?: SampleRate;
  /** What is pulled at once; default 20 ms. */
  readonly pullMs?: number;
  /** Default: as long as the audio, and a second. */
  readonly lengthMs?: number;
}

/** Lets a playout hear samples as a far end sends them, in virtual time.
 * @returns what it plays from the first sending on */
function hearRoughly(samples: Int16Array, hearing: Hearing = {}): Int16Array {
  const { codec = pcmu, rateHz = 8000, pullMs = 20, lengthMs = samples.length / 8 + 1000 } = hearing;
  const encoder = codec.createEncoder();
  const encode = (part: Int16Array) => {
    const bytes = new Uint8Array(Math.max(part.length, 640));
    return bytes.subarray(0, encoder.encode(part, 0, part.length, bytes, 0));
  };
  const playout = createPlayout(rateHz);
  const perMs = rateHz / 1000;
  const heard = new Int16Array(Math.ceil(lengthMs / pullMs) * pullMs * perMs);
  const arrivals = sendRoughly(samples, encode, hearing)[Symbol.iterator]();
  const packet = createHeardPacket();
  let next = arrivals.next().value;
  for (let nowMs = 0; nowMs < lengthMs; nowMs += pullMs) {
    for (; next !== undefined && next.atMs <= nowMs; next = arrivals.next().value) {
      const { kind, ...sent } = next.packet;
      Object.assign(packet, sent, { kind: kind === "audio" ? codec : kind, end: sent.bytes.length });
      playout.put(packet, next.atMs);
    }
    playout.pull(heard, nowMs * perMs, pullMs * perMs, nowMs);
  }
  // What is measured is below 4,000 Hz.
  return heard.filter((_, index) => index % (perMs / 8) === 0);
}

const said = tone(440, 3000, -10).samples;

function largestJump(samples: Int16Array): number {
  let largest = 0;
  for (let index = 1; index < samples.length; index++) {
    largest = Math.max(largest, Math.abs((samples[index] ?? 0) - (samples[index - 1] ?? 0)));
  }
  return largest;
}

/** The first and the last sample that can be heard, and the longest silence between them, all in milliseconds. */
function soundOf(heard: Int16Array): {
  readonly startMs: number;
  readonly endMs: number;
  readonly longestSilenceMs: number;
} {
  const isLoud = (sample: number) => Math.abs(sample) > 100;
  const start = heard.findIndex(isLoud);
  const end = heard.findLastIndex(isLoud);
  let silence = 0;
  let longest = 0;
  for (let index = start; index < end; index++) {
    silence = isLoud(heard[index] ?? 0) ? 0 : silence + 1;
    longest = Math.max(longest, silence);
  }
  return { startMs: start / 8, endMs: end / 8, longestSilenceMs: longest / 8 };
}

/** The tone is there all the time, and nothing clicks. @param edgeMs at both ends, what codecs make of a beginning and an end */
function assertUnbroken(heard: Int16Array, levelTolerance = 0.5, edgeMs = 0): void {
  const pcm = pcmFromSamples(heard);
  assert.equal(dominantFrequencyHz(pcm, 500, 2500), 440);
  for (let fromMs = 500; fromMs < 2800; fromMs += 100) {
    const level = toneLevelDbfs(pcm, 440, fromMs, fromMs + 100);
    assert.ok(Math.abs(level + 10) < levelTolerance, `${level} dBFS at ${fromMs} ms`);
  }
  const { longestSilenceMs } = soundOf(edgeMs === 0 ? heard : heard.subarray(edgeMs * 8, said.length - edgeMs * 8));
  assert.ok(longestSilenceMs < 2, `${longestSilenceMs} ms of silence`);
  assert.ok(
    largestJump(heard) < largestJump(said) * 1.25,
    `${largestJump(heard)} where the tone has ${largestJump(said)}`,
  );
}

const jitter = (mostMs: number) => {
  const chance = createRandom(5);
  return () => chance() * mostMs;
};
/** From one packet on, all are changed. */
const from = (first: number, change: (packet: SentPacket) => void): RoughStream => ({
  change: (packet, index) => {
    if (index >= first) change(packet);
  },
});
const later = (packet: SentPacket, ticks: number) => (packet.timestampTicks = (packet.timestampTicks + ticks) >>> 0);

/** What a far end and a network may do, none of which may be heard. */
const unheard: Readonly<Record<string, Hearing>> = {
  "nothing happens": {},
  "it is A-law": { codec: pcma },
  "it is G.722": { codec: g722 },
  "packets last 10 ms": { ptimesMs: [10] },
  "packets last 30 ms": { ptimesMs: [30] },
  "packets last 60 ms": { ptimesMs: [60] },
  "packets last 10, 20, 30, 60 and 5 ms in turn": { ptimesMs: [10, 20, 30, 60, 5] },
  "60 ms are pulled at once": { pullMs: 60 },
  "10 ms are pulled at once": { pullMs: 10 },
  "packets change places all the time": { delayMs: (index) => (index % 3 === 0 ? 45 : 0) },
  "each packet comes twice": { againMs: 15 },
  "timestamps jump forward by ten seconds": from(70, (packet) => later(packet, 80_000)),
  "timestamps jump back by ten seconds": from(70, (packet) => later(packet, -80_000)),
  "timestamps never change": from(0, (packet) => (packet.timestampTicks = 7)),
  "timestamps go twice as fast": { change: (packet, index) => void (packet.timestampTicks = index * 320) },
  "timestamps go half as fast": { change: (packet, index) => void (packet.timestampTicks = index * 80) },
  "timestamps count packets": { change: (packet, index) => void (packet.timestampTicks = index) },
  "its clock is 500 ppm fast": { fastPpm: 500 },
  "its clock is 500 ppm slow": { fastPpm: -500 },
};

for (const [what, stream] of Object.entries(unheard)) {
  test(`a tone is played whole and without a click when ${what}`, () => {
    assertUnbroken(hearRoughly(said, stream));
  });
}

const jumps: Readonly<Record<string, (packet: SentPacket) => void>> = {
  "another source goes on": (packet) => {
    packet.ssrc = 99;
    packet.sequence = (packet.sequence + 5000) & 0xffff;
    later(packet, 123_456);
  },
  "the far end starts anew": (packet) => {
    packet.sequence = (packet.sequence - 30_000) & 0xffff;
    later(packet, -1_000_000);
  },
};
for (const [what, change] of Object.entries(jumps)) {
  test(`a tone goes on without a click and without silence when ${what}`, () => {
    const heard = hearRoughly(said, from(70, change));

    assertUnbroken(heard, 1.5);
    assert.ok(soundOf(heard).endMs < 3150);
  });
}

test("two sources at once do not take turns: the first is played", () => {
  const heard = hearRoughly(said, {
    change: (packet, index) => void (packet.ssrc = index % 2 === 0 || index < 10 ? 1 : 2),
  });
  const pcm = pcmFromSamples(heard);

  assert.equal(dominantFrequencyHz(pcm, 500, 2500), 440);
});

for (const mostMs of [60, 150]) {
  test(`delays of up to ${mostMs} ms are waited for, once they are known, and no longer than needed`, () => {
    const heard = hearRoughly(said, { delayMs: jitter(mostMs) });
    const pcm = pcmFromSamples(heard);

    for (let fromMs = 1000; fromMs < 2800; fromMs += 100) {
      const level = toneLevelDbfs(pcm, 440, fromMs, fromMs + 100);
      assert.ok(Math.abs(level + 10) < 1.5, `${level} dBFS at ${fromMs} ms`);
    }
    assert.ok(largestJump(heard) < largestJump(said) * 1.25);
    const { endMs } = soundOf(heard);
    // What fills the end is 60 ms; the rest is the way and the wait.
    assert.ok(endMs - 3000 < mostMs + 60 + 90, `the end is heard ${endMs - 3000} ms late`);
  });
}

test("5 and 10 packets of 100 that are lost leave no hole that can be heard, and no click", () => {
  for (const share of [0.05, 0.1]) {
    const chance = createRandom(3);
    const heard = hearRoughly(said, { delayMs: () => (chance() < share ? undefined : 0) });
    const pcm = pcmFromSamples(heard);

    assert.ok(soundOf(heard).longestSilenceMs < 20);
    assert.ok(largestJump(heard) < largestJump(said) * 1.25);
    assert.ok(toneLevelDbfs(pcm, 440, 500, 2500) > -11.5);
  }
});

test("after a stop of the network for half a second, the delay is back below 250 ms at once", () => {
  const heard = hearRoughly(said, { delayMs: (index) => (index >= 50 && index < 75 ? (75 - index) * 20 : 0) });
  const { endMs } = soundOf(heard);

  assert.ok(endMs - 3000 < 250 + 60, `the end is heard ${endMs - 3000} ms late`);
  assert.ok(largestJump(heard) < largestJump(said) * 1.25);
});

for (const stopMs of [250, 500, 1300, 4500, 7000]) {
  test(`a far end whose timestamps stand still while it says nothing for ${stopMs} ms is heard again at once`, () => {
    const delayMs = (index: number) => (index < 50 ? 0 : stopMs) + (index % 3) * 4;
    const heard = hearRoughly(said, { delayMs, lengthMs: 4000 + stopMs });
    const again = pcmFromSamples(heard.subarray((1100 + stopMs) * 8));

    assert.ok(soundOf(heard).longestSilenceMs < stopMs + 100, `${soundOf(heard).longestSilenceMs} ms of silence`);
    for (let fromMs = 100; fromMs < 1800; fromMs += 100) {
      const level = toneLevelDbfs(again, 440, fromMs, fromMs + 100);
      assert.ok(Math.abs(level + 10) < 1.5, `${level} dBFS ${fromMs} ms after it`);
    }
    assert.ok(largestJump(heard) < largestJump(said) * 1.25);
  });
}

test("a far end that stops in silence is silence, for minutes, and is heard again from the first packet on", () => {
  const { samples } = tone(440, 200_000, -10);
  const speaks = (index: number) => index < 50 || index >= 9950;
  const heard = hearRoughly(samples, { change: (_, index) => speaks(index) });

  assert.ok(heard.subarray(1200 * 8, 199_000 * 8).every((sample) => sample === 0));
  const again = heard.findIndex((sample, index) => index > 199_000 * 8 && Math.abs(sample) > 1000);
  assert.ok(again / 8 - 199_000 < 80, `${again / 8 - 199_000} ms`);
});

test("comfort noise of its level is heard from its packet to the next audio (RFC 3389)", () => {
  const heard = hearRoughly(tone(440, 6000, -10).samples, {
    change(packet, index) {
      if (index < 50 || index >= 250) return true;
      packet.kind = "noise";
      packet.bytes = Uint8Array.of(50);
      return index === 50;
    },
  });
  const power = (fromMs: number, toMs: number) => {
    const part = heard.subarray(fromMs * 8, toMs * 8);
    return 10 * Math.log10(part.reduce((sum, sample) => sum + sample ** 2, 0) / part.length / 32_768 ** 2);
  };

  assert.ok(Math.abs(power(1200, 4900) + 50) < 1, String(power(1200, 4900)));
  assert.ok(power(5200, 5900) > -14);
});

test("keys between audio are a pause and no loss, and audio goes on behind them", () => {
  const heard = hearRoughly(said, {
    change(packet, index) {
      if (index < 50 || index >= 70) return;
      packet.kind = "event";
      packet.timestampTicks = (0xffff_0000 + 50 * 160) >>> 0;
    },
  });

  assert.ok(heard.subarray(1100 * 8, 1400 * 8).every((sample) => sample === 0));
  assert.ok(soundOf(heard).endMs < 3150);
  assert.ok(largestJump(heard) < largestJump(said) * 1.25);
});

for (const fastPpm of [84, -84]) {
  test(`in twenty minutes with a clock that is ${fastPpm} ppm off, nothing clicks or is missing, and the delay stays (RFC 3550 §6.4.4)`, () => {
    const period = tone(200, 5, -12).samples;
    const steady = new Int16Array(1_200 * 8000);
    for (let at = 0; at < steady.length; at += period.length) steady.set(period, at);

    const heard = hearRoughly(steady, { fastPpm });

    const { startMs, endMs, longestSilenceMs } = soundOf(heard);
    const sentMs = 1_200_000 / (1 + fastPpm / 1e6);
    assert.ok(longestSilenceMs < 1);
    assert.ok(largestJump(heard) <= largestJump(period) * 1.1);
    assert.ok(
      startMs < 60 && endMs - 60 - sentMs < 70 && endMs - 60 - sentMs > 20,
      `${startMs}, ${endMs - 60 - sentMs} ms`,
    );
  });
}

test("whatever packets say, playing goes on and ends in silence", () => {
  const chance = createRandom(9);
  const random = (limit: number) => Math.floor(chance() * limit);
  for (let round = 0; round < 20; round++) {
    const heard = hearRoughly(tone(300, 4000, -10).samples, {
      ptimesMs: [1, 20, 200, 60, 7],
      delayMs: () => (chance() < 0.2 ? undefined : chance() * 400),
      change(packet) {
        if (chance() < 0.3) packet.timestampTicks = random(2 ** 32);
        if (chance() < 0.3) packet.sequence = random(65_536);
        if (chance() < 0.1) packet.ssrc = random(3);
        if (chance() < 0.1) packet.kind = chance() < 0.5 ? "noise" : "event";
      },
      lengthMs: 8000,
    });
    assert.ok(heard.subarray(-800).every((sample) => Math.abs(sample) < 20_000));
  }
});

for (const rateHz of [8000, 16_000, 48_000] as const) {
  const ofOpus = { codec: opus, rateHz } as const;

  test(`a tone in Opus is played at ${rateHz} Hz without a hole when packets are lost, late and overtaken`, () => {
    const chance = createRandom(9);
    const heard = hearRoughly(said, { ...ofOpus, delayMs: () => (chance() < 0.05 ? undefined : chance() * 30) });

    assert.equal(dominantFrequencyHz(pcmFromSamples(heard), 500, 2500), 440);
    const { startMs, endMs, longestSilenceMs } = soundOf(heard);
    assert.ok(startMs < 150 && endMs > 2900, `from ${startMs} to ${endMs} ms`);
    assert.ok(longestSilenceMs < 20, `${longestSilenceMs} ms of silence`);
  });

  for (const [what, stream] of Object.entries({
    "packets last 60 ms": { ptimesMs: [60] },
    "packets last 10, 20 and 40 ms in turn": { ptimesMs: [10, 20, 40] },
    "packets change places all the time": { delayMs: (index) => (index % 3 === 0 ? 45 : 0) },
    "its clock is 500 ppm fast": { fastPpm: 500 },
    "its clock is 500 ppm slow": { fastPpm: -500 },
  } satisfies Record<string, RoughStream>)) {
    test(`a tone in Opus is played whole at ${rateHz} Hz when ${what}`, () => {
      assertUnbroken(hearRoughly(said, { ...ofOpus, ...stream }), 1.5, 150);
    });
  }
}
