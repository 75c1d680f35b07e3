import { SAMPLES_PER_MS } from "../pcm.ts";
import { AudioPacket, type AudioFrame } from "./audio-packet.ts";
import { createHeardPacket, type HeardPacket } from "./heard-packet.ts";
import { readUint16, RTP_HEADER_BYTES, stampHeader, writeHeader } from "./packet.ts";
import { EVENT_BYTES, eventClockTicksOf, MAX_SEGMENT_TICKS, writeEvent } from "./telephone-event.ts";
import type { Codec } from "../codec/codec.ts";
import type { SendingState } from "./rtcp/sending-state.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

/** The sending half of a stream: numbers, timestamps and markers of what nodes say. Each packet time begins with `beginTick` and ends with `endTick`;
 * in between, one frame is sent, or none. What is sent while the far end must not get anything is dropped; time goes on. */
export interface RtpSender {
  readonly ssrc: number;
  /** Takes over what was agreed; the stream (SSRC, sequence, timestamps) goes on. */
  configure(audio: NegotiatedAudio): void;
  /** Something was agreed, so that packet times pass. */
  readonly isReady: boolean;
  /** The far end must not get anything (hold). */
  readonly isHeld: boolean;
  /** Telephone-events were agreed. */
  readonly takesEvents: boolean;
  /** What is agreed for audio. */
  readonly codec: Codec;
  readonly payloadType: number;
  /** The audio of this packet time, to be filled and then sent by `sendFrame`. */
  readonly frame: AudioFrame;
  /** Length of a packet, ticks. */
  readonly frameTicks: number;
  /** What the next packet would have. */
  readonly sequence: number;
  /** Where the stream is: the timestamp of this packet time, as a signed number: one beyond 31 bits would be an object. */
  readonly timestampTicks: number;

  /** @param missedTicks packet times that passed without a call */
  beginTick(missedTicks: number): void;
  endTick(): void;
  /** How far what was sent reaches beyond the beginning of this packet time, ticks: packets that are passed on come in bunches. */
  readonly aheadTicks: number;
  /** Whether something else can be said now. Not over what reaches into this packet time; but what is further ahead than a network explains is
   * not waited for, and the stream moves behind it. */
  hasRoom(): boolean;
  /** Sends the frame. */
  sendFrame(nowMs: number): void;
  sendSilence(nowMs: number): void;
  /** Sends one telephone-event packet. */
  sendEvent(event: OutgoingEvent, timestampTicks: number, nowMs: number): void;
  /** Memory for the payload of a packet that has numbers of its own: `sendPassed` sends it. */
  readonly passing: Uint8Array;
  /** Sends a packet of another stream with the numbers that it was given. */
  sendPassed(packet: PassedPacket, nowMs: number): void;
  /** Packets of another stream were sent beside it, each behind the one before, while packet times passed.
   * @param timestampTicks of the latest packet */
  passed(packets: number, timestampTicks: number, packetTimes: number): void;
  /** Nothing, or silence, was sent last. */
  isSilent(): boolean;
  readonly packetCount: number;
  state(): SendingState;
  /** What a packet that was sent holds, as its receiver sees it; reused for the next one. */
  describe(packet: Uint8Array): HeardPacket;
}

/** One packet of a telephone-event. RFC 4733 §2.5.1 */
export interface OutgoingEvent {
  readonly code: number;
  readonly isFirst: boolean;
  readonly isEnd: boolean;
  readonly durationTicks: number;
}

/** Where a packet that is passed on has its place in the stream. */
export interface PassedPacket {
  readonly sequence: number;
  readonly timestampTicks: number;
  readonly isMarked: boolean;
  /** It is older than the newest and does not advance the stream. */
  readonly isLate: boolean;
}

/** Packets that a network held back come this far ahead of their time, 100 ms. */
const MOST_BUNCHED_TICKS = 100 * SAMPLES_PER_MS;
/** Until something is agreed. */
const NOTHING_AGREED: NegotiatedAudio = {
  remoteAddress: "",
  remotePort: 0,
  remoteRtcpAddress: "",
  remoteRtcpPort: 0,
  codec: { name: "PCMU", payloadType: 0 },
  telephoneEventPayloadType: undefined,
  ptimeMs: 20,
  direction: "inactive",
};

/** Who takes what a sender makes. */
export interface PacketTaker {
  /** The packet as it is to leave; its memory is reused. */
  deliver(packet: Uint8Array, nowMs: number): void;
}

/** Starts a stream at a random SSRC, sequence number and timestamp (RFC 3550 §5.1).
 * @param randomUint32 gives 32 random bits */
export function createRtpSender(randomUint32: () => number, taker: PacketTaker): RtpSender {
  return new Sender(randomUint32, taker);
}

class Sender implements RtpSender {
  isReady = false;
  isHeld = true;
  sequence: number;
  timestampTicks: number;
  packetCount = 0;
  readonly ssrc: number;
  readonly #taker: PacketTaker;
  /** Made with the first event. */
  #eventPacket: Uint8Array | undefined;
  #eventType: number | undefined;
  #eventClockTicks = 1;
  #audio: AudioPacket;
  /** The next frame begins a talkspurt. RFC 3551 §4.1 */
  #isMarked = true;
  /** Where the newest audio that was sent ends. */
  #endTicks: number;
  #octetCount = 0;
  /** The timestamp of the latest packet. */
  #stampedTicks = 0;
  /** Sequence numbers that were left out. */
  #holes = 0;
  /** Made when something is recorded. */
  #described: HeardPacket | undefined;

  constructor(randomUint32: () => number, taker: PacketTaker) {
    this.ssrc = randomUint32();
    this.sequence = randomUint32() & 0xffff;
    this.timestampTicks = this.#endTicks = randomUint32() | 0;
    this.#taker = taker;
    this.#audio = new AudioPacket(NOTHING_AGREED, this.ssrc);
  }

  configure(audio: NegotiatedAudio): void {
    this.isReady = true;
    this.isHeld = audio.direction !== "sendrecv" && audio.direction !== "sendonly";
    this.#eventType = audio.telephoneEventPayloadType;
    this.#eventClockTicks = eventClockTicksOf(audio);
    if (!this.#audio.fits(audio)) this.#audio = new AudioPacket(audio, this.ssrc);
  }

  get takesEvents(): boolean {
    return this.#eventType !== undefined;
  }

  get codec(): Codec {
    return this.#audio.codec;
  }

  get payloadType(): number {
    return this.#audio.payloadType;
  }

  get frame(): AudioFrame {
    return this.#audio;
  }

  get frameTicks(): number {
    return this.#audio.length;
  }

  get passing(): Uint8Array {
    return this.#audio.bytes;
  }

  get aheadTicks(): number {
    return Math.max(0, (this.#endTicks - this.timestampTicks) | 0);
  }

  beginTick(missedTicks: number): void {
    if (missedTicks > 0) this.#advance(missedTicks * this.#audio.length);
    if (missedTicks > 0 || this.isHeld) this.#isMarked = true;
  }

  endTick(): void {
    this.#advance(this.#audio.length);
  }

  hasRoom(): boolean {
    const ahead = this.aheadTicks;
    if (ahead > MOST_BUNCHED_TICKS) this.#advance(ahead);
    return ahead === 0 || ahead > MOST_BUNCHED_TICKS;
  }

  sendFrame(nowMs: number): void {
    if (this.isHeld) return;
    const audio = this.#audio;
    this.#stamp(audio.bytes, this.#isMarked, audio.payloadType, this.sequence, this.timestampTicks);
    this.#isMarked = false;
    this.#endTicks = (this.timestampTicks + audio.length) | 0;
    this.#next();
    this.#send(audio.bytes, nowMs);
  }

  sendSilence(nowMs: number): void {
    if (this.isHeld) return;
    this.#audio.silence();
    this.sendFrame(nowMs);
  }

  sendEvent(event: OutgoingEvent, timestampTicks: number, nowMs: number): void {
    if (this.isHeld || this.#eventType === undefined) return;
    // By a faster clock a segment holds less; what is longer than that stays as long. RFC 4733 §2.5.1.3
    const durationTicks = Math.min(event.durationTicks * this.#eventClockTicks, MAX_SEGMENT_TICKS);
    this.#eventPacket ??= new Uint8Array(RTP_HEADER_BYTES + EVENT_BYTES);
    writeHeader(this.#eventPacket, this.#eventType, this.ssrc);
    writeEvent(this.#eventPacket, RTP_HEADER_BYTES, event.code, event.isEnd, durationTicks);
    this.#stamp(this.#eventPacket, event.isFirst, this.#eventType, this.sequence, timestampTicks);
    this.#next();
    this.#send(this.#eventPacket, nowMs);
  }

  sendPassed({ sequence, timestampTicks, isMarked, isLate }: PassedPacket, nowMs: number): void {
    const audio = this.#audio;
    audio.isSilent = false;
    this.#isMarked = true;
    this.#stamp(audio.bytes, isMarked, audio.payloadType, sequence, timestampTicks);
    this.#holes += isLate ? -1 : (sequence - this.sequence) & 0xffff;
    if (!isLate) {
      this.sequence = (sequence + 1) & 0xffff;
      this.#endTicks = (timestampTicks + audio.length) | 0;
    }
    this.#send(audio.bytes, nowMs);
  }

  passed(packets: number, timestampTicks: number, packetTimes: number): void {
    const { length } = this.#audio;
    this.#advance(packetTimes * length);
    this.sequence = (this.sequence + packets) & 0xffff;
    this.#endTicks = (timestampTicks + length) | 0;
    this.#stampedTicks = timestampTicks;
    this.packetCount += packets;
    this.#octetCount += packets * (this.#audio.bytes.length - RTP_HEADER_BYTES);
  }

  isSilent(): boolean {
    return this.#audio.isSilent || this.packetCount === 0;
  }

  state(): SendingState {
    return {
      ssrc: this.ssrc,
      timestampTicks: this.timestampTicks,
      clockTicks: this.codec.clockTicks,
      packetCount: this.packetCount,
      octetCount: this.#octetCount,
      nextSequence: this.sequence,
      holes: this.#holes,
    };
  }

  describe(packet: Uint8Array): HeardPacket {
    const sent = (this.#described ??= createHeardPacket());
    const second = packet[1] ?? 0;
    sent.bytes = packet;
    sent.start = RTP_HEADER_BYTES;
    sent.end = packet.length;
    sent.kind = packet === this.#eventPacket ? "event" : this.#audio.codec;
    sent.eventClockTicks = this.#eventClockTicks;
    sent.isMarked = second >= 0x80;
    sent.ssrc = this.ssrc | 0;
    sent.sequence = readUint16(packet, 2);
    sent.timestampTicks = this.#stampedTicks | 0;
    sent.decoding.isDone = false;
    return sent;
  }

  /** The clock of the codec counts a multiple of our ticks, and wraps where that does. */
  #stamp(packet: Uint8Array, isMarked: boolean, payloadType: number, sequence: number, ticks: number): void {
    this.#stampedTicks = ticks;
    stampHeader(packet, isMarked, payloadType, sequence, Math.imul(ticks, this.codec.clockTicks));
  }

  #advance(ticks: number): void {
    this.timestampTicks = (this.timestampTicks + ticks) | 0;
  }

  #next(): void {
    this.sequence = (this.sequence + 1) & 0xffff;
  }

  #send(packet: Uint8Array, nowMs: number): void {
    this.packetCount++;
    this.#octetCount += packet.length - RTP_HEADER_BYTES;
    this.#taker.deliver(packet, nowMs);
  }
}
