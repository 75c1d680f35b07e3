import { createMonoSamples } from "./mono-samples.ts";
import { parseWav } from "./parse-wav.ts";
import { resampleTo8k, type Resampled } from "./resample.ts";

/** What a file is instead of one that can be decoded. */
export interface Unsupported {
  readonly type: "unsupported";
  readonly found: string;
}

/** The outcome of decoding: samples on shared memory, or what the file is instead. */
export type WavOutcome = { readonly type: "decoded"; readonly samples: Int16Array<SharedArrayBuffer> } | Unsupported;

/** Looks what a WAV file holds; its sound is decoded to 8,000 Hz mono when it is asked for. Pure. */
export function openWav(bytes: Uint8Array): { readonly type: "open"; readonly sound: Resampled } | Unsupported {
  const layout = parseWav(bytes);
  if ("found" in layout) return { type: "unsupported", found: layout.found };
  return { type: "open", sound: resampleTo8k(createMonoSamples(bytes, layout), layout.sampleRateHz) };
}

/** Decodes a whole WAV file. Pure and slow: seconds of sound cost milliseconds, so that it is for short files, or a worker. */
export function decodeWavBytes(bytes: Uint8Array): WavOutcome {
  const opened = openWav(bytes);
  if (opened.type === "unsupported") return opened;
  const { sound } = opened;
  const samples = new Int16Array(new SharedArrayBuffer(sound.length * 2));
  sound.write(samples, 0, sound.length);
  return { type: "decoded", samples };
}
