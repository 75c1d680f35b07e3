import { SAMPLES_PER_MS } from "../../pcm.ts";
import { createGroupTones, HIGH_HZ, LOW_HZ, STEP_SAMPLES, type GroupTones } from "./group-tones.ts";

/** Finds keys that are pressed in audio, as pairs of tones. ITU-T Q.23, Q.24 */
export interface ToneDetector {
  /** Takes the next samples, at 8,000 Hz, of which none is left out. */
  take(samples: Int16Array, from: number, count: number): void;
}

/** Told of each key: some 35 ms after it begins, and some 25 ms after it has ended. Times are samples since the detector began. */
export interface ToneListener {
  begins(digit: string, startAt: number): void;
  ended(digit: string, startAt: number, endAt: number): void;
}

/** Least power of each tone: a sine of -36 dBFS; -25 dBm0 is -28 dBFS. */
const LEAST_POWER = (32_768 * 10 ** (-36 / 20)) ** 2 / 2;
/** How far the high tone may be below the low one, and the other way around: 8 dB and 4 dB (Q.24), with what measuring takes. */
const MOST_FORWARD_TWIST = 10 ** 0.95;
const MOST_REVERSE_TWIST = 10 ** 0.55;
/** By how much a tone has to exceed the others of its group: 8 dB. */
const ABOVE_OTHERS = 10 ** 0.8;
/** Share of the two tones in all that is heard. Speech has more than two tones. */
const LEAST_SHARE = 0.65;
/** Half way between what must be taken and what must not: 1.5 % and 3.5 % of the frequency. */
const MOST_OFF = 0.025;
/** In one step, where noise turns the phase too. */
const MOST_OFF_ONCE = 0.045;
/** Steps with the same key that make it one, all about as strong: it lasts 40 ms then, of which the first and last few are weak. */
const STEPS_TO_BEGIN = 5;
const STEADY = 10 ** 0.4;
/** It goes on as long as it is not weaker than this by far, 14 dB, and an interruption of 10 ms does not end it. */
const FADED = 10 ** -1.4;
const STEPS_TO_END = 5;
/** The steps that count begin so much after the key did, and the last of them ends so much before it ends. */
const WINDOW_SAMPLES = 4 * STEP_SAMPLES;
const KEYPAD = "123A456B789C*0#D";

/** Makes a detector at the beginning of its audio. */
export function createToneDetector(listener: ToneListener): ToneDetector {
  return new StepDetector(listener);
}

interface Candidate {
  key: number;
  steps: number;
  /** Where its first step ends. */
  sinceAt: number;
  lowTurn: number;
  highTurn: number;
  weakest: number;
  strongest: number;
}

class StepDetector implements ToneDetector {
  readonly #listener: ToneListener;
  readonly #tones: GroupTones = createGroupTones();
  readonly #rest = new Int16Array(STEP_SAMPLES);
  #restCount = 0;
  #at = 0;
  readonly #candidate: Candidate = {
    ...{ key: -1, steps: 0, sinceAt: 0, lowTurn: 0, highTurn: 0, weakest: 0, strongest: 0 },
  };
  /** The key that is pressed, -1 for none. */
  #held = -1;
  #startAt = 0;
  #lastAt = 0;
  #heldPower = 0;

  constructor(listener: ToneListener) {
    this.#listener = listener;
  }

  take(samples: Int16Array, from: number, count: number): void {
    let at = from;
    const end = from + count;
    while (this.#restCount + end - at >= STEP_SAMPLES) {
      if (this.#restCount === 0) {
        this.#step(samples, at);
        at += STEP_SAMPLES;
        continue;
      }
      while (this.#restCount < STEP_SAMPLES) this.#rest[this.#restCount++] = samples[at++] ?? 0;
      this.#restCount = 0;
      this.#step(this.#rest, 0);
    }
    while (at < end) this.#rest[this.#restCount++] = samples[at++] ?? 0;
  }

  #step(samples: Int16Array, from: number): void {
    this.#at += STEP_SAMPLES;
    this.#tones.step(samples, from);
    const key = this.#keyHeard();
    if (this.#held >= 0) this.#goOn(key);
    this.#count(key);
  }

  /** The key that the last 20 ms are, by all but its length; -1 for none. */
  #keyHeard(): number {
    const { power, totalPower } = this.#tones;
    const low = strongest(power, 0);
    const high = strongest(power, 4);
    const lowPower = power[low] ?? 0;
    const highPower = power[high] ?? 0;
    if (lowPower < LEAST_POWER * FADED || highPower < LEAST_POWER * FADED) return -1;
    if (lowPower > highPower * MOST_FORWARD_TWIST || highPower > lowPower * MOST_REVERSE_TWIST) return -1;
    if (lowPower + highPower < LEAST_SHARE * totalPower) return -1;
    if (!exceedsOthers(power, low, 0) || !exceedsOthers(power, high, 4)) return -1;
    if (this.#offOf(low) > MOST_OFF_ONCE || this.#offOf(high) > MOST_OFF_ONCE) return -1;
    return low * 4 + high - 4;
  }

  #goOn(key: number): void {
    const power = this.#powerOf(this.#held);
    if (key === this.#held && power > this.#heldPower * FADED) {
      this.#lastAt = this.#at;
      this.#heldPower = Math.max(this.#heldPower, power);
      return;
    }
    if (this.#at - this.#lastAt < STEPS_TO_END * STEP_SAMPLES) return;
    const digit = KEYPAD[this.#held] ?? "";
    this.#held = -1;
    this.#candidate.steps = 0;
    // The last step that still heard it had one of its four parts left.
    this.#listener.ended(
      digit,
      this.#startAt,
      Math.max(this.#startAt, this.#lastAt - WINDOW_SAMPLES + 2 * STEP_SAMPLES),
    );
  }

  #count(key: number): void {
    if (this.#held >= 0) return;
    const candidate = this.#candidate;
    const power = key < 0 ? 0 : this.#powerOf(key);
    if (key < 0 || power < 2 * LEAST_POWER) {
      candidate.steps = 0;
      return;
    }
    const isSteady = Math.max(candidate.strongest, power) < STEADY * Math.min(candidate.weakest, power);
    if (candidate.steps === 0 || candidate.key !== key || !isSteady) this.#beginCandidate(key, power);
    candidate.steps++;
    candidate.weakest = Math.min(candidate.weakest, power);
    candidate.strongest = Math.max(candidate.strongest, power);
    candidate.lowTurn += this.#tones.turnOf(key >> 2);
    candidate.highTurn += this.#tones.turnOf(4 + (key & 3));
    if (candidate.steps >= STEPS_TO_BEGIN) this.#begin(candidate, power);
  }

  #beginCandidate(key: number, power: number): void {
    Object.assign(this.#candidate, { key, steps: 0, sinceAt: this.#at, lowTurn: 0, highTurn: 0 });
    this.#candidate.weakest = this.#candidate.strongest = power;
  }

  #begin(candidate: Candidate, power: number): void {
    const { key, steps } = candidate;
    if (
      offOf(candidate.lowTurn / steps, key >> 2) > MOST_OFF ||
      offOf(candidate.highTurn / steps, 4 + (key & 3)) > MOST_OFF
    ) {
      candidate.steps = 0;
      return;
    }
    this.#held = key;
    this.#heldPower = power;
    this.#lastAt = this.#at;
    this.#startAt = Math.max(0, candidate.sinceAt - WINDOW_SAMPLES + STEP_SAMPLES / 2);
    this.#listener.begins(KEYPAD[key] ?? "", this.#startAt);
  }

  #offOf(tone: number): number {
    return offOf(this.#tones.turnOf(tone), tone);
  }

  #powerOf(key: number): number {
    return (this.#tones.power[key >> 2] ?? 0) + (this.#tones.power[4 + (key & 3)] ?? 0);
  }
}

function strongest(power: Float64Array, from: number): number {
  let at = from;
  for (let tone = from + 1; tone < from + 4; tone++) if ((power[tone] ?? 0) > (power[at] ?? 0)) at = tone;
  return at;
}

function exceedsOthers(power: Float64Array, tone: number, from: number): boolean {
  const least = (power[tone] ?? 0) / ABOVE_OTHERS;
  for (let other = from; other < from + 4; other++) if (other !== tone && (power[other] ?? 0) > least) return false;
  return true;
}

/** How far a tone is off its frequency, as a share of it. */
function offOf(turn: number, tone: number): number {
  return Math.abs(turn) * (offPerTurn[tone] ?? 0);
}

const offPerTurn = Float64Array.from([...LOW_HZ, ...HIGH_HZ], (hz) => {
  return (1000 * SAMPLES_PER_MS) / (2 * Math.PI * STEP_SAMPLES * hz);
});
