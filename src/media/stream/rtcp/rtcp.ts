import { readUint16, readUint32, writeUint32 } from "../packet.ts";
import type { ReceptionReport } from "../reception.ts";

/** What a sender report adds to a receiver report. RFC 3550 §6.4.1 */
export interface SenderInfo {
  /** NTP time, seconds since 1900 and fraction in 1/2^32. */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly timestampTicks: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

/** A report block as it travels: reception, and the echo that gives the round trip. */
export interface ReportBlock extends ReceptionReport {
  /** Middle 32 bits of the NTP time of the last sender report received; 0 when none was. */
  readonly lastSenderReport: number;
  /** Time since it was received, in 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

/** One compound packet to send. */
export interface OutgoingReport {
  readonly ssrc: number;
  readonly cname: string;
  readonly sender: SenderInfo | undefined;
  readonly block: ReportBlock | undefined;
  readonly bye: boolean;
}

/** What we read from a compound packet. */
export interface IncomingReport {
  /** Sender of the first report. */
  readonly ssrc: number;
  /** Middle 32 bits of its NTP time when it was a sender report. */
  readonly senderReportTime: number | undefined;
  readonly blocks: readonly ReportBlock[];
  readonly bye: boolean;
}

const NOTHING = new Uint8Array(0);
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;

/** Encodes a report, the CNAME and, at the end of a session, a BYE as one compound packet. RFC 3550 §6.1, §6.4 to §6.6
 * @param more messages that go behind it. RFC 4585 §3.1 */
export function encodeReport(report: OutgoingReport, more: Uint8Array = NOTHING): Uint8Array {
  const cname = Buffer.from(report.cname, "utf8").subarray(0, 255);
  const reportBytes = 8 + (report.sender === undefined ? 0 : 20) + (report.block === undefined ? 0 : 24);
  // Chunk: SSRC, CNAME item, at least one zero to end the list, filled to 32 bits.
  const descriptionBytes = 4 + Math.ceil((4 + 2 + cname.length + 1) / 4) * 4;
  const bytes = new Uint8Array(reportBytes + descriptionBytes + (report.bye ? 8 : 0) + more.length);

  const hasBlock = report.block === undefined ? 0 : 1;
  writeHead(
    bytes,
    0,
    hasBlock,
    report.sender === undefined ? RECEIVER_REPORT : SENDER_REPORT,
    reportBytes,
    report.ssrc,
  );
  let at = 8;
  if (report.sender !== undefined) at = writeSender(bytes, at, report.sender);
  if (report.block !== undefined) at = writeBlock(bytes, at, report.block);

  writeHead(bytes, at, 1, SOURCE_DESCRIPTION, descriptionBytes, report.ssrc);
  bytes[at + 8] = 1;
  bytes[at + 9] = cname.length;
  bytes.set(cname, at + 10);
  if (report.bye) writeHead(bytes, at + descriptionBytes, 1, GOODBYE, 8, report.ssrc);
  bytes.set(more, bytes.length - more.length);
  return bytes;
}

/** Reads a compound packet. Unknown parts are skipped.
 * @returns undefined when it is not RTCP or its lengths do not fit (never throws). RFC 3550 appendix A.2 */
export function decodeReport(bytes: Uint8Array): IncomingReport | undefined {
  let ssrc: number | undefined;
  let senderReportTime: number | undefined;
  let bye = false;
  const blocks: ReportBlock[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = (readUint16(bytes, at + 2) + 1) * 4;
    if ((bytes[at] ?? 0) >> 6 !== 2 || at + length > bytes.length) return undefined;
    const count = (bytes[at] ?? 0) & 0x1f;
    const type = bytes[at + 1];
    if (type === GOODBYE) bye = true;
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      const blocksAt = at + (type === SENDER_REPORT ? 28 : 8);
      if (blocksAt + count * 24 > at + length) return undefined;
      ssrc ??= readUint32(bytes, at + 4);
      if (type === SENDER_REPORT) senderReportTime = readUint32(bytes, at + 10);
      for (let index = 0; index < count; index++) blocks.push(readBlock(bytes, blocksAt + index * 24));
    }
    at += length;
  }
  if (ssrc === undefined && !bye) return undefined;
  return { ssrc: ssrc ?? readUint32(bytes, 4), senderReportTime, blocks, bye };
}

/** Round trip in milliseconds from a block about us, at the NTP time (middle 32 bits) of its arrival; undefined when it holds no echo
 * or the echo makes no sense. RFC 3550 §6.4.1 */
export function roundTripMs(block: ReportBlock, arrival: number): number | undefined {
  if (block.lastSenderReport === 0) return undefined;
  const units = (arrival - block.lastSenderReport - block.delaySinceLastSenderReport) | 0;
  // Clocks of 1/65536 s may disagree by a unit or two, which is no round trip of hours.
  return units < -655 ? undefined : Math.max(0, units) / 65.536;
}

/** Milliseconds since 1970 as NTP time. */
export function ntpTime(epochMs: number): {
  readonly seconds: number;
  readonly fraction: number;
  readonly middle: number;
} {
  const seconds = Math.floor(epochMs / 1000) + 2_208_988_800;
  const fraction = Math.floor(((epochMs % 1000) / 1000) * 0x1_0000_0000) >>> 0;
  return { seconds, fraction, middle: (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0 };
}

function writeHead(bytes: Uint8Array, at: number, count: number, type: number, length: number, ssrc: number): void {
  bytes[at] = 0x80 | count;
  bytes[at + 1] = type;
  const words = length / 4 - 1;
  bytes[at + 2] = words >> 8;
  bytes[at + 3] = words & 0xff;
  writeUint32(bytes, at + 4, ssrc);
}

function writeSender(bytes: Uint8Array, at: number, sender: SenderInfo): number {
  writeUint32(bytes, at, sender.ntpSeconds);
  writeUint32(bytes, at + 4, sender.ntpFraction);
  writeUint32(bytes, at + 8, sender.timestampTicks);
  writeUint32(bytes, at + 12, sender.packetCount);
  writeUint32(bytes, at + 16, sender.octetCount);
  return at + 20;
}

function writeBlock(bytes: Uint8Array, at: number, block: ReportBlock): number {
  const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.packetsLost));
  writeUint32(bytes, at, block.ssrc);
  writeUint32(bytes, at + 4, ((block.fractionLost << 24) | (lost & 0xff_ffff)) >>> 0);
  writeUint32(bytes, at + 8, block.highestSequence);
  writeUint32(bytes, at + 12, block.jitterTicks);
  writeUint32(bytes, at + 16, block.lastSenderReport);
  writeUint32(bytes, at + 20, block.delaySinceLastSenderReport);
  return at + 24;
}

function readBlock(bytes: Uint8Array, at: number): ReportBlock {
  const losses = readUint32(bytes, at + 4);
  return {
    ssrc: readUint32(bytes, at),
    fractionLost: losses >>> 24,
    packetsLost: (losses << 8) >> 8,
    highestSequence: readUint32(bytes, at + 8),
    jitterTicks: readUint32(bytes, at + 12),
    lastSenderReport: readUint32(bytes, at + 16),
    delaySinceLastSenderReport: readUint32(bytes, at + 20),
  };
}
