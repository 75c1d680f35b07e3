/** Frames of each configuration, ticks: of SILK, of both coders, of CELT. RFC 6716 §3.1, table 2 */
const SILK_TICKS = [80, 160, 320, 480] as const;
const HYBRID_TICKS = [80, 160] as const;
const CELT_TICKS = [20, 40, 80, 160] as const;
/** 120 ms. RFC 6716 §3.2.5 */
const LONGEST_TICKS = 960;

/** How long an Opus packet lasts, ticks of 1/8000 s, as its first bytes say; 0 when it is none. RFC 6716 §3 */
export function opusTicks(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1) return 0;
  const first = bytes[start] ?? 0;
  const ticks = framesOf(first & 3, length, bytes[start + 1] ?? 0) * frameTicks(first >> 3);
  return ticks <= LONGEST_TICKS ? ticks : 0;
}

function frameTicks(configuration: number): number {
  if (configuration >= 16) return CELT_TICKS[(configuration & 3) as 0 | 1 | 2 | 3];
  if (configuration >= 12) return HYBRID_TICKS[(configuration & 1) as 0 | 1];
  return SILK_TICKS[(configuration & 3) as 0 | 1 | 2 | 3];
}

/** How many frames a packet has; 0 where its length cannot be. RFC 6716 §3.2 */
function framesOf(code: number, length: number, second: number): number {
  if (code === 0) return 1;
  // Two of one length, two of two, or as many as the second byte says.
  if (code === 1) return length % 2 === 1 ? 2 : 0;
  if (length < 2) return 0;
  return code === 2 ? 2 : second & 0x3f;
}
