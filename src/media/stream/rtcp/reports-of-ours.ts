import { roundTripMs, type ReportBlock } from "./rtcp.ts";
import type { SendingState } from "./sending-state.ts";

/** What the far end has reported of our stream. What cannot be is left out: some report nonsense. */
export interface ReportsOfOurs {
  /** Takes the block about our stream of one report.
   * @param arrival NTP time of its arrival, middle 32 bits */
  take(block: ReportBlock, sending: SendingState, arrival: number, nowMs: number): void;
  /** We have sent a sender report: the NTP time in it, middle 32 bits. Only echoes of such count. */
  sentReport(time: number): void;
  summary(): ReportedOfOurs;
  /** As in the summary. */
  readonly notArrivingMs: number;
  /** Share of our packets that were lost before the latest report, 0 to 1; 0 while no report says it. */
  readonly lossShare: number;
}

/** undefined: no report has said it. */
export interface ReportedOfOurs {
  readonly reportsOfOurs: number;
  /** Reports in which something cannot be. */
  readonly implausible: number;
  /** Lost on the way to the far end, without those that were missing before. */
  readonly packetsLost: number | undefined;
  /** Of how many that is. */
  readonly packetsExpected: number | undefined;
  /** Mean over the reports. */
  readonly jitterTicks: number | undefined;
  readonly roundTripMs: number | undefined;
  /** How long what it has received has stayed the same while we sent. */
  readonly notArrivingMs: number;
}

/** Ten seconds at 8,000 Hz. */
const MOST_JITTER_TICKS = 80_000;
const MOST_ROUND_TRIP_MS = 60_000;
/** Sender reports that may be echoed. */
const REMEMBERED = 4;
/** Sent between two reports: two seconds. */
const LEAST_SENT = 100;

/** Makes the reports about one stream. */
export function createReportsOfOurs(): ReportsOfOurs {
  return new CheckedReports();
}

class CheckedReports implements ReportsOfOurs {
  #reports = 0;
  #implausible = 0;
  #lost: number | undefined;
  #expected: number | undefined;
  /** Sums over the reports that say it. */
  #jitterSum = 0;
  #jitters = 0;
  #roundTripSum = 0;
  #roundTrips = 0;
  readonly #sentTimes: number[] = [];
  #stalled: { readonly highest: number; readonly sinceMs: number; readonly sent: number } | undefined;
  notArrivingMs = 0;
  lossShare = 0;

  take(block: ReportBlock, sending: SendingState, arrival: number, nowMs: number): void {
    this.#reports++;
    const checks = [
      this.#takeLoss(block, sending),
      this.#takeJitter(block.jitterTicks),
      this.#takeRoundTrip(block, arrival),
    ];
    if (checks.includes(false)) this.#implausible++;
    this.#watchArrival(block.highestSequence, sending.packetCount, nowMs);
  }

  sentReport(time: number): void {
    this.#sentTimes.push(time);
    if (this.#sentTimes.length > REMEMBERED) this.#sentTimes.shift();
  }

  summary(): ReportedOfOurs {
    return {
      reportsOfOurs: this.#reports,
      implausible: this.#implausible,
      packetsLost: this.#lost,
      packetsExpected: this.#expected,
      jitterTicks: meanOf(this.#jitterSum, this.#jitters),
      roundTripMs: meanOf(this.#roundTripSum, this.#roundTrips),
      notArrivingMs: this.notArrivingMs,
    };
  }

  /** The highest number must be one that we sent, and no more can be lost than was sent up to it. */
  #takeLoss(
    { highestSequence, packetsLost, fractionLost }: ReportBlock,
    { nextSequence, packetCount, holes }: SendingState,
  ): boolean {
    const since = (nextSequence - 1 - highestSequence) & 0xffff;
    const expected = packetCount - since;
    if (expected <= 0 || Math.abs(packetsLost) > expected + holes) return false;
    this.#lost = Math.max(0, packetsLost - holes);
    this.#expected = expected;
    this.lossShare = fractionLost / 256;
    return true;
  }

  #takeJitter(jitterTicks: number): boolean {
    if (jitterTicks > MOST_JITTER_TICKS) return false;
    this.#jitterSum += jitterTicks;
    this.#jitters++;
    return true;
  }

  #takeRoundTrip(block: ReportBlock, arrival: number): boolean {
    if (block.lastSenderReport === 0) return true;
    if (!this.#sentTimes.includes(block.lastSenderReport)) return false;
    const measuredMs = roundTripMs(block, arrival);
    if (measuredMs === undefined || measuredMs > MOST_ROUND_TRIP_MS) return false;
    this.#roundTripSum += measuredMs;
    this.#roundTrips++;
    return true;
  }

  #watchArrival(highest: number, sent: number, nowMs: number): void {
    if (this.#stalled?.highest !== highest) {
      this.#stalled = { highest, sinceMs: nowMs, sent };
      this.notArrivingMs = 0;
    } else if (sent - this.#stalled.sent >= LEAST_SENT) this.notArrivingMs = nowMs - this.#stalled.sinceMs;
  }
}

function meanOf(sum: number, count: number): number | undefined {
  return count === 0 ? undefined : sum / count;
}
