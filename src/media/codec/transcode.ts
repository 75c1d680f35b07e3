import { g711, type G711Codec } from "./g711.ts";

const identity = Uint8Array.from({ length: 256 }, (_, code) => code);
const muToA = between(g711.PCMU, g711.PCMA);
const aToMu = between(g711.PCMA, g711.PCMU);

/** The table that converts codes of one codec to those of another; for the same codec it changes nothing. ITU-T G.711 §3 */
export function transcodeTable(from: G711Codec, to: G711Codec): Uint8Array {
  if (from === to) return identity;
  return from.name === "PCMU" ? muToA : aToMu;
}

function between(from: G711Codec, to: G711Codec): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => {
    return to.encodeTable[((from.decodeTable[code] ?? 0) >> 2) & 0x3fff] ?? 0;
  });
}
