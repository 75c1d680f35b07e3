/** Why a datagram on a port of a session was not used. docs/call-quality.md says what to do about each. */
export const dropCauses = [
  /** It came before media was agreed. */
  "not-started",
  /** Not RTP version 2, or its lengths do not fit. */
  "malformed",
  /** Its payload type was not agreed. */
  "not-agreed",
  /** It is not from the far end. */
  "stranger",
  /** The same packet came before. */
  "duplicate",
  /** It came so late that nothing can use it. */
  "too-late",
  /** RTCP whose lengths do not fit. */
  "malformed-report",
  /** RTCP that is not from the far end. */
  "stranger-report",
] as const;

export type DropCause = (typeof dropCauses)[number];

/** How many packets were dropped, by cause; causes without any are left out. */
export type DroppedPackets = { readonly [Cause in DropCause]?: number };

/** RTP packets of one session, or of all of a worker. */
export interface PacketTotals {
  readonly sent: number;
  /** Those of the far ends. */
  readonly received: number;
  /** RTCP among them. */
  readonly dropped: DroppedPackets;
}

/** Counts packets in one block of memory, so that one thread may read what another counts. */
export interface PacketCounts {
  sent(): void;
  received(): void;
  dropped(cause: DropCause): void;
  /** How many were dropped for this cause. */
  ofCause(cause: DropCause): number;
  totals(): PacketTotals;
}

const SENT = 0;
const RECEIVED = 1;
const FIRST_CAUSE = 2;
const places = Object.fromEntries(dropCauses.map((cause, index) => [cause, FIRST_CAUSE + index])) as Record<
  DropCause,
  number
>;

/** Memory for counts that other threads may read. */
export function createSharedCounts(): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer((FIRST_CAUSE + dropCauses.length) * Float64Array.BYTES_PER_ELEMENT));
}

/** Begins to count, or goes on in `memory`.
 * @param whole counts along */
export function createPacketCounts(
  whole?: PacketCounts,
  memory: Float64Array = new Float64Array(FIRST_CAUSE + dropCauses.length),
): PacketCounts {
  return new MemoryCounts(whole, memory);
}

class MemoryCounts implements PacketCounts {
  readonly #whole: PacketCounts | undefined;
  readonly #memory: Float64Array;

  constructor(whole: PacketCounts | undefined, memory: Float64Array) {
    this.#whole = whole;
    this.#memory = memory;
  }

  sent(): void {
    this.#add(SENT);
    this.#whole?.sent();
  }

  received(): void {
    this.#add(RECEIVED);
    this.#whole?.received();
  }

  dropped(cause: DropCause): void {
    this.#add(places[cause]);
    this.#whole?.dropped(cause);
  }

  ofCause(cause: DropCause): number {
    return this.#memory[places[cause]] ?? 0;
  }

  totals(): PacketTotals {
    const counted = dropCauses.map((cause) => [cause, this.ofCause(cause)] as const);
    return {
      sent: this.#memory[SENT] ?? 0,
      received: this.#memory[RECEIVED] ?? 0,
      dropped: Object.fromEntries(counted.filter(([, count]) => count > 0)),
    };
  }

  #add(place: number): void {
    this.#memory[place] = (this.#memory[place] ?? 0) + 1;
  }
}

/** The sums of several. */
export function addTotals(all: readonly PacketTotals[]): PacketTotals {
  const sums = all.map(({ dropped }) => dropped);
  const counted = dropCauses.map((cause) => [cause, sums.reduce((sum, one) => sum + (one[cause] ?? 0), 0)] as const);
  return {
    sent: all.reduce((sum, { sent }) => sum + sent, 0),
    received: all.reduce((sum, { received }) => sum + received, 0),
    dropped: Object.fromEntries(counted.filter(([, count]) => count > 0)),
  };
}
