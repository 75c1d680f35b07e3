/** How much later than the fastest of them packets of a stream come, so that a jitter buffer knows how long to wait. Times are whole samples. */
export interface DelayEstimate {
  /** The shortest way of late: arrival minus timestamp. It follows a clock of the far end that runs fast or slow. */
  readonly base: number;
  /** Notes a packet by its arrival minus its timestamp. */
  note(transit: number, now: number): void;
  /** How much later than `base` all but 2 in 100 packets come; a late packet counts for about ten seconds. */
  spread(): number;
}

/** The shortest way is that of this one and the one before it, 4 s each. */
const WINDOW = 32_000;
/** Later than any packet, and small enough that engines keep it without memory of its own. */
const UNKNOWN = 0x3fff_ffff;
const BIN = 40;
const BINS = 50;
/** Share of the packets that may come later. */
const LATE_SHARE = 0.02;
/** What is kept of each count with each packet, once there were enough of them. */
const KEPT = 0.998;

/** Makes one that saw nothing. */
export function createDelayEstimate(): DelayEstimate {
  return new DelayHistogram();
}

class DelayHistogram implements DelayEstimate {
  base = 0;
  /** What the counts are relative to. */
  #origin: number | undefined;
  readonly #shares = new Float64Array(BINS);
  #count = 0;
  #newest = UNKNOWN;
  #before = UNKNOWN;
  #until = 0;

  note(transit: number, now: number): void {
    if (now >= this.#until) {
      // After a pause of two windows, nothing of what was is known any more.
      this.#before = now >= this.#until + WINDOW ? UNKNOWN : this.#newest;
      this.#newest = UNKNOWN;
      this.#until = now + WINDOW;
    }
    this.#newest = Math.min(this.#newest, transit);
    this.base = Math.min(this.#newest, this.#before);
    this.#follow();
    const kept = Math.min(KEPT, this.#count / (this.#count + 1));
    if (this.#count < 1000) this.#count++;
    const bin = Math.min(BINS - 1, Math.floor((transit - (this.#origin ?? this.base)) / BIN));
    for (let index = 0; index < BINS; index++) this.#shares[index] = (this.#shares[index] ?? 0) * kept;
    this.#shares[bin] = (this.#shares[bin] ?? 0) + 1 - kept;
  }

  /** Delays that were known stay where they were when the shortest way gets longer or shorter. */
  #follow(): void {
    this.#origin ??= this.base;
    const bins = Math.trunc((this.base - this.#origin) / BIN);
    if (bins === 0) return;
    this.#origin += bins * BIN;
    const moved = (bin: number) => Math.min(Math.max(bin - bins, 0), BINS - 1);
    // From the end that is moved to, so that nothing is moved twice.
    for (let step = 0; step < BINS; step++) {
      const bin = bins > 0 ? step : BINS - 1 - step;
      const share = this.#shares[bin] ?? 0;
      this.#shares[bin] = 0;
      this.#shares[moved(bin)] = (this.#shares[moved(bin)] ?? 0) + share;
    }
  }

  spread(): number {
    let late = 0;
    for (let bin = BINS - 1; bin > 0; bin--) {
      late += this.#shares[bin] ?? 0;
      if (late > LATE_SHARE) return (bin + 1) * BIN;
    }
    return BIN;
  }
}
