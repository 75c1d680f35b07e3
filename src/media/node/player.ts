import { WIDE_FACTOR } from "../pcm.ts";
import type { AudioFrame, CodedAudio } from "../stream/audio-packet.ts";

/** One piece of audio in the queue. */
export interface Playback {
  readonly id: string;
  /** 8,000 Hz; positions are counted in these. */
  readonly samples: Int16Array;
  /** The same at 16,000 Hz. */
  readonly wide?: Int16Array | undefined;
  /** The same, encoded. */
  readonly coded?: CodedAudio | undefined;
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
  /** Drops each queued piece with this id. The one that is playing fades within 4 ms, since a cut in the middle of a wave is a
   * click; stopped again it is gone at once. */
  stop(id: string): void;
  isIdle(): boolean;
  /** Fills a frame with what comes next, and with silence where nothing plays. */
  fill(frame: AudioFrame): void;
  /** Skips `count` samples, which nobody hears since the far end has put the call on hold. */
  skip(count: number): void;
}

const FADE_SAMPLES = 32;
const NO_SAMPLES = new Int16Array(0);

interface Queued {
  readonly playback: Playback;
  position: number;
  playsLeft: number;
  isStarted: boolean;
  /** It was stopped, and this is its end. */
  readonly isFading?: boolean;
}

/** Makes an empty player. */
export function createPlayer(): Player {
  return new QueuePlayer();
}

class QueuePlayer implements Player {
  readonly #queue: Queued[] = [];
  /** A frame with a joint or an end in it is put together here, and at 16,000 Hz as far as all of its parts have that. */
  #mixed = NO_SAMPLES;
  #mixedWide = NO_SAMPLES;

  play(playback: Playback): void {
    this.#queue.push({ playback, position: 0, playsLeft: Math.max(1, Math.floor(playback.repeat)), isStarted: false });
  }

  stop(id: string): void {
    const head = this.#queue[0];
    const isPlaying = head?.playback.id === id && head.isStarted && !head.isFading;
    const fading = isPlaying ? fadeOf(head) : undefined;
    for (let index = this.#queue.length - 1; index >= 0; index--) {
      if (this.#queue[index]?.playback.id === id) this.#queue.splice(index, 1);
    }
    if (fading !== undefined) this.#queue.unshift(fading);
  }

  isIdle(): boolean {
    return this.#queue.length === 0;
  }

  fill(frame: AudioFrame): void {
    const wanted = frame.length;
    let done = 0;
    let isWide = frame.isWide;
    for (let head = this.#queue[0]; done < wanted && head !== undefined; head = this.#queue[0]) {
      const ready = readyOf(head, wanted - done);
      if (ready === undefined) break;
      if (ready === wanted) put(head, frame);
      else isWide = this.#mix(head, ready, done, wanted, isWide);
      done += ready;
      if (!head.isStarted) head.playback.onStarted?.();
      head.isStarted = true;
      this.#advance(head, ready);
      if (ready === wanted) return;
    }
    if (done === 0) return frame.silence();
    this.#mixed.fill(0, done);
    if (isWide) this.#mixedWide.fill(0, done * WIDE_FACTOR);
    frame.encode(this.#mixed, 0, isWide ? this.#mixedWide : undefined);
  }

  skip(count: number): void {
    for (let done = 0; done < count;) {
      const head = this.#queue[0];
      const ready = head && readyOf(head, count - done);
      if (head === undefined || ready === undefined) return;
      this.#advance(head, ready);
      done += ready;
    }
  }

  /** @param isWide of what is in the frame already. @returns the same with this part */
  #mix({ playback, position }: Queued, count: number, at: number, wanted: number, isWide: boolean): boolean {
    const { samples, wide } = playback;
    if (this.#mixed.length !== wanted) this.#mixed = new Int16Array(wanted);
    copyInto(this.#mixed, at, samples, position, count);
    if (!isWide || wide === undefined) return isWide && count === 0;
    if (this.#mixedWide.length !== wanted * WIDE_FACTOR) this.#mixedWide = new Int16Array(wanted * WIDE_FACTOR);
    copyInto(this.#mixedWide, at * WIDE_FACTOR, wide, position * WIDE_FACTOR, count * WIDE_FACTOR);
    return true;
  }

  #advance(head: Queued, count: number): void {
    head.position += count;
    // In this order: once it is whole, its length does not change any more.
    const isWhole = isMade(head.playback);
    const length = lengthOf(head.playback);
    if (head.position < length || !isWhole) return;
    head.position = 0;
    if (--head.playsLeft > 0 && length > 0) return;
    this.#queue.shift();
    head.playback.onFinished();
  }
}

/** Fills the frame with whole samples that are ready. */
function put({ playback: { samples, wide, coded }, position }: Queued, frame: AudioFrame): void {
  if (coded === undefined || !frame.copy(coded, position)) frame.encode(samples, position, wide);
}

function copyInto(output: Int16Array, at: number, samples: Int16Array, from: number, count: number): void {
  for (let index = 0; index < count; index++) output[at + index] = samples[from + index] ?? 0;
}

/** The end of what is playing when it is stopped now; undefined when none of it is ready. */
function fadeOf(head: Queued): Queued | undefined {
  const { id, samples, wide } = head.playback;
  const count = readyOf(head, FADE_SAMPLES) ?? 0;
  if (count === 0) return undefined;
  const playback: Playback = {
    id,
    samples: faded(samples, head.position, count),
    wide: wide && faded(wide, head.position * WIDE_FACTOR, count * WIDE_FACTOR),
    repeat: 1,
    onFinished: () => undefined,
  };
  return { playback, position: 0, playsLeft: 1, isStarted: true, isFading: true };
}

function faded(samples: Int16Array, from: number, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => {
    const share = (1 + Math.cos((Math.PI * (index + 1)) / (count + 1))) / 2;
    return Math.round((samples[from + index] ?? 0) * share);
  });
}

/** How many samples, at most `most`, can be taken now; undefined when the next one is not made yet. */
function readyOf({ playback, position }: Queued, most: number): number | undefined {
  const isWhole = isMade(playback);
  const ready = Math.min(most, lengthOf(playback) - position);
  return ready === 0 && !isWhole ? undefined : ready;
}

function isMade({ growth }: Playback): boolean {
  return growth === undefined || Atomics.load(growth, 1) === 1;
}

function lengthOf({ samples, growth }: Playback): number {
  return growth === undefined ? samples.length : Atomics.load(growth, 0);
}
