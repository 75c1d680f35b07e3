/** How a nonce was used so far. */
interface Uses {
  readonly madeAtMs: number;
  /** The highest count. */
  highest: number;
  /** Bit n: the count that is n lower came. */
  seen: number;
}

/** Counts that may still come when a higher one has: requests that are sent at once arrive in any order. */
const windowSize = 32;

/** The counts of nonces to which right answers came: none counts twice. RFC 7616 §3.4 (nc) */
export class NonceCounts {
  readonly #uses = new Map<string, Uses>();
  readonly #most: number;
  /** Nonces that were made up to then may have been forgotten. */
  #forgottenToMs = -1;

  /** @param most nonces that are known at one time; the oldest make room, and are stale then */
  constructor(most: number) {
    this.#most = most;
  }

  /** Notes the use of a nonce. False: it was used with this count before, or is no longer known. */
  take(nonce: string, madeAtMs: number, count: number): boolean {
    const uses = this.#uses.get(nonce);
    if (uses === undefined) return this.#begin(nonce, madeAtMs, count);
    const ahead = count - uses.highest;
    if (ahead > 0) {
      uses.seen = ahead < windowSize ? (uses.seen << ahead) | 1 : 1;
      uses.highest = count;
      return true;
    }
    const bit = -ahead < windowSize ? 1 << -ahead : 0;
    if (bit === 0 || (uses.seen & bit) !== 0) return false;
    uses.seen |= bit;
    return true;
  }

  /** Forgets nonces that are too old to be taken anyway. */
  forget(madeBeforeMs: number): void {
    for (const [nonce, { madeAtMs }] of this.#uses) {
      if (madeAtMs >= madeBeforeMs) return;
      this.#uses.delete(nonce);
    }
  }

  #begin(nonce: string, madeAtMs: number, count: number): boolean {
    if (madeAtMs <= this.#forgottenToMs || count < 1) return false;
    if (this.#uses.size >= this.#most) this.#dropOldest();
    this.#uses.set(nonce, { madeAtMs, highest: count, seen: 1 });
    return true;
  }

  #dropOldest(): void {
    const [oldest] = this.#uses;
    if (oldest === undefined) return;
    const [nonce, { madeAtMs }] = oldest;
    this.#uses.delete(nonce);
    this.#forgottenToMs = Math.max(this.#forgottenToMs, madeAtMs);
  }
}
