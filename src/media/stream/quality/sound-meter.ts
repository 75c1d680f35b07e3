/** What one direction of a session sounds like, from a sample of its packets. */
export interface SoundMeter {
  /** Whether to look at this packet: at each fifth. To be asked once for each. */
  isDue(): boolean;
  /** Looks at a packet: at its codes by their table of samples, or at its samples without one, from `start` to before `end`. */
  packet(
    values: Uint8Array | Int16Array,
    start: number,
    end: number,
    table: Int16Array | undefined,
    nowMs: number,
  ): void;
  /** Sound of another kind, such as a key. */
  sounded(nowMs: number): void;
  /** When there was sound last; undefined: never. */
  readonly soundedAtMs: number | undefined;
  /** Packets were looked at, and each of their samples was zero or next to it: no microphone is that quiet. */
  isDigitalSilence(): boolean;
  /** Samples at full scale as a share of those of packets with sound; undefined while there is less than a second of sound. */
  clippedShare(): number | undefined;
}

/** Levels change with syllables, which last longer than this many packets. */
const EACH = 5;
/** Of a packet, every third sample is enough. */
const STRIDE = 3;
/** Mean absolute value, 16 bit, below which a packet is silent, about -55 dBFS: lines hum and rooms breathe below that. */
const SOUND_LEVEL = 60;
/** The smallest value that A-law has; it has no zero. */
const SMALLEST_STEP = 8;
/** The outermost code of A-law stands for this and more, that of mu-law for less than that. */
const FULL_SCALE = 32_124;
/** Of those that were looked at: a second of sound at 8,000 Hz. */
const LEAST_SAMPLES = 8000 / EACH / STRIDE;

/** Makes the meter of one direction. */
export function createSoundMeter(): SoundMeter {
  return new SampledMeter();
}

class SampledMeter implements SoundMeter {
  soundedAtMs: number | undefined;
  #count = 0;
  #looked = 0;
  #loudest = 0;
  #samples = 0;
  #clipped = 0;

  isDue(): boolean {
    this.#count = (this.#count + 1) % EACH;
    return this.#count === 1;
  }

  packet(
    values: Uint8Array | Int16Array,
    start: number,
    end: number,
    table: Int16Array | undefined,
    nowMs: number,
  ): void {
    const count = Math.ceil((end - start) / STRIDE);
    if (count <= 0) return;
    let sum = 0;
    let clipped = 0;
    let loudest = 0;
    for (let at = start; at < end; at += STRIDE) {
      const value = values[at] ?? 0;
      const sample = table === undefined ? value : (table[value] ?? 0);
      const magnitude = sample < 0 ? -sample : sample;
      sum += magnitude;
      if (magnitude > loudest) loudest = magnitude;
      if (magnitude >= FULL_SCALE) clipped++;
    }
    this.#looked++;
    if (loudest > this.#loudest) this.#loudest = loudest;
    if (sum < SOUND_LEVEL * count) return;
    this.soundedAtMs = nowMs;
    this.#samples += count;
    this.#clipped += clipped;
  }

  sounded(nowMs: number): void {
    this.soundedAtMs = nowMs;
  }

  isDigitalSilence(): boolean {
    return this.#looked > 0 && this.#loudest <= SMALLEST_STEP && this.soundedAtMs === undefined;
  }

  clippedShare(): number | undefined {
    return this.#samples < LEAST_SAMPLES ? undefined : this.#clipped / this.#samples;
  }
}
