import { readAudioLevel } from "./audio-level.ts";
import { codecs } from "../codec/codecs.ts";
import { findElement } from "./header-extension.ts";
import { createTransportFeedback, type TransportFeedback } from "./rtcp/transport-feedback.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import { findPayload, readInt32, readUint16, type PayloadBounds } from "./packet.ts";
import { createHeardPacket, type HeardPacket } from "./heard-packet.ts";
import { eventClockTicksOf } from "./telephone-event.ts";
import { createReception, type Reception } from "./reception.ts";
import { createStreamClock } from "./stream-clock.ts";
import type { Codec } from "../codec/codec.ts";
import type { AudioWatch } from "./quality/audio-watch.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketAddress } from "../io/packet-io.ts";
import type { Link } from "../link/link.ts";

/** The receiving half of a stream. */
export interface RtpReceiver {
  readonly reception: Reception;
  /** The report of arrivals to `ssrc` that is due; undefined: none is, or they were not agreed. A method, since an object with a getter of its own has
   * a shape of its own, and V8 is slow to read many of those. */
  takeFeedback(ssrc: number, nowMs: number): Uint8Array | undefined;
  /** Takes over what was agreed. */
  configure(audio: NegotiatedAudio): void;
  /** Takes one datagram. @returns what it holds, reused for the next one; undefined when it was no valid RTP packet of the far end */
  packet(packet: Uint8Array, source: PacketAddress, nowMs: number): HeardPacket | undefined;
}

/** Payload type at which we offer telephone-event: the far end may send with it though it asked for another (RFC 3264 §5.1). */
const OFFERED_EVENT_PAYLOAD_TYPE = 101;
/** Comfort noise: life, but no audio. RFC 3389 */
const COMFORT_NOISE_PAYLOAD_TYPE = 13;

type PayloadUse = HeardPacket["kind"] | undefined;

/** Makes a receiver of what comes in on a link. `watch` is told of each packet that is dropped. */
export function createRtpReceiver(
  link: Pick<Link, "hears" | "destination">,
  watch: Pick<AudioWatch, "counts" | "stranger" | "notAgreed">,
): RtpReceiver {
  const reception = createReception();
  const bounds: PayloadBounds = { extension: 0, start: 0, end: 0 };
  const heard = createHeardPacket();
  const clock = createStreamClock();
  let agreed: Agreed | undefined;
  let feedback: TransportFeedback | undefined;

  return {
    reception,
    takeFeedback: (ssrc, nowMs) => feedback?.take(ssrc, nowMs),
    configure(audio) {
      agreed = agreedOf(audio);
      if (audio.transportFeedbackExtension === undefined) feedback = undefined;
      else feedback ??= createTransportFeedback();
    },
    packet(packet, source, nowMs) {
      if (agreed === undefined) return void watch.counts.dropped("not-started");
      if (!findPayload(packet, bounds)) return void watch.counts.dropped("malformed");
      const second = packet[1] ?? 0;
      const kind = useOf(agreed, second & 0x7f);
      const isEmpty = isPaddingOnly(kind, bounds);
      if (typeof kind === "object" && !isEmpty && !isWhole(kind, packet, bounds)) {
        return void watch.counts.dropped("malformed");
      }
      const sequence = readUint16(packet, 2);
      const ssrc = readInt32(packet, 8);
      if (kind === undefined) {
        const to = link.destination;
        if (to?.port === source.port && to.address === source.address) watch.notAgreed(second & 0x7f);
        else watch.stranger(source.address, source.port);
        return undefined;
      }
      if (!link.hears(source, ssrc, sequence, nowMs)) return void watch.stranger(source.address, source.port);
      if (feedback !== undefined) noteArrival(feedback, agreed, packet, bounds, ssrc, nowMs);

      const codec = typeof kind === "object" ? kind : agreed.codec;
      const timestamp = clock.ticksOf(readInt32(packet, 4), codec.clockTicks);
      const arrivalTicks = Math.round(nowMs * SAMPLES_PER_MS) | 0;
      const place = reception.packet(ssrc, sequence, timestamp, arrivalTicks, typeof kind === "object" && !isEmpty);
      if (place === "duplicate" || place === "too-late") {
        watch.counts.dropped(place);
        // Some repeat the end of a key under one number, or count keys apart; they are told by their timestamps.
        if (kind !== "event") return undefined;
      } else watch.counts.received(packet.length);
      if (isEmpty) return undefined;
      heard.bytes = packet;
      heard.start = bounds.start;
      heard.end = bounds.end;
      heard.kind = kind;
      heard.eventClockTicks = agreed.eventClockTicks;
      heard.isMarked = second >= 0x80;
      heard.ssrc = ssrc;
      heard.sequence = sequence;
      heard.timestampTicks = timestamp;
      heard.belowFullScaleDb = agreed.level === 0 ? -1 : readAudioLevel(packet, bounds, agreed.level);
      heard.decoding.isDone = false;
      return heard;
    },
  };
}

/** Notes when a packet came, by the number that its sender gave it among all that it sends. */
function noteArrival(
  feedback: TransportFeedback,
  { feedback: id }: Agreed,
  packet: Uint8Array,
  bounds: PayloadBounds,
  ssrc: number,
  nowMs: number,
): void {
  const at = findElement(packet, bounds, id, 2);
  if (at >= 0) feedback.packet(readUint16(packet, at), ssrc, nowMs);
}

/** Codecs by their static payload type. RFC 3551 §6 */
const staticCodecs = new Map<number | undefined, Codec>(
  Object.values(codecs).map((codec) => [codec.payloadType, codec]),
);

/** Whether a payload can be of its codec. Where each byte is one tick, any can. */
function isWhole(codec: Codec, packet: Uint8Array, { start, end }: PayloadBounds): boolean {
  return codec.isByteATick || codec.ticksOf(packet, start, end) > 0;
}

/** Whether a packet is there for its number only: a browser tries out its way with such, in between its audio. */
function isPaddingOnly(kind: PayloadUse, { start, end }: PayloadBounds): boolean {
  return typeof kind === "object" && !kind.isByteATick && start === end;
}

/** What a receiver needs of an agreement for each packet. A copy, since what another thread has sent is slow to read. */
interface Agreed {
  readonly payloadType: number;
  readonly codec: Codec;
  /** Of telephone-events; -1: none were agreed. */
  readonly events: number;
  readonly eventClockTicks: number;
  /** Of header extensions; 0: they were not agreed. */
  readonly level: number;
  readonly feedback: number;
}

function agreedOf(audio: NegotiatedAudio): Agreed {
  return {
    payloadType: audio.codec.payloadType,
    codec: codecs[audio.codec.name],
    events: audio.telephoneEventPayloadType ?? -1,
    eventClockTicks: eventClockTicksOf(audio),
    level: audio.audioLevelExtension ?? 0,
    feedback: audio.transportFeedbackExtension ?? 0,
  };
}

/** What a payload type means. The static numbers of codecs are understood though another was agreed, unless that took them. */
function useOf({ payloadType: agreed, codec, events }: Agreed, payloadType: number): PayloadUse {
  if (payloadType === agreed) return codec;
  const isEvent = payloadType === events || (payloadType === OFFERED_EVENT_PAYLOAD_TYPE && events >= 0);
  if (isEvent) return "event";
  return payloadType === COMFORT_NOISE_PAYLOAD_TYPE ? "noise" : staticCodecs.get(payloadType);
}
