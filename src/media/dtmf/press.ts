import { MAX_SEGMENT_TICKS } from "./event.ts";

/** One telephone-event packet, as far as it tells presses apart. RFC 4733 §2.3 */
export interface ObservedEvent {
  readonly code: number;
  readonly isEnd: boolean;
  /** Ticks of 1/8000 s, as all below. */
  readonly durationTicks: number;
  readonly isMarked: boolean;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestampTicks: number;
}

/** The press that was heard last, over or not. `sequence`, `timestampTicks` and `durationTicks` are those of its newest packet. */
export interface Press {
  readonly code: number;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestampTicks: number;
  readonly durationTicks: number;
  /** Length of the segments before this one. */
  readonly earlierTicks: number;
  /** An end packet came. */
  readonly hasEnd: boolean;
  readonly heardMs: number;
}

/** What a packet is: the first of a press, one more of the press at hand, the next segment of it, or a late one of something that is over. */
export type EventClass = "begins" | "goes-on" | "next-segment" | "late";

/** An event of which nothing came for this long is over. Packets come every 20 to 50 ms while it lasts. */
export const QUIET_MS = 100;
/** The first packet of a press that has ended does not come again after so long: a recording is played once more. */
const SHORTEST_GAP_MS = 40;
/** Packets behind the newest that a network still brings; further back it is another stream. */
const MOST_LATE = 25;
/** A timestamp that lies further back belongs to another stream, and not to an event that is over. */
const MOST_BACK_TICKS = 8000;

/** Tells to which press a packet belongs. By the letter a press is one timestamp (RFC 4733 §2.2.1); there are phones whose timestamp moves with
 * each packet, and recordings that are played again. So a press is what its packets can be: two presses of one key do not overlap, durations
 * grow within one, and a marker begins one. */
export function classifyEvent(press: Press | undefined, packet: ObservedEvent, nowMs: number): EventClass {
  if (press === undefined) return "begins";
  const isQuiet = nowMs - press.heardMs >= QUIET_MS;
  const ahead = packet.ssrc === press.ssrc ? ((packet.sequence - press.sequence) << 16) >> 16 : Infinity;
  const isSameEvent = packet.code === press.code && packet.timestampTicks === press.timestampTicks;
  if (ahead <= 0 && ahead >= -MOST_LATE) {
    const isAgain = press.hasEnd && !packet.isEnd && nowMs - press.heardMs >= SHORTEST_GAP_MS;
    if (packet.isMarked && (isQuiet || isAgain)) return "begins";
    return isSameEvent ? "goes-on" : "late";
  }
  if (isSameEvent) return isOneMore(press, packet, isQuiet) ? "goes-on" : "begins";
  if (packet.isMarked) return "begins";
  if (packet.code === press.code) {
    if (packet.timestampTicks === (press.timestampTicks + MAX_SEGMENT_TICKS) >>> 0) return "next-segment";
    if (ahead <= MOST_LATE && isMoved(press, packet, ahead)) return "goes-on";
  }
  const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
  const isOlder = Number.isFinite(ahead) && laterTicks < 0 && laterTicks > -MOST_BACK_TICKS;
  return isOlder && (packet.isEnd || !isQuiet) ? "late" : "begins";
}

/** Code and timestamp are those of the press; only a sender whose timestamp never moves begins another one with them. */
function isOneMore(press: Press, packet: ObservedEvent, isQuiet: boolean): boolean {
  if (!press.hasEnd) return !packet.isMarked || packet.durationTicks >= press.durationTicks;
  if (packet.isMarked && isQuiet) return false;
  return packet.durationTicks >= press.durationTicks || !(packet.isMarked || isQuiet);
}

/** The key is that of the press, the timestamp is another, there is no marker: a press whose timestamp moves, when the two would overlap as
 * presses of their own, or when nothing that could have ended the first was lost. */
function isMoved(press: Press, packet: ObservedEvent, ahead: number): boolean {
  const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
  const longerTicks = packet.durationTicks - press.durationTicks;
  if (longerTicks >= 0 && laterTicks > 0 && laterTicks <= press.durationTicks) return true;
  return !press.hasEnd && longerTicks > 0 && (ahead === 1 || laterTicks <= longerTicks);
}
