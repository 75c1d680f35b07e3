import type { MediaStats } from "../../media/index.ts";

/** The statistics of ten seconds of a call in which all went well, but for what is given. */
export function legAudio(change: Partial<MediaStats> = {}): MediaStats {
  return {
    codecs: ["PCMU"],
    ...{ packetsSent: 500, packetsReceived: 500, packetsLost: 0, packetsLate: 0, packetsDuplicated: 0 },
    ...{ bytesSent: 86_000, bytesReceived: 86_000, reportsSent: 2, reportBytesSent: 160, reportBytesReceived: 0 },
    ...{ jitterMs: 2.2, worstJitterMs: 4, mos: 4.41, roundTripMs: undefined },
    ...{ reportsReceived: 0, reportsImplausible: 0 },
    ...{ remotePacketsLost: undefined, remoteJitterMs: undefined, remoteMos: undefined },
    ...{ dropped: {}, longestQuietMs: 900, clippedShare: undefined, outgoingClippedShare: undefined, problems: [] },
    ...{ worstSendLatenessMs: 1, ticksSkipped: 0 },
    ...change,
  };
}
