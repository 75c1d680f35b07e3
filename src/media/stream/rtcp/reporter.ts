import { decodeReport, encodeReport, ntpTime, type ReportBlock } from "./rtcp.ts";
import { createReportsOfOurs, type ReportedOfOurs } from "./reports-of-ours.ts";
import type { Reception } from "../reception.ts";
import type { SendingState } from "./sending-state.ts";

/** All reports of the far end. */
export interface RemoteReports extends ReportedOfOurs {
  /** Compound packets. */
  readonly reports: number;
  /** Those that say of any stream how it is received. */
  readonly reportsOfReception: number;
}

/** RTCP of one session: when to report, what to report, and what the far end reported. RFC 3550 §6 */
export interface Reporter {
  /** Whether a report is due. */
  isDue(nowMs: number): boolean;
  /** The next report; sets when the following is due. `bye` ends the session. */
  report(sending: SendingState, nowMs: number, bye: boolean): Uint8Array;
  /** Takes a datagram from the far end. @returns false when it is not RTCP. */
  receive(bytes: Uint8Array, sending: SendingState, nowMs: number): boolean;
  remote(): RemoteReports;
  /** A part of it, for those who look often. */
  readonly seen: Pick<RemoteReports, "reports" | "reportsOfReception" | "notArrivingMs">;
}

/** The least mean time between reports, which a session of two always has. RFC 3550 §6.2 */
const MEAN_INTERVAL_MS = 5000;
/** Compensates that timer reconsideration converges to a value below the interval: e - 3/2. RFC 3550 §6.3.1 */
const COMPENSATION = Math.E - 1.5;

/** Starts the reporting of one session.
 * @param options `wallStartMs` is the epoch time at monotonic 0; `random` gives 0 to 1 */
export function createReporter(options: {
  readonly cname: string;
  readonly reception: Reception;
  readonly nowMs: number;
  readonly wallStartMs: number;
  readonly random: () => number;
}): Reporter {
  const intervalMs = (mean: number) => (mean * (0.5 + options.random())) / COMPENSATION;
  // The first report waits half as long, so that quality is known early. RFC 3550 §6.2
  let dueMs = options.nowMs + intervalMs(MEAN_INTERVAL_MS / 2);
  /** Packets sent up to the last report, and up to the one before. */
  let packetsAtReports = { last: 0, before: 0 };
  let lastSenderReport = 0;
  let lastSenderReportMs = 0;
  const ofOurs = createReportsOfOurs();
  let reports = 0;
  let reportsOfReception = 0;

  const ntp = (nowMs: number) => ntpTime(options.wallStartMs + nowMs);
  const block = (nowMs: number): ReportBlock | undefined => {
    const report = options.reception.report();
    if (report === undefined) return undefined;
    const delay = lastSenderReport === 0 ? 0 : Math.round((nowMs - lastSenderReportMs) * 65.536);
    return { ...report, lastSenderReport, delaySinceLastSenderReport: delay };
  };

  return {
    isDue: (nowMs) => nowMs >= dueMs,
    report(sending, nowMs, bye) {
      dueMs = nowMs + intervalMs(MEAN_INTERVAL_MS);
      // Who sent in this interval or the one before is a sender. RFC 3550 §6.4
      const sentSince = sending.packetCount > packetsAtReports.before;
      packetsAtReports = { last: sending.packetCount, before: packetsAtReports.last };
      const { seconds, fraction, middle } = ntp(nowMs);
      if (sentSince) ofOurs.sentReport(middle);
      const { timestampTicks, packetCount, octetCount } = sending;
      const sender = { ntpSeconds: seconds, ntpFraction: fraction, timestampTicks, packetCount, octetCount };
      return encodeReport({
        ssrc: sending.ssrc,
        cname: options.cname,
        sender: sentSince ? sender : undefined,
        block: block(nowMs),
        bye,
      });
    },
    receive(bytes, sending, nowMs) {
      const incoming = decodeReport(bytes);
      if (incoming === undefined) return false;
      if (incoming.senderReportTime !== undefined) {
        lastSenderReport = incoming.senderReportTime;
        lastSenderReportMs = nowMs;
      }
      reports++;
      if (incoming.blocks.length > 0) reportsOfReception++;
      const about = incoming.blocks.find(({ ssrc }) => ssrc === sending.ssrc);
      if (about !== undefined) ofOurs.take(about, sending, ntp(nowMs).middle, nowMs);
      return true;
    },
    remote: () => ({ ...ofOurs.summary(), reports, reportsOfReception }),
    get seen() {
      return { reports, reportsOfReception, notArrivingMs: ofOurs.notArrivingMs };
    },
  };
}
