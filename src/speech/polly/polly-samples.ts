import { prepareConversion } from "../sound/to-telephone-rate.ts";

/** Turns the bytes of an audio stream into samples of 8,000 Hz as they come. */
export interface SampleReader {
  /** The next bytes, cut anywhere. */
  take(bytes: Uint8Array): Int16Array<SharedArrayBuffer>;
  /** What is left when nothing follows; undefined: the stream ended within a sample. */
  finish(): Int16Array<SharedArrayBuffer> | undefined;
}

/** Makes what makes readers for streams of 16 bit samples, little endian, mono.
 * @param rateHz their rate */
export function prepareSamples(rateHz: 8_000 | 16_000): () => SampleReader {
  const conversion = prepareConversion(rateHz);
  return () => {
    const converter = conversion();
    /** The first half of a sample that was cut. */
    let half: number | undefined;
    return {
      take(bytes) {
        const whole = half === undefined ? bytes : Uint8Array.of(half, ...bytes);
        half = whole.length % 2 === 1 ? whole.at(-1) : undefined;
        const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
        const samples = Int16Array.from({ length: whole.length >> 1 }, (_, index) => view.getInt16(2 * index, true));
        return rounded(converter.take(samples));
      },
      finish: () => (half === undefined ? rounded(converter.finish()) : undefined),
    };
  };
}

function rounded(samples: Float32Array): Int16Array<SharedArrayBuffer> {
  const result = new Int16Array(new SharedArrayBuffer(2 * samples.length));
  for (const [index, sample] of samples.entries())
    result[index] = Math.max(-0x8000, Math.min(0x7fff, Math.round(sample)));
  return result;
}
