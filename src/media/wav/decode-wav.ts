import { createSound, SAMPLE_RATE_HZ, WIDE_FACTOR, WIDE_RATE_HZ } from "../pcm.ts";
import { createMonoSamples } from "./mono-samples.ts";
import { parseWav } from "./parse-wav.ts";
import { resample } from "./resample.ts";
import type { Sound } from "../types.ts";

/** What a file is instead of one that can be decoded. */
export interface Unsupported {
  readonly type: "unsupported";
  readonly found: string;
}

/** The outcome of decoding: sound on shared memory, or what the file is instead. */
export type WavOutcome = { readonly type: "decoded"; readonly sound: Sound } | Unsupported;

/** The sound of a file, decoded piece by piece. */
export interface WavSound {
  /** Memory for all of it. */
  readonly sound: Sound;
  /** Decodes what lies from `first` to before `end`, counted at 8,000 Hz, into its places. */
  decode(first: number, end: number): void;
}

/** The lowest rate of files that is more than a telephone's. */
const LEAST_WIDE_HZ = 11_025;

/** Looks what a WAV file holds; its sound is decoded when it is asked for: to 8,000 Hz mono, and to 16,000 Hz too where the file has more than the
 * first can hold. Both are made of the file itself. Pure. */
export function openWav(bytes: Uint8Array): ({ readonly type: "open" } & WavSound) | Unsupported {
  const layout = parseWav(bytes);
  if ("found" in layout) return { type: "unsupported", found: layout.found };
  const { sampleRateHz } = layout;
  const frames = createMonoSamples(bytes, layout);
  const narrow = resample(frames, sampleRateHz, SAMPLE_RATE_HZ);
  const isWide = sampleRateHz >= LEAST_WIDE_HZ;
  const wide = isWide ? resample(frames, sampleRateHz, WIDE_RATE_HZ) : undefined;
  const sound = createSound(narrow.length, isWide);
  return {
    type: "open",
    sound,
    decode(first, end) {
      narrow.write(sound.samples, first, end);
      if (sound.wide !== undefined) wide?.write(sound.wide, first * WIDE_FACTOR, end * WIDE_FACTOR);
    },
  };
}

/** Decodes a whole WAV file. Pure and slow: seconds of sound cost milliseconds, so that it is for short files, or a worker. */
export function decodeWavBytes(bytes: Uint8Array): WavOutcome {
  const opened = openWav(bytes);
  if (opened.type === "unsupported") return opened;
  const { sound } = opened;
  if (sound.samples.length > 0) opened.decode(0, sound.samples.length);
  return { type: "decoded", sound };
}
