import type { Codec } from "./codec.ts";
import { isG711, pcma, pcmu, type G711Codec } from "./g711.ts";

/** Converts the payloads of one stream to another codec. */
export interface Transcoder {
  /** Converts the bytes from `start` to before `end` into `output` at `at`. @returns the bytes written, no more than `room` */
  convert(bytes: Uint8Array, start: number, end: number, output: Uint8Array, at: number, room: number): number;
}

const keep: Transcoder = {
  convert(bytes, start, end, output, at, room) {
    const count = Math.min(end - start, room);
    for (let index = 0; index < count; index++) output[at + index] = bytes[start + index] ?? 0;
    return count;
  },
};
const muToA = between(pcmu, pcma);
const aToMu = between(pcma, pcmu);
/** Samples that are converted at once. */
const PIECE_SAMPLES = 160;

/** What turns payloads of `from` into those of `to`: nothing for the same codec, one table between the two laws of G.711 (ITU-T G.711 §3), else a
 * decoder and an encoder of its own. */
export function createTranscoder(from: Codec, to: Codec): Transcoder {
  if (from === to) return keep;
  if (isG711(from) && isG711(to)) return from === pcmu ? muToA : aToMu;
  return bySamples(from, to);
}

function between(from: G711Codec, to: G711Codec): Transcoder {
  const table = Uint8Array.from({ length: 256 }, (_, code) => {
    return to.encodeTable[((from.decodeTable[code] ?? 0) >> 2) & 0x3fff] ?? 0;
  });
  return {
    convert(bytes, start, end, output, at, room) {
      const count = Math.min(end - start, room);
      for (let index = 0; index < count; index++) output[at + index] = table[bytes[start + index] ?? 0] ?? 0;
      return count;
    },
  };
}

function bySamples(from: Codec, to: Codec): Transcoder {
  const [decoder, encoder] = [from.createDecoder(), to.createEncoder()];
  const samples = new Int16Array(PIECE_SAMPLES);
  const pieceBytes = Math.floor((PIECE_SAMPLES / from.sampleRateHz) * 1000 * from.bytesPerMs);
  return {
    convert(bytes, start, end, output, at, room) {
      let done = 0;
      for (let first = start; first < end; first += pieceBytes) {
        const count = decoder.decode(bytes, first, Math.min(end, first + pieceBytes), samples, 0);
        if (done + (count / to.sampleRateHz) * 1000 * to.bytesPerMs > room) break;
        done += encoder.encode(samples, 0, count, output, at + done);
      }
      return done;
    },
  };
}
