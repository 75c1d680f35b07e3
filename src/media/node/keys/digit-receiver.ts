import { readUint16 } from "../../stream/packet.ts";
import { DIGITS, EVENT_BYTES, MAX_SEGMENT_TICKS } from "../../stream/telephone-event.ts";
import { QUIET_MS, classifyEvent, type ObservedEvent, type Press } from "./press.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";

/** Recognises digits in telephone-event packets. RFC 4733 §2.5.2 */
export interface DigitReceiver {
  /** Takes an event packet. */
  packet(heard: HeardPacket, nowMs: number): void;
  /** A press was told that has not ended. */
  isHeld(): boolean;
  /** Ends a press whose end packets were all lost; call it each tick. */
  tick(nowMs: number): void;
}

/** Called twice for each key press: when it begins and when it has ended. `durationTicks` is its length so far. */
export interface PressListener {
  /** `packet` is the first that arrived, which need not be the first that was sent. */
  begins(digit: string, durationTicks: number, packet: HeardPacket, nowMs: number): void;
  goesOn(durationTicks: number): void;
  ended(digit: string, durationTicks: number): void;
}

/** Makes a receiver. Any packet begins a press, so the first ones may be lost. Without its end packets a press ends with the next one, or after
 * `QUIET_MS` of silence. Repeated and late packets are recognised. */
export function createDigitReceiver(listener: PressListener): DigitReceiver {
  let press: Press | undefined;
  let isHeld = false;

  const digitOf = ({ code }: Press) => DIGITS[code] ?? "";
  const lengthOf = ({ earlierTicks, durationTicks }: Press) => earlierTicks + durationTicks;
  const end = () => {
    if (press === undefined || !isHeld) return;
    isHeld = false;
    listener.ended(digitOf(press), lengthOf(press));
  };

  const take = (sighting: ObservedEvent, heard: HeardPacket, nowMs: number) => {
    const sighted = classifyEvent(press, sighting, nowMs);
    if (sighted === "late") return;
    if (sighted === "begins" || press === undefined) {
      end();
      press = begun(sighting, nowMs);
      isHeld = true;
      listener.begins(digitOf(press), lengthOf(press), heard, nowMs);
    } else {
      const before = lengthOf(press);
      press = goneOn(press, sighting, sighted, nowMs);
      if (isHeld && lengthOf(press) > before) listener.goesOn(lengthOf(press));
    }
    if (press.hasEnd) end();
  };

  return {
    isHeld: () => isHeld,
    packet(heard, nowMs) {
      const { bytes, start, end: behind, isMarked, ssrc, sequence, timestampTicks, eventClockTicks } = heard;
      const code = bytes[start] ?? 255;
      if (behind - start < EVENT_BYTES || code >= DIGITS.length) return;
      const isEnd = ((bytes[start + 1] ?? 0) & 0x80) !== 0;
      const durationTicks = Math.floor(readUint16(bytes, start + 2) / eventClockTicks);
      const segmentTicks = Math.floor(MAX_SEGMENT_TICKS / eventClockTicks);
      take({ code, isEnd, durationTicks, segmentTicks, isMarked, ssrc, sequence, timestampTicks }, heard, nowMs);
    },
    tick(nowMs) {
      if (isHeld && press !== undefined && nowMs - press.heardMs >= QUIET_MS) end();
    },
  };
}

function begun(sighting: ObservedEvent, heardMs: number): Press {
  const { code, ssrc, sequence, timestampTicks, durationTicks, isEnd } = sighting;
  return { code, ssrc, sequence, timestampTicks, durationTicks, earlierTicks: 0, hasEnd: isEnd, heardMs };
}

/** The newest packet counts; an older one that arrives late may still carry the end. */
function goneOn(press: Press, sighting: ObservedEvent, sighted: "goes-on" | "next-segment", heardMs: number): Press {
  const isNewer = sighting.ssrc !== press.ssrc || ((sighting.sequence - press.sequence) << 16) >> 16 > 0;
  const isNext = sighted === "next-segment";
  return {
    ...press,
    ...(isNewer ? { ssrc: sighting.ssrc, sequence: sighting.sequence, timestampTicks: sighting.timestampTicks } : {}),
    durationTicks: isNext ? sighting.durationTicks : Math.max(press.durationTicks, sighting.durationTicks),
    earlierTicks: press.earlierTicks + (isNext ? sighting.segmentTicks : 0),
    hasEnd: press.hasEnd || sighting.isEnd,
    heardMs,
  };
}
