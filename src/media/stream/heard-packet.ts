import type { Codec, Decoder } from "../codec/codec.ts";

/** One valid packet of the far end; the value is reused for the next one. */
export interface HeardPacket {
  bytes: Uint8Array;
  /** Bounds of the payload. */
  start: number;
  end: number;
  /** How the payload is to be read: audio of a codec, a telephone-event, or comfort noise (RFC 3389). */
  kind: Codec | "event" | "noise";
  /** Of an event: ticks of its duration in one of the room. RFC 4733 §2.3.5 */
  eventClockTicks: number;
  isMarked: boolean;
  /** As a signed number: one beyond 31 bits would be an object. */
  ssrc: number;
  sequence: number;
  /** In ticks of the room, whatever the clock of the codec; signed too. */
  timestampTicks: number;
  /** How loud it is, as the far end says, dB below full scale; -1 where it says nothing. RFC 6464 */
  belowFullScaleDb: number;
  /** What `samplesOf` needs; to be left alone by others. */
  readonly decoding: Decoding;
}

interface Decoding {
  /** `samples` are those of this packet; to be unset with each new one. */
  isDone: boolean;
  codec: Codec | undefined;
  decoder: Decoder | undefined;
  samples: Int16Array;
}

const NO_BYTES = new Uint8Array(0);
const NO_SAMPLES = new Int16Array(0);

/** Makes the value that is reused. */
export function createHeardPacket(): HeardPacket {
  return {
    bytes: NO_BYTES,
    start: 0,
    end: 0,
    kind: "noise",
    eventClockTicks: 1,
    isMarked: false,
    ssrc: 0,
    sequence: 0,
    timestampTicks: 0,
    belowFullScaleDb: -1,
    decoding: { isDone: false, codec: undefined, decoder: undefined, samples: NO_SAMPLES },
  };
}

/** How long the audio of a packet lasts: its samples at 8,000 Hz. */
export function ticksOf({ kind, bytes, start, end }: HeardPacket): number {
  return typeof kind === "string" ? 0 : kind.ticksOf(bytes, start, end);
}

/** The audio of a packet at 8,000 Hz, `ticksOf` samples; memory is reused, and may be longer. Decoded when first asked for, once for all who ask,
 * so that audio which nobody needs is not decoded. */
export function samplesOf(heard: HeardPacket): Int16Array {
  const { kind, decoding, bytes, start, end } = heard;
  if (decoding.isDone || typeof kind === "string") return decoding.samples;
  if (decoding.codec !== kind) {
    decoding.codec = kind;
    decoding.decoder = kind.createDecoder();
  }
  const ticks = kind.ticksOf(bytes, start, end);
  if (decoding.samples.length < ticks) decoding.samples = new Int16Array(ticks);
  decoding.decoder?.decode(bytes, start, end, decoding.samples, 0);
  decoding.isDone = true;
  return decoding.samples;
}
