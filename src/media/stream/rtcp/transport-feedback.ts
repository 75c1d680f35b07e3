import { writeUint32 } from "../packet.ts";

/** Tells the far end when each of its packets arrived, by the numbers that it gives all that it sends, so that it knows what its way can carry.
 * draft-holmer-rmcat-transport-wide-cc-extensions-01 */
export interface TransportFeedback {
  /** A packet with this number (16 bits) came. */
  packet(number: number, ssrc: number, nowMs: number): void;
  /** The next message, when it is due and there is something to tell; its memory is the caller's. To be sent behind a report. RFC 4585 §3.1 */
  take(ownSsrc: number, nowMs: number): Uint8Array | undefined;
}

/** How often it is told, milliseconds: 50 to 250 is usual. */
const EVERY_MS = 200;
/** Numbers that one message may be about. */
const MOST_NUMBERS = 256;
/** Times are told in quarters of a millisecond, from a multiple of 64 ms on. */
const TICKS_PER_MS = 4;
const REFERENCE_TICKS = 64 * TICKS_PER_MS;
/** Seven of them are in one chunk of 16 bits. */
const statuses = { lost: 0, small: 1, large: 2 } as const;
const STATUSES_OF_CHUNK = 7;

/** Begins, before anything came. */
export function createTransportFeedback(): TransportFeedback {
  return new Feedback();
}

class Feedback implements TransportFeedback {
  /** When each number came, ticks, by its place in a ring; -1: it did not. */
  readonly #arrivals = new Float64Array(MOST_NUMBERS).fill(-1);
  /** Numbers that go on beyond 16 bits: the first that is not told yet, and the highest that came. */
  #first = 0;
  #highest = -1;
  #ssrc = 0;
  #count = 0;
  #dueMs = 0;

  packet(number: number, ssrc: number, nowMs: number): void {
    const full = this.#highest < 0 ? number : this.#highest + (((number - this.#highest) << 16) >> 16);
    // What overtook it was told before.
    if (this.#highest >= 0 && full < this.#first) return;
    if (this.#highest < 0 || full >= this.#first + MOST_NUMBERS) this.#beginAt(full);
    this.#highest = Math.max(this.#highest, full);
    this.#ssrc = ssrc;
    this.#arrivals[full % MOST_NUMBERS] = Math.round(nowMs * TICKS_PER_MS);
  }

  take(ownSsrc: number, nowMs: number): Uint8Array | undefined {
    if (nowMs < this.#dueMs || this.#highest < this.#first) return undefined;
    this.#dueMs = nowMs + EVERY_MS;
    const message = this.#write(ownSsrc);
    this.#first = this.#highest + 1;
    this.#arrivals.fill(-1);
    return message;
  }

  #beginAt(full: number): void {
    this.#first = full;
    this.#highest = full;
    this.#arrivals.fill(-1);
  }

  #write(ownSsrc: number): Uint8Array {
    const numbers = this.#highest - this.#first + 1;
    const arrivals = Array.from(
      { length: numbers },
      (_, index) => this.#arrivals[(this.#first + index) % MOST_NUMBERS] ?? -1,
    );
    // The first of a message came, unless what it waits for is lost: its time is that of the first that did.
    const reference = Math.floor((arrivals.find((ticks) => ticks >= 0) ?? 0) / REFERENCE_TICKS);
    let latest = reference * REFERENCE_TICKS;
    const deltas = arrivals.map((ticks) => {
      if (ticks < 0) return undefined;
      const delta = Math.min(0x7fff, Math.max(-0x8000, ticks - latest));
      latest += delta;
      return delta;
    });
    return this.#encode(ownSsrc, reference, deltas);
  }

  #encode(ownSsrc: number, reference: number, deltas: readonly (number | undefined)[]): Uint8Array {
    const chunks = Math.ceil(deltas.length / STATUSES_OF_CHUNK);
    const deltaBytes = deltas.reduce<number>((sum, delta) => sum + bytesOf(delta), 0);
    const bytes = new Uint8Array(Math.ceil((20 + 2 * chunks + deltaBytes) / 4) * 4);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0x8fcd);
    view.setUint16(2, bytes.length / 4 - 1);
    writeUint32(bytes, 4, ownSsrc);
    writeUint32(bytes, 8, this.#ssrc);
    view.setUint16(12, this.#first & 0xffff);
    view.setUint16(14, deltas.length);
    view.setUint32(16, ((reference & 0xff_ffff) * 256 + (this.#count++ & 0xff)) >>> 0);
    for (let chunk = 0; chunk < chunks; chunk++) {
      view.setUint16(20 + 2 * chunk, chunkOf(deltas, chunk * STATUSES_OF_CHUNK));
    }
    let at = 20 + 2 * chunks;
    for (const delta of deltas) {
      if (delta === undefined) continue;
      if (bytesOf(delta) === 1) view.setUint8(at, delta);
      else view.setInt16(at, delta);
      at += bytesOf(delta);
    }
    return bytes;
  }
}

function bytesOf(delta: number | undefined): number {
  if (delta === undefined) return 0;
  return delta >= 0 && delta <= 0xff ? 1 : 2;
}

/** Statuses of two bits each. */
function chunkOf(deltas: readonly (number | undefined)[], from: number): number {
  let chunk = 0xc000;
  for (let index = 0; index < STATUSES_OF_CHUNK; index++) {
    const bytes = bytesOf(deltas[from + index]);
    const status = bytes === 0 ? statuses.lost : bytes === 1 ? statuses.small : statuses.large;
    chunk |= status << (12 - 2 * index);
  }
  return chunk;
}
