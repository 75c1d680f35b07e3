import { readUint16 } from "../rtp/packet.ts";
import { DIGITS, EVENT_BYTES, MAX_SEGMENT_TICKS } from "./event.ts";

/** Recognises digits in telephone-event packets; each is told once, when it ended. RFC 4733 §2.5.2 */
export interface DigitReceiver {
  /** Takes an event payload. */
  packet(bytes: Uint8Array, start: number, end: number, timestampTicks: number, nowMs: number): void;
  /** Ends an event whose end packets were all lost; call it each tick. */
  tick(nowMs: number): void;
}

/** An event of which nothing came for this long has ended. Packets come every 20 to 50 ms while it lasts. */
export const LOST_END_MS = 100;

/** Makes a receiver. Lost first packets do not matter (any packet begins the event); lost end packets are made up for by the next event or
 * by `LOST_END_MS` of silence; repeated and late packets are recognised by their timestamp. */
export function createDigitReceiver(onDigit: (digit: string, durationTicks: number) => void): DigitReceiver {
  let active = false;
  let code = 0;
  let segmentTicks = 0; // timestamp of the current segment
  let earlierTicks = 0; // duration of the segments before it
  let durationTicks = 0;
  let lastPacketMs = 0;
  let knownTicks: number | undefined; // timestamp of the newest event seen, reported or not

  const report = () => {
    active = false;
    onDigit(DIGITS[code] ?? "", earlierTicks + durationTicks);
  };

  const begin = (newCode: number, timestampTicks: number) => {
    if (active && newCode === code && timestampTicks === (segmentTicks + MAX_SEGMENT_TICKS) >>> 0) {
      // A long event goes on in a new segment. RFC 4733 §2.5.1.3
      earlierTicks += MAX_SEGMENT_TICKS;
    } else {
      if (active) report();
      active = true;
      code = newCode;
      earlierTicks = 0;
    }
    segmentTicks = knownTicks = timestampTicks;
    durationTicks = 0;
  };

  return {
    packet(bytes, start, end, timestampTicks, nowMs) {
      const event = bytes[start] ?? 255;
      if (end - start < EVENT_BYTES || event >= DIGITS.length) return;
      const isKnown = knownTicks !== undefined && timestampTicks === knownTicks;
      if (isKnown && !active) return;
      if (!isKnown) {
        // A late packet of an event that is over: older than the newest, but not so much older that it is a new stream.
        const aheadTicks = knownTicks === undefined ? 1 : (timestampTicks - knownTicks) | 0;
        if (aheadTicks < 0 && aheadTicks > -8000) return;
        begin(event, timestampTicks);
      }
      lastPacketMs = nowMs;
      durationTicks = Math.max(durationTicks, readUint16(bytes, start + 2));
      if (((bytes[start + 1] ?? 0) & 0x80) !== 0) report();
    },
    tick(nowMs) {
      if (active && nowMs - lastPacketMs >= LOST_END_MS) report();
    },
  };
}
