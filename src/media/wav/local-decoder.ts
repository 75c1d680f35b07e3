import { decodeWavBytes } from "./decode-wav.ts";
import { unsupported, type WavDecoder } from "./wav-decoder.ts";

/** Makes a decoder that works in the calling thread. */
export function createLocalWavDecoder(): WavDecoder {
  return {
    begin: async (bytes) => {
      const outcome = decodeWavBytes(bytes);
      if (outcome.type === "unsupported") throw unsupported(outcome.found);
      return outcome.sound;
    },
    isRunning: () => false,
    close: async () => undefined,
  };
}
