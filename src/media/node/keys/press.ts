import { SAMPLES_PER_MS } from "../../pcm.ts";
import { MAX_SEGMENT_TICKS } from "../../stream/telephone-event.ts";

/** The fields of a telephone-event packet by which presses are told apart. RFC 4733 §2.3 */
export interface ObservedEvent {
  readonly code: number;
  readonly isEnd: boolean;
  /** Ticks of 1/8000 s, as all below. */
  readonly durationTicks: number;
  /** The longest duration that one packet can tell. RFC 4733 §2.5.1.3 */
  readonly segmentTicks: number;
  readonly isMarked: boolean;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestampTicks: number;
}

/** The latest press, ended or not. `sequence`, `timestampTicks` and `durationTicks` are those of its newest packet. */
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

/** An event without packets for this long has ended. Packets come every 20 to 50 ms while it lasts. */
export const QUIET_MS = 100;
/** A first packet that comes again this long after its press ended is no duplicate: somebody plays a recording once more. */
const SHORTEST_GAP_MS = 40;
/** How many packets a late one may be behind the newest; further back it is another stream. */
const MOST_LATE = 25;
/** A timestamp further back belongs to another stream and not to an event that has ended. */
const MOST_BACK_TICKS = 8000;

/** Decides to which press a packet belongs. By RFC 4733 §2.2.1 all packets of a press have one timestamp, but some phones change it with each
 * packet, recordings are played again, and who passes audio on may begin another stream in the middle of a key. Three more rules tell presses
 * apart: two of one key do not overlap, durations grow within one, and a marker begins one. */
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
  if (Math.abs(ahead) > MOST_LATE && isCarriedOver(press, packet, nowMs)) return "goes-on";
  if (packet.isMarked) return isMarkedThroughout(press, packet, ahead) ? "goes-on" : "begins";
  if (packet.code === press.code) {
    const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
    // Rounded to ticks of the room, both may be one off.
    if (Math.abs(laterTicks - packet.segmentTicks) <= (packet.segmentTicks === MAX_SEGMENT_TICKS ? 0 : 1))
      return "next-segment";
    if (ahead <= MOST_LATE && isMoved(press, packet, ahead)) return "goes-on";
  }
  const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
  const isOlder = Number.isFinite(ahead) && laterTicks < 0 && laterTicks > -MOST_BACK_TICKS;
  return isOlder && (packet.isEnd || !isQuiet) ? "late" : "begins";
}

/** Called for a packet of another stream, or one far away in this. The press goes on there if a press of its length would overlap the one at hand, and
 * it is longer than that one, or its end told again. */
function isCarriedOver(press: Press, packet: ObservedEvent, nowMs: number): boolean {
  const { code, isEnd, durationTicks } = packet;
  if (code !== press.code || durationTicks <= (nowMs - press.heardMs) * SAMPLES_PER_MS) return false;
  return press.hasEnd ? isEnd && durationTicks === press.durationTicks : durationTicks > press.durationTicks;
}

/** Some gateways mark every packet. One that follows the last without a loss, with the same key for longer, or with an end that would overlap the
 * press that ended, is no first one. */
function isMarkedThroughout(press: Press, packet: ObservedEvent, ahead: number): boolean {
  if (packet.code !== press.code || ahead !== 1) return false;
  if (!press.hasEnd) return packet.durationTicks > press.durationTicks;
  const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
  return packet.isEnd && packet.durationTicks === press.durationTicks && laterTicks < press.durationTicks;
}

/** Called when code and timestamp are those of the press. It is a new press only for senders whose timestamp never changes. */
function isOneMore(press: Press, packet: ObservedEvent, isQuiet: boolean): boolean {
  if (!press.hasEnd) return !packet.isMarked || packet.durationTicks >= press.durationTicks;
  if (packet.isMarked && isQuiet) return false;
  return packet.durationTicks >= press.durationTicks || !(packet.isMarked || isQuiet);
}

/** Called when the key is that of the press, the timestamp is not, and there is no marker. It is the same press if two presses would overlap, or
 * if no packet was lost that could have ended the first. */
function isMoved(press: Press, packet: ObservedEvent, ahead: number): boolean {
  const laterTicks = (packet.timestampTicks - press.timestampTicks) | 0;
  const longerTicks = packet.durationTicks - press.durationTicks;
  if (longerTicks >= 0 && laterTicks > 0 && laterTicks <= press.durationTicks) return true;
  return !press.hasEnd && longerTicks > 0 && (ahead === 1 || laterTicks <= longerTicks);
}
