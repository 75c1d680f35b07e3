/** Interarrival jitter of one stream. RFC 3550 §6.4.1, appendix A.8 */
export interface Jitter {
  /** Takes one packet. @param transitTicks when it came less its timestamp, as it wraps */
  measure(transitTicks: number): void;
  /** Another stream begins. */
  begin(): void;
  /** As it is now, ticks; its mean over all packets, and its highest. */
  readonly ticks: number;
  readonly meanTicks: number;
  readonly worstTicks: number;
}

/** Packets that are further off the rhythm than this have new timestamps rather than jitter. */
const MOST_TICKS = 40_000;
/** So many parts of a tick are counted: a whole number lies in the object, one with a fraction beside it. */
const PARTS = 1024;

/** Begins to measure. */
export function createJitter(): Jitter {
  return new StreamJitter();
}

class StreamJitter implements Jitter {
  #parts = 0;
  #transit: number | undefined;
  #sum = 0;
  #count = 0;
  #worstParts = 0;

  measure(transitTicks: number): void {
    const before = this.#transit;
    this.#transit = transitTicks;
    if (before === undefined) return;
    const off = Math.abs((transitTicks - before) | 0);
    if (off > MOST_TICKS) return;
    this.#parts += (off * PARTS - this.#parts) >> 4;
    this.#sum += off;
    this.#count++;
    if (this.#parts > this.#worstParts) this.#worstParts = this.#parts;
  }

  begin(): void {
    this.#transit = undefined;
  }

  get ticks(): number {
    return this.#parts / PARTS;
  }

  get meanTicks(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  get worstTicks(): number {
    return this.#worstParts / PARTS;
  }
}
