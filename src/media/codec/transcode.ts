import type { Codec } from "./codec.ts";
import { isG711, pcma, pcmu, type G711Codec } from "./g711.ts";

/** Converts payloads to another codec, code by code. */
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

/** What turns payloads of `from` into those of `to` without decoding them: nothing for the same codec, one table between the two laws of G.711
 * (ITU-T G.711 §3). undefined where samples are needed, since codes mean something else, or are not one for each tick. */
export function transcoderOf(from: Codec, to: Codec): Transcoder | undefined {
  if (!from.isByteATick) return undefined;
  if (from === to) return keep;
  if (!isG711(from) || !isG711(to)) return undefined;
  return from === pcmu ? muToA : aToMu;
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
