import { encodeG711, type G711Codec } from "../codec/g711.ts";

/** One piece of audio in the queue. */
export interface Playback {
  readonly id: string;
  readonly samples: Int16Array;
  /** For samples that are still being made: [0] how many there are, [1] 1 when that is all. */
  readonly growth?: Int32Array | undefined;
  /** Total number of plays, at least 1. */
  readonly repeat: number;
  /** The first of it was put into a packet. */
  readonly onStarted?: () => void;
  /** The last of it was put into a packet. */
  readonly onFinished: () => void;
}

/** Plays queued audio back to back: the end of one piece and the beginning of the next share a packet. */
export interface Player {
  play(playback: Playback): void;
  /** Drops each queued piece with this id, also the one that is playing. */
  stop(id: string): void;
  isIdle(): boolean;
  /** Pieces in the queue, the one that is playing included. */
  length(): number;
  /** Encodes the next `count` samples into `output` at `at`, silence where nothing plays. @returns how many samples were audio */
  fill(codec: G711Codec, output: Uint8Array, at: number, count: number): number;
  /** Skips `count` samples, which nobody hears since the far end has put the call on hold. */
  skip(count: number): void;
}

/** Makes an empty player. */
export function createPlayer(): Player {
  const queue: { playback: Playback; position: number; playsLeft: number; started: boolean }[] = [];

  /** Takes up to `count` samples of the first piece; `use` gets their position.
   * @returns how many; undefined when the next one is not made yet */
  const advance = (count: number, use: ((samples: Int16Array, from: number, taken: number) => void) | undefined) => {
    const head = queue[0];
    if (head === undefined) return undefined;
    const { samples, growth } = head.playback;
    // In this order: once it is complete, the number does not change any more.
    const isWhole = growth === undefined || Atomics.load(growth, 1) === 1;
    const length = growth === undefined ? samples.length : Atomics.load(growth, 0);
    const taken = Math.min(count, length - head.position);
    if (taken === 0 && !isWhole) return undefined;
    if (use !== undefined) {
      use(samples, head.position, taken);
      if (!head.started) head.playback.onStarted?.();
      head.started = true;
    }
    head.position += taken;
    if (head.position < length || !isWhole) return taken;
    head.position = 0;
    if (--head.playsLeft > 0 && length > 0) return taken;
    queue.shift();
    head.playback.onFinished();
    return taken;
  };

  return {
    play(playback) {
      queue.push({ playback, position: 0, playsLeft: Math.max(1, Math.floor(playback.repeat)), started: false });
    },
    stop(id) {
      for (let index = queue.length - 1; index >= 0; index--) {
        if (queue[index]?.playback.id === id) queue.splice(index, 1);
      }
    },
    isIdle: () => queue.length === 0,
    length: () => queue.length,
    fill(codec, output, at, count) {
      let done = 0;
      while (done < count && queue.length > 0) {
        const from = at + done;
        const taken = advance(count - done, (samples, position, length) => {
          encodeG711(codec, samples, position, length, output, from);
        });
        if (taken === undefined) break;
        done += taken;
      }
      if (done < count) output.fill(codec.silence, at + done, at + count);
      return done;
    },
    skip(count) {
      for (let done = 0; done < count && queue.length > 0;) {
        const taken = advance(count - done, undefined);
        if (taken === undefined) return;
        done += taken;
      }
    },
  };
}
