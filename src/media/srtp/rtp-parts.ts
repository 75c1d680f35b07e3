/** Where the part of an RTP packet begins that is enciphered: behind contributing sources and header extension, which stay readable (RFC 3711 §3.1);
 * -1 when it is no RTP packet or its lengths do not fit into `end`. */
export function rtpPayloadStart(packet: Uint8Array, end: number): number {
  const first = packet[0] ?? 0;
  if (end < 12 || first >> 6 !== 2) return -1;
  let start = 12 + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (start + 4 > end) return -1;
    start += 4 + (((packet[start + 2] ?? 0) << 8) | (packet[start + 3] ?? 0)) * 4;
  }
  return start <= end ? start : -1;
}

/** Where that part of an RTCP packet begins: behind the SSRC of the first. RFC 3711 §3.4 */
export const RTCP_HEADER_BYTES = 8;

/** Whether it can be RTCP. */
export function isRtcpForm(packet: Uint8Array, end: number): boolean {
  return end >= RTCP_HEADER_BYTES && (packet[0] ?? 0) >> 6 === 2;
}

/** 32 bits in network order, as a signed number, which needs no object. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Writes the lower 32 bits in network order. */
export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
