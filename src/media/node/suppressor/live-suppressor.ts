import { BLOCK_SAMPLES, createSuppressor, SUPPRESSOR_DELAY_SAMPLES, type Suppressor } from "./suppressor.ts";

/** Takes noise out of a conversation: while it is off nothing is late. Where it sets in or ends, what is heard and what comes late from the
 * suppressor are blended, so that nobody hears where time was won or lost. */
export interface LiveSuppressor {
  /** Off at first. */
  switch(isOn: boolean): void;
  /** Whether samples pass at once and unchanged, and will until it is switched on. */
  readonly isOff: boolean;
  /** Replaces `count` samples from `from` on, a multiple of `BLOCK_SAMPLES`. */
  frame(samples: Int16Array, from: number, count: number): void;
  /** What was heard until now is over: it is not heard before what comes next. */
  pause(): void;
}

const BLEND_SAMPLES = SUPPRESSOR_DELAY_SAMPLES;
const BLOCKS_LATE = SUPPRESSOR_DELAY_SAMPLES / BLOCK_SAMPLES;

/** Makes one that is off. */
export function createLiveSuppressor(): LiveSuppressor {
  return new BlendingSuppressor();
}

class BlendingSuppressor implements LiveSuppressor {
  #suppressor: Suppressor = createSuppressor();
  readonly #late = new Int16Array(BLOCK_SAMPLES);
  #isOn = false;
  /** Blocks that the suppressor has had. */
  #blocks = 0;
  #hasRest = false;
  /** Share of what comes late, of `BLEND_SAMPLES`. */
  #share = 0;

  get isOff(): boolean {
    return !this.#isOn && this.#suppressor.isOff && this.#share === 0;
  }

  switch(isOn: boolean): void {
    if (isOn && this.isOff) {
      // Without what it heard last time.
      this.#suppressor = createSuppressor();
      this.#blocks = 0;
    }
    this.#isOn = isOn;
    this.#suppressor.switch(isOn);
  }

  frame(samples: Int16Array, from: number, count: number): void {
    for (let at = from; at < from + count && !this.isOff; at += BLOCK_SAMPLES) {
      this.#suppressor.block(samples, at, this.#late, 0);
      this.#hasRest = true;
      this.#blocks++;
      this.#blend(samples, at);
    }
  }

  pause(): void {
    if (!this.#hasRest) return;
    this.#hasRest = false;
    // Also what lies in windows together with it.
    for (let block = 0; block < 2 * BLOCKS_LATE; block++) this.#suppressor.block(silence, 0, this.#late, 0);
  }

  #blend(samples: Int16Array, at: number): void {
    const isLateWanted = this.#blocks > BLOCKS_LATE && (this.#isOn || !this.#suppressor.isOff);
    const step = isLateWanted ? 1 : -1;
    for (let index = 0; index < BLOCK_SAMPLES; index++) {
      this.#share = Math.min(Math.max(this.#share + step, 0), BLEND_SAMPLES);
      const now = samples[at + index] ?? 0;
      const late = this.#late[index] ?? 0;
      samples[at + index] = now + Math.round(((late - now) * this.#share) / BLEND_SAMPLES);
    }
  }
}

const silence = new Int16Array(BLOCK_SAMPLES);
