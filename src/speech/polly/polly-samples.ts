import { prepareConversion } from "../sound/change-rate.ts";
import { joinAudio, wideFactor } from "../sound/spoken-sound.ts";
import type { Sound } from "../../media/index.ts";

/** Turns the bytes of an audio stream into sound as they come. */
export interface SampleReader {
  /** The next bytes, cut anywhere. */
  take(bytes: Uint8Array): Sound;
  /** What is left when nothing follows; undefined: the stream ended within a sample. */
  finish(): Sound | undefined;
}

const telephoneHz = 8_000;

/** Makes what makes readers for streams of 16 bit samples, little endian, mono.
 * @param rateHz their rate: 16,000 Hz are kept beside what telephones hear of them */
export function prepareSamples(rateHz: 8_000 | 16_000): () => SampleReader {
  const conversion = prepareConversion(rateHz);
  return () => {
    const converter = conversion();
    /** The first half of a sample that was cut. */
    let half: number | undefined;
    /** At 16,000 Hz, what telephones hear of which is still to come. */
    let waiting = new Int16Array(0);
    const soundOf = (narrow: Float32Array): Sound => {
      const samples = rounded(narrow);
      if (rateHz === telephoneHz) return joinAudio([{ samples }]);
      const wide = new Int16Array(wideFactor * samples.length);
      wide.set(waiting.subarray(0, wide.length));
      waiting = waiting.slice(wide.length);
      return joinAudio([{ samples, wide }]);
    };
    return {
      take(bytes) {
        const whole = half === undefined ? bytes : Uint8Array.of(half, ...bytes);
        half = whole.length % 2 === 1 ? whole.at(-1) : undefined;
        const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
        const samples = Int16Array.from({ length: whole.length >> 1 }, (_, index) => view.getInt16(2 * index, true));
        if (rateHz !== telephoneHz) waiting = joined(waiting, samples);
        return soundOf(converter.take(samples));
      },
      finish: () => (half === undefined ? soundOf(converter.finish()) : undefined),
    };
  };
}

function joined(one: Int16Array, other: Int16Array): Int16Array<ArrayBuffer> {
  const both = new Int16Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function rounded(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-0x8000, Math.min(0x7fff, Math.round(sample))));
}
