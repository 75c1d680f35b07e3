import { g711, type G711Codec } from "../codec/g711.ts";
import { createDigitSender, type DigitSender, type EventPacket } from "../dtmf/digit-sender.ts";
import { renderDualTones } from "../dtmf/dual-tone.ts";
import { EVENT_BYTES, writeEvent } from "../dtmf/event.ts";
import { createPlayer, type Playback } from "../player.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import { RTP_HEADER_BYTES, stampHeader, writeHeader } from "./packet.ts";
import type { SendingState } from "./reporter.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

/** The sending half of a session: one packet per tick, from audio, digits or silence. */
export interface RtpSender {
  /** Takes over what was agreed; the stream (SSRC, sequence, timestamps) goes on. */
  configure(audio: NegotiatedAudio): void;
  play(playback: Playback): void;
  stop(playbackId: string): void;
  /** Queues digits as telephone-events, or as audible tones when none were agreed. */
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** The packet of this tick, or undefined when the direction forbids sending. Its memory is reused. */
  next(missedTicks: number): Uint8Array | undefined;
  /** Whether nothing waits and the latest packet was all silence, or none was sent yet: a new playback then begins with a
   * packet of its own. */
  isSilent(): boolean;
  state(): SendingState;
}

/** Starts a stream at a random SSRC, sequence number and timestamp (RFC 3550 §5.1).
 * @param randomUint32 gives 32 random bits
 * @param onDigitsSent is told a `sendId` when its digits were sent */
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
  #codec: G711Codec = g711.PCMU;
  #frameTicks = 0;
  #audioPacket = new Uint8Array(0);
  /** The payload of the audio packet is silence already. */
  #holdsSilence = false;
  /** The next audio packet begins a talkspurt. RFC 3551 §4.1 */
  #isMarked = true;
  #sequence: number;
  #timestamp: number;
  #eventTimestamp = 0;
  #packetCount = 0;
  #octetCount = 0;

  constructor(randomUint32: () => number, onDigitsSent: (sendId: string) => void) {
    this.#ssrc = randomUint32();
    this.#sequence = randomUint32() & 0xffff;
    this.#timestamp = randomUint32();
    this.#onDigitsSent = onDigitsSent;
  }

  configure(audio: NegotiatedAudio): void {
    this.#audio = audio;
    this.#codec = g711[audio.codec.name];
    this.#frameTicks = audio.ptimeMs * SAMPLES_PER_MS;
    this.#audioPacket = new Uint8Array(RTP_HEADER_BYTES + this.#frameTicks);
    this.#holdsSilence = false;
    writeHeader(this.#audioPacket, audio.codec.payloadType, this.#ssrc);
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
      const samples = renderDualTones(digits, toneMs, gapMs);
      const onFinished = () => this.#onDigitsSent(sendId);
      this.#player.play({ id: `digits ${sendId}`, samples, repeat: 1, onFinished });
      return;
    }
    this.#digits ??= createDigitSender(this.#onDigitsSent);
    this.#digits.send(sendId, digits, toneMs, gapMs);
  }

  next(missedTicks: number): Uint8Array | undefined {
    const audio = this.#audio;
    if (audio === undefined) return undefined;
    if (missedTicks > 0) {
      this.#timestamp = (this.#timestamp + missedTicks * this.#frameTicks) >>> 0;
      this.#isMarked = true;
    }
    const sends = audio.direction === "sendrecv" || audio.direction === "sendonly";
    const event = this.#digits?.next(this.#frameTicks);
    let packet: Uint8Array | undefined;
    if (!sends) {
      this.#isMarked = true;
      if (event === undefined) this.#player.skip(this.#frameTicks);
    } else if (event !== undefined) packet = this.#nextEvent(event, audio.telephoneEventPayloadType ?? 0);
    else packet = this.#nextAudio(audio.codec.payloadType);
    this.#timestamp = (this.#timestamp + this.#frameTicks) >>> 0;
    return packet;
  }

  isSilent(): boolean {
    return (this.#holdsSilence || this.#packetCount === 0) && this.#player.isIdle();
  }

  state(): SendingState {
    return {
      ssrc: this.#ssrc,
      timestampTicks: this.#timestamp,
      packetCount: this.#packetCount,
      octetCount: this.#octetCount,
    };
  }

  #nextEvent(event: EventPacket, payloadType: number): Uint8Array {
    if (event.isFirst) this.#eventTimestamp = this.#timestamp;
    writeEvent(this.#eventPacket, RTP_HEADER_BYTES, event.code, event.isEnd, event.durationTicks);
    const timestamp = (this.#eventTimestamp + event.offsetTicks) >>> 0;
    return this.#stamp(this.#eventPacket, event.isFirst, payloadType, timestamp);
  }

  #nextAudio(payloadType: number): Uint8Array {
    if (!this.#player.isIdle()) {
      const audible = this.#player.fill(this.#codec, this.#audioPacket, RTP_HEADER_BYTES, this.#frameTicks);
      this.#holdsSilence = audible === 0;
    } else if (!this.#holdsSilence) {
      this.#audioPacket.fill(this.#codec.silence, RTP_HEADER_BYTES);
      this.#holdsSilence = true;
    }
    const marker = this.#isMarked;
    this.#isMarked = false;
    return this.#stamp(this.#audioPacket, marker, payloadType, this.#timestamp);
  }

  #stamp(packet: Uint8Array, marker: boolean, payloadType: number, timestamp: number): Uint8Array {
    stampHeader(packet, marker, payloadType, this.#sequence, timestamp);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packetCount++;
    this.#octetCount += packet.length - RTP_HEADER_BYTES;
    return packet;
  }
}
