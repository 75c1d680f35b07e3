/** What one direction of a session sounds like, from a sample of its packets. */
export interface SoundMeter {
  /** Takes a packet whose codes a table decodes; looks at each fifth only.
   * @param decodeTable sample of each code, 16 bit */
  packet(decodeTable: Int16Array, bytes: Uint8Array, start: number, end: number, nowMs: number): void;
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
/** Mean absolute value, 16 bit, below which a packet is silent, about -55 dBFS: lines hum and rooms breathe below that. */
const SOUND_LEVEL = 60;
/** The smallest value that A-law has; it has no zero. */
const SMALLEST_STEP = 8;
/** The outermost code of A-law stands for this and more, that of mu-law for less than that. */
const FULL_SCALE = 32_124;
/** Of packets that were looked at: a second of sound at 8,000 Hz. */
const LEAST_SAMPLES = 8000 / EACH;

/** Makes the meter of one direction. */
export function createSoundMeter(): SoundMeter {
  return new TableMeter();
}

class TableMeter implements SoundMeter {
  soundedAtMs: number | undefined;
  #count = 0;
  #looked = 0;
  #loudest = 0;
  #samples = 0;
  #clipped = 0;

  packet(decodeTable: Int16Array, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    if (this.#count++ % EACH !== 0 || end <= start) return;
    let sum = 0;
    let clipped = 0;
    let loudest = 0;
    for (let at = start; at < end; at++) {
      const sample = decodeTable[bytes[at] ?? 0] ?? 0;
      const magnitude = sample < 0 ? -sample : sample;
      sum += magnitude;
      if (magnitude > loudest) loudest = magnitude;
      if (magnitude >= FULL_SCALE) clipped++;
    }
    this.#looked++;
    if (loudest > this.#loudest) this.#loudest = loudest;
    if (sum < SOUND_LEVEL * (end - start)) return;
    this.soundedAtMs = nowMs;
    this.#samples += end - start;
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
