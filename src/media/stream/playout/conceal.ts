import { findLikeness } from "./likeness.ts";
import type { SampleRate } from "../../codec/codec.ts";

/** Fills holes in a stream of samples with what was probably said: the latest period of the voice goes on, and fades.
 * After ITU-T G.711 Appendix I, but without its delay of 3.75 ms: the joint at the beginning is smoothed behind it. */
export interface Concealer {
  /** Remembers `count` samples that were heard. Behind a hole their beginning is blended, in place, with what filled it. */
  heard(samples: Int16Array, at: number, count: number): void;
  /** Writes the next `count` samples of a hole. After 60 ms they are silence. */
  conceal(output: Int16Array, at: number, count: number): void;
  /** The hole is a pause of the far end: what fills it is silence within 10 ms. */
  fade(): void;
  /** What is heard next does not follow what was heard: its beginning is blended, as behind a hole. */
  cut(): void;
}

/** What is remembered: three of the longest periods and a quarter. This and what follows is for 8,000 Hz. */
const HISTORY = 390;
/** Periods of voices, 66 to 200 Hz; those of higher ones fit in more than once. */
const PERIODS = { shortest: 40, longest: 120 } as const;
/** The length of what is looked for, 15 ms. */
const TEMPLATE = 120;
/** 10 ms: after each of the first two, one more period is repeated, so that it does not buzz. */
const STEP = 80;
const MOST_PERIODS = 3;
/** What is lost of the amplitude with each 10 ms behind the first. */
const LOSS_PER_STEP = 0.2;
/** Longer holes are not counted further. */
const LONGEST = 960;

/** Makes one that heard silence. */
export function createConcealer(rateHz: SampleRate = 8000): Concealer {
  return new PeriodConcealer(rateHz / 8000);
}

class PeriodConcealer implements Concealer {
  /** What was put out, the newest last. */
  readonly #history: Int16Array;
  /** The same as it was when the hole began. */
  readonly #wave: Int16Array;
  readonly #found = { lag: 0, likeness: 0 };
  readonly #blend: Int16Array;
  readonly #periodsOfVoices: { readonly shortest: number; readonly longest: number };
  /** In samples. */
  readonly #template: number;
  readonly #step: number;
  readonly #longest: number;
  #isOpen = false;
  /** Samples of the hole so far. */
  #lost = 0;
  #period = 0;
  #quarter = 0;
  /** How many periods are repeated, and the place in them. */
  #periods = 1;
  #phase = 0;
  /** Where it goes over from fewer periods to more: the place in the fewer, and how much is left of the way. */
  #formerPhase = 0;
  #formerLeft = 0;
  /** The step between what was heard and the period that goes on, which is spread over its first quarter. */
  #offset = 0;
  #gain = 0;
  #lossPerSample = 0;

  constructor(scale: number) {
    this.#history = new Int16Array(HISTORY * scale);
    this.#wave = new Int16Array(HISTORY * scale);
    this.#periodsOfVoices = { shortest: PERIODS.shortest * scale, longest: PERIODS.longest * scale };
    this.#blend = new Int16Array(this.#periodsOfVoices.longest >> 2);
    this.#template = TEMPLATE * scale;
    this.#step = STEP * scale;
    this.#longest = LONGEST * scale;
  }

  heard(samples: Int16Array, at: number, count: number): void {
    if (this.#isOpen) this.#rejoin(samples, at, count);
    this.#remember(samples, at, count);
  }

  conceal(output: Int16Array, at: number, count: number): void {
    if (!this.#isOpen) this.#begin();
    this.#fill(output, at, count);
    this.#remember(output, at, count);
  }

  fade(): void {
    if (!this.#isOpen) this.#begin();
    if (this.#lossPerSample * this.#step < this.#gain) this.#lossPerSample = this.#gain / this.#step;
  }

  cut(): void {
    if (!this.#isOpen) this.#begin();
  }

  #begin(): void {
    this.#isOpen = true;
    this.#lost = 0;
    this.#wave.set(this.#history);
    const length = this.#wave.length;
    const template = this.#template;
    findLikeness(this.#wave, length - template, template, this.#periodsOfVoices, -1, this.#found);
    this.#period = this.#found.lag;
    this.#quarter = this.#period >> 2;
    this.#periods = 1;
    this.#phase = 0;
    this.#formerLeft = 0;
    this.#offset = (this.#wave[length - 1] ?? 0) - (this.#wave[length - 1 - this.#period] ?? 0);
    this.#gain = 1;
    this.#lossPerSample = 0;
  }

  #fill(output: Int16Array, at: number, count: number): void {
    for (let index = 0; index < count; index++) {
      if (this.#gain <= 0) {
        output.fill(0, at + index, at + count);
        this.#lost = Math.min(this.#lost + count - index, this.#longest);
        return;
      }
      output[at + index] = this.#nextSample() * this.#gain;
      if (++this.#lost % this.#step === 0) this.#nextStep();
      this.#gain -= this.#lossPerSample;
    }
  }

  #nextSample(): number {
    let value = this.#waveAt(this.#periods, this.#phase);
    if (++this.#phase === this.#periods * this.#period) this.#phase = 0;
    if (this.#formerLeft > 0) {
      const share = this.#formerLeft-- / (this.#quarter + 1);
      value += share * (this.#waveAt(this.#periods - 1, this.#formerPhase) - value);
      if (++this.#formerPhase === (this.#periods - 1) * this.#period) this.#formerPhase = 0;
    }
    if (this.#lost < this.#quarter) value += this.#offset * (1 - (this.#lost + 1) / (this.#quarter + 1));
    return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }

  /** A place in the latest periods; their last quarter goes over into what was before them, so that they can begin again. */
  #waveAt(periods: number, phase: number): number {
    const length = periods * this.#period;
    const value = this.#wave[this.#wave.length - length + phase] ?? 0;
    const into = phase - (length - this.#quarter);
    if (into < 0) return value;
    const before = this.#wave[this.#wave.length - 2 * length + phase] ?? 0;
    return value + ((before - value) * (into + 1)) / (this.#quarter + 1);
  }

  #nextStep(): void {
    if (this.#lossPerSample * this.#step < LOSS_PER_STEP) this.#lossPerSample = LOSS_PER_STEP / this.#step;
    if (this.#periods === MOST_PERIODS) return;
    this.#periods++;
    this.#formerPhase = this.#phase;
    this.#formerLeft = this.#quarter;
    this.#phase %= this.#period;
  }

  /** Goes over from what filled the hole to what was heard behind it, as quickly as it began. */
  #rejoin(samples: Int16Array, at: number, count: number): void {
    const length = Math.min(this.#quarter, count);
    this.#fill(this.#blend, 0, length);
    for (let index = 0; index < length; index++) {
      const filled = this.#blend[index] ?? 0;
      const share = (index + 1) / (length + 1);
      samples[at + index] = filled + ((samples[at + index] ?? 0) - filled) * share;
    }
    this.#isOpen = false;
  }

  #remember(samples: Int16Array, at: number, count: number): void {
    const history = this.#history;
    const { length } = history;
    const kept = Math.min(count, length);
    const [from, to] = [at + count - kept, length - kept];
    history.copyWithin(0, kept);
    for (let index = 0; index < kept; index++) history[to + index] = samples[from + index] ?? 0;
  }
}
