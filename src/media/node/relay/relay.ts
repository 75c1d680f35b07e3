import { createTranscoder, type Transcoder } from "../../codec/transcode.ts";
import { RTP_HEADER_BYTES } from "../../stream/packet.ts";
import { createReframer, type Reframer } from "./reframer.ts";
import { createStreamMap, type StreamMap } from "../../stream/stream-map.ts";
import type { Codec } from "../../codec/codec.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";

/** A packet passed on: how to stamp it. The sender copies these at once. */
export interface RelayedPacket {
  sequence: number;
  timestampTicks: number;
  isMarked: boolean;
  /** It is older than the newest and does not advance the stream. */
  isLate: boolean;
}

/** Passes packets of another session's far end into the stream of a sender, each as it arrives, without delay. Where packet lengths differ, audio
 * is reframed, and waits until a packet of the right length is full. */
export interface Relay {
  /** Takes an audio packet, and writes the payload that is ready into `output` behind the header.
   * @param nextSequence what the sender's next packet would have
   * @param clockTicks timestamp that the sender's next packet would have
   * @returns how to stamp it; undefined when nothing is to be sent now */
  audio(
    heard: HeardPacket,
    codec: Codec,
    output: Uint8Array,
    nextSequence: number,
    clockTicks: number,
  ): RelayedPacket | undefined;
  /** Takes a packet that is not passed on, such as comfort noise: it is no loss. */
  leaveOut(heard: HeardPacket): void;
  /** A packet of our own went out between those that are passed on. */
  makeRoom(nextSequence: number): void;
  /** A timestamp of the other stream in ours; undefined when nothing of it is being passed on. */
  timestampOf(heard: HeardPacket): number | undefined;
  /** Moves on by one packet time; writes a packet that waits since the far end sends longer ones.
   * @returns how to stamp it; "wait" while the next packet may still come; "silent" when the far end sends nothing */
  tick(output: Uint8Array, nextSequence: number): RelayedPacket | "wait" | "silent";
  /** How far the audio that was passed on reaches beyond `clockTicks`, in ticks; negative when it ends before. */
  aheadOf(clockTicks: number): number;
  /** The next packet begins a talkspurt: the sender sends packets of its own. */
  interrupt(): void;
}

/** How long beyond the length of a packet the relay waits for a late one before it sends silence, ticks. */
const PATIENCE_TICKS = 320;

/** Makes a relay for one direction of a bridge. */
export function createRelay(): Relay {
  return new StreamRelay();
}

class StreamRelay implements Relay {
  readonly #map: StreamMap = createStreamMap();
  readonly #packet: RelayedPacket = { sequence: 0, timestampTicks: 0, isMarked: false, isLate: false };
  #reframer: Reframer | undefined;
  /** Waiting audio may be sent at the next tick, since none was sent on arrival after the last one. */
  #isTickFree = false;
  #isMarkDue = false;
  #quietTicks = Infinity;
  #lengthTicks = 0;
  #endTicks: number | undefined;
  #from: Codec | undefined;
  #to: Codec | undefined;
  #transcoder: Transcoder | undefined;

  audio(
    heard: HeardPacket,
    codec: Codec,
    output: Uint8Array,
    nextSequence: number,
    clockTicks: number,
  ): RelayedPacket | undefined {
    const length = heard.end - heard.start;
    if (length === 0 || !this.#place(heard, heard.timestampTicks, nextSequence, clockTicks)) return undefined;
    this.#lengthTicks = length;
    const transcoder = this.#transcoderOf(heard.kind, codec);
    const frameTicks = output.length - RTP_HEADER_BYTES;
    if (length !== frameTicks || (this.#reframer?.waiting ?? 0) > 0) {
      return this.#reframe(heard, transcoder, codec.silence, output, nextSequence);
    }
    transcoder.convert(heard.bytes, heard.start, heard.end, output, RTP_HEADER_BYTES, frameTicks);
    return this.#stamp(this.#map.sequence, this.#map.timestampTicks, frameTicks, this.#map.isLate);
  }

  leaveOut(heard: HeardPacket): void {
    this.#map.leaveOut(heard.ssrc, heard.sequence);
    this.#quietTicks = 0;
  }

  makeRoom(nextSequence: number): void {
    this.#map.makeRoom(nextSequence);
  }

  timestampOf({ ssrc, timestampTicks }: HeardPacket): number | undefined {
    return this.#map.timestampOf(ssrc, timestampTicks);
  }

  tick(output: Uint8Array, nextSequence: number): RelayedPacket | "wait" | "silent" {
    const frameTicks = output.length - RTP_HEADER_BYTES;
    const waiting = this.#reframer?.waiting ?? 0;
    // More than one packet of the far end waits only after a missed tick.
    const isFree = this.#isTickFree || waiting > this.#lengthTicks;
    this.#isTickFree = true;
    if (this.#reframer !== undefined && isFree && waiting >= frameTicks) {
      const packet = this.#takeFrame(this.#reframer, output, nextSequence);
      this.#isTickFree = true;
      return packet;
    }
    this.#quietTicks += frameTicks;
    return this.#quietTicks > this.#lengthTicks + PATIENCE_TICKS ? "silent" : "wait";
  }

  aheadOf(clockTicks: number): number {
    return this.#endTicks === undefined ? -1 : (this.#endTicks - clockTicks) | 0;
  }

  interrupt(): void {
    this.#map.end();
    this.#reframer?.clear();
    this.#quietTicks = Infinity;
    this.#endTicks = undefined;
  }

  #transcoderOf(kind: HeardPacket["kind"], to: Codec): Transcoder {
    const from = typeof kind === "string" ? to : kind;
    if (this.#transcoder === undefined || from !== this.#from || to !== this.#to) {
      [this.#from, this.#to] = [from, to];
      this.#transcoder = createTranscoder(from, to);
    }
    return this.#transcoder;
  }

  #place(heard: HeardPacket, timestampTicks: number, nextSequence: number, clockTicks: number): boolean {
    const from = Math.max(0, this.aheadOf(clockTicks));
    if (!this.#map.map(heard.ssrc, heard.sequence, timestampTicks, nextSequence, clockTicks + from)) return false;
    this.#isMarkDue ||= heard.isMarked || this.#map.isFirst;
    this.#quietTicks = 0;
    return true;
  }

  #reframe(
    heard: HeardPacket,
    transcoder: Transcoder,
    silence: number,
    output: Uint8Array,
    nextSequence: number,
  ): RelayedPacket | undefined {
    if (this.#map.isLate) return undefined;
    const reframer = (this.#reframer ??= createReframer());
    reframer.push(transcoder, heard.bytes, heard.start, heard.end, this.#map.timestampTicks, silence);
    if (reframer.waiting >= output.length - RTP_HEADER_BYTES) return this.#takeFrame(reframer, output, nextSequence);
    this.#map.skipTo(nextSequence);
    return undefined;
  }

  #takeFrame(reframer: Reframer, output: Uint8Array, nextSequence: number): RelayedPacket {
    const timestampTicks = reframer.timestampTicks;
    const frameTicks = output.length - RTP_HEADER_BYTES;
    reframer.take(output, RTP_HEADER_BYTES, frameTicks);
    this.#map.skipTo((nextSequence + 1) & 0xffff);
    return this.#stamp(nextSequence, timestampTicks, frameTicks, false);
  }

  #stamp(sequence: number, timestampTicks: number, lengthTicks: number, isLate: boolean): RelayedPacket {
    const packet = this.#packet;
    packet.sequence = sequence;
    packet.timestampTicks = timestampTicks;
    packet.isMarked = this.#isMarkDue && !isLate;
    packet.isLate = isLate;
    if (!isLate) {
      if (lengthTicks > 0) {
        this.#isMarkDue = false;
        this.#isTickFree = false;
      }
      this.#endTicks = (timestampTicks + lengthTicks) >>> 0;
    }
    return packet;
  }
}
