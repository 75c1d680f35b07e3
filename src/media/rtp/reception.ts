/** What an RTCP report block says of a stream that we receive. RFC 3550 §6.4.1 */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Share of packets lost since the previous report, in 1/256. */
  readonly fractionLost: number;
  /** Packets lost since the start of this stream; may be negative after duplicates. */
  readonly packetsLost: number;
  /** Sequence number with its cycles in the upper half. */
  readonly highestSequence: number;
  /** Timestamp ticks. */
  readonly jitterTicks: number;
}

/** Sequence numbers, loss and jitter of what is received. RFC 3550 appendix A.1, A.3, A.8 */
export interface Reception {
  /** Counts one valid packet. `isAudio` is false for telephone-events, whose timestamps stand still. */
  packet(ssrc: number, sequence: number, timestampTicks: number, arrivalTicks: number, isAudio: boolean): void;
  /** The report since the previous one; undefined while nothing was received. */
  report(): ReceptionReport | undefined;
  totals(): { readonly packetsReceived: number; readonly packetsLost: number; readonly jitterTicks: number };
}

/** A jump forward of fewer packets counts as loss, a larger one as a restart of the sender. */
const MAX_DROPOUT = 3000;
/** A packet that comes this late, in packets, is still of this stream. */
const MAX_MISORDER = 100;

/** Starts counting. A new SSRC, or two packets in a row far from the rest, begin a new stream; losses of the old one stay in the totals. */
export function createReception(): Reception {
  let ssrc: number | undefined;
  let base = 0;
  let highest = 0; // extended: cycles * 65536 + sequence
  let received = 0;
  let restartAt = -1;
  let jitter = 0;
  let transit: number | undefined;
  let expectedBefore = 0;
  let receivedBefore = 0;
  let endedReceived = 0;
  let endedLost = 0;

  const lost = () => (received === 0 ? 0 : highest - base + 1 - received);
  const begin = (newSsrc: number, sequence: number) => {
    endedReceived += received;
    endedLost += Math.max(0, lost());
    ssrc = newSsrc;
    base = highest = sequence;
    received = expectedBefore = receivedBefore = 0;
    restartAt = -1;
    transit = undefined;
  };

  return {
    packet(packetSsrc, sequence, timestampTicks, arrivalTicks, isAudio) {
      if (packetSsrc !== ssrc) begin(packetSsrc, sequence);
      const ahead = (sequence - highest) & 0xffff;
      if (ahead < MAX_DROPOUT) highest += ahead;
      else if (ahead <= 0x10000 - MAX_MISORDER) {
        if (sequence !== restartAt) {
          restartAt = (sequence + 1) & 0xffff;
          return;
        }
        begin(packetSsrc, sequence);
      }
      received++;
      if (!isAudio) return;
      const newTransit = (arrivalTicks - timestampTicks) | 0;
      if (transit !== undefined) jitter += (Math.abs((newTransit - transit) | 0) - jitter) / 16;
      transit = newTransit;
    },
    report() {
      if (ssrc === undefined || received === 0) return undefined;
      const expected = highest - base + 1;
      const expectedInterval = expected - expectedBefore;
      const lostInterval = expectedInterval - (received - receivedBefore);
      expectedBefore = expected;
      receivedBefore = received;
      const fraction =
        expectedInterval <= 0 || lostInterval <= 0 ? 0 : Math.floor((lostInterval * 256) / expectedInterval);
      return {
        ssrc,
        fractionLost: Math.min(255, fraction),
        packetsLost: lost(),
        highestSequence: highest >>> 0,
        jitterTicks: Math.floor(jitter),
      };
    },
    totals: () => ({
      packetsReceived: endedReceived + received,
      packetsLost: endedLost + Math.max(0, lost()),
      jitterTicks: jitter,
    }),
  };
}
