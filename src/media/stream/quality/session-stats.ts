import { SAMPLES_PER_MS } from "../../pcm.ts";
import { estimateMos, g711Impairment } from "./e-model.ts";
import type { AudioProblem } from "./audio-problems.ts";
import type { AudioWatch } from "./audio-watch.ts";
import type { ReceptionTotals } from "../reception.ts";
import type { RemoteReports } from "../rtcp/reporter.ts";
import type { AudioCodec } from "../../../sdp/index.ts";
import type { QualitySample } from "./quality-sample.ts";
import type { MediaStats } from "./media-stats.ts";

/** What the statistics of a session are made from. */
export interface StatsParts {
  /** In the order in which they were agreed. */
  readonly codecs: readonly AudioCodec["name"][];
  readonly ptimeMs: number;
  readonly packetsSent: number;
  readonly bytesSent: number;
  readonly reportsSent: number;
  readonly reportBytesSent: number;
  readonly reportBytesReceived: number;
  readonly received: ReceptionTotals;
  /** undefined: media never started. */
  readonly remote: RemoteReports | undefined;
  readonly watch: Pick<AudioWatch, "counts" | "incoming" | "outgoing" | "longestQuietMs">;
  readonly problems: readonly AudioProblem[];
  readonly course: readonly QualitySample[];
  readonly worstSendLatenessMs: number;
  readonly ticksSkipped: number;
}

/** Makes the statistics of a session. */
export function sessionStats(parts: StatsParts): MediaStats {
  const { received, remote, watch } = parts;
  const { packetsReceived, packetsLost, packetsLate, packetsDuplicated, burstRatio } = received;
  const { dropped } = watch.counts.totals();
  const roundTripMs = remote?.roundTripMs;
  const jitterMs = received.jitterTicks / SAMPLES_PER_MS;
  const remoteJitterMs = remote?.jitterTicks === undefined ? undefined : remote.jitterTicks / SAMPLES_PER_MS;
  const delayMs = (ofJitterMs: number) => parts.ptimeMs + 2 * ofJitterMs + (roundTripMs ?? 0) / 2;
  const unheard = packetsLost + (dropped["too-late"] ?? 0);
  const path = { codec: g711Impairment, burstRatio };
  const stats: MediaStats = {
    codecs: parts.codecs,
    packetsSent: parts.packetsSent,
    bytesSent: parts.bytesSent,
    ...{ packetsReceived, packetsLost, packetsLate, packetsDuplicated },
    bytesReceived: watch.counts.bytesReceived,
    jitterMs,
    worstJitterMs: received.worstJitterTicks / SAMPLES_PER_MS,
    mos:
      packetsReceived === 0
        ? undefined
        : estimateMos({
            ...path,
            lossRatio: unheard / (packetsReceived + packetsLost),
            delayMs: delayMs(jitterMs),
          }),
    ...{ reportsSent: parts.reportsSent, reportBytesSent: parts.reportBytesSent },
    reportsReceived: remote?.reports ?? 0,
    reportBytesReceived: parts.reportBytesReceived,
    reportsImplausible: remote?.implausible ?? 0,
    remotePacketsLost: remote?.packetsLost,
    remoteJitterMs,
    remoteMos:
      remote?.packetsLost === undefined || remote.packetsExpected === undefined
        ? undefined
        : estimateMos({
            ...path,
            burstRatio: 1,
            lossRatio: remote.packetsLost / remote.packetsExpected,
            delayMs: delayMs(remoteJitterMs ?? 0),
          }),
    roundTripMs,
    dropped,
    longestQuietMs: watch.longestQuietMs,
    clippedShare: watch.incoming.clippedShare(),
    outgoingClippedShare: watch.outgoing.clippedShare(),
    problems: parts.problems,
    worstSendLatenessMs: parts.worstSendLatenessMs,
    ticksSkipped: parts.ticksSkipped,
  };
  // Spread into so many members, it would have all of them set one by one.
  return parts.course.length === 0 ? stats : Object.assign(stats, { course: parts.course });
}
