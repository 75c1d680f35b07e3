import { SAMPLES_PER_MS } from "../pcm.ts";
import { DIGITS, MAX_SEGMENT_TICKS } from "./event.ts";

/** One event packet to send; the value is reused from tick to tick. */
export interface EventPacket {
  code: number;
  /** Set on the first packet of an event: its timestamp is now. */
  isFirst: boolean;
  isEnd: boolean;
  /** Offset of the segment from the timestamp of the event; not 0 only in events over 8 s. */
  offsetTicks: number;
  durationTicks: number;
}

/** Turns digits into event packets, one decision per packet time. RFC 4733 §2.5.1 */
export interface DigitSender {
  send(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** Advances one packet time. @returns the event packet that takes the place of audio, or undefined when audio goes on */
  next(frameTicks: number): EventPacket | undefined;
}

interface Order {
  readonly sendId: string;
  readonly digits: string;
  readonly toneTicks: number;
  readonly gapTicks: number;
}

const PAUSE_TICKS = 500 * SAMPLES_PER_MS;
/** The end packet is sent three times. RFC 4733 §2.5.1.4 */
const END_REPEATS = 2;

/** Makes a sender. `onSent` is told an order's `sendId` when its last packet was handed out. Other characters than digits and commas are passed over. */
export function createDigitSender(onSent: (sendId: string) => void): DigitSender {
  const orders: Order[] = [];
  let position = 0; // in the digits of orders[0]
  let phase: "ready" | "tone" | "gap" = "ready";
  let elapsedTicks = 0; // of the tone
  let gapLeftTicks = 0;
  let endsLeft = 0;
  const packet: EventPacket = { code: 0, isFirst: false, isEnd: false, offsetTicks: 0, durationTicks: 0 };

  const finishIfLast = (order: Order) => {
    if (position < order.digits.length || endsLeft > 0) return;
    const paused = order.digits.endsWith(",");
    if (paused && gapLeftTicks > 0) return;
    orders.shift();
    position = 0;
    onSent(order.sendId);
  };

  /** Takes the next character: begins a tone or a pause. */
  const begin = (order: Order) => {
    const character = order.digits[position++] ?? "";
    const code = character === "" ? -1 : DIGITS.indexOf(character.toUpperCase());
    if (code >= 0) {
      phase = "tone";
      elapsedTicks = 0;
      Object.assign(packet, { code, isFirst: true, isEnd: false, offsetTicks: 0, durationTicks: 0 });
    } else {
      phase = "gap";
      gapLeftTicks = character === "," ? PAUSE_TICKS : 0;
    }
  };

  const stepTone = (order: Order, frameTicks: number): EventPacket => {
    packet.isFirst = elapsedTicks === 0;
    // A segment that reached the largest duration is followed by one that starts where it ended.
    if (packet.durationTicks === MAX_SEGMENT_TICKS) packet.offsetTicks += MAX_SEGMENT_TICKS;
    elapsedTicks += frameTicks;
    const total = Math.min(elapsedTicks, order.toneTicks);
    packet.durationTicks = Math.min(total - packet.offsetTicks, MAX_SEGMENT_TICKS);
    packet.isEnd = packet.offsetTicks + packet.durationTicks >= order.toneTicks;
    if (packet.isEnd) {
      phase = "gap";
      endsLeft = END_REPEATS;
      gapLeftTicks = order.gapTicks - (elapsedTicks - order.toneTicks);
    }
    return packet;
  };

  const stepGap = (order: Order, frameTicks: number): EventPacket | undefined => {
    gapLeftTicks -= frameTicks;
    const repeatsEnd = endsLeft > 0;
    if (repeatsEnd) endsLeft--;
    packet.isFirst = false;
    if (gapLeftTicks <= 0 && endsLeft === 0) phase = "ready";
    finishIfLast(order);
    return repeatsEnd ? packet : undefined;
  };

  return {
    send(sendId, digits, toneMs, gapMs) {
      const toneTicks = Math.max(1, Math.round(toneMs * SAMPLES_PER_MS));
      const wanted = [...digits].filter((digit) => digit === "," || DIGITS.includes(digit.toUpperCase())).join("");
      orders.push({ sendId, digits: wanted, toneTicks, gapTicks: Math.round(gapMs * SAMPLES_PER_MS) });
    },
    next(frameTicks) {
      if (phase === "gap" && orders[0] === undefined) {
        // The gap after the last digit still keeps a following order apart.
        gapLeftTicks -= frameTicks;
        if (gapLeftTicks <= 0) phase = "ready";
        return undefined;
      }
      const order = orders[0];
      if (order === undefined) return undefined;
      if (phase === "ready") begin(order);
      return phase === "tone" ? stepTone(order, frameTicks) : stepGap(order, frameTicks);
    },
  };
}
