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
  /** When the next report is due. */
  readonly dueMs: number;
  /** The next report; sets when the following is due. `bye` ends the session. */
  report(sending: SendingState, nowMs: number, bye: boolean): Uint8Array;
  /** Takes a datagram from the far end. @returns false when it is not RTCP. */
  receive(bytes: Uint8Array, sending: SendingState, nowMs: number): boolean;
  remote(): RemoteReports;
  /** Parts of it, for those who look often. */
  readonly reports: number;
  readonly reportsOfReception: number;
  readonly notArrivingMs: number;
  readonly lossShare: number;
}

/** The least mean time between reports, which a session of two always has. RFC 3550 §6.2 */
const MEAN_INTERVAL_MS = 5000;
/** Compensates that timer reconsideration converges to a value below the interval: e - 3/2. RFC 3550 §6.3.1 */
const COMPENSATION = Math.E - 1.5;

/** What the reporting of a session is begun with. */
export interface ReporterSetting {
  readonly cname: string;
  readonly reception: Reception;
  readonly nowMs: number;
  /** Epoch time at monotonic 0. */
  readonly wallStartMs: number;
  readonly randomUint32: () => number;
}

/** Starts the reporting of one session. */
export function createReporter(setting: ReporterSetting): Reporter {
  return new SessionReporter(setting);
}

class SessionReporter implements Reporter {
  reports = 0;
  reportsOfReception = 0;
  readonly #setting: ReporterSetting;
  readonly #ofOurs = createReportsOfOurs();
  dueMs: number;
  /** Packets sent up to the last report, and up to the one before. */
  #packetsAtReport = 0;
  #packetsAtReportBefore = 0;
  #lastSenderReport = 0;
  #lastSenderReportMs = 0;

  constructor(setting: ReporterSetting) {
    this.#setting = setting;
    // The first report waits half as long, so that quality is known early. RFC 3550 §6.2
    this.dueMs = setting.nowMs + this.#intervalMs(MEAN_INTERVAL_MS / 2);
  }

  report(sending: SendingState, nowMs: number, bye: boolean): Uint8Array {
    this.dueMs = nowMs + this.#intervalMs(MEAN_INTERVAL_MS);
    // Who sent in this interval or the one before is a sender. RFC 3550 §6.4
    const sentSince = sending.packetCount > this.#packetsAtReportBefore;
    this.#packetsAtReportBefore = this.#packetsAtReport;
    this.#packetsAtReport = sending.packetCount;
    const { seconds, fraction, middle } = this.#ntp(nowMs);
    if (sentSince) this.#ofOurs.sentReport(middle);
    const { packetCount, octetCount } = sending;
    const timestampTicks = Math.imul(sending.timestampTicks, sending.clockTicks) >>> 0;
    const sender = { ntpSeconds: seconds, ntpFraction: fraction, timestampTicks, packetCount, octetCount };
    return encodeReport({
      ssrc: sending.ssrc,
      cname: this.#setting.cname,
      sender: sentSince ? sender : undefined,
      block: this.#block(sending, nowMs),
      bye,
    });
  }

  receive(bytes: Uint8Array, sending: SendingState, nowMs: number): boolean {
    const incoming = decodeReport(bytes);
    if (incoming === undefined) return false;
    if (incoming.senderReportTime !== undefined) {
      this.#lastSenderReport = incoming.senderReportTime;
      this.#lastSenderReportMs = nowMs;
    }
    this.reports++;
    if (incoming.blocks.length > 0) this.reportsOfReception++;
    const about = incoming.blocks.find(({ ssrc }) => ssrc === sending.ssrc);
    if (about !== undefined) {
      const jitterTicks = about.jitterTicks / sending.clockTicks;
      this.#ofOurs.take({ ...about, jitterTicks }, sending, this.#ntp(nowMs).middle, nowMs);
    }
    return true;
  }

  remote(): RemoteReports {
    return { ...this.#ofOurs.summary(), reports: this.reports, reportsOfReception: this.reportsOfReception };
  }

  get notArrivingMs(): number {
    return this.#ofOurs.notArrivingMs;
  }

  get lossShare(): number {
    return this.#ofOurs.lossShare;
  }

  #intervalMs(mean: number): number {
    const random = this.#setting.randomUint32() / 0x1_0000_0000;
    return (mean * (0.5 + random)) / COMPENSATION;
  }

  #ntp(nowMs: number) {
    return ntpTime(this.#setting.wallStartMs + nowMs);
  }

  #block({ clockTicks }: SendingState, nowMs: number): ReportBlock | undefined {
    const report = this.#setting.reception.report();
    if (report === undefined) return undefined;
    const lastSenderReport = this.#lastSenderReport;
    const delay = lastSenderReport === 0 ? 0 : Math.round((nowMs - this.#lastSenderReportMs) * 65.536);
    const { ssrc, fractionLost, packetsLost, highestSequence } = report;
    return {
      ssrc,
      fractionLost,
      packetsLost,
      highestSequence,
      jitterTicks: report.jitterTicks * clockTicks,
      lastSenderReport,
      delaySinceLastSenderReport: delay,
    };
  }
}
