import type { SystemCalls } from "./system-calls.ts";

/** Packets that one call receives of one socket. */
export const PACKETS_AT_ONCE = 4;
/** Sockets whose packets one wake-up takes. With `PACKETS_AT_ONCE` it bounds a wake-up to about a millisecond, so that a flood delays no tick
 * for longer. */
export const SOCKETS_AT_ONCE = 64;
/** Length of a `sockaddr_in6`, the longest name of a socket. */
export const NAME_BYTES = 28;

/** No datagram is longer. */
const PACKET_BYTES = 65_536;
/** A view of each shorter length is kept, so that packets make no garbage; longer ones are no telephone audio. */
const KEPT_VIEW_BYTES = 1_500;

/* struct mmsghdr and struct iovec, 64 bit. */
const HEADER = { bytes: 64, name: 0, nameLength: 8, vector: 16, vectorLength: 24, packetLength: 56 } as const;
const VECTOR = { bytes: 16, base: 0, length: 8 } as const;
/* struct epoll_event is packed on x64 only. */
const EVENT = process.arch === "x64" ? ({ bytes: 12, id: 4 } as const) : ({ bytes: 16, id: 8 } as const);
const NAME_PLACE_BYTES = 32;

/* Where what lies. */
const headers = 0;
const vectors = headers + PACKETS_AT_ONCE * HEADER.bytes;
const names = vectors + PACKETS_AT_ONCE * VECTOR.bytes;
const events = names + PACKETS_AT_ONCE * NAME_PLACE_BYTES;
const sendName = events + SOCKETS_AT_ONCE * 16;
const NAME_AT = sendName / 4;
const timeout = sendName + NAME_PLACE_BYTES;
const scratch = timeout + 16;
const sendPacket = 4_096;
const packets = sendPacket + PACKET_BYTES;

/** The memory that the system reads packets from and writes them to: one for all sockets of a thread, made once. Pages that nothing was ever
 * written to take no room. */
export class PacketMemory {
  readonly bytes: Uint8Array;
  /** The beginning of it, four bytes at a time. */
  readonly words: Int32Array;
  readonly data: DataView;
  /** The same beginning, for texts. */
  readonly text: Buffer;
  /** Pointers for the system. */
  readonly headersAt: number;
  readonly eventsAt: number;
  readonly timeoutAt: number;
  readonly sendNameAt: number;
  readonly sendPacketAt: number;
  readonly scratchAt: number;
  /** Place of the scratch room in `bytes`: 128 bytes for one call. */
  readonly scratch = scratch;
  readonly #views: (Uint8Array | undefined)[][];

  constructor(system: SystemCalls) {
    const { address, buffer } = system.allocate(packets + PACKETS_AT_ONCE * PACKET_BYTES);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, 0, sendPacket / 4);
    this.data = new DataView(buffer);
    this.text = Buffer.from(buffer, 0, sendPacket);
    this.bytes.fill(0, 0, sendPacket);
    this.headersAt = address + headers;
    this.eventsAt = address + events;
    this.timeoutAt = address + timeout;
    this.sendNameAt = address + sendName;
    this.sendPacketAt = address + sendPacket;
    this.scratchAt = address + scratch;
    this.#views = Array.from({ length: PACKETS_AT_ONCE }, () => []);
    for (let place = 0; place < PACKETS_AT_ONCE; place++) {
      const [header, vector] = [headers + place * HEADER.bytes, vectors + place * VECTOR.bytes];
      this.#pointer(header + HEADER.name, address + this.nameOf(place));
      this.data.setUint32(header + HEADER.nameLength, NAME_BYTES, true);
      this.#pointer(header + HEADER.vector, address + vector);
      this.#pointer(header + HEADER.vectorLength, 1);
      this.#pointer(vector + VECTOR.base, address + packets + place * PACKET_BYTES);
      this.#pointer(vector + VECTOR.length, PACKET_BYTES);
    }
  }

  /** Place in `bytes` of the name that the packet received at `place` came from. */
  nameOf(place: number): number {
    return names + place * NAME_PLACE_BYTES;
  }

  /** The packet received at `place`; to be read before the next is received. Makes its header ready for that. */
  packet(place: number): Uint8Array {
    const header = headers + place * HEADER.bytes;
    this.data.setUint32(header + HEADER.nameLength, NAME_BYTES, true);
    const length = this.data.getUint32(header + HEADER.packetLength, true);
    const start = packets + place * PACKET_BYTES;
    if (length > KEPT_VIEW_BYTES) return this.bytes.subarray(start, start + length);
    const views = this.#views[place] ?? [];
    return (views[length] ??= this.bytes.subarray(start, start + length));
  }

  /** Puts a packet where `sendto` reads it; false when there is no datagram of that length. */
  putPacket(packet: Uint8Array): boolean {
    if (packet.length > PACKET_BYTES) return false;
    this.bytes.set(packet, sendPacket);
    return true;
  }

  /** Puts the name of its destination there. */
  putName(name: Uint8Array): void {
    // Too short to be worth a call.
    for (let index = 0; index < name.length; index++) this.bytes[sendName + index] = name[index] ?? 0;
  }

  /** Puts a name of IPv4 there: family, port and address; the rest of it is zero. */
  putShortName(first: number, second: number): void {
    const { words } = this;
    words[NAME_AT] = first;
    words[NAME_AT + 1] = second;
    words[NAME_AT + 2] = words[NAME_AT + 3] = 0;
  }

  /** Writes an event for `epoll_ctl` into the scratch room. */
  putEvent(kinds: number, id: number): void {
    this.data.setUint32(scratch, kinds, true);
    this.data.setUint32(scratch + EVENT.id, id, true);
  }

  /** Writes a struct timespec of less than a second. */
  putTimeout(milliseconds: number): void {
    this.data.setUint32(timeout + 8, milliseconds * 1_000_000, true);
  }

  /** The id of an event that `epoll_wait` told. */
  eventId(index: number): number {
    return this.data.getUint32(events + index * EVENT.bytes + EVENT.id, true);
  }

  #pointer(at: number, value: number): void {
    this.data.setBigUint64(at, BigInt(value), true);
  }
}
