import { SAMPLES_PER_MS } from "./pcm.ts";
import type { Pcm } from "./types.ts";

/** How much of a piece of audio is not silent, and how loud it is. */
export interface SpeechMeasure {
  readonly durationMs: number;
  /** Sum of the segments. */
  readonly speechMs: number;
  /** Level of the segments, where a sine of full scale is 0; undefined when all is silent. */
  readonly levelDbfs: number | undefined;
  readonly segments: readonly { readonly startMs: number; readonly endMs: number }[];
}

const FRAME_MS = 10;
const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS;
/** A frame is active above this level, and not more than `RANGE_DB` below the loudest one. */
const FLOOR_DBFS = -55;
const RANGE_DB = 40;
/** A shorter silence is part of the segment around it: the closure of a plosive, not a pause. */
const BRIDGED_SILENCE_MS = 150;
/** Mean square of a sine of full scale. */
const FULL_SCALE_POWER = 32_768 ** 2 / 2;

/** Measures speech or tones by their energy, in frames of 10 ms. */
export function measureSpeech(pcm: Pcm): SpeechMeasure {
  const powers = framePowers(pcm.samples);
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const threshold = Math.max(FULL_SCALE_POWER * 10 ** (FLOOR_DBFS / 10), loudest * 10 ** (-RANGE_DB / 10));
  const durationMs = pcm.samples.length / SAMPLES_PER_MS;
  const frames = activeRuns(powers, threshold);
  const power = frames.reduce(
    (sum, { from, to }) => sum + powers.slice(from, to).reduce((part, each) => part + each, 0),
    0,
  );
  const count = frames.reduce((sum, { from, to }) => sum + to - from, 0);
  const segments = frames.map(({ from, to }) => ({
    startMs: from * FRAME_MS,
    endMs: Math.min(to * FRAME_MS, durationMs),
  }));
  return {
    durationMs,
    speechMs: segments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    levelDbfs: count === 0 ? undefined : 10 * Math.log10(power / count / FULL_SCALE_POWER),
    segments,
  };
}

function framePowers(samples: Int16Array): number[] {
  const powers: number[] = [];
  for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
    const end = Math.min(at + FRAME_SAMPLES, samples.length);
    let sum = 0;
    for (let index = at; index < end; index++) sum += (samples[index] ?? 0) ** 2;
    powers.push(sum / (end - at));
  }
  return powers;
}

/** Runs of frames above the threshold, joined over short silences. */
function activeRuns(powers: readonly number[], threshold: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  powers.forEach((power, index) => {
    if (power < threshold) return;
    const last = runs.at(-1);
    if (last !== undefined && (index - last.to) * FRAME_MS < BRIDGED_SILENCE_MS) last.to = index + 1;
    else runs.push({ from: index, to: index + 1 });
  });
  return runs;
}
