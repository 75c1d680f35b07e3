import { isG711 } from "../../codec/g711.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";

/** Tells packets in which nobody speaks without decoding them. */
export interface SpeechGate {
  /** Whether a packet is to be heard. */
  isOpen(packet: HeardPacket): boolean;
}

/** Packets further below full scale are quiet. */
const QUIET_DB = 60;
/** As the mean of absolute samples, of noise. */
const QUIET_MEAN = 26;
/** So many quiet ones close it. */
const QUIET_PACKETS = 10;
/** Every second sample is enough to tell. */
const STRIDE = 2;

/** Makes one that is open. How loud a packet is, is what its sender says (RFC 6464), or a sum over the table of G.711; of other packets nothing is
 * known, and they are heard. */
export function createSpeechGate(): SpeechGate {
  let quiet = 0;
  return {
    isOpen(packet) {
      quiet = isQuiet(packet) ? Math.min(quiet + 1, QUIET_PACKETS) : 0;
      return quiet < QUIET_PACKETS;
    },
  };
}

function isQuiet({ belowFullScaleDb, kind, bytes, start, end }: HeardPacket): boolean {
  if (belowFullScaleDb >= 0) return belowFullScaleDb > QUIET_DB;
  if (typeof kind === "string" || !isG711(kind)) return false;
  const { decodeTable } = kind;
  let sum = 0;
  for (let index = start; index < end; index += STRIDE) sum += Math.abs(decodeTable[bytes[index] ?? 0] ?? 0);
  return sum * STRIDE < QUIET_MEAN * (end - start);
}
