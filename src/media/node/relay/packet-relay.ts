import { transcoderOf, type Transcoder } from "../../codec/transcode.ts";
import { SAMPLES_PER_MS } from "../../pcm.ts";
import { RTP_HEADER_BYTES } from "../../stream/packet.ts";
import { createReframer, type Reframer } from "./reframer.ts";
import { createStreamMap, type StreamMap } from "./stream-map.ts";
import type { Codec } from "../../codec/codec.ts";
import { ticksOf, type HeardPacket } from "../../stream/heard-packet.ts";
import type { PassedPacket, RtpSender } from "../../stream/sender.ts";

/** What passing on needs to know of the stream that it passes into. */
export type PassingStream = Pick<
  RtpSender,
  "codec" | "frame" | "frameTicks" | "passing" | "sequence" | "timestampTicks" | "aheadTicks"
>;

/** Passes audio packets of another session's far end into a stream, each as it arrives, without delay. Where packet lengths differ, audio is
 * reframed, and waits until a packet of the right length is full; a codec whose payloads cannot be cut is decoded then, and so is any from the first
 * hole, or timestamp that goes back, on: in packets of another length the far end could not see what is missing, and nothing late would find its
 * place. What is to be sent lies in the stream's memory for it. */
export interface PacketRelay {
  /** Takes an audio packet. @returns how it is to be sent, reused; undefined when nothing is to be sent now; "decode" when its payload means nothing
   * to the far end of the stream, so that it cannot be passed on */
  audio(heard: HeardPacket, out: PassingStream): PassedPacket | "decode" | undefined;
  /** Whether the codes of a packet of audio mean something to the far end of the stream, at least as others, and can be made anew one by one. */
  canPass(heard: HeardPacket, out: Pick<PassingStream, "codec">): boolean;
  /** Takes a packet that is not passed on, such as a telephone-event: it is no loss. */
  leaveOut(heard: HeardPacket): void;
  /** A timestamp of the other stream in ours; undefined when nothing of it is being passed on. */
  timestampOf(heard: HeardPacket): number | undefined;
  /** Whether what follows this packet, which has just been passed on, may be passed on in the same way as it comes: nothing of it changes but its numbers.
   * @returns the timestamp that the packet got; undefined: it may not */
  passedAsIs(heard: HeardPacket, out: PassingStream): number | undefined;
  /** Packets behind it were passed on so, each as it came. @param quietTimes packet times since the latest */
  passed(packets: number, quietTimes: number, out: PassingStream): void;
  /** Moves on by one packet time; gives a packet that waits since the far end sends longer ones.
   * @returns how it is to be sent; "wait" while the next packet may still come; "silent" when the far end sends nothing */
  tick(out: PassingStream): PassedPacket | "wait" | "silent";
  /** The next packet begins a talkspurt: the stream sends packets of its own. */
  interrupt(): void;
}

/** How long beyond the length of a packet the relay waits for a late one before it sends silence, ticks: 240 ms. A network that holds packets back for
 * as long gives all of them at once then, and behind silence the far end would have no time for them. */
const PATIENCE_TICKS = 240 * SAMPLES_PER_MS;

/** Makes the relay of packets into one stream. */
export function createPacketRelay(): PacketRelay {
  return new StreamRelay();
}

class StreamRelay implements PacketRelay {
  readonly #map: StreamMap = createStreamMap();
  readonly #packet = { sequence: 0, timestampTicks: 0, isMarked: false, isLate: false };
  #reframer: Reframer | undefined;
  /** Waiting audio may be sent at the next tick, since none was sent on arrival after the last one. */
  #isTickFree = false;
  #isMarkDue = false;
  /** The stream that was reframed until a packet of it was missing, or had a timestamp that contradicts its number. */
  #brokenSsrc: number | undefined;
  /** Where the newest packet that was placed ends, as it goes out. */
  #endTicks = 0;
  #quietTicks = Infinity;
  /** Of the latest packet. */
  #lengthTicks = 0;
  #from: Codec | undefined;
  #to: Codec | undefined;
  #transcoder: Transcoder | undefined;

  audio(heard: HeardPacket, out: PassingStream): PassedPacket | "decode" | undefined {
    if (heard.kind === out.codec && !out.codec.isByteATick) return this.#wholePayload(heard, out);
    const length = heard.end - heard.start;
    const transcoder = this.#transcoderOf(heard.kind, out.codec);
    if (transcoder === undefined || heard.ssrc === this.#brokenSsrc) return this.#cannotPass();
    if (length === 0 || !this.#place(heard, out)) return undefined;
    this.#lengthTicks = length;
    const isBack = this.#goesBack(length);
    const { frameTicks, passing: output } = out;
    if (length !== frameTicks || (this.#reframer?.waiting ?? 0) > 0) {
      return this.#reframe(heard, transcoder, out, isBack);
    }
    transcoder.convert(heard.bytes, heard.start, heard.end, output, RTP_HEADER_BYTES, frameTicks);
    return this.#stamp(this.#map.sequence, this.#map.timestampTicks, this.#map.isLate);
  }

  canPass(heard: HeardPacket, out: Pick<PassingStream, "codec">): boolean {
    return heard.ssrc !== this.#brokenSsrc && this.#transcoderOf(heard.kind, out.codec) !== undefined;
  }

  leaveOut(heard: HeardPacket): void {
    this.#map.leaveOut(heard.ssrc, heard.sequence);
    this.#quietTicks = 0;
  }

  timestampOf({ ssrc, timestampTicks }: HeardPacket): number | undefined {
    return this.#map.timestampOf(ssrc, timestampTicks);
  }

  passedAsIs(
    { kind, start, end, ssrc, sequence, timestampTicks }: HeardPacket,
    out: PassingStream,
  ): number | undefined {
    if (kind !== out.codec || !out.codec.isByteATick || end - start !== out.frameTicks) return undefined;
    if ((this.#reframer?.waiting ?? 0) > 0) return undefined;
    return this.#map.isNewest(ssrc, sequence, out.sequence) ? this.#map.timestampOf(ssrc, timestampTicks) : undefined;
  }

  passed(packets: number, quietTimes: number, { frameTicks }: PassingStream): void {
    this.#map.passed(packets);
    this.#isTickFree = quietTimes > 0;
    this.#quietTicks = quietTimes * frameTicks;
  }

  tick(out: PassingStream): PassedPacket | "wait" | "silent" {
    const { frameTicks } = out;
    const waiting = this.#reframer?.waiting ?? 0;
    // More than one packet of the far end waits only after a missed tick.
    const isFree = this.#isTickFree || waiting > this.#lengthTicks;
    this.#isTickFree = true;
    if (this.#reframer !== undefined && isFree && waiting >= frameTicks) {
      const packet = this.#takeFrame(this.#reframer, out);
      this.#isTickFree = true;
      return packet;
    }
    this.#quietTicks += frameTicks;
    return this.#quietTicks > this.#lengthTicks + PATIENCE_TICKS ? "silent" : "wait";
  }

  interrupt(): void {
    this.#brokenSsrc = undefined;
    this.#end();
  }

  /** The payload as it came. */
  #wholePayload(heard: HeardPacket, out: PassingStream): PassedPacket | "decode" | undefined {
    const { frameTicks, frame } = out;
    const { bytes, start, end } = heard;
    if (ticksOf(heard) !== frameTicks || !frame.put(bytes, start, end)) return this.#cannotPass();
    if (!this.#place(heard, out)) return undefined;
    this.#reframer?.clear();
    this.#lengthTicks = frameTicks;
    return this.#stamp(this.#map.sequence, this.#map.timestampTicks, this.#map.isLate);
  }

  #transcoderOf(kind: HeardPacket["kind"], to: Codec): Transcoder | undefined {
    const from = typeof kind === "string" ? to : kind;
    if (from !== this.#from || to !== this.#to) {
      this.#from = from;
      this.#to = to;
      this.#transcoder = transcoderOf(from, to);
    }
    return this.#transcoder;
  }

  #cannotPass(): "decode" {
    this.#end();
    return "decode";
  }

  #end(): void {
    this.#map.end();
    this.#reframer?.clear();
    this.#quietTicks = Infinity;
  }

  #place(heard: HeardPacket, out: PassingStream): boolean {
    const { ssrc, sequence, timestampTicks, isMarked } = heard;
    // Keys may have gone out between the packets that are passed on.
    this.#map.makeRoom(out.sequence);
    const clockTicks = (out.timestampTicks + out.aheadTicks) | 0;
    if (!this.#map.map(ssrc, sequence, timestampTicks, out.sequence, clockTicks)) return false;
    this.#isMarkDue ||= isMarked || this.#map.isFirst;
    this.#quietTicks = 0;
    return true;
  }

  /** Whether the packet that was placed last has an older timestamp than what it is newer than. */
  #goesBack(length: number): boolean {
    const { timestampTicks, isFirst, isLate } = this.#map;
    if (isLate) return false;
    const isBack = !isFirst && ((timestampTicks - this.#endTicks) | 0) < 0;
    this.#endTicks = (timestampTicks + length) | 0;
    return isBack;
  }

  #reframe(
    heard: HeardPacket,
    transcoder: Transcoder,
    out: PassingStream,
    isBack: boolean,
  ): PassedPacket | "decode" | undefined {
    if (this.#map.isLate) return undefined;
    if (this.#map.isBehindHole || isBack) {
      this.#brokenSsrc = heard.ssrc;
      return this.#cannotPass();
    }
    const reframer = (this.#reframer ??= createReframer());
    const { bytes, start, end } = heard;
    reframer.push(transcoder, bytes, start, end, this.#map.timestampTicks, out.codec.silence);
    if (reframer.waiting >= out.frameTicks) return this.#takeFrame(reframer, out);
    this.#map.skipTo(out.sequence);
    return undefined;
  }

  #takeFrame(reframer: Reframer, out: PassingStream): PassedPacket {
    const timestampTicks = reframer.timestampTicks;
    const sequence = out.sequence;
    reframer.take(out.passing, RTP_HEADER_BYTES, out.frameTicks);
    this.#map.skipTo((sequence + 1) & 0xffff);
    return this.#stamp(sequence, timestampTicks, false);
  }

  #stamp(sequence: number, timestampTicks: number, isLate: boolean): PassedPacket {
    const packet = this.#packet;
    packet.sequence = sequence;
    packet.timestampTicks = timestampTicks;
    packet.isMarked = this.#isMarkDue && !isLate;
    packet.isLate = isLate;
    if (!isLate) {
      this.#isMarkDue = false;
      this.#isTickFree = false;
    }
    return packet;
  }
}
