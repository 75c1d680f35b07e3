import { pcmu } from "../src/media/codec/g711.ts";
import type { Speech } from "./far-ends/speaker.ts";

const rateHz = 8_000;

/** What far ends say to legs that need not understand it. */
export const murmur: Speech = {
  audio: encoded(2, (second) => 0.2 * Math.sin(2 * Math.PI * 310 * second) * Math.sin(2 * Math.PI * 3 * second)),
  ...{ payloadType: 0, isStamped: false },
};

/** The same with the time of sending in each packet, for relays. */
export const stampedMurmur: Speech = { ...murmur, isStamped: true };

/** One key in so many seconds of `keys`. */
export const SECONDS_PER_KEY = 5;

/** A murmur with a key in it, 5, as a tone of 100 ms. ITU-T Q.23 */
export const keys: Speech = {
  audio: encoded(SECONDS_PER_KEY, (second) => {
    const isKey = second >= 1 && second < 1.1;
    const isNear = second > 0.9 && second < 1.2;
    const tone = 0.2 * (Math.sin(2 * Math.PI * 770 * second) + Math.sin(2 * Math.PI * 1_336 * second));
    return isKey ? tone : isNear ? 0 : 0.1 * Math.sin(2 * Math.PI * 310 * second) * Math.sin(2 * Math.PI * 3 * second);
  }),
  ...{ payloadType: 0, isStamped: false },
};

/** PCMU of a sound whose greatest value is 1. */
function encoded(seconds: number, soundAt: (second: number) => number): Uint8Array {
  const samples = Int16Array.from({ length: seconds * rateHz }, (_, index) => 32_000 * soundAt(index / rateHz));
  const audio = new Uint8Array(samples.length);
  pcmu.createEncoder().encode(samples, 0, samples.length, audio, 0);
  return audio;
}
