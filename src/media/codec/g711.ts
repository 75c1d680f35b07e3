import type { Codec, Decoder, Encoder } from "./codec.ts";

/** G.711 of one law: a codec that is two tables. ITU-T G.711, with the integer rules of ITU-T G.191. */
export interface G711Codec extends Codec {
  /** Code of a sample: `encodeTable[(sample >> 2) & 0x3fff]`; neither law looks at the two lowest bits. */
  readonly encodeTable: Uint8Array;
  /** Sample of a code. */
  readonly decodeTable: Int16Array;
}

/** Mu-law, of North America and Japan. */
export const pcmu: G711Codec = ofTables("PCMU", 0, encodeMuLaw, decodeMuLaw);

/** A-law, of everywhere else. */
export const pcma: G711Codec = ofTables("PCMA", 8, encodeALaw, decodeALaw);

/** Whether a codec is G.711. */
export function isG711(codec: Codec): codec is G711Codec {
  return codec === pcmu || codec === pcma;
}

function ofTables(
  name: Codec["name"],
  payloadType: number,
  encodeSample: (sample: number) => number,
  decodeCode: (code: number) => number,
): G711Codec {
  const encodeTable = new Uint8Array(0x4000);
  for (let index = 0; index < encodeTable.length; index++) {
    // The table is indexed by the low 14 bits of a 16 bit sample shifted by two; the upper half are the negative samples.
    encodeTable[index] = encodeSample((index < 0x2000 ? index : index - 0x4000) * 4);
  }
  const decodeTable = Int16Array.from({ length: 256 }, (_, code) => decodeCode(code));
  const [encoder, decoder] = [tableEncoder(encodeTable), tableDecoder(decodeTable)];
  // Written out, since V8 is slow to read what was spread, and each packet reads it.
  return {
    name,
    payloadType,
    clockTicks: 1,
    sampleRateHz: 8000,
    isByteATick: true,
    bytesPerMs: 8,
    silence: encodeSample(0),
    hasMemory: false,
    encodeTable,
    decodeTable,
    ticksOf: (_, start, end) => end - start,
    createEncoder: () => encoder,
    createDecoder: () => decoder,
  };
}

function tableEncoder(table: Uint8Array): Encoder {
  return {
    encode(samples, from, count, output, at) {
      for (let index = 0; index < count; index++) {
        output[at + index] = table[((samples[from + index] ?? 0) >> 2) & 0x3fff] ?? 0;
      }
      return count;
    },
  };
}

function tableDecoder(table: Int16Array): Decoder {
  return {
    decode(bytes, start, end, output, at) {
      for (let index = start; index < end; index++) output[at + index - start] = table[bytes[index] ?? 0] ?? 0;
      return end - start;
    },
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
