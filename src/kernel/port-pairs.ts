/** The pairs of ports for RTP and RTCP in a range, both ends inclusive: even ports with the odd one above. RFC 3550 §11 */
export function portPairsOf(min: number, max: number): { readonly first: number; readonly count: number } {
  const first = Math.max(2, min + (min % 2));
  return { first, count: Math.max(0, Math.floor((max - first + 1) / 2)) };
}
