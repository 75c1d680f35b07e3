/** What one direction of a session sounds like, from a sample of its packets. */
export interface SoundMeter {
  /** Whether to look at this packet: at each fifth. To be asked once for each. */
  isDue(): boolean;
  /** The next packet to be looked at is so many away, 1: it is the next one. */
  readonly packetsUntilDue: number;
  /** So many went by that were not asked about, and looked at where one was due. */
  passed(packets: number): void;
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
  /** Samples at full scale, three or more in a row, as a share of those of packets with sound; undefined while there is less than a second of sound. */
  clippedShare(): number | undefined;
}

/** Levels change with syllables, which last longer than this many packets. */
export const METERED_EACH = 5;
/** Of a packet, every third sample is enough. */
const STRIDE = 3;
/** Mean absolute value, 16 bit, below which a packet is silent, about -55 dBFS: lines hum and rooms breathe below that. */
const SOUND_LEVEL = 60;
/** The smallest value that A-law has; it has no zero. */
const SMALLEST_STEP = 8;
/** The outermost code of A-law stands for this and more, that of mu-law for less than that. */
const FULL_SCALE = 32_124;
/** A wave that is driven into the limits has a flat top: so many samples in a row lie there. The peak of one that just reaches them has fewer, and
 * so has what is no sound, such as a payload of data. */
const FLAT_TOP = 3;
/** Mean absolute value from which a gain may be too high: that of speech whose peaks touch the limits. Below it clicks are heard. */
const LOUD_LEVEL = FULL_SCALE / 8;
/** Of those that were looked at: a second of sound at 8,000 Hz. */
const LEAST_SAMPLES = 8000 / METERED_EACH / STRIDE;

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
    this.#count = (this.#count + 1) % METERED_EACH;
    return this.#count === 1;
  }

  get packetsUntilDue(): number {
    return this.#count === 0 ? 1 : METERED_EACH - this.#count + 1;
  }

  passed(packets: number): void {
    this.#count = (this.#count + packets) % METERED_EACH;
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
    let lowest = Infinity;
    let highest = -Infinity;
    for (let at = start; at < end; at += STRIDE) {
      const sample = sampleOf(values, at, table);
      const magnitude = sample < 0 ? -sample : sample;
      sum += magnitude;
      if (sample < lowest) lowest = sample;
      if (sample > highest) highest = sample;
      if (magnitude >= FULL_SCALE && isFlatTop(values, at, start, end, table)) clipped++;
    }
    this.#looked++;
    this.#loudest = Math.max(this.#loudest, highest, -lowest);
    // What stays at one value is not heard, whichever that is.
    if (sum < SOUND_LEVEL * count || highest - lowest < SOUND_LEVEL) return;
    this.soundedAtMs = nowMs;
    this.#samples += count;
    if (sum >= LOUD_LEVEL * count) this.#clipped += clipped;
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

function sampleOf(values: Uint8Array | Int16Array, at: number, table: Int16Array | undefined): number {
  const value = values[at] ?? 0;
  return table === undefined ? value : (table[value] ?? 0);
}

/** Whether the sample there, which is at full scale, is one of enough in a row on its side. */
function isFlatTop(
  values: Uint8Array | Int16Array,
  at: number,
  start: number,
  end: number,
  table: Int16Array | undefined,
): boolean {
  const side = sampleOf(values, at, table) < 0 ? -1 : 1;
  let from = at;
  while (from > start && at - from < FLAT_TOP && side * sampleOf(values, from - 1, table) >= FULL_SCALE) from--;
  let to = at;
  while (to + 1 < end && to - from < FLAT_TOP && side * sampleOf(values, to + 1, table) >= FULL_SCALE) to++;
  return to - from + 1 >= FLAT_TOP;
}
