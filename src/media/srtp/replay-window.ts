/** Words of 32 bits in the ring; the newest one is filled step by step, so the window is shorter by one. */
const WORDS = 8;

/** How far behind the newest packet one may be and still be taken, packets: 4.5 s of 20 ms each. RFC 3711 §3.3.2 asks for 64. */
export const WINDOW_PACKETS = (WORDS - 1) * 32;

/** Whether a packet may be taken, by its number. */
export type ReplayVerdict = "new" | "replayed" | "too-old";

/** Which packets of one stream came already, by their full numbers (below 2^48). A ring of bits, in the manner of RFC 6479. */
export class ReplayWindow {
  /** The highest number that was taken; -1: none. */
  highest = -1;
  readonly #taken = new Int32Array(WORDS);

  look(index: number): ReplayVerdict {
    if (index > this.highest) return "new";
    if (index < 0 || index <= this.highest - WINDOW_PACKETS) return "too-old";
    const word = this.#taken[Math.floor(index / 32) % WORDS] ?? 0;
    return (word & (1 << (index % 32))) === 0 ? "new" : "replayed";
  }

  /** Notes a packet that `look` let pass and that is genuine. */
  take(index: number): void {
    const word = Math.floor(index / 32);
    if (index > this.highest) {
      const before = this.highest < 0 ? word - WORDS : Math.floor(this.highest / 32);
      for (let one = Math.max(before + 1, word - WORDS + 1); one <= word; one++) this.#taken[one % WORDS] = 0;
      this.highest = index;
    }
    const place = word % WORDS;
    this.#taken[place] = (this.#taken[place] ?? 0) | (1 << (index % 32));
  }

  /** The full number of an RTP packet by the 16 bits that it has: the one that is nearest to the highest. Negative: it would be before the first. */
  indexOf(sequence: number): number {
    return this.highest < 0 ? sequence : nearestIndex(this.highest, sequence);
  }
}

/** The full number that has these 16 bits at its end and is nearest to another. RFC 3711 §3.3.1 */
export function nearestIndex(to: number, sequence: number): number {
  return to + (((sequence - (to % 0x1_0000)) << 16) >> 16);
}
