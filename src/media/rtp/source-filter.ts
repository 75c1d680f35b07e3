/** Decides whose packets belong to a session, and where ours go (symmetric RTP, RFC 4961). */
export interface SourceFilter {
  /** Whether a valid RTP packet is the far end's. Latches to its source when the rules below allow. */
  accepts(address: string, port: number, ssrc: number, sequence: number, nowMs: number): boolean;
  /** The source latched to; undefined while packets go to the signalled address. */
  latched(): { readonly address: string; readonly port: number } | undefined;
}

/** How long the established source must be silent before another may take its place. */
export const TAKEOVER_SILENCE_MS = 2000;

/** Makes the filter of one stream. Rules: the signalled address is believed at once and always; any other source must send two packets in
 * sequence from one SSRC (RFC 3550 appendix A.1), and cannot displace a source that was heard within the last two seconds. */
export function createSourceFilter(signalled: { readonly address: string; readonly port: number }): SourceFilter {
  let current: { address: string; port: number } | undefined;
  let lastHeardMs = 0;
  let candidate: { address: string; port: number; ssrc: number; nextSequence: number } | undefined;

  const latch = (address: string, port: number, nowMs: number) => {
    current = { address, port };
    candidate = undefined;
    lastHeardMs = nowMs;
    return true;
  };

  return {
    accepts(address, port, ssrc, sequence, nowMs) {
      if (current !== undefined && port === current.port && address === current.address) {
        lastHeardMs = nowMs;
        return true;
      }
      if (port === signalled.port && address === signalled.address) return latch(address, port, nowMs);
      if (current !== undefined && nowMs - lastHeardMs < TAKEOVER_SILENCE_MS) return false;
      if (
        candidate !== undefined &&
        candidate.address === address &&
        candidate.port === port &&
        candidate.ssrc === ssrc &&
        candidate.nextSequence === sequence
      ) {
        return latch(address, port, nowMs);
      }
      candidate = { address, port, ssrc, nextSequence: (sequence + 1) & 0xffff };
      return false;
    },
    latched: () => current,
  };
}
