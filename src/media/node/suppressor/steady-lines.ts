/** Takes out tones that stay the same for seconds, such as hum and whistling fans, and leaves what is said at the same pitch. */
export interface SteadyLines {
  /** Takes the spectrum of the next frame, real and imaginary part of each bin by turns, and takes `share`, from 0 to 1, of each tone out of it.
   * From a frame that `isKey` nothing is learned and nothing is taken. */
  take(bins: Float64Array, isKey: boolean, share: number): void;
}

/** Frames between two that are compared: so many that they have no sample in common. */
const LAG = 3;
/** Share of a new frame in what is known of how evenly a bin turns: about one and a half seconds. */
const TURN_SHARE = 0.007;
/** A bin holds a tone from this evenness on, where 1 is a tone alone and noise is near 0, and until that one. */
const IS_TONE = 0.75;
const IS_NO_TONE = 0.45;
/** Frames before any bin counts as one with a tone. */
const FIRST_FRAMES = 30;
/** Share of a new frame in the tone itself, and in how far it turns from frame to frame. */
const TONE_SHARE = 0.03;
const STEP_SHARE = 0.003;
/** Share of a new frame in how strong the rest of a bin is, and the most by which one frame may exceed it. */
const REST_SHARE = 0.05;
const MOST_REST = 4;
/** Frames with a tone until it is taken out, and until its frequency is known well. */
const KNOWN_FRAMES = 12;
const YOUNG_FRAMES = 50;
/** A tone has ended where less than this share of its power is heard. */
const ENDED = 0.25;

/** Starts without any tone. A tone turns each of its bins by the same angle from frame to frame; speech and noise do not for long. Where a bin does,
 * the tone is followed in amplitude and phase, slowly, and hardly at all while something stronger than usual is heard beside it.
 * @param bins number of bins of a spectrum
 * @param turnPerBin angle by which a tone in the middle of bin 1 turns from one frame to the next */
export function createSteadyLines(bins: number, turnPerBin: number): SteadyLines {
  return new Lines(bins, turnPerBin);
}

class Lines implements SteadyLines {
  readonly #turnPerBin: number;
  readonly #before: Float64Array[];
  /** Mean of the turns over `LAG` frames, each of length 1. */
  readonly #turns: Float64Array;
  readonly #tone: Float64Array;
  readonly #step: Float64Array;
  readonly #rest: Float64Array;
  /** Frames since the tone of a bin was found; 0: there is none. */
  readonly #age: Int32Array;
  #frames = 0;

  constructor(bins: number, turnPerBin: number) {
    this.#turnPerBin = turnPerBin;
    this.#before = Array.from({ length: LAG }, () => new Float64Array(2 * bins));
    this.#turns = new Float64Array(2 * bins);
    this.#tone = new Float64Array(2 * bins);
    this.#step = new Float64Array(bins);
    this.#rest = new Float64Array(bins);
    this.#age = new Int32Array(bins);
  }

  take(bins: Float64Array, isKey: boolean, share: number): void {
    const before = this.#before[this.#frames % LAG];
    if (before === undefined) return;
    this.#frames++;
    for (let bin = 1; bin < this.#age.length - 1; bin++) {
      const evenness = isKey ? 1 : this.#compare(bin, bins, before);
      // Overwritten before the tone is taken out, as the next frames are compared with what was heard.
      before[2 * bin] = bins[2 * bin] ?? 0;
      before[2 * bin + 1] = bins[2 * bin + 1] ?? 0;
      const age = this.#age[bin] ?? 0;
      if (age > 0) this.#turn(bin);
      if (isKey) continue;
      if (this.#frames <= FIRST_FRAMES || evenness <= (age > 0 ? IS_NO_TONE : IS_TONE)) this.#age[bin] = 0;
      else if (age === 0) this.#begin(bin, bins);
      else {
        this.#follow(bin, bins, age);
        if (age > KNOWN_FRAMES) this.#takeOut(bin, bins, share);
      }
    }
  }

  #compare(bin: number, bins: Float64Array, before: Float64Array): number {
    const at = 2 * bin;
    const [real, imaginary] = [bins[at] ?? 0, bins[at + 1] ?? 0];
    const [realBefore, imaginaryBefore] = [before[at] ?? 0, before[at + 1] ?? 0];
    const turnReal = real * realBefore + imaginary * imaginaryBefore;
    const turnImaginary = imaginary * realBefore - real * imaginaryBefore;
    const perLength = 1 / (Math.sqrt(turnReal * turnReal + turnImaginary * turnImaginary) + 1);
    const weight = Math.max(TURN_SHARE, 1 / this.#frames);
    const meanReal = (this.#turns[at] ?? 0) * (1 - weight) + weight * turnReal * perLength;
    const meanImaginary = (this.#turns[at + 1] ?? 0) * (1 - weight) + weight * turnImaginary * perLength;
    this.#turns[at] = meanReal;
    this.#turns[at + 1] = meanImaginary;
    return Math.sqrt(meanReal * meanReal + meanImaginary * meanImaginary);
  }

  /** Of the steps that come to the same turn over `LAG` frames it is the one nearest to the middle of the bin. */
  #begin(bin: number, bins: Float64Array): void {
    const at = 2 * bin;
    const turn = Math.atan2(this.#turns[at + 1] ?? 0, this.#turns[at] ?? 0);
    const rounds = Math.round((LAG * bin * this.#turnPerBin - turn) / (2 * Math.PI));
    this.#step[bin] = (turn + 2 * Math.PI * rounds) / LAG;
    const [real, imaginary] = [bins[at] ?? 0, bins[at + 1] ?? 0];
    this.#tone[at] = real;
    this.#tone[at + 1] = imaginary;
    this.#rest[bin] = real * real + imaginary * imaginary;
    this.#age[bin] = 1;
  }

  #turn(bin: number): void {
    const at = 2 * bin;
    const step = this.#step[bin] ?? 0;
    const [cosine, sine] = [Math.cos(step), Math.sin(step)];
    const [real, imaginary] = [this.#tone[at] ?? 0, this.#tone[at + 1] ?? 0];
    this.#tone[at] = real * cosine - imaginary * sine;
    this.#tone[at + 1] = real * sine + imaginary * cosine;
  }

  #follow(bin: number, bins: Float64Array, age: number): void {
    const at = 2 * bin;
    const [real, imaginary] = [this.#tone[at] ?? 0, this.#tone[at + 1] ?? 0];
    const [offReal, offImaginary] = [(bins[at] ?? 0) - real, (bins[at + 1] ?? 0) - imaginary];
    const off = offReal * offReal + offImaginary * offImaginary;
    const restBefore = this.#rest[bin] ?? 0;
    const rest = restBefore + REST_SHARE * (Math.min(off, MOST_REST * restBefore + 1) - restBefore);
    this.#rest[bin] = rest;
    const weight = Math.min(1, (2 * rest) / (off + 1));
    const share = Math.max(TONE_SHARE, 1 / (age + 1)) * weight;
    this.#tone[at] = real + share * offReal;
    this.#tone[at + 1] = imaginary + share * offImaginary;
    const late = (offImaginary * real - offReal * imaginary) / (real * real + imaginary * imaginary + 1);
    const stepShare = age < YOUNG_FRAMES ? 3 * STEP_SHARE : STEP_SHARE;
    this.#step[bin] = (this.#step[bin] ?? 0) + stepShare * weight * Math.max(-0.5, Math.min(0.5, late));
    this.#age[bin] = age + 1;
  }

  /** Less of a tone that is known less well, compared with the rest of its bin; nothing where so little is heard that the tone must have ended: it
   * would be heard upside down. */
  #takeOut(bin: number, bins: Float64Array, share: number): void {
    const at = 2 * bin;
    const [real, imaginary] = [this.#tone[at] ?? 0, this.#tone[at + 1] ?? 0];
    const power = real * real + imaginary * imaginary;
    const heard = (bins[at] ?? 0) ** 2 + (bins[at + 1] ?? 0) ** 2;
    if (heard < ENDED * power) return;
    const doubt = ((this.#rest[bin] ?? 0) * TONE_SHARE) / 2 / (power + 1);
    const taken = share * (1 - Math.min(1, doubt));
    bins[at] = (bins[at] ?? 0) - taken * real;
    bins[at + 1] = (bins[at + 1] ?? 0) - taken * imaginary;
  }
}
