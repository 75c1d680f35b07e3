import { SAMPLES_PER_MS } from "../../pcm.ts";
import { createGroupTones, HIGH_HZ, LOW_HZ, STEP_SAMPLES, STEPS, type GroupTones } from "./group-tones.ts";
import { FADED, LEAST_POWER, pairHeard } from "./key-pair.ts";
import { screenedKey } from "./key-screen.ts";

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

/** Half way between what must be taken and what must not: 1.5 % and 3.5 % of the frequency. */
const MOST_OFF = 0.025;
/** In one step, where noise turns the phase too. */
const MOST_OFF_ONCE = 0.045;
/** Steps with the same key that make it one, all about as strong: it lasts 40 ms then, of which the first and last few are weak. */
const STEPS_TO_BEGIN = 5;
const STEADY = 10 ** 0.4;
/** A key goes on while it is not `FADED`, and an interruption of 10 ms does not end it. */
const STEPS_TO_END = 5;
/** The steps that count begin so much after the key did, and the last of them ends so much before it ends. */
const WINDOW_SAMPLES = STEPS * STEP_SAMPLES;
/** What those steps look at, and one more, by which phases are compared. */
const LOOKED_BACK_STEPS = STEPS_TO_BEGIN + STEPS - 1;
const KEPT_SAMPLES = LOOKED_BACK_STEPS * STEP_SAMPLES;
const HISTORY_SAMPLES = KEPT_SAMPLES + 800;
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

/** Since a key takes `STEPS_TO_BEGIN` steps in a row that hear it, only every fifth is looked at, by a cheap screen, until one passes: then those
 * before it, backwards. Once all five pass, they are heard again with all that makes a key, and each step from there on until there is none. So
 * the same keys are found, at the same steps, as if each step had been heard. */
class StepDetector implements ToneDetector {
  readonly #listener: ToneListener;
  readonly #tones: GroupTones = createGroupTones();
  /** The last samples; before the first there was silence. */
  readonly #history = new Int16Array(HISTORY_SAMPLES);
  #filled = KEPT_SAMPLES;
  /** Where in the history the newest whole step ends, and which sample of the audio that is. */
  #stepEnd = KEPT_SAMPLES;
  #at = 0;
  /** Steps until the next one that is screened; 0 while each step is heard. */
  #stepsToScreen = STEPS_TO_BEGIN;
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
    const history = this.#history;
    let at = from;
    const end = from + count;
    while (at < end) {
      if (this.#filled === HISTORY_SAMPLES) this.#forget();
      const filled = this.#filled;
      const taken = Math.min(end - at, HISTORY_SAMPLES - filled);
      for (let index = 0; index < taken; index++) history[filled + index] = samples[at + index] ?? 0;
      at += taken;
      this.#filled = filled + taken;
      while (this.#filled - this.#stepEnd >= STEP_SAMPLES) this.#step();
    }
  }

  #forget(): void {
    const forgotten = this.#stepEnd - KEPT_SAMPLES;
    this.#history.copyWithin(0, forgotten, this.#filled);
    this.#filled -= forgotten;
    this.#stepEnd = KEPT_SAMPLES;
  }

  #step(): void {
    this.#stepEnd += STEP_SAMPLES;
    this.#at += STEP_SAMPLES;
    if (this.#stepsToScreen > 0) {
      if (--this.#stepsToScreen > 0) return;
      this.#stepsToScreen = STEPS_TO_BEGIN - this.#countScreened();
      if (this.#stepsToScreen > 0) return;
      this.#hearAgain();
    }
    this.#hear();
    if (this.#held < 0 && this.#candidate.steps === 0) this.#stepsToScreen = STEPS_TO_BEGIN;
  }

  /** How many of the newest steps may be the same key. */
  #countScreened(): number {
    const key = screenedKey(this.#history, this.#stepEnd);
    if (key < 0) return 0;
    let count = 1;
    while (count < STEPS_TO_BEGIN && screenedKey(this.#history, this.#stepEnd - count * STEP_SAMPLES) === key) count++;
    return count;
  }

  /** Hears the steps that were only screened, all but the newest. */
  #hearAgain(): void {
    const newestAt = this.#at;
    const newestEnd = this.#stepEnd;
    for (let age = LOOKED_BACK_STEPS; age > 0; age--) {
      this.#at = newestAt - age * STEP_SAMPLES;
      this.#stepEnd = newestEnd - age * STEP_SAMPLES;
      if (age < STEPS_TO_BEGIN) this.#hear();
      else this.#tones.step(this.#history, this.#stepEnd - STEP_SAMPLES);
    }
    this.#at = newestAt;
    this.#stepEnd = newestEnd;
  }

  #hear(): void {
    this.#tones.step(this.#history, this.#stepEnd - STEP_SAMPLES);
    const key = this.#keyHeard();
    if (this.#held >= 0) this.#goOn(key);
    this.#count(key);
  }

  /** The key that the last 20 ms are, by all but its length; -1 for none. */
  #keyHeard(): number {
    const key = pairHeard(this.#tones.power, this.#tones.totalPower);
    if (key < 0) return -1;
    return this.#offOf(key >> 2) > MOST_OFF_ONCE || this.#offOf(4 + (key & 3)) > MOST_OFF_ONCE ? -1 : key;
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

/** How far a tone is off its frequency, as a share of it. */
function offOf(turn: number, tone: number): number {
  return Math.abs(turn) * (offPerTurn[tone] ?? 0);
}

const offPerTurn = Float64Array.from([...LOW_HZ, ...HIGH_HZ], (hz) => {
  return (1000 * SAMPLES_PER_MS) / (2 * Math.PI * STEP_SAMPLES * hz);
});
