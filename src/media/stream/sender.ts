import { createDigitSender, type DigitSender, type EventPacket } from "../node/keys/digit-sender.ts";
import { renderDualTones } from "../node/keys/dual-tone.ts";
import { DIGITS, EVENT_BYTES, writeEvent } from "../node/keys/event.ts";
import { createKeyRelay } from "../node/relay/key-relay.ts";
import { createPlayer, type Playback } from "../node/player.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import { AudioPacket } from "./audio-packet.ts";
import { createHeardPacket, type HeardPacket } from "./heard-packet.ts";
import { readUint16, readUint32, RTP_HEADER_BYTES, stampHeader, writeHeader } from "./packet.ts";
import { createRelay, type Relay, type RelayedPacket } from "../node/relay/relay.ts";
import type { SendingState } from "./sending-state.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

/** The sending half of a session: one packet per tick, from audio, digits or silence. Contract: sip-and-media-silence-between-prompts */
export interface RtpSender {
  /** Takes over what was agreed; the stream (SSRC, sequence, timestamps) goes on. */
  configure(audio: NegotiatedAudio): void;
  play(playback: Playback): void;
  stop(playbackId: string): void;
  /** Queues digits as telephone-events, or as audible tones when none were agreed. */
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** The session ends: orders whose digits have all left are reported as sent. */
  finishDigits(): void;
  /** From now on packets of another far end may come by `pass`, and ticks leave room for them. */
  startRelay(): void;
  /** Ticks send silence again. */
  stopRelay(): void;
  /** Passes a packet of the other far end on. @returns what to send now; undefined when nothing. Its memory is reused. */
  pass(heard: HeardPacket): Uint8Array | undefined;
  /** Relays keys of the other far end: as telephone-events where those were agreed. */
  readonly keys: PassedKeys;
  /** Sends the keys of the other far end that are due at this tick, by `send`; memory is reused. Before `next`. */
  nextKeys(send: (packet: Uint8Array) => void): void;
  /** Whether a playback or digits of our own are being sent. */
  isBusy(): boolean;
  /** The packet of this tick, or undefined when none is due or the direction forbids sending. Its memory is reused. */
  next(missedTicks: number): Uint8Array | undefined;
  /** Whether nothing waits and the latest packet was all silence, or none was sent yet: a new playback then begins with a
   * packet of its own. */
  isSilent(): boolean;
  state(): SendingState;
  /** What a packet of `next` or `pass` holds, as its receiver sees it; reused for the next one. */
  describe(packet: Uint8Array): HeardPacket;
}

/** A key of another far end that is relayed while it is pressed. */
export interface PassedKeys {
  /** `packet`: the first that was heard of it. */
  begin(digit: string, durationTicks: number, packet: HeardPacket): void;
  grow(durationTicks: number): void;
  end(): void;
  /** A whole press, which came without packets. */
  add(digit: string, durationMs: number): void;
  /** Plays a press that is over as a tone, where no telephone-events were agreed. */
  play(digit: string, durationMs: number): void;
}

/** Bounds of a digit of the other far end that is played as a tone; the shorter is also the gap behind it. */
const SHORTEST_TONE_MS = 60;
const LONGEST_TONE_MS = 1000;

/** Starts a stream at a random SSRC, sequence number and timestamp (RFC 3550 §5.1).
 * @param randomUint32 gives 32 random bits
 * @param onDigitsSent gets a `sendId` when its digits were sent */
export function createRtpSender(randomUint32: () => number, onDigitsSent: (sendId: string) => void): RtpSender {
  return new Sender(randomUint32, onDigitsSent);
}

class Sender implements RtpSender {
  readonly #ssrc: number;
  readonly #onDigitsSent: (sendId: string) => void;
  readonly #player = createPlayer();
  readonly #eventPacket = new Uint8Array(RTP_HEADER_BYTES + EVENT_BYTES);
  /** Made with the first digits. */
  #digits: DigitSender | undefined;
  #audio: NegotiatedAudio | undefined;
  /** What the audio of this packet time is put into; undefined until something was agreed. */
  #frame: AudioPacket | undefined;
  /** The next audio packet begins a talkspurt. RFC 3551 §4.1 */
  #isMarked = true;
  #sequence: number;
  #timestamp: number;
  #eventTimestamp = 0;
  #packetCount = 0;
  #octetCount = 0;
  /** Sequence numbers that were left out. */
  #holes = 0;
  #relay: Relay | undefined;
  /** Made when something is recorded. */
  #described: HeardPacket | undefined;
  /** Digits of the other far end among the playbacks. */
  #passedDigits = 0;
  readonly #keyRelay = createKeyRelay();

  readonly keys: PassedKeys = {
    begin: (digit, durationTicks, packet) => {
      if (!this.#makesEvents()) return;
      const startTicks = this.#relay?.timestampOf(packet) ?? this.#timestamp - durationTicks;
      this.#keyRelay.begin(DIGITS.indexOf(digit), startTicks >>> 0, durationTicks);
    },
    grow: (durationTicks) => this.#keyRelay.grow(durationTicks),
    end: () => this.#keyRelay.end(),
    add: (digit, durationMs) => {
      if (this.#makesEvents()) this.#keyRelay.add(DIGITS.indexOf(digit), toneMsOf(durationMs) * SAMPLES_PER_MS);
    },
    play: (digit, durationMs) => this.#playKey(digit, durationMs),
  };

  constructor(randomUint32: () => number, onDigitsSent: (sendId: string) => void) {
    this.#ssrc = randomUint32();
    this.#sequence = randomUint32() & 0xffff;
    this.#timestamp = randomUint32();
    this.#onDigitsSent = onDigitsSent;
  }

  configure(audio: NegotiatedAudio): void {
    this.#skipRelayed();
    this.#audio = audio;
    if (this.#frame?.fits(audio) !== true) this.#frame = new AudioPacket(audio, this.#ssrc);
    writeHeader(this.#eventPacket, audio.telephoneEventPayloadType ?? 0, this.#ssrc);
  }

  play(playback: Playback): void {
    this.#player.play(playback);
  }

  stop(playbackId: string): void {
    this.#player.stop(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    if (this.#audio !== undefined && this.#audio.telephoneEventPayloadType === undefined) {
      this.#playDigits(sendId, digits, toneMs, gapMs);
      return;
    }
    this.#digits ??= createDigitSender(this.#onDigitsSent);
    this.#digits.send(sendId, digits, toneMs, gapMs);
  }

  finishDigits(): void {
    this.#digits?.finish();
  }

  /** As with events, they are sent when the last tone was: the gap behind it only keeps the next order apart. */
  #playDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    const samples = renderDualTones(digits, toneMs, gapMs);
    const gap = digits.endsWith(",") ? 0 : Math.min(samples.length, Math.round(gapMs * SAMPLES_PER_MS));
    const [tones, silence] = [samples.subarray(0, samples.length - gap), samples.subarray(samples.length - gap)];
    const piece = { id: `digits ${sendId}`, repeat: 1 };
    this.#player.play({ ...piece, samples: tones, onFinished: () => this.#onDigitsSent(sendId) });
    this.#player.play({ ...piece, samples: silence, onFinished: () => undefined });
  }

  startRelay(): void {
    this.#relay = createRelay();
  }

  stopRelay(): void {
    this.#keyRelay.end();
    this.#skipRelayed();
    this.#relay = undefined;
  }

  pass(heard: HeardPacket): Uint8Array | undefined {
    const { kind } = heard;
    const audio = this.#audio;
    if (this.#relay === undefined || kind === "noise" || audio === undefined || !sendsIn(audio)) return undefined;
    if (!this.#player.isIdle() || this.#digits?.isIdle() === false) return undefined;
    if (kind === "event") {
      this.#relay.leaveOut(heard);
      return undefined;
    }
    const frame = this.#frame;
    const relayed = frame && this.#relay.audio(heard, frame.codec, frame.bytes, this.#sequence, this.#timestamp);
    return relayed && this.#stampRelayed(frame, relayed);
  }

  nextKeys(send: (packet: Uint8Array) => void): void {
    const audio = this.#audio;
    const payloadType = audio?.telephoneEventPayloadType;
    this.#keyRelay.tick(this.#timestamp, this.#frame?.length ?? 0, (key) => {
      if (audio === undefined || payloadType === undefined || !sendsIn(audio)) return;
      writeEvent(this.#eventPacket, RTP_HEADER_BYTES, key.code, key.isEnd, key.durationTicks);
      send(this.#stamp(this.#eventPacket, key.isFirst, payloadType, key.timestampTicks));
      this.#relay?.makeRoom(this.#sequence);
    });
  }

  #makesEvents(): boolean {
    return this.#audio?.telephoneEventPayloadType !== undefined;
  }

  #playKey(digit: string, durationMs: number): void {
    if (this.#audio === undefined || this.#makesEvents() || this.isBusy()) return;
    const samples = renderDualTones(digit, toneMsOf(durationMs), SHORTEST_TONE_MS);
    this.#passedDigits++;
    this.#player.play({ id: "passed digit", samples, repeat: 1, onFinished: () => void this.#passedDigits-- });
  }

  isBusy(): boolean {
    return this.#player.length() > this.#passedDigits || this.#digits?.isIdle() === false;
  }

  next(missedTicks: number): Uint8Array | undefined {
    const audio = this.#audio;
    const frame = this.#frame;
    if (audio === undefined || frame === undefined) return undefined;
    if (missedTicks > 0) {
      this.#timestamp = (this.#timestamp + missedTicks * frame.length) >>> 0;
      this.#isMarked = true;
    }
    const packet =
      this.#relay === undefined ? this.#nextOwn(audio, frame) : this.#nextBeside(this.#relay, audio, frame);
    this.#timestamp = (this.#timestamp + frame.length) >>> 0;
    return packet;
  }

  isSilent(): boolean {
    return (this.#frame?.isSilent === true || this.#packetCount === 0) && this.#player.isIdle();
  }

  state(): SendingState {
    return {
      ssrc: this.#ssrc,
      timestampTicks: this.#timestamp,
      packetCount: this.#packetCount,
      octetCount: this.#octetCount,
      nextSequence: this.#sequence,
      holes: this.#holes,
    };
  }

  describe(packet: Uint8Array): HeardPacket {
    const sent = (this.#described ??= createHeardPacket());
    const second = packet[1] ?? 0;
    sent.bytes = packet;
    sent.start = RTP_HEADER_BYTES;
    sent.end = packet.length;
    sent.kind = packet === this.#eventPacket ? "event" : (this.#frame?.codec ?? "noise");
    sent.isMarked = second >= 0x80;
    sent.ssrc = this.#ssrc;
    sent.sequence = readUint16(packet, 2);
    sent.timestampTicks = readUint32(packet, 4);
    sent.decoding.isDone = false;
    return sent;
  }

  #nextOwn(audio: NegotiatedAudio, frame: AudioPacket): Uint8Array | undefined {
    const event = this.#digits?.next(frame.length);
    if (!sendsIn(audio)) {
      this.#isMarked = true;
      if (event === undefined) this.#player.skip(frame.length);
      return undefined;
    }
    if (event !== undefined) return this.#nextEvent(event, audio.telephoneEventPayloadType ?? 0);
    return this.#nextAudio(frame);
  }

  /** What a tick sends while a relay has the stream: packets of our own, when there are any, behind the last that was passed on. */
  #nextBeside(relay: Relay, audio: NegotiatedAudio, frame: AudioPacket): Uint8Array | undefined {
    const isOwn = !this.#player.isIdle() || this.#digits?.isIdle() === false || !sendsIn(audio);
    const due = isOwn ? "silent" : relay.tick(frame.bytes, this.#sequence);
    if (due === "wait") return undefined;
    if (due !== "silent") return this.#stampRelayed(frame, due);
    // What was passed on since the last tick is this tick's packet.
    const ahead = relay.aheadOf(this.#timestamp);
    if (ahead > 0 && ahead <= frame.length) return undefined;
    this.#skipRelayed();
    return this.#nextOwn(audio, frame);
  }

  /** Puts our own stream behind what was passed on. */
  #skipRelayed(): void {
    const ahead = this.#relay?.aheadOf(this.#timestamp) ?? -1;
    if (ahead > 0) this.#timestamp = (this.#timestamp + ahead) >>> 0;
    this.#relay?.interrupt();
  }

  #stampRelayed(frame: AudioPacket, relayed: RelayedPacket): Uint8Array {
    frame.isSilent = false;
    this.#isMarked = true;
    stampHeader(frame.bytes, relayed.isMarked, frame.payloadType, relayed.sequence, relayed.timestampTicks);
    this.#holes += relayed.isLate ? -1 : (relayed.sequence - this.#sequence) & 0xffff;
    if (!relayed.isLate) this.#sequence = (relayed.sequence + 1) & 0xffff;
    return this.#count(frame.bytes);
  }

  #nextEvent(event: EventPacket, payloadType: number): Uint8Array {
    if (event.isFirst) this.#eventTimestamp = this.#timestamp;
    writeEvent(this.#eventPacket, RTP_HEADER_BYTES, event.code, event.isEnd, event.durationTicks);
    const timestamp = (this.#eventTimestamp + event.offsetTicks) >>> 0;
    return this.#stamp(this.#eventPacket, event.isFirst, payloadType, timestamp);
  }

  #nextAudio(frame: AudioPacket): Uint8Array {
    this.#player.fill(frame);
    const marker = this.#isMarked;
    this.#isMarked = false;
    return this.#stamp(frame.bytes, marker, frame.payloadType, this.#timestamp);
  }

  #stamp(packet: Uint8Array, marker: boolean, payloadType: number, timestamp: number): Uint8Array {
    stampHeader(packet, marker, payloadType, this.#sequence, timestamp);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return this.#count(packet);
  }

  #count(packet: Uint8Array): Uint8Array {
    this.#packetCount++;
    this.#octetCount += packet.length - RTP_HEADER_BYTES;
    return packet;
  }
}

function toneMsOf(durationMs: number): number {
  return Math.min(Math.max(durationMs, SHORTEST_TONE_MS), LONGEST_TONE_MS);
}

function sendsIn({ direction }: NegotiatedAudio): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}
