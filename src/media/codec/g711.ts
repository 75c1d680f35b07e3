import type { AudioCodec } from "../../sdp/index.ts";

/** G.711 of one law as tables. ITU-T G.711, with the integer rules of ITU-T G.191. */
export interface G711Codec {
  readonly name: AudioCodec["name"];
  /** Code of a sample: `encodeTable[(sample >> 2) & 0x3fff]`; neither law looks at the two lowest bits. */
  readonly encodeTable: Uint8Array;
  /** Sample of a code. */
  readonly decodeTable: Int16Array;
  /** Code of the sample 0. */
  readonly silence: number;
}

/** Both laws by name. */
export const g711: Readonly<Record<AudioCodec["name"], G711Codec>> = {
  PCMU: tablesOf("PCMU", encodeMuLaw, decodeMuLaw),
  PCMA: tablesOf("PCMA", encodeALaw, decodeALaw),
};

/** Encodes `count` samples from `from` on into `output` at `at`. */
export function encodeG711(
  codec: G711Codec,
  samples: Int16Array,
  from: number,
  count: number,
  output: Uint8Array,
  at: number,
): void {
  const table = codec.encodeTable;
  for (let index = 0; index < count; index++) {
    output[at + index] = table[((samples[from + index] ?? 0) >> 2) & 0x3fff] ?? 0;
  }
}

function tablesOf(
  name: AudioCodec["name"],
  encode: (sample: number) => number,
  decode: (code: number) => number,
): G711Codec {
  const encodeTable = new Uint8Array(0x4000);
  for (let index = 0; index < encodeTable.length; index++) {
    // The table is indexed by the low 14 bits of a 16 bit sample shifted by two; the upper half are the negative samples.
    encodeTable[index] = encode((index < 0x2000 ? index : index - 0x4000) * 4);
  }
  return {
    name,
    encodeTable,
    decodeTable: Int16Array.from({ length: 256 }, (_, code) => decode(code)),
    silence: encode(0),
  };
}

/** Bits of a mu-law code, all inverted: sign, 3 bits of exponent, 4 of mantissa. The bias of 33 makes segments start at powers of two. */
function encodeMuLaw(sample: number): number {
  const magnitude = Math.min(((sample < 0 ? ~sample : sample) >> 2) + 33, 0x1fff);
  const exponent = 26 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent + 1)) & 0x0f;
  const sign = sample < 0 ? 0x80 : 0;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function decodeMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 0x07;
  const magnitude = ((((bits & 0x0f) << 1) + 33) << exponent) - 33;
  return (bits & 0x80) === 0 ? magnitude * 4 : -magnitude * 4;
}

/** Bits of an A-law code, every second one inverted: sign (1 is positive), 3 bits of exponent, 4 of mantissa. */
function encodeALaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const exponent = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude);
  const mantissa = (exponent < 2 ? magnitude : magnitude >> (exponent - 1)) & 0x0f;
  const sign = sample < 0 ? 0 : 0x80;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

function decodeALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 0x07;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
