import { samplesOf, ticksOf, type HeardPacket } from "../../stream/heard-packet.ts";
import { createToneDetector, type ToneDetector } from "../tone-detector/tone-detector.ts";
import { QUIET_MS } from "./press.ts";

/** Finds keys in the audio of a far end that can send them in no other form. */
export interface InBandKeys {
  /** A key was told that has not ended. */
  readonly isHeld: boolean;
  heard(packet: HeardPacket, nowMs: number): void;
  /** Ends a key when nothing comes any more; call it each tick. */
  tick(nowMs: number): void;
}

/** Told of each key. Times are ticks of the far end's stream. */
export interface InBandListener {
  begins(digit: string, nowMs: number): void;
  ended(digit: string, startTicks: number, lengthTicks: number): void;
}

/** Audio that was lost is left out, as if its parts had come one after the other, so that a hole does not make two keys of one. A longer hole is a
 * pause. */
const LONGEST_HOLE = 480;
/** Packets that are older than this are another stream. */
const MOST_LATE = 8000;
/** Silence in which every key ends. */
const PAUSE = new Int16Array(480);

/** Starts to listen. */
export function createInBandKeys(listener: InBandListener): InBandKeys {
  return new StreamListener(listener);
}

class StreamListener implements InBandKeys {
  isHeld = false;
  readonly #detector: ToneDetector;
  #ssrc: number | undefined;
  /** The number of the latest packet. */
  #newest = 0;
  /** Timestamp that the next packet should have. */
  #expectedTicks = 0;
  /** What the detector has had, and the timestamp of the beginning of that. */
  #taken = 0;
  #originTicks = 0;
  #heardMs = 0;
  #isPaused = true;

  constructor(listener: InBandListener) {
    this.#detector = createToneDetector({
      begins: (digit) => {
        this.isHeld = true;
        listener.begins(digit, this.#heardMs);
      },
      ended: (digit, startAt, endAt) => {
        this.isHeld = false;
        listener.ended(digit, (this.#originTicks + startAt) >>> 0, endAt - startAt);
      },
    });
  }

  heard(packet: HeardPacket, nowMs: number): void {
    if (typeof packet.kind === "string") return;
    const hole = (packet.timestampTicks - this.#expectedTicks) | 0;
    const isSameStream = packet.ssrc === this.#ssrc && hole > -MOST_LATE;
    // What is newer by its number has another timestamp than it should, and follows.
    if (isSameStream && hole < 0 && ((packet.sequence - this.#newest) << 16) >> 16 <= 0) return;
    if (!isSameStream || hole > LONGEST_HOLE) this.#pause();
    const count = ticksOf(packet);
    this.#ssrc = packet.ssrc;
    this.#newest = packet.sequence;
    this.#expectedTicks = (packet.timestampTicks + count) | 0;
    this.#originTicks = packet.timestampTicks - this.#taken;
    this.#heardMs = nowMs;
    this.#isPaused = false;
    this.#take(samplesOf(packet), count);
  }

  tick(nowMs: number): void {
    if (nowMs - this.#heardMs >= QUIET_MS) this.#pause();
  }

  #pause(): void {
    if (!this.#isPaused) this.#take(PAUSE, PAUSE.length);
    this.#isPaused = true;
  }

  #take(samples: Int16Array, count: number): void {
    this.#taken += count;
    this.#detector.take(samples, 0, count);
  }
}
