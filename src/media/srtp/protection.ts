/** What one end's keys make of its packets, each in the memory where it lies. The length of a packet is its `end`; what protection adds lies behind
 * it, and there is room for it. */
export interface PacketProtection {
  /** Bytes that an RTP packet gains. */
  readonly rtpOverheadBytes: number;
  /** The same of RTCP, with the 32 bits of its number. */
  readonly rtcpOverheadBytes: number;
  /** Where those 32 bits lie in a protected packet of this length. */
  rtcpNumberAt(length: number): number;
  /** Whether an RTP packet is genuine. A cipher that signs by itself has made it readable then; one that is not is left as it was.
   * @param start of the part that is enciphered
   * @param index its full number, 48 bits */
  verifyRtp(memory: Uint8Array, start: number, end: number, index: number): boolean;
  /** The same for RTCP.
   * @param number the 32 bits: its number, and in front whether it is enciphered */
  verifyRtcp(memory: Uint8Array, end: number, number: number): boolean;
  /** What works on the packets of one source.
   * @param ssrc as a signed number */
  createSource(ssrc: number): SourceCipher;
}

/** The cipher for the packets of one source. */
export interface SourceCipher {
  /** @returns the new length */
  protectRtp(memory: Uint8Array, start: number, end: number, index: number): number;
  protectRtcp(memory: Uint8Array, end: number, index: number): number;
  /** Makes a packet readable that was found genuine. */
  decipherRtp(memory: Uint8Array, start: number, end: number, index: number): void;
  decipherRtcp(memory: Uint8Array, end: number, index: number): void;
}
