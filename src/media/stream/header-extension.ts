import { readUint16, type PayloadBounds } from "./packet.ts";

/** Profile of header extensions whose elements have one byte of head, and of those that have two; its lowest four bits are anybody's. RFC 8285 §4.2, §4.3 */
const ONE_BYTE = 0xbede;
const TWO_BYTES = 0x1000;
/** What ends elements of one byte. */
const STOP = 15;

/** Where the data of an element of a packet's header extension begin; -1: it is not there, or shorter.
 * @param id the number that was agreed for it
 * @param bytes how many of its data are wanted */
export function findElement(
  packet: Uint8Array,
  { extension, start }: PayloadBounds,
  id: number,
  bytes: number,
): number {
  if (extension === 0) return -1;
  const profile = readUint16(packet, extension - 4);
  const isShort = profile === ONE_BYTE;
  if (!isShort && (profile & 0xfff0) !== TWO_BYTES) return -1;
  for (let at = extension; at < start;) {
    const head = packet[at] ?? 0;
    // Padding between elements has no length.
    if (head === 0) at++;
    else {
      const element = isShort ? head >> 4 : head;
      if (isShort && element === STOP) return -1;
      const dataAt = isShort ? at + 1 : at + 2;
      const length = isShort ? (head & 0x0f) + 1 : (packet[at + 1] ?? 0);
      if (element === id) return length >= bytes && dataAt + bytes <= start ? dataAt : -1;
      at = dataAt + length;
    }
  }
  return -1;
}
