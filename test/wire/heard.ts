import assert from "node:assert/strict";
import { dominantFrequencyHz, toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";

const samplesPerMs = 8;
/** What is below is silence (-56 dBFS): codecs have values near zero, and so has a filter's end. */
const quietest = 52;
/** A tone stays below that only for a moment, where it crosses zero. */
const longestCrossing = 4 * samplesPerMs;

/** 20 ms and a few samples that are near zero. The last packet before a BYE may come too late to be heard. */
const onePacketMs = 21;

/** A part of what was heard that is not silent, in samples at 8,000 Hz. */
export interface HeardPart {
  readonly start: number;
  readonly end: number;
}

/** A tone that should be heard. */
export interface ExpectedTone {
  readonly frequencyHz: number;
  readonly levelDbfs: number;
  readonly durationMs: number;
}

/** The tones in what was heard, to the sample. */
export function soundingParts({ samples }: Pcm): readonly HeardPart[] {
  const parts: { start: number; end: number }[] = [];
  samples.forEach((sample, index) => {
    if (Math.abs(sample) < quietest) return;
    const last = parts.at(-1);
    if (last !== undefined && index - last.end <= longestCrossing) last.end = index + 1;
    else parts.push({ start: index, end: index + 1 });
  });
  return parts;
}

/** Checks that these tones were heard in this order and nothing else: frequency, level within 1 dB, length within one packet.
 * @returns silence before each tone, milliseconds, and last the silence behind them */
export function assertTones(heard: Pcm, expected: readonly ExpectedTone[]): readonly number[] {
  const parts = splitJoined(soundingParts(heard), expected);
  const shown = parts.map(({ start, end }) => `${start / samplesPerMs} to ${end / samplesPerMs} ms`).join(", ");
  assert.equal(parts.length, expected.length, `heard ${shown || "nothing"}`);
  const gaps: number[] = [];
  let before = 0;
  for (const [index, { frequencyHz, levelDbfs, durationMs }] of expected.entries()) {
    const { start, end } = parts[index] as HeardPart;
    assertTone(heard, { start, end }, { frequencyHz, levelDbfs });
    assertNear((end - start) / samplesPerMs, durationMs, onePacketMs, `length of tone ${index + 1}`);
    gaps.push((start - before) / samplesPerMs);
    before = end;
  }
  return [...gaps, (heard.samples.length - before) / samplesPerMs];
}

/** Tones that follow each other without any silence are one part; cuts it where each should end. */
function splitJoined(parts: readonly HeardPart[], expected: readonly ExpectedTone[]): readonly HeardPart[] {
  const waiting = [...parts];
  const split: HeardPart[] = [];
  while (waiting.length > 0) {
    const { start, end } = waiting.shift() as HeardPart;
    const due = start + (expected[split.length]?.durationMs ?? Infinity) * samplesPerMs;
    const isJoined = end - due > 20 * samplesPerMs;
    split.push({ start, end: isJoined ? due : end });
    if (isJoined) waiting.unshift({ start: due, end });
  }
  return split;
}

/** Checks the frequency and the level of one part. */
export function assertTone(
  heard: Pcm,
  { start, end }: HeardPart,
  expected: { readonly frequencyHz: number; readonly levelDbfs: number },
): void {
  const [fromMs, toMs] = [start / samplesPerMs, end / samplesPerMs];
  const found = dominantFrequencyHz(heard, fromMs, toMs);
  assert.ok(found !== undefined, `silence instead of ${expected.frequencyHz} Hz`);
  assertNear(found, expected.frequencyHz, 5, "frequency");
  assertNear(toneLevelDbfs(heard, expected.frequencyHz, fromMs, toMs), expected.levelDbfs, 1, "level");
}

/** Checks a measure. */
export function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);
}
