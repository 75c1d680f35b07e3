/** Makes of a sum of voices samples that fit into 16 bits, without the noise of clipping: what is too loud becomes quieter as a whole, and comes
 * back slowly. What is not too loud passes as it is. */
export interface Limiter {
  /** Takes `sum` less `without`, where there is one, sample by sample. */
  run(sum: Int32Array, without: Int16Array | undefined, output: Int16Array): void;
  /** Goes on where another one is. */
  follow(other: Limiter): void;
  /** By how much it lowers now: 1 is nothing. */
  readonly gain: number;
}

/** What is louder is lowered: 1 dB below full scale. */
const CEILING = 29_200;
/** A frame is looked at in so many pieces, 4 ms each of 20. */
const PIECES = 5;
/** How much of what is missing comes back with each piece: a time constant of about 100 ms. */
const RETURN = 0.04;

/** Makes one that lowers nothing. */
export function createLimiter(): Limiter {
  return new PeakLimiter();
}

class PeakLimiter implements Limiter {
  gain = 1;
  readonly #peaks = new Float64Array(PIECES);

  follow(other: Limiter): void {
    this.gain = other.gain;
  }

  run(sum: Int32Array, without: Int16Array | undefined, output: Int16Array): void {
    const peaks = this.#peaks;
    const piece = (sum.length / PIECES) | 0;
    let loudest = 0;
    for (let number = 0; number < PIECES; number++) {
      const peak = copy(sum, without, output, number * piece, piece);
      peaks[number] = peak;
      if (peak > loudest) loudest = peak;
    }
    if (this.gain === 1 && loudest <= CEILING) return;
    for (let number = 0; number < PIECES; number++) {
      const to = this.#gainBehind(number);
      lower(sum, without, output, number * piece, piece, this.gain, to);
      this.gain = to;
    }
  }

  /** The gain at the end of a piece fits it and the next, so that it is low enough when a peak comes. */
  #gainBehind(number: number): number {
    const peak = Math.max(this.#peaks[number] ?? 0, this.#peaks[number + 1] ?? 0);
    const most = peak > CEILING ? CEILING / peak : 1;
    const back = this.gain + (1 - this.gain) * RETURN;
    const next = back > 0.999 ? 1 : back;
    return most < next ? most : next;
  }
}

/** Writes a piece as it is. @returns its peak */
function copy(
  sum: Int32Array,
  without: Int16Array | undefined,
  output: Int16Array,
  from: number,
  count: number,
): number {
  let peak = 0;
  for (let place = from; place < from + count; place++) {
    const value = ((sum[place] ?? 0) - (without === undefined ? 0 : (without[place] ?? 0))) | 0;
    const size = value < 0 ? -value | 0 : value;
    if (size > peak) peak = size;
    output[place] = value;
  }
  return peak;
}

function lower(
  sum: Int32Array,
  without: Int16Array | undefined,
  output: Int16Array,
  from: number,
  count: number,
  gain: number,
  to: number,
): void {
  const step = (to - gain) / count;
  for (let index = 0; index < count; index++) {
    const place = from + index;
    const value = (sum[place] ?? 0) - (without === undefined ? 0 : (without[place] ?? 0));
    output[place] = soften(value * (gain + step * (index + 1)));
  }
}

/** Only the first piece of a frame may come unforeseen; what is over the ceiling is bent then, and never more than full scale. */
function soften(value: number): number {
  const over = Math.abs(value) - CEILING;
  if (over <= 0) return value;
  const bent = CEILING + (32_767 - CEILING) * (over / (over + 32_767 - CEILING));
  return value < 0 ? -bent : bent;
}
