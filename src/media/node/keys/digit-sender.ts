import { SAMPLES_PER_MS } from "../../pcm.ts";
import { DIGITS, MAX_SEGMENT_TICKS } from "../../stream/telephone-event.ts";

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
  /** Queues digits; a comma is a pause of 500 ms, other characters are ignored. */
  send(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** Advances one packet time. @returns the event packet that takes the place of audio, or undefined when audio goes on */
  next(frameTicks: number): EventPacket | undefined;
  /** The session ends: an order counts as sent when its last key has left, even if end packets of it are still due. */
  finish(): void;
  /** Whether no digits wait or are being sent. */
  isIdle(): boolean;
}

interface Order {
  readonly sendId: string;
  readonly digits: string;
  readonly toneTicks: number;
  readonly gapTicks: number;
}

const PAUSE_TICKS = 500 * SAMPLES_PER_MS;
/** The end packet is sent three times: once, and this often again. RFC 4733 §2.5.1.4 */
const END_REPEATS = 2;

/** Makes a sender. `onSent` gets an order's `sendId` when its last packet was handed out. */
export function createDigitSender(onSent: (sendId: string) => void): DigitSender {
  return new EventSender(onSent);
}

class EventSender implements DigitSender {
  readonly #onSent: (sendId: string) => void;
  readonly #orders: Order[] = [];
  readonly #packet: EventPacket = { code: 0, isFirst: false, isEnd: false, offsetTicks: 0, durationTicks: 0 };
  #phase: "ready" | "tone" | "gap" = "ready";
  /** In the digits of the first order. */
  #position = 0;
  /** Of the tone. */
  #elapsedTicks = 0;
  #gapLeftTicks = 0;
  #endsLeft = 0;

  constructor(onSent: (sendId: string) => void) {
    this.#onSent = onSent;
  }

  send(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    const wanted = [...digits].filter((digit) => digit === "," || DIGITS.includes(digit.toUpperCase()));
    const toneTicks = Math.max(1, Math.round(toneMs * SAMPLES_PER_MS));
    this.#orders.push({ sendId, digits: wanted.join(""), toneTicks, gapTicks: Math.round(gapMs * SAMPLES_PER_MS) });
  }

  isIdle(): boolean {
    return this.#orders.length === 0;
  }

  finish(): void {
    const order = this.#orders[0];
    if (order === undefined || this.#phase !== "gap" || /[^,]/.test(order.digits.slice(this.#position))) return;
    this.#orders.shift();
    this.#onSent(order.sendId);
  }

  next(frameTicks: number): EventPacket | undefined {
    const order = this.#orders[0];
    if (order === undefined) {
      // The gap after the last digit also separates it from the next order.
      if (this.#phase === "gap") this.#shortenGap(frameTicks);
      return undefined;
    }
    if (this.#phase === "ready") this.#begin(order);
    return this.#phase === "tone" ? this.#stepTone(order, frameTicks) : this.#stepGap(order, frameTicks);
  }

  /** Takes the next character: begins a tone or a pause. */
  #begin(order: Order): void {
    const character = order.digits[this.#position++];
    if (character === undefined || character === ",") {
      this.#phase = "gap";
      this.#gapLeftTicks = character === undefined ? 0 : PAUSE_TICKS;
      return;
    }
    this.#phase = "tone";
    this.#elapsedTicks = 0;
    this.#packet.code = DIGITS.indexOf(character.toUpperCase());
    this.#packet.offsetTicks = 0;
    this.#packet.durationTicks = 0;
  }

  #stepTone(order: Order, frameTicks: number): EventPacket {
    const packet = this.#packet;
    packet.isFirst = this.#elapsedTicks === 0;
    // A segment that reached the largest duration is followed by one that starts where it ended. RFC 4733 §2.5.1.3
    if (packet.durationTicks === MAX_SEGMENT_TICKS) packet.offsetTicks += MAX_SEGMENT_TICKS;
    this.#elapsedTicks += frameTicks;
    const total = Math.min(this.#elapsedTicks, order.toneTicks);
    packet.durationTicks = Math.min(total - packet.offsetTicks, MAX_SEGMENT_TICKS);
    packet.isEnd = packet.offsetTicks + packet.durationTicks >= order.toneTicks;
    if (packet.isEnd) {
      this.#phase = "gap";
      this.#endsLeft = END_REPEATS;
      this.#gapLeftTicks = order.gapTicks - (this.#elapsedTicks - order.toneTicks);
    }
    return packet;
  }

  #stepGap(order: Order, frameTicks: number): EventPacket | undefined {
    const repeatsEnd = this.#endsLeft > 0;
    if (repeatsEnd) this.#endsLeft--;
    this.#packet.isFirst = false;
    this.#shortenGap(frameTicks);
    this.#finishIfLast(order);
    return repeatsEnd ? this.#packet : undefined;
  }

  #shortenGap(frameTicks: number): void {
    this.#gapLeftTicks -= frameTicks;
    if (this.#gapLeftTicks <= 0 && this.#endsLeft === 0) this.#phase = "ready";
  }

  /** An order is complete with its last end packet, or with the end of a pause that it ends with. */
  #finishIfLast(order: Order): void {
    if (this.#position < order.digits.length || this.#endsLeft > 0) return;
    if (order.digits.endsWith(",") && this.#phase === "gap") return;
    this.#orders.shift();
    this.#position = 0;
    this.#onSent(order.sendId);
  }
}
