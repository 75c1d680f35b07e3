import { readFileSync } from "node:fs";
import { dominantFrequencyHz, pcmFromSamples, type Pcm } from "../../src/testing/index.ts";

/** Whether a tone sounds somewhere for 200 ms. */
export function has({ samples }: Pcm, frequencyHz: number): boolean {
  const step = 800;
  for (let at = 0; at + 2 * step <= samples.length; at += step) {
    const part = pcmFromSamples(samples.subarray(at, at + 2 * step));
    const isLoud = part.samples.some((sample) => Math.abs(sample) > 3_000);
    if (isLoud && Math.abs((dominantFrequencyHz(part) ?? 0) - frequencyHz) < 10) return true;
  }
  return false;
}

/** The samples of a WAV file of ours: 16 bit, mono, behind 44 bytes. */
export function readWav(path: string): Pcm {
  const bytes = readFileSync(path);
  const length = (bytes.length - 44) >> 1;
  return pcmFromSamples(Int16Array.from({ length }, (_, at) => bytes.readInt16LE(44 + 2 * at)));
}
