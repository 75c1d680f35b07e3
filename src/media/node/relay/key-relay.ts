import { MAX_SEGMENT_TICKS } from "../../stream/telephone-event.ts";

/** One event packet to send. */
export interface RelayedKeyPacket {
  readonly code: number;
  readonly isFirst: boolean;
  readonly isEnd: boolean;
  readonly timestampTicks: number;
  readonly durationTicks: number;
}

/** Regenerates the keys of one leg of a bridge towards the other: even if packets of a press were lost, it leaves complete, with its three end
 * packets. RFC 4733 §2.5.1; Contract: sip-and-media-keys-in-a-bridge */
export interface KeyRelay {
  /** A press begins at the far end of the other leg. @param startTicks its timestamp in our stream */
  begin(code: number, startTicks: number, durationTicks: number): void;
  /** The length of the current press so far. */
  grow(durationTicks: number): void;
  /** The current press has ended. */
  end(): void;
  /** A press that came by SIP INFO: it lasts `durationTicks` from its first packet on. */
  add(code: number, durationTicks: number): void;
  /** No key waits or is being sent. */
  isIdle(): boolean;
  /** Sends what is due in one packet time.
   * @param clockTicks timestamp that the stream has reached */
  tick(clockTicks: number, frameTicks: number, send: (packet: RelayedKeyPacket) => void): void;
}

interface RelayedPress {
  readonly code: number;
  /** Undefined until a press by SIP INFO has its turn. */
  startTicks: number | undefined;
  durationTicks: number;
  /** For a press by SIP INFO: it lasts until here; undefined: it lasts as long as it is heard. */
  readonly madeTicks: number | undefined;
  isOver: boolean;
  isBegun: boolean;
  /** Length of the segments that are complete. */
  segmentTicks: number;
  endsLeft: number;
}

/** Most presses that wait; further ones are dropped. People press more slowly than keys are sent. */
const MOST_WAITING = 32;
/** How far the timestamp of a relayed key may be from our own clock. */
const NEAR_TICKS = 8000;
/** The end packet is sent three times. RFC 4733 §2.5.1.4 */
const ENDS = 3;

/** Makes the relay of keys into one stream. */
export function createKeyRelay(): KeyRelay {
  return new PressQueue();
}

class PressQueue implements KeyRelay {
  readonly #queue: RelayedPress[] = [];
  /** The press that has not ended. */
  #held: RelayedPress | undefined;
  /** Where the previous press ended: the next one begins there or later. */
  #freeTicks: number | undefined;

  begin(code: number, startTicks: number, durationTicks: number): void {
    this.end();
    this.#held = this.#push(code, startTicks, durationTicks, undefined);
  }

  grow(durationTicks: number): void {
    if (this.#held !== undefined) this.#held.durationTicks = durationTicks;
  }

  end(): void {
    if (this.#held !== undefined) this.#held.isOver = true;
    this.#held = undefined;
  }

  add(code: number, durationTicks: number): void {
    this.#push(code, undefined, 0, durationTicks);
  }

  isIdle(): boolean {
    return this.#queue.length === 0;
  }

  tick(clockTicks: number, frameTicks: number, send: (packet: RelayedKeyPacket) => void): void {
    let press = this.#queue[0];
    if (press?.madeTicks !== undefined && !press.isOver) {
      press.durationTicks = Math.min(press.durationTicks + frameTicks, press.madeTicks);
      press.isOver = press.durationTicks === press.madeTicks;
    }
    for (; press !== undefined; press = this.#queue[0]) {
      send(this.#step(press, clockTicks));
      if (press.endsLeft === 0) this.#queue.shift();
      // End packets that are still due do not delay a key that is pressed already.
      if (!press.isOver || this.#queue.length < 2 || this.#queue[1]?.madeTicks !== undefined) return;
    }
  }

  #push(code: number, startTicks: number | undefined, durationTicks: number, madeTicks: number | undefined) {
    const press: RelayedPress = {
      ...{ code, startTicks, durationTicks, madeTicks },
      ...{ isOver: false, isBegun: false, segmentTicks: 0, endsLeft: ENDS },
    };
    if (this.#queue.length >= MOST_WAITING) return undefined;
    this.#queue.push(press);
    return press;
  }

  #step(press: RelayedPress, clockTicks: number): RelayedKeyPacket {
    const isFirst = !press.isBegun;
    const startTicks = isFirst ? this.#startOf(press, clockTicks) : (press.startTicks ?? clockTicks);
    press.isBegun = true;
    press.startTicks = startTicks;
    // A segment that reached the largest duration is followed by one that starts where it ended. RFC 4733 §2.5.1.3
    const leftTicks = press.durationTicks - press.segmentTicks;
    const durationTicks = Math.min(leftTicks, MAX_SEGMENT_TICKS);
    const timestampTicks = (startTicks + press.segmentTicks) >>> 0;
    if (leftTicks > MAX_SEGMENT_TICKS) press.segmentTicks += MAX_SEGMENT_TICKS;
    const isEnd = press.isOver && leftTicks <= MAX_SEGMENT_TICKS;
    if (isEnd) press.endsLeft--;
    this.#freeTicks = (startTicks + press.durationTicks) >>> 0;
    return { code: press.code, isFirst, isEnd, timestampTicks, durationTicks };
  }

  /** Its own timestamp when that is close to our clock, but not before the end of the previous press, since the far end would take it for a late
   * packet of that. */
  #startOf({ startTicks, durationTicks }: RelayedPress, clockTicks: number): number {
    const wanted = startTicks === undefined ? 0 : (startTicks - clockTicks) | 0;
    const isNear = wanted <= NEAR_TICKS && wanted >= -durationTicks - NEAR_TICKS;
    const earliest = this.#freeTicks === undefined ? -Infinity : (this.#freeTicks - clockTicks) | 0;
    const start = Math.max(isNear ? wanted : -durationTicks, earliest <= NEAR_TICKS ? earliest : -Infinity);
    return (clockTicks + start) >>> 0;
  }
}
