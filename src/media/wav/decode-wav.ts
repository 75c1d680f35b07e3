import { readMonoSamples } from "./mono-samples.ts";
import { parseWav } from "./parse-wav.ts";
import { resampleTo8k } from "./resample.ts";

/** The outcome of decoding: samples on shared memory, or what the file is instead. */
export type WavOutcome =
  | { readonly type: "decoded"; readonly samples: Int16Array<SharedArrayBuffer> }
  | { readonly type: "unsupported"; readonly found: string };

/** Decodes a whole WAV file to 8,000 Hz mono. Pure and slow: seconds of sound cost milliseconds, so it runs in a worker. */
export function decodeWavBytes(bytes: Uint8Array): WavOutcome {
  const layout = parseWav(bytes);
  if ("found" in layout) return { type: "unsupported", found: layout.found };
  return { type: "decoded", samples: resampleTo8k(readMonoSamples(bytes, layout), layout.sampleRateHz) };
}
