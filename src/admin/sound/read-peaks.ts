import { LRUCache } from "lru-cache";
import { headerBytes, sampleBytes, type WaveFile } from "./wave-file.ts";

/** A part of one channel of a file, in samples, and how many points it is shown by. */
export interface PeakQuery {
  readonly channel: number;
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

/** What is read at one time. */
const pieceBytes = 262_144;
const fullScale = 32_768;
const mostKept = 256;

/** Reads the loudest sample of each of so many equal parts, 0 to 1. What was read is kept until the file changes. */
export type PeakReader = (name: string, wave: WaveFile, query: PeakQuery) => Promise<readonly number[]>;

/** Makes a reader of peaks. */
export function createPeakReader(): PeakReader {
  const kept = new LRUCache<string, readonly number[]>({ max: mostKept });
  return async (name, wave, query) => {
    const { channel, from, to, points } = query;
    const key = [name, wave.mark, channel, from, to, points].join(" ");
    const known = kept.get(key);
    if (known !== undefined) return known;
    const peaks = await readPeaks(wave, query);
    kept.set(key, peaks);
    return peaks;
  };
}

async function readPeaks({ read, channels }: WaveFile, { channel, from, to, points }: PeakQuery) {
  const length = to - from;
  const count = Math.min(points, length);
  const peaks = new Float64Array(count);
  const frameBytes = sampleBytes * channels;
  const framesInPiece = Math.floor(pieceBytes / frameBytes);
  for (let first = from; first < to; first += framesInPiece) {
    const frames = Math.min(framesInPiece, to - first);
    const bytes = await read(headerBytes + first * frameBytes, frames * frameBytes);
    for (let index = 0; index < Math.floor(bytes.length / frameBytes); index += 1) {
      const point = Math.floor(((first + index - from) * count) / length);
      const sample = Math.abs(bytes.readInt16LE(index * frameBytes + sampleBytes * channel));
      if (sample > (peaks[point] ?? 0)) peaks[point] = sample;
    }
  }
  return Array.from(peaks, (peak) => Math.round((peak / fullScale) * 1_000) / 1_000);
}
