import type { NegotiatedAudio } from "../../sdp/index.ts";
import { SAMPLE_RATE_HZ } from "../pcm.ts";

/** Digits by event code. RFC 4733 §3.2 */
export const DIGITS = "0123456789*#ABCD";

/** Size of a telephone-event payload, bytes. */
export const EVENT_BYTES = 4;

/** Longest duration one event segment can hold, ticks. RFC 4733 §2.5.1.3 */
export const MAX_SEGMENT_TICKS = 0xffff;

/** Loudness of the events we send: 10 dB below 1 mW. RFC 4733 §2.3.3 */
const VOLUME = 10;

/** Ticks of the clock of telephone-events in one of the room. RFC 4733 §2.1 */
export function eventClockTicksOf(audio: Pick<NegotiatedAudio, "telephoneEventClockHz">): number {
  return (audio.telephoneEventClockHz ?? SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ;
}

/** Writes one event payload at `at`. RFC 4733 §2.3
 * ```
 * |     event     |E|R| volume    |          duration             |
 * ``` */
export function writeEvent(bytes: Uint8Array, at: number, code: number, isEnd: boolean, durationTicks: number): void {
  bytes[at] = code;
  bytes[at + 1] = isEnd ? 0x80 | VOLUME : VOLUME;
  bytes[at + 2] = durationTicks >>> 8;
  bytes[at + 3] = durationTicks & 0xff;
}
