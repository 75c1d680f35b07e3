import { g711 } from "../codec/g711.ts";
import { createDigitSender, type EventPacket } from "../dtmf/digit-sender.ts";
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
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** The packet of this tick, or undefined when the direction forbids sending. Its memory is reused. */
  next(missedTicks: number): Uint8Array | undefined;
  /** Whether the latest packet was all silence and nothing waits: a new playback then begins with a packet of its own. */
  isSilent(): boolean;
  state(): SendingState;
}

/** Starts a stream at a random SSRC, sequence number and timestamp (RFC 3550 §5.1).
 * @param randomUint32 gives 32 random bits
 * @param onDigitsSent is told a `sendId` when its digits were sent */
export function createRtpSender(randomUint32: () => number, onDigitsSent: (sendId: string) => void): RtpSender {
  const ssrc = randomUint32();
  const player = createPlayer();
  const digits = createDigitSender(onDigitsSent);
  const eventPacket = new Uint8Array(RTP_HEADER_BYTES + EVENT_BYTES);
  let sequence = randomUint32() & 0xffff;
  let timestamp = randomUint32();
  let audio: NegotiatedAudio | undefined;
  let codec = g711.PCMU;
  let frame = 0; // samples per packet
  let audioPacket = new Uint8Array(0);
  let holdsSilence = false; // the payload of audioPacket is silence already
  let sendsDigits = false;
  let isMarked = true; // the next audio packet begins a talkspurt
  let eventTimestamp = 0;
  let packetCount = 0;
  let octetCount = 0;

  const stamp = (packet: Uint8Array, marker: boolean, payloadType: number, at: number) => {
    stampHeader(packet, marker, payloadType, sequence, at);
    sequence = (sequence + 1) & 0xffff;
    packetCount++;
    octetCount += packet.length - RTP_HEADER_BYTES;
    return packet;
  };

  const nextEvent = (event: EventPacket, payloadType: number) => {
    if (event.isFirst) eventTimestamp = timestamp;
    writeEvent(eventPacket, RTP_HEADER_BYTES, event.code, event.isEnd, event.durationTicks);
    return stamp(eventPacket, event.isFirst, payloadType, (eventTimestamp + event.offsetTicks) >>> 0);
  };

  const nextAudio = (payloadType: number) => {
    if (!player.isIdle()) {
      holdsSilence = player.fill(codec, audioPacket, RTP_HEADER_BYTES, frame) === 0;
    } else if (!holdsSilence) {
      audioPacket.fill(codec.silence, RTP_HEADER_BYTES);
      holdsSilence = true;
    }
    const marker = isMarked;
    isMarked = false;
    return stamp(audioPacket, marker, payloadType, timestamp);
  };

  const nextPacket = (agreed: NegotiatedAudio) => {
    const sends = agreed.direction === "sendrecv" || agreed.direction === "sendonly";
    const event = sendsDigits ? digits.next(frame) : undefined;
    if (!sends) {
      isMarked = true;
      if (event === undefined) player.skip(frame);
      return undefined;
    }
    if (event !== undefined) return nextEvent(event, agreed.telephoneEventPayloadType ?? 0);
    return nextAudio(agreed.codec.payloadType);
  };

  return {
    configure(next) {
      audio = next;
      codec = g711[next.codec.name];
      frame = next.ptimeMs * SAMPLES_PER_MS;
      audioPacket = new Uint8Array(RTP_HEADER_BYTES + frame);
      holdsSilence = false;
      writeHeader(audioPacket, next.codec.payloadType, ssrc);
      writeHeader(eventPacket, next.telephoneEventPayloadType ?? 0, ssrc);
    },
    play: (playback) => player.play(playback),
    stop: (playbackId) => player.stop(playbackId),
    sendDigits(sendId, wanted, toneMs, gapMs) {
      if (audio !== undefined && audio.telephoneEventPayloadType === undefined) {
        const samples = renderDualTones(wanted, toneMs, gapMs);
        player.play({ id: `digits ${sendId}`, samples, repeat: 1, onFinished: () => onDigitsSent(sendId) });
        return;
      }
      sendsDigits = true;
      digits.send(sendId, wanted, toneMs, gapMs);
    },
    next(missedTicks) {
      if (audio === undefined) return undefined;
      if (missedTicks > 0) {
        timestamp = (timestamp + missedTicks * frame) >>> 0;
        isMarked = true;
      }
      const packet = nextPacket(audio);
      timestamp = (timestamp + frame) >>> 0;
      return packet;
    },
    isSilent: () => holdsSilence && player.isIdle(),
    state: () => ({ ssrc, timestampTicks: timestamp, packetCount, octetCount }),
  };
}
