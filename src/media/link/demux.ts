/** Whether a datagram of version 2 is RTCP rather than RTP, by its second byte. RFC 5761 §4 */
export function isRtcp(packet: Uint8Array): boolean {
  const type = packet[1] ?? 0;
  return packet.length >= 8 && (packet[0] ?? 0) >> 6 === 2 && type >= 192 && type <= 223;
}

/** What a datagram on a port that all share is, by its first byte; "unknown": of none of them. RFC 7983 §7 */
export function protocolOf(packet: Uint8Array): "stun" | "dtls" | "media" | "unknown" {
  const first = packet[0] ?? 255;
  if (first <= 3) return "stun";
  if (first >= 20 && first <= 63) return "dtls";
  return first >= 128 && first <= 191 ? "media" : "unknown";
}
