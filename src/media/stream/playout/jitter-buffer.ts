import { createDelayEstimate, type DelayEstimate } from "./delay-estimate.ts";
import { ticksOf, type HeardPacket } from "../heard-packet.ts";

/** A packet in the buffer, or just taken out of it; its memory is used again. */
export interface StoredPacket {
  kind: HeardPacket["kind"];
  /** The payload is the first `length` of `bytes`. */
  bytes: Uint8Array;
  length: number;
  /** How long it lasts. */
  ticks: number;
  /** Ticks at its beginning that are too late to be heard. */
  skip: number;
}

/** What comes next in a stream:
 * - `packet`: audio, or the level of comfort noise from here on (`taken`);
 * - `lost`: a hole of `lostTicks` before the next packet;
 * - `pause`: the far end says nothing, and its next packet is not due yet;
 * - `empty`: nothing has come, and nobody knows why. */
export type NextInStream = "packet" | "lost" | "pause" | "empty";

/** Puts the packets of a stream in order and waits for late ones: as long as their delays ask for, between bounds. It has no clock: times are
 * whole ticks of 1/8000 s, and who plays asks for what comes next. Timestamps that contradict the order of packets or the time of their arrival
 * are put right. */
export interface JitterBuffer {
  /** What `next` took out, until the next `put`. */
  readonly taken: StoredPacket;
  readonly lostTicks: number;
  /** The packet behind that hole. */
  readonly following: StoredPacket | undefined;
  /** Takes a packet as it comes; its bytes are copied. Duplicates and those that come too late are dropped. */
  put(heard: HeardPacket, now: number): void;
  /** @param pulled ticks that are played at once */
  next(now: number, pulled: number): NextInStream;
  /** So many ticks were filled in where `next` said `lost` or `empty`. */
  filled(ticks: number, now: number): void;
  /** How many ticks more than wanted lie between arrival and playing; negative when less.
   * @param ahead ticks that were taken out and not played yet */
  excess(now: number, ahead: number): number;
}

/** Bounds of what it waits, ticks: 20 and 200 ms. */
export const SHORTEST_WAIT = 160;
export const LONGEST_WAIT = 1600;
/** Longer packets are cut: ticks, and bytes. */
export const LONGEST_PACKET = 1600;
/** Room for packets: a power of two, over what comes in 200 ms. */
const SLOTS = 64;
/** A jump of more packets is another stream, once a second packet confirms it. */
const MOST_AHEAD = 48;
/** A hole of more ticks is waited for like a pause. */
const LONGEST_LOSS = 8000;
/** Timestamps that skip less than this, though no packet is missing, are filled like a loss. */
const SHORTEST_PAUSE = 80;

interface Slot extends StoredPacket {
  sequence: number;
  /** Place on the timeline. */
  at: number;
}

/** Makes an empty buffer. */
export function createJitterBuffer(): JitterBuffer {
  return new OrderedBuffer();
}

class OrderedBuffer implements JitterBuffer {
  taken: Slot = createSlot();
  lostTicks = 0;
  following: Slot | undefined;
  readonly #delays: DelayEstimate = createDelayEstimate();
  /** By the lowest bits of their sequence numbers. */
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #free: Slot[] = [];
  #count = 0;
  #ssrc: number | undefined;
  /** The newest packet's number as it came, and extended. */
  #newest16 = 0;
  #newest = 0;
  /** The newest audio: its timestamp, its place and its end. */
  #newestTicks = 0;
  #newestAt = 0;
  #newestEnd = 0;
  /** How much later than the fastest it came. */
  #newestLate = 0;
  /** A packet of another stream came, and the one that would confirm it has this number. */
  #strangeSsrc = 0;
  #strangeNext = -1;
  /** The next number to be taken, and the place up to which all was taken or filled in. */
  #next = 0;
  #cursor = 0;
  #isPlaying = false;
  /** Ticks that were filled in at the cursor since nothing had come; its place stands still meanwhile. */
  #starved = 0;
  #wait = SHORTEST_WAIT;
  #latest: NextInStream = "empty";

  put(heard: HeardPacket, now: number): void {
    const ahead = this.#aheadOf(heard);
    if (ahead === undefined) return;
    const sequence = this.#newest + ahead;
    const length = Math.min(ticksOf(heard), LONGEST_PACKET);
    const at = this.#placeOf(heard, ahead, length, now);
    this.#ssrc = heard.ssrc;
    if (ahead > 0) {
      this.#newest16 = heard.sequence;
      this.#newest = sequence;
    }
    // What is later than anybody waits tells nothing of how long to wait.
    if (length > 0 && !this.#isTooLate(now - at - this.#delays.base)) this.#delays.note(now - at, now);
    this.#store(heard, sequence, at, length);
  }

  next(now: number, pulled: number): NextInStream {
    this.#wait = Math.min(Math.max(this.#delays.spread() + pulled, SHORTEST_WAIT), LONGEST_WAIT);
    this.#latest = this.#isPlaying ? this.#nextOf(now) : this.#begin(now);
    return this.#latest;
  }

  filled(ticks: number, now: number): void {
    if (this.#latest === "lost") this.#cursor += ticks;
    else if (this.#latest === "empty" && this.#isPlaying) {
      if (now - this.#delays.base - this.#cursor < LONGEST_WAIT) this.#starved += ticks;
      else this.#cursor += ticks;
    }
  }

  excess(now: number, ahead: number): number {
    return this.#isPlaying ? now - this.#delays.base - this.#wait - this.#cursor + ahead : 0;
  }

  /** How many packets behind the newest one it is; undefined when it is of another stream that nothing confirms yet. */
  #aheadOf({ ssrc, sequence }: HeardPacket): number | undefined {
    if (this.#ssrc === undefined) return 1;
    const ahead = ((sequence - this.#newest16) << 16) >> 16;
    if (ssrc === this.#ssrc && Math.abs(ahead) <= MOST_AHEAD) {
      this.#strangeNext = -1;
      return ahead;
    }
    const isConfirmed = ssrc === this.#strangeSsrc && sequence === this.#strangeNext;
    this.#strangeSsrc = ssrc;
    this.#strangeNext = isConfirmed ? -1 : (sequence + 1) & 0xffff;
    if (!isConfirmed) return undefined;
    this.#ssrc = undefined;
    // The one before it is missing.
    return 2;
  }

  /** The place of a packet. Another stream goes on where the one before it ended, or where the clock is. */
  #placeOf(heard: HeardPacket, ahead: number, length: number, now: number): number {
    const { base } = this.#delays;
    let at = this.#newestAt + ((heard.timestampTicks - this.#newestTicks) | 0);
    if (this.#ssrc === undefined) at = this.#isPlaying ? Math.max(this.#newestEnd, now - base) : this.#newestEnd;
    if (heard.kind === "event" || ahead <= 0) return at;
    const gap = at - this.#newestEnd;
    // It is newer, so it is neither older nor, when it is the next one, said along with the one before; and who was silent cannot come early.
    const isBack = at < (ahead === 1 ? this.#newestEnd : this.#newestAt + 1) && this.#newestEnd > this.#newestAt;
    if (isBack || (gap > 0 && ahead === 1 && base - (now - at) > gap / 2)) at = this.#newestEnd + (ahead - 1) * length;
    if (this.#stoodStill(now - at - base, length)) at = now - base;
    this.#newestTicks = heard.timestampTicks;
    this.#newestAt = at;
    this.#newestEnd = at + length;
    return at;
  }

  /** Whether packets are too late to be heard and stay so: the far end's timestamps did not follow the clock while it said nothing. What a network
   * held back catches up instead: each packet is less late than the one before. */
  #stoodStill(late: number, length: number): boolean {
    const before = this.#newestLate;
    this.#newestLate = late;
    if (length === 0 || !this.#isTooLate(before) || !this.#isTooLate(late) || late < before - length / 4) return false;
    this.#newestLate = 0;
    return true;
  }

  #isTooLate(late: number): boolean {
    return this.#isPlaying && late > LONGEST_WAIT;
  }

  #store(heard: HeardPacket, sequence: number, at: number, ticks: number): void {
    if (!this.#isPlaying && (this.#count === 0 || sequence < this.#next)) this.#next = sequence;
    if (sequence < this.#next) return;
    while (sequence >= this.#next + SLOTS) this.#leave(this.#next);
    if (this.#slots[sequence & (SLOTS - 1)] !== undefined) return;
    const slot = this.#free.pop() ?? createSlot();
    slot.kind = heard.kind;
    slot.sequence = sequence;
    slot.at = at;
    const size = Math.min(heard.end - heard.start, LONGEST_PACKET);
    if (slot.bytes.length < size) slot.bytes = new Uint8Array(size);
    for (let index = 0; index < size; index++) slot.bytes[index] = heard.bytes[heard.start + index] ?? 0;
    slot.length = size;
    slot.ticks = ticks;
    this.#slots[sequence & (SLOTS - 1)] = slot;
    this.#count++;
  }

  /** The stream begins when its first packet has waited. */
  #begin(now: number): NextInStream {
    const first = this.#oldest();
    if (first === undefined) return "empty";
    if (!this.#isDue(first, now)) return "pause";
    this.#cursor = first.at;
    this.#isPlaying = true;
    return this.#nextOf(now);
  }

  #nextOf(now: number): NextInStream {
    let otherwise: NextInStream = "empty";
    for (let slot = this.#oldest(); slot !== undefined; slot = this.#oldest()) {
      if (slot.kind === "event") {
        this.#leave(slot.sequence);
        // Who presses a key says nothing.
        otherwise = "pause";
        continue;
      }
      const gap = slot.at - this.#cursor;
      if (gap > 0) {
        const isPause = slot.sequence === this.#next ? gap >= SHORTEST_PAUSE : gap > LONGEST_LOSS;
        const waits = isPause ? this.#pauses(slot, now) : this.#misses(slot, now);
        if (waits !== undefined) return waits;
      }
      if (this.#take(slot, now)) return "packet";
    }
    return otherwise;
  }

  /** The far end was silent before a packet. */
  #pauses(slot: Slot, now: number): NextInStream | undefined {
    if (!this.#isDue(slot, now)) return "pause";
    this.#cursor = slot.at;
    return undefined;
  }

  /** Packets are missing before a packet. What was filled in already counts. */
  #misses(slot: Slot, now: number): NextInStream | undefined {
    const credited = Math.min(this.#starved, slot.at - this.#cursor);
    this.#starved -= credited;
    this.#cursor += credited;
    this.lostTicks = slot.at - this.#cursor;
    this.following = slot;
    if (this.lostTicks > 0) return "lost";
    return credited > 0 && !this.#isDue(slot, now) ? "empty" : undefined;
  }

  /** @returns whether anything of it can still be heard */
  #take(slot: Slot, now: number): boolean {
    this.#leave(slot.sequence);
    const length = slot.ticks;
    // Behind a long stop of the network, what is older than the bound is left out.
    const oldest = this.#starved > 0 ? now - this.#delays.base - LONGEST_WAIT : -Infinity;
    const from = Math.max(this.#cursor, oldest);
    if (length > 0 && slot.at + length <= from) return false;
    slot.skip = length === 0 ? 0 : Math.max(0, from - slot.at);
    this.#cursor = Math.max(from, slot.at + length);
    this.#starved = 0;
    this.taken = slot;
    return true;
  }

  #isDue(slot: Slot, now: number): boolean {
    return now >= slot.at + this.#delays.base + this.#wait;
  }

  #oldest(): Slot | undefined {
    if (this.#count === 0) return undefined;
    for (let sequence = this.#next; ; sequence++) {
      const slot = this.#slots[sequence & (SLOTS - 1)];
      if (slot !== undefined) return slot;
    }
  }

  /** Takes a number and all before it out of the buffer. */
  #leave(sequence: number): void {
    const slot = this.#slots[sequence & (SLOTS - 1)];
    this.#next = sequence + 1;
    if (slot === undefined) return;
    this.#slots[sequence & (SLOTS - 1)] = undefined;
    this.#count--;
    this.#free.push(slot);
  }
}

function createSlot(): Slot {
  return { kind: "noise", bytes: new Uint8Array(0), length: 0, ticks: 0, skip: 0, sequence: 0, at: 0 };
}
