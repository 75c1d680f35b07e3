import { pcmFromSamples, SAMPLE_RATE_HZ, type Pcm } from "../media/index.ts";

const SAMPLES_PER_MS = SAMPLE_RATE_HZ / 1000;
const FULL_SCALE = 32_767;

/** A sine. A peak of full scale is 0 dBFS. */
export function tone(frequencyHz: number, durationMs: number, levelDbfs: number): Pcm {
  const peak = FULL_SCALE * 10 ** (levelDbfs / 20);
  const step = (2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ;
  const length = Math.round(durationMs * SAMPLES_PER_MS);
  return pcmFromSamples(Array.from({ length }, (_, index) => Math.round(peak * Math.sin(step * index))));
}

/** Silence. */
export function silence(durationMs: number): Pcm {
  return pcmFromSamples({ length: Math.round(durationMs * SAMPLES_PER_MS) });
}

/** Pieces of audio one after another. */
export function concatPcm(...pieces: readonly Pcm[]): Pcm {
  const joined = pcmFromSamples({ length: pieces.reduce((sum, piece) => sum + piece.samples.length, 0) });
  let at = 0;
  for (const { samples } of pieces) {
    joined.samples.set(samples, at);
    at += samples.length;
  }
  return joined;
}

/** The part of a piece between two times; to its end by default. */
export function slicePcm(pcm: Pcm, fromMs: number, toMs?: number): Pcm {
  const end = toMs === undefined ? pcm.samples.length : Math.round(toMs * SAMPLES_PER_MS);
  return pcmFromSamples(pcm.samples.slice(Math.round(fromMs * SAMPLES_PER_MS), end));
}

/** Level of one frequency by Goertzel's algorithm; a sine of full scale is 0, nothing at all is -Infinity. */
export function toneLevelDbfs(pcm: Pcm, frequencyHz: number, fromMs = 0, toMs?: number): number {
  return levelOf(windowed(slicePcm(pcm, fromMs, toMs).samples), frequencyHz);
}

/** Enough to tell 5 Hz apart, and short enough that a step of 5 Hz cannot fall between two peaks. */
const LONGEST_SEARCH_MS = 400;

/** The loudest frequency from 50 to 3,950 Hz in the middle of a part, to within 5 Hz; undefined when it is silent. */
export function dominantFrequencyHz(pcm: Pcm, fromMs = 0, toMs?: number): number | undefined {
  const part = slicePcm(pcm, fromMs, toMs);
  const spareMs = Math.max(0, part.samples.length / SAMPLES_PER_MS - LONGEST_SEARCH_MS);
  const samples = windowed(slicePcm(part, spareMs / 2, spareMs / 2 + LONGEST_SEARCH_MS).samples);
  let best: number | undefined;
  let bestLevel = -60;
  for (let frequencyHz = 50; frequencyHz <= 3950; frequencyHz += 5) {
    const level = levelOf(samples, frequencyHz);
    if (level <= bestLevel) continue;
    bestLevel = level;
    best = frequencyHz;
  }
  return best;
}

/** A Hann window keeps one tone from leaking into the measure of another. */
function windowed(samples: Int16Array): Float64Array {
  const step = (2 * Math.PI) / Math.max(1, samples.length);
  return Float64Array.from(samples, (sample, index) => sample * (1 - Math.cos(step * (index + 0.5))));
}

function levelOf(samples: Float64Array, frequencyHz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequencyHz) / SAMPLE_RATE_HZ);
  let previous = 0;
  let beforePrevious = 0;
  for (let index = 0; index < samples.length; index++) {
    const current = (samples[index] ?? 0) + factor * previous - beforePrevious;
    beforePrevious = previous;
    previous = current;
  }
  const power = previous ** 2 + beforePrevious ** 2 - factor * previous * beforePrevious;
  const peak = (2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length);
  return 20 * Math.log10(peak / FULL_SCALE);
}
