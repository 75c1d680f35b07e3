import { createUpsampler, UPSAMPLER_DELAY, type RateChange } from "../codec/rate-change.ts";
import { WIDE_FACTOR } from "../pcm.ts";

/** Makes one stream of 16,000 Hz of frames that have this rate and of frames of 8,000 Hz. Both have the same delay, 1.25 ms, so that nothing is heard
 * where one kind follows the other. */
export interface Widener {
  /** Of what comes out. */
  readonly length: number;
  /** Whether the next frame has to go this way, where frames of 8,000 Hz have another: from something wide on, until there was nothing wide for a second. It
   * is changed where it is quiet. */
  isNeeded(samples: Int16Array, from: number, isWide: boolean): boolean;
  /** The next frame; memory is reused.
   * @param samples 8,000 Hz, from `from` on
   * @param wide the same at 16,000 Hz, from twice `from` on */
  run(samples: Int16Array, from: number, wide: Int16Array | undefined): Int16Array;
}

/** Makes one for frames of so many samples of 8,000 Hz. */
export function createWidener(frameLength: number): Widener {
  return new FrameWidener(frameLength);
}

const DELAY = UPSAMPLER_DELAY * WIDE_FACTOR;
/** Samples of a frame by which it is told whether it begins or ends in quiet, and what is quiet: -54 dBFS. */
const EDGE = 8;
const QUIET = 64;
/** Packets without anything wide. */
const MOST_NARROW = 50;

class FrameWidener implements Widener {
  readonly length: number;
  readonly #upsampler: RateChange = createUpsampler(WIDE_FACTOR);
  readonly #narrow: Int16Array;
  readonly #output: Int16Array;
  /** The end of the frame before, if it was wide. */
  readonly #kept = new Int16Array(DELAY);
  #hasKept = false;
  #isNeeded = false;
  /** The frame before ended in quiet. */
  #wasQuiet = true;
  #narrowInRow = 0;

  constructor(frameLength: number) {
    this.length = frameLength * WIDE_FACTOR;
    this.#narrow = new Int16Array(frameLength);
    this.#output = new Int16Array(this.length);
  }

  isNeeded(samples: Int16Array, from: number, isWide: boolean): boolean {
    this.#narrowInRow = isWide ? 0 : this.#narrowInRow + 1;
    const isToChange = this.#isNeeded ? this.#narrowInRow > MOST_NARROW : isWide;
    if (isToChange && (this.#wasQuiet || isQuiet(samples, from))) this.#isNeeded = !this.#isNeeded;
    this.#wasQuiet = isQuiet(samples, from + this.#narrow.length - EDGE);
    return this.#isNeeded;
  }

  run(samples: Int16Array, from: number, wide: Int16Array | undefined): Int16Array {
    const [narrow, output, kept] = [this.#narrow, this.#output, this.#kept];
    for (let index = 0; index < narrow.length; index++) narrow[index] = samples[from + index] ?? 0;
    // Always, since what follows may be narrow.
    this.#upsampler.run(narrow, narrow.length, output);
    if (this.#hasKept) output.set(kept);
    this.#hasKept = wide !== undefined;
    if (wide !== undefined) {
      const first = from * WIDE_FACTOR;
      for (let index = DELAY; index < this.length; index++) output[index] = wide[first + index - DELAY] ?? 0;
      for (let index = 0; index < DELAY; index++) kept[index] = wide[first + this.length - DELAY + index] ?? 0;
    }
    return output;
  }
}

function isQuiet(samples: Int16Array, from: number): boolean {
  for (let index = 0; index < EDGE; index++) {
    if (Math.abs(samples[from + index] ?? 0) > QUIET) return false;
  }
  return true;
}
