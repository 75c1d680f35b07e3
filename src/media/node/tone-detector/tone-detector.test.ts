import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGauss, createRandom, noises } from "../../../testing/internal/noises.ts";
import { createToneDetector } from "./tone-detector.ts";

/** Tests of receivers on tape (Mitel CM7291) and their limits, made anew: ITU-T Q.24, Bellcore TR-TSY-000181. */
const keypad = "123A456B789C*0#D";
const lowHz = [697, 770, 852, 941] as const;
const highHz = [1209, 1336, 1477, 1633] as const;
/** Peak of a sine of 0 dBm0: full scale is 3.17 dB above it (ITU-T G.711). */
const peak = 32_768 * 10 ** (-3.17 / 20);

const LEAD = 403;

interface Burst {
  readonly key: string;
  readonly ms?: number;
  readonly gapMs?: number;
  /** dBm0. */
  readonly low?: number;
  readonly high?: number;
  /** Shares of the frequency. */
  readonly lowOff?: number;
  readonly highOff?: number;
}

function audioOf(bursts: readonly Burst[], seed = 1): Float64Array {
  const random = createRandom(seed);
  const parts = bursts.map(({ key, ms = 50, gapMs = 50, low = -10, high = -10, lowOff = 0, highOff = 0 }) => {
    const at = keypad.indexOf(key);
    const lowStep = (2 * Math.PI * lowHz[at >> 2]! * (1 + lowOff)) / 8000;
    const highStep = (2 * Math.PI * highHz[at & 3]! * (1 + highOff)) / 8000;
    const [lowPhase, highPhase] = [random() * 7, random() * 7];
    return Float64Array.from({ length: Math.round((ms + gapMs) * 8) }, (_, index) => {
      if (index >= ms * 8) return 0;
      const lowTone = 10 ** (low / 20) * Math.sin(lowStep * index + lowPhase);
      return peak * (lowTone + 10 ** (high / 20) * Math.sin(highStep * index + highPhase));
    });
  });
  // An odd length before them, so that bursts do not begin where steps do.
  const audio = new Float64Array(parts.reduce((sum, part) => sum + part.length, LEAD + 800));
  let at = LEAD;
  for (const part of parts) {
    audio.set(part, at);
    at += part.length;
  }
  return audio;
}

/** Keys in order; `pieceSamples` is what the detector gets at a time. */
function keysIn(audio: Float64Array, pieceSamples = 160): { digit: string; startMs: number; endMs: number }[] {
  const samples = Int16Array.from(audio, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample))));
  const keys: { digit: string; startMs: number; endMs: number }[] = [];
  const begun: string[] = [];
  const detector = createToneDetector({
    begins: (digit) => begun.push(digit),
    ended: (digit, startAt, endAt) => keys.push({ digit, startMs: startAt / 8, endMs: endAt / 8 }),
  });
  for (let at = 0; at < samples.length; at += pieceSamples) {
    detector.take(samples, at, Math.min(pieceSamples, samples.length - at));
  }
  assert.deepEqual(
    keys.map(({ digit }) => digit),
    begun,
  );
  return keys;
}

function repeat(burst: Omit<Burst, "key">, count: number, keys = keypad): Burst[] {
  return [...keys].flatMap((key) => Array.from({ length: count }, () => ({ ...burst, key })));
}

/** How many of the bursts were taken as their key, and how many as another or none that was sent. */
function countsOf(
  bursts: readonly Burst[],
  noise?: { readonly belowDb: number; readonly seed: number },
): { hits: number; wrong: number } {
  const audio = audioOf(bursts);
  if (noise !== undefined) {
    const gauss = createGauss(noise.seed);
    const deviation = peak * 10 ** ((-10 - noise.belowDb) / 20);
    audio.forEach((sample, index) => (audio[index] = sample + deviation * gauss()));
  }
  const wanted = bursts.map(({ key }) => key);
  const found = keysIn(audio).map(({ digit }) => digit);
  let at = 0;
  const hits = found.filter((digit) => {
    const next = wanted.indexOf(digit, at);
    if (next < 0) return false;
    at = next + 1;
    return true;
  }).length;
  return { hits, wrong: found.length - hits };
}

describe("in-band keys", () => {
  it("takes every key of 50 ms, and tells when it was pressed", () => {
    const keys = keysIn(audioOf([...keypad].map((key) => ({ key, ms: 100, gapMs: 100 }))));

    assert.equal(keys.map(({ digit }) => digit).join(""), keypad);
    keys.forEach(({ startMs, endMs }, index) => {
      const wantedMs = LEAD / 8 + 200 * index;
      assert.ok(Math.abs(startMs - wantedMs) <= 8, `begins at ${startMs}, not ${wantedMs}`);
      assert.ok(Math.abs(endMs - wantedMs - 100) <= 12, `ends at ${endMs}, not ${wantedMs + 100}`);
    });
    assert.deepEqual(countsOf(repeat({}, 10)), { hits: 160, wrong: 0 });
  });

  it("gets the same keys from pieces of any length", () => {
    const audio = audioOf(repeat({ ms: 60 }, 1));

    const whole = keysIn(audio, audio.length);

    for (const pieceSamples of [1, 7, 80, 160, 333]) assert.deepEqual(keysIn(audio, pieceSamples), whole);
  });

  it("takes tones that are off by 1.5 %, and none that are off by 3.5 %", (t) => {
    const atBoth = (off: number) =>
      [-1, 1].flatMap((side) => [
        ...repeat({ lowOff: side * off }, 2),
        ...repeat({ highOff: side * off }, 2),
        ...repeat({ lowOff: side * off, highOff: -side * off }, 2),
      ]);
    const rows = [0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.05].map((off) => ({ off, ...countsOf(atBoth(off)) }));

    t.diagnostic(
      `of 192 by deviation: ${rows.map(({ off, hits }) => `${(off * 100).toFixed(1)} % ${hits}`).join(", ")}`,
    );
    for (const { off, hits, wrong } of rows) {
      if (off <= 0.015) assert.equal(hits, 192, `${off}`);
      if (off >= 0.035) assert.equal(hits, 0, `${off}`);
      assert.equal(wrong, 0);
    }
  });

  it("takes a high tone 8 dB below the low one, and one 4 dB above it, but none 12 dB apart", (t) => {
    const rows = [-12, -8, -4, 0, 4, 8, 12].map((twist) => ({
      twist,
      ...countsOf(repeat({ low: -9, high: -9 + twist }, 5)),
    }));

    t.diagnostic(`of 80 by twist: ${rows.map(({ twist, hits }) => `${twist} dB ${hits}`).join(", ")}`);
    for (const { twist, hits } of rows) {
      if (twist >= -8 && twist <= 4) assert.equal(hits, 80, `${twist} dB`);
      if (Math.abs(twist) >= 12) assert.equal(hits, 0, `${twist} dB`);
    }
  });

  it("takes levels from 0 to -29 dBm0 per tone, and none below -40", (t) => {
    const rows = [0, -5, -10, -15, -20, -25, -29, -40, -55].map((level) => ({
      level,
      ...countsOf(repeat({ low: level, high: level }, 5)),
    }));

    t.diagnostic(`of 80 by level: ${rows.map(({ level, hits }) => `${level} dBm0 ${hits}`).join(", ")}`);
    for (const { level, hits } of rows) assert.equal(hits, level >= -29 ? 80 : 0, `${level} dBm0`);
  });

  it("takes tones of 40 ms, and none of 23 ms", (t) => {
    const rows = [20, 23, 26, 30, 35, 40, 45].map((ms) => ({ ms, ...countsOf(repeat({ ms, gapMs: 60.3 }, 10)) }));

    t.diagnostic(`of 160 by length: ${rows.map(({ ms, hits }) => `${ms} ms ${hits}`).join(", ")}`);
    for (const { ms, hits } of rows) {
      if (ms >= 40) assert.equal(hits, 160, `${ms} ms`);
      if (ms <= 23) assert.equal(hits, 0, `${ms} ms`);
    }
  });

  it("takes pauses of 40 ms as such, and interruptions of 10 ms not", () => {
    assert.deepEqual(countsOf(repeat({ gapMs: 40.2 }, 10)), { hits: 160, wrong: 0 });

    const audio = audioOf([{ key: "5", ms: 100, gapMs: 0 }]);
    audio.fill(0, LEAD + 320, LEAD + 400);

    assert.equal(keysIn(audio).length, 1);
  });

  for (const belowDb of [24, 18, 12]) {
    it(`takes every key in noise ${belowDb} dB below it`, (t) => {
      const { hits, wrong } = countsOf(repeat({}, 20), { belowDb, seed: belowDb });

      t.diagnostic(`${hits} of 320 in noise ${belowDb} dB below, ${wrong} wrong`);
      assert.deepEqual({ hits, wrong }, { hits: 320, wrong: 0 });
    });
  }

  it("hears no key in noises, in single tones and in those of telephone networks", () => {
    for (const make of Object.values(noises)) {
      const noise = make(5, 20 * 8000);
      const scale = 3000 / Math.sqrt(noise.reduce((sum, sample) => sum + sample * sample, 0) / noise.length);

      assert.deepEqual(keysIn(noise.map((sample) => sample * scale)), []);
    }
    for (const tones of [
      [697],
      [1336],
      [350, 440],
      [440, 480],
      [480, 620],
      [425],
      [1400, 2060],
      [2100],
      [1100],
      [941, 1004],
    ]) {
      const audio = Float64Array.from({ length: 8000 }, (_, index) => {
        return tones.reduce((sum, hz) => sum + 5000 * Math.sin((2 * Math.PI * hz * index) / 8000), 0);
      });

      assert.deepEqual(keysIn(audio), [], tones.join(" and "));
    }
  });
});
