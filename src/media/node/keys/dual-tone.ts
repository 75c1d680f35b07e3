import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from "../../pcm.ts";
import { DIGITS } from "../../stream/telephone-event.ts";

const LOW_HZ = [697, 770, 852, 941];
const HIGH_HZ = [1209, 1336, 1477, 1633];
const KEYPAD = "123A456B789C*0#D";
/** Peak of each of the two tones: about -9 dB below full scale, so that their sum stays below it. */
const PEAK = 11_500;
const PAUSE_MS = 500;

/** Digits as audible tones, for a far end that takes no telephone-events. ITU-T Q.23. A comma is a pause of 500 ms.
 * Contract: sip-and-media-keys-sent */
export function renderDualTones(digits: string, toneMs: number, gapMs: number): Int16Array {
  const parts = [...digits.toUpperCase()].filter((digit) => digit === "," || DIGITS.includes(digit));
  const lengthsMs = parts.map((digit) => (digit === "," ? PAUSE_MS : toneMs + gapMs));
  const samples = new Int16Array(lengthsMs.reduce((sum, lengthMs) => sum + Math.round(lengthMs * SAMPLES_PER_MS), 0));
  let at = 0;
  parts.forEach((digit, index) => {
    if (digit !== ",") writeTone(samples, at, digit, Math.round(toneMs * SAMPLES_PER_MS));
    at += Math.round((lengthsMs[index] ?? 0) * SAMPLES_PER_MS);
  });
  return samples;
}

/** Sample number `index` of a digit's tone; `digit` is one of 0-9 * # A-D. */
export function dualToneSample(digit: string, index: number): number {
  const key = KEYPAD.indexOf(digit);
  const low = (2 * Math.PI * (LOW_HZ[key >> 2] ?? 0)) / SAMPLE_RATE_HZ;
  const high = (2 * Math.PI * (HIGH_HZ[key & 3] ?? 0)) / SAMPLE_RATE_HZ;
  return Math.round(PEAK * (Math.sin(low * index) + Math.sin(high * index)));
}

function writeTone(samples: Int16Array, at: number, digit: string, count: number): void {
  for (let index = 0; index < count; index++) samples[at + index] = dualToneSample(digit, index);
}
