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
  /* On the port of browsers (src/media/link/browser-drops.ts): of nobody that is known, */
  "unknown-protocol",
  "unknown-source",
  "too-long",
  /** connectivity checks that are not answered, */
  "stun-malformed",
  "stun-unknown-user",
  "stun-not-authentic",
  "stun-too-many",
  /** and handshakes; */
  "dtls-limit",
  "dtls-unused",
  /** and packets that a session's keys do not open. */
  "srtp-no-keys",
  "srtp-malformed",
  "srtp-not-authentic",
  "srtp-replayed",
  "srtp-too-old",
  "srtp-too-many-sources",
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

/** Counts packets. */
export interface PacketCounts {
  /** @param packets default 1 */
  sent(packets?: number): void;
  /** @param bytes of all of them
   * @param packets default 1 */
  received(bytes: number, packets?: number): void;
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

/** Goes on to count in `memory`, so that one thread may read what another counts. */
export function createPacketCounts(memory: Float64Array = createSharedCounts()): PacketCounts {
  return new MemoryCounts(memory);
}

/** Counts the packets of one session. */
export interface SessionPacketCounts extends PacketCounts {
  /** Of the packets that were received. */
  readonly bytesReceived: number;
}

/** Begins to count the packets of one session.
 * @param whole counts along */
export function createSessionCounts(whole?: PacketCounts): SessionPacketCounts {
  return new SessionCounts(whole);
}

class MemoryCounts implements PacketCounts {
  readonly #memory: Float64Array;

  constructor(memory: Float64Array) {
    this.#memory = memory;
  }

  sent(packets = 1): void {
    this.#add(SENT, packets);
  }

  received(_bytes: number, packets = 1): void {
    this.#add(RECEIVED, packets);
  }

  dropped(cause: DropCause): void {
    this.#add(places[cause], 1);
  }

  ofCause(cause: DropCause): number {
    return this.#memory[places[cause]] ?? 0;
  }

  totals(): PacketTotals {
    const [sent = 0, received = 0] = this.#memory;
    return { sent, received, dropped: droppedPackets(this) };
  }

  #add(place: number, count: number): void {
    this.#memory[place] = (this.#memory[place] ?? 0) + count;
  }
}

class SessionCounts implements SessionPacketCounts {
  bytesReceived = 0;
  readonly #whole: PacketCounts | undefined;
  #sent = 0;
  #received = 0;
  /** Made with the first that is dropped, which most sessions never see. */
  #dropped: Map<DropCause, number> | undefined;

  constructor(whole: PacketCounts | undefined) {
    this.#whole = whole;
  }

  sent(packets = 1): void {
    this.#sent += packets;
    this.#whole?.sent(packets);
  }

  received(bytes: number, packets = 1): void {
    this.#received += packets;
    this.bytesReceived += bytes;
    this.#whole?.received(bytes, packets);
  }

  dropped(cause: DropCause): void {
    this.#dropped ??= new Map();
    this.#dropped.set(cause, this.ofCause(cause) + 1);
    this.#whole?.dropped(cause);
  }

  ofCause(cause: DropCause): number {
    return this.#dropped?.get(cause) ?? 0;
  }

  totals(): PacketTotals {
    const dropped = this.#dropped === undefined ? {} : droppedPackets(this);
    return { sent: this.#sent, received: this.#received, dropped };
  }
}

function droppedPackets(counts: Pick<PacketCounts, "ofCause">): DroppedPackets {
  const counted = dropCauses.map((cause) => [cause, counts.ofCause(cause)] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
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
