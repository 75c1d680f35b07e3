import { codecs } from "../src/media/codec/codecs.ts";
import type { AudioCodec } from "../src/sdp/index.ts";
import type { Speech, Voice } from "./far-ends/speaker.ts";

const rateHz = 8_000;

/** What far ends say to legs that need not understand it. */
export const murmur: Speech = speech(["PCMU"], 2, murmurAt);

/** The same with the time of sending in each packet, for relays. */
export const stampedMurmur: Speech = { ...murmur, isStamped: true };

/** The same by far ends whose codecs alternate. */
export function murmurOf(...names: readonly AudioCodec["name"][]): Speech {
  return speech(names, 2, murmurAt);
}

/** One key in so many seconds of `keys`. */
export const SECONDS_PER_KEY = 5;

/** A murmur with a key in it, 5, as a tone of 100 ms. ITU-T Q.23 */
export const keys: Speech = speech(["PCMU"], SECONDS_PER_KEY, (second) => {
  const isKey = second >= 1 && second < 1.1;
  const isNear = second > 0.9 && second < 1.2;
  const tone = 0.2 * (Math.sin(2 * Math.PI * 770 * second) + Math.sin(2 * Math.PI * 1_336 * second));
  return isKey ? tone : isNear ? 0 : 0.5 * murmurAt(second);
});

/** A low voice, as far as meters can tell. */
function murmurAt(second: number): number {
  return 0.2 * Math.sin(2 * Math.PI * 310 * second) * Math.sin(2 * Math.PI * 3 * second);
}

/** @param soundAt a sound whose greatest value is 1 */
function speech(names: readonly AudioCodec["name"][], seconds: number, soundAt: (second: number) => number): Speech {
  const samples = Int16Array.from({ length: seconds * rateHz }, (_, index) => 32_000 * soundAt(index / rateHz));
  const voices = names.map((name): Voice => {
    const { payloadType = 111, bytesPerMs, createEncoder } = codecs[name];
    const audio = new Uint8Array(1_000 * seconds * bytesPerMs);
    createEncoder().encode(samples, 0, samples.length, audio, 0);
    return { audio, payloadType };
  });
  return { voices, isStamped: false };
}
