import type { Codec, Decoder } from "../codec/codec.ts";

/** One valid packet of the far end; the value is reused for the next one. */
export interface HeardPacket {
  bytes: Uint8Array;
  /** Bounds of the payload. */
  start: number;
  end: number;
  /** How the payload is to be read: audio of a codec, a telephone-event, or comfort noise (RFC 3389). */
  kind: Codec | "event" | "noise";
  isMarked: boolean;
  ssrc: number;
  sequence: number;
  timestampTicks: number;
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

/** Makes the value that is reused. */
export function createHeardPacket(): HeardPacket {
  return {
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    kind: "noise",
    isMarked: false,
    ssrc: 0,
    sequence: 0,
    timestampTicks: 0,
    decoding: { isDone: false, codec: undefined, decoder: undefined, samples: new Int16Array(0) },
  };
}

/** The audio of a packet, as many samples as its payload has bytes; memory is reused, and may be longer. Decoded when first asked for, once for
 * all who ask, so that audio which nobody needs is not decoded. */
export function samplesOf(heard: HeardPacket): Int16Array {
  const { kind, decoding, bytes, start, end } = heard;
  if (decoding.isDone || typeof kind === "string") return decoding.samples;
  if (decoding.codec !== kind) {
    decoding.codec = kind;
    decoding.decoder = kind.createDecoder();
  }
  if (decoding.samples.length < end - start) decoding.samples = new Int16Array(end - start);
  decoding.decoder?.decode(bytes, start, end, decoding.samples, 0);
  decoding.isDone = true;
  return decoding.samples;
}
