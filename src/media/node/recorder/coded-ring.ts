import type { Codec, Decoder } from "../../codec/codec.ts";

/** Codes of a codec with memory, one for each sample, which wait until no late one can come between them: they mean something in their order only. */
export interface CodedRing {
  put(codec: Codec, position: number, code: number): void;
  /** Something else lies there. */
  clear(position: number): void;
  /** Decodes those from `from` to before `to`, in order, and forgets them; `write` gets them in pieces, in memory that is reused. */
  decode(from: number, to: number, write: (samples: Int16Array, count: number, at: number) => void): void;
}

/** Samples that are decoded at once. */
const PIECE = 160;

/** Makes an empty one for `length` positions, a power of two. */
export function createCodedRing(length: number): CodedRing {
  const codes = new Uint8Array(length);
  const isKept = new Uint8Array(length);
  const piece = new Uint8Array(PIECE);
  const samples = new Int16Array(PIECE);
  let current: Codec | undefined;
  let decoder: Decoder | undefined;
  const placeOf = (position: number) => position & (length - 1);

  return {
    put(codec, position, code) {
      if (codec !== current) decoder = codec.createDecoder();
      current = codec;
      codes[placeOf(position)] = code;
      isKept[placeOf(position)] = 1;
    },
    clear: (position) => void (isKept[placeOf(position)] = 0),
    decode(from, to, write) {
      for (let at = from; at < to;) {
        let count = 0;
        for (; count < PIECE && at + count < to && isKept[placeOf(at + count)] === 1; count++) {
          piece[count] = codes[placeOf(at + count)] ?? 0;
          isKept[placeOf(at + count)] = 0;
        }
        if (count > 0) {
          decoder?.decode(piece, 0, count, samples, 0);
          write(samples, count, at);
        }
        at += Math.max(count, 1);
      }
    },
  };
}
