/** Size of an RTP header without contributing sources or extension, bytes. */
export const RTP_HEADER_BYTES = 12;

/** Writes a fixed header with marker off, to be completed per packet by `stampHeader`. RFC 3550 §5.1
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |           synchronization source (SSRC) identifier            |
 * ``` */
export function writeHeader(packet: Uint8Array, payloadType: number, ssrc: number): void {
  packet[0] = 0x80;
  packet[1] = payloadType & 0x7f;
  writeUint32(packet, 8, ssrc);
}

/** Completes a header: what differs from packet to packet. */
export function stampHeader(
  packet: Uint8Array,
  marker: boolean,
  payloadType: number,
  sequence: number,
  timestampTicks: number,
): void {
  packet[1] = marker ? payloadType | 0x80 : payloadType;
  packet[2] = sequence >>> 8;
  packet[3] = sequence & 0xff;
  writeUint32(packet, 4, timestampTicks);
}

/** Where the payload of a packet lies; one value is reused by its owner for each packet. */
export interface PayloadBounds {
  /** Where the data of its header extension begin; they end at `start`. 0: it has none. */
  extension: number;
  start: number;
  end: number;
}

/** Checks an RTP packet and finds its payload behind contributing sources, extension and before padding.
 * @returns false when it is not RTP version 2 or its lengths do not fit. RFC 3550 §5.1, appendix A.1 */
export function findPayload(packet: Uint8Array, bounds: PayloadBounds): boolean {
  const first = packet[0] ?? 0;
  if (packet.length < RTP_HEADER_BYTES || first >> 6 !== 2) return false;
  let start = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  bounds.extension = 0;
  if ((first & 0x10) !== 0) {
    bounds.extension = start + 4;
    start += 4 + readUint16(packet, start + 2) * 4;
  }
  const padding = (first & 0x20) === 0 ? 0 : (packet[packet.length - 1] ?? 0);
  if (padding === 0 && (first & 0x20) !== 0) return false;
  bounds.start = start;
  bounds.end = packet.length - padding;
  return start <= bounds.end;
}

/** 16 bits in network order; 0 beyond the end. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** 32 bits in network order, unsigned; 0 beyond the end. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (((readUint16(bytes, at) << 16) >>> 0) | readUint16(bytes, at + 2)) >>> 0;
}

/** 32 bits in network order as a signed number, for those that each packet has: V8 would make an object of one beyond 31 bits. 0 beyond the end. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (readUint16(bytes, at) << 16) | readUint16(bytes, at + 2);
}

/** Writes 32 bits in network order, of a signed or an unsigned number. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}
