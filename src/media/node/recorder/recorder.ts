import { endianness } from "node:os";
import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from "../../pcm.ts";
import { createEndRule, type EndRule } from "./end-rule.ts";
import { createMutes, type Mutes } from "./mutes.ts";
import { createSuppressedTrack, type SuppressedTrack } from "./suppressed-track.ts";
import { createConcealedTrack } from "./concealed-track.ts";
import { createTrack, WINDOW_SAMPLES, type Track } from "./track.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { MediaNode } from "../node.ts";
import type { RecordingEnd, RecordingGap, RecordingTrack, TimedRecordingOptions } from "./types.ts";

/** What a recorder is started with. */
export interface RecorderSetting {
  readonly track: RecordingTrack;
  /** When it ends by itself; never when left out. */
  readonly until?: TimedRecordingOptions | undefined;
  /** Share of a piece that comes as the first one, so that recorders which begin together do not all have one to write at the same time; a whole one when
   * left out. */
  readonly phase?: number;
}

/** What was recorded, once it ended. */
export interface RecordedLength {
  readonly samples: number;
  readonly gaps: readonly RecordingGap[];
  readonly lostSamples: number;
}

/** Turns the packets of a session into samples: as many as the time on the session's clock, whether packets were lost or not. */
export interface Recorder extends MediaNode {
  heard(packet: HeardPacket, nowMs: number): void;
  sent(packet: HeardPacket, nowMs: number): void;
  /** A key of the far end ended, whose packets `heard` got. */
  keyEnded(digit: string): void;
  keyInBand(digit: string, startTicks: number): void;
  keySignalled(digit: string, durationMs: number, nowMs: number): void;
  /** Checks whether the recording has ended. */
  tick(nowMs: number): void;
  /** Of the far end's audio; that which is sent stays as it is. */
  suppressNoise(isOn: boolean, nowMs: number): void;
  pause(nowMs: number): void;
  resume(nowMs: number): void;
  /** Writes the rest, up to now or to where it ended by itself. Later packets are ignored. */
  finish(nowMs: number): RecordedLength;
}

/** Samples are handed out in pieces of this length, half a second after their time. */
const PIECE_SAMPLES = SAMPLE_RATE_HZ;
const isBigEndian = endianness() === "BE";

/** Starts a recorder.
 * @param write takes interleaved samples, 16 bit, little endian; each piece is its own memory
 * @param onEnd is called once when it ended by its own rule; call `finish` then */
export function createRecorder(
  setting: RecorderSetting,
  nowMs: number,
  write: (piece: Uint8Array) => void,
  onEnd: (end: RecordingEnd, terminator: string | undefined) => void,
): Recorder {
  return new TrackRecorder(setting, nowMs, write, onEnd);
}

class TrackRecorder implements Recorder {
  readonly #startMs: number;
  readonly #write: (piece: Uint8Array) => void;
  readonly #onEnd: (end: RecordingEnd, terminator: string | undefined) => void;
  readonly #incoming: SuppressedTrack | undefined;
  readonly #outgoing: Track | undefined;
  readonly #tracks: readonly Track[];
  readonly #mutes: Mutes = createMutes();
  readonly #rule: EndRule | undefined;
  #taken = 0;
  /** Length of the next piece. */
  #piece: number;
  /** Where it ends, when that is known. */
  #endAt = Infinity;
  #isOver = false;

  constructor(
    setting: RecorderSetting,
    nowMs: number,
    write: (piece: Uint8Array) => void,
    onEnd: (end: RecordingEnd, terminator: string | undefined) => void,
  ) {
    this.#startMs = nowMs;
    this.#write = write;
    this.#onEnd = onEnd;
    this.#piece = Math.max(1, Math.round(PIECE_SAMPLES * (setting.phase ?? 1)));
    if (setting.track !== "outgoing") this.#incoming = createSuppressedTrack(createConcealedTrack(createTrack()));
    if (setting.track !== "incoming") this.#outgoing = createConcealedTrack(createTrack());
    this.#tracks = [this.#incoming, this.#outgoing].filter((track) => track !== undefined);
    if (setting.until !== undefined) {
      this.#rule = createEndRule(setting.until);
      this.#endAt = Math.round(setting.until.maxMs * SAMPLES_PER_MS);
    }
  }

  heard(packet: HeardPacket, nowMs: number): void {
    if (this.#incoming === undefined || this.#isOver) return;
    const nowAt = this.#advance(nowMs);
    this.#incoming.packet(packet, nowAt);
    this.#rule?.packet(packet, nowAt);
  }

  sent(packet: HeardPacket, nowMs: number): void {
    if (this.#outgoing !== undefined && !this.#isOver) this.#outgoing.packet(packet, this.#advance(nowMs));
  }

  keyEnded(digit: string): void {
    this.#endAtKey(digit, this.#incoming?.keyAt ?? 0);
  }

  keyInBand(digit: string, startTicks: number): void {
    this.#endAtKey(digit, this.#incoming?.positionOf(startTicks) ?? 0);
  }

  keySignalled(digit: string, _durationMs: number, nowMs: number): void {
    this.#endAtKey(digit, this.#positionAt(nowMs));
  }

  tick(nowMs: number): void {
    if (this.#isOver) return;
    const nowAt = this.#advance(nowMs);
    if (nowAt >= this.#endAt) this.#over("duration", undefined);
    else if (this.#rule?.isSilentAt(nowAt) === true) this.#over("silence", undefined);
  }

  suppressNoise(isOn: boolean, nowMs: number): void {
    this.#incoming?.suppressNoise(isOn, this.#positionAt(nowMs));
  }

  pause(nowMs: number): void {
    this.#mutes.begin(this.#positionAt(nowMs));
  }

  resume(nowMs: number): void {
    this.#mutes.end(this.#positionAt(nowMs));
  }

  finish(nowMs: number): RecordedLength {
    this.#isOver = true;
    const samples = Math.max(this.#taken, Math.min(this.#positionAt(nowMs), this.#endAt));
    while (this.#taken < samples) this.#take(Math.min(PIECE_SAMPLES, samples - this.#taken));
    // What was not sent is not lost audio.
    const { gaps, lostSamples } = this.#incoming?.gaps.finish(samples) ?? { gaps: [], lostSamples: 0 };
    return { samples, gaps, lostSamples };
  }

  #endAtKey(digit: string, keyAt: number): void {
    if (this.#isOver || this.#rule?.isTerminator(digit) !== true) return;
    this.#endAt = Math.min(this.#endAt, Math.max(this.#taken, keyAt));
    this.#over("terminator", digit);
  }

  #over(end: RecordingEnd, terminator: string | undefined): void {
    this.#isOver = true;
    this.#onEnd(end, terminator);
  }

  #positionAt(nowMs: number): number {
    return Math.max(0, Math.round((nowMs - this.#startMs) * SAMPLES_PER_MS));
  }

  /** Writes the samples that no late packet can change any more. */
  #advance(nowMs: number): number {
    const nowAt = this.#positionAt(nowMs);
    const until = Math.min(nowAt, this.#endAt) - WINDOW_SAMPLES;
    while (until - this.#taken >= this.#piece) {
      this.#take(this.#piece);
      this.#piece = PIECE_SAMPLES;
    }
    return nowAt;
  }

  #take(count: number): void {
    const channels = this.#tracks.length;
    const samples = new Int16Array(count * channels);
    this.#tracks.forEach((track, channel) => track.take(count, samples, channel, channels));
    this.#mutes.apply(samples, channels, this.#taken);
    this.#taken += count;
    const piece = Buffer.from(samples.buffer);
    this.#write(isBigEndian ? piece.swap16() : piece);
  }
}
