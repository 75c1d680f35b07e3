/** Samples from one thread to another, or between two that count time in frames of different lengths: one writes, one reads. */
export interface AudioRing {
  /** Adds the first `count` samples; what does not fit is left out. */
  write(samples: Int16Array, count: number): void;
  /** Takes `count` samples. @returns false when there are too few: then it waits until there is one frame to spare */
  read(output: Int16Array, count: number): boolean;
  /** Leaves out what is there. */
  skip(): void;
}

/** The memory of a ring, which threads can share. */
export interface RingMemory {
  readonly samples: Int16Array<SharedArrayBuffer>;
  /** How many samples were written, and how many read. */
  readonly counts: Int32Array<SharedArrayBuffer>;
}

/** Frames that are in it at most: what is older than two when there are more is left out. */
const MOST_FRAMES = 5;
const KEPT_FRAMES = 2;
const WRITTEN = 0;
const READ = 1;

/** Samples: a power of two, and several frames of any length and rate. */
const LENGTH = 32_768;

/** Memory without samples. */
export function createRingMemory(): RingMemory {
  return {
    samples: new Int16Array(new SharedArrayBuffer(2 * LENGTH)),
    counts: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** One end of a ring. */
export function openRing({ samples, counts }: RingMemory): AudioRing {
  const mask = samples.length - 1;
  let isFlowing = false;
  return {
    write(input, count) {
      const written = Atomics.load(counts, WRITTEN);
      const room = samples.length - ((written - Atomics.load(counts, READ)) | 0);
      if (room < count) return;
      for (let index = 0; index < count; index++) samples[(written + index) & mask] = input[index] ?? 0;
      Atomics.store(counts, WRITTEN, (written + count) | 0);
    },
    read(output, count) {
      let read = Atomics.load(counts, READ);
      const waiting = (Atomics.load(counts, WRITTEN) - read) | 0;
      if (waiting > MOST_FRAMES * count) read = (read + waiting - KEPT_FRAMES * count) | 0;
      isFlowing = waiting >= (isFlowing ? count : KEPT_FRAMES * count);
      if (!isFlowing) return false;
      for (let index = 0; index < count; index++) output[index] = samples[(read + index) & mask] ?? 0;
      Atomics.store(counts, READ, (read + count) | 0);
      return true;
    },
    skip() {
      isFlowing = false;
      Atomics.store(counts, READ, Atomics.load(counts, WRITTEN));
    },
  };
}
