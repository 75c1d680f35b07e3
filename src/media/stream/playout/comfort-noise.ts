/** Noise as a far end describes it while it says nothing. RFC 3389 */
export interface ComfortNoise {
  /** Takes the payload of a comfort noise packet: a level, and how the noise is coloured. */
  describe(bytes: Uint8Array, length: number): void;
  /** Adds `count` samples of it to `output`. */
  add(output: Int16Array, at: number, count: number): void;
}

/** Most reflection coefficients that are read; more describe nothing that is heard at 8,000 Hz. */
const MOST_ORDER = 12;
/** A level of 0 is a square wave of full scale; noise of even distribution has a third of the power of its peak. */
const FULL_SCALE = 32_768 * Math.sqrt(3);

/** Makes noise of no level. */
export function createComfortNoise(): ComfortNoise {
  return new LatticeNoise();
}

class LatticeNoise implements ComfortNoise {
  #peak = 0;
  #order = 0;
  readonly #reflections = new Float64Array(MOST_ORDER);
  readonly #states = new Float64Array(MOST_ORDER + 1);
  #random = 1;

  describe(bytes: Uint8Array, length: number): void {
    if (length === 0) return;
    const order = Math.min(length - 1, MOST_ORDER);
    let gain = 1;
    for (let index = 0; index < order; index++) {
      const reflection = (258 * ((bytes[index + 1] ?? 127) - 127)) / 32_768;
      const bounded = Math.min(Math.max(reflection, -0.98), 0.98);
      this.#reflections[index] = bounded;
      gain *= 1 - bounded * bounded;
    }
    this.#order = order;
    // The filter makes noise louder by the inverse of what the coefficients predict.
    this.#peak = FULL_SCALE * 10 ** (-((bytes[0] ?? 127) & 0x7f) / 20) * Math.sqrt(gain);
  }

  add(output: Int16Array, at: number, count: number): void {
    for (let index = 0; index < count; index++) {
      const value = (output[at + index] ?? 0) + this.#next();
      output[at + index] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
    }
  }

  /** White noise through the all-pole lattice of the coefficients. */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0;
    const states = this.#states;
    let value = (this.#random / 0x8000_0000) * this.#peak;
    for (let stage = this.#order - 1; stage >= 0; stage--) {
      const reflection = this.#reflections[stage] ?? 0;
      const state = states[stage] ?? 0;
      value -= reflection * state;
      states[stage + 1] = state + reflection * value;
    }
    states[0] = value;
    return value;
  }
}
