/** Whether a datagram of version 2 is RTCP rather than RTP, by its second byte. RFC 5761 §4 */
export function isRtcp(packet: Uint8Array): boolean {
  const type = packet[1] ?? 0;
  return packet.length >= 8 && (packet[0] ?? 0) >> 6 === 2 && type >= 192 && type <= 223;
}
