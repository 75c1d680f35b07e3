import type { PacketAddress } from "../io/packet-io.ts";

/** Datagrams of 20 ms that are kept: as much as overtakes the answer that says whose they are. */
const MOST_KEPT = 8;

/** What came before anything was agreed, as it came; the newest of it. A far end may send as soon as it has our offer, and its first packets may be here
 * before its answer is read. RFC 3264 §5.1 */
export class EarlyPackets {
  #kept: { readonly packet: Uint8Array; readonly source: PacketAddress }[] = [];
  readonly #onDropped: () => void;

  /** @param onDropped is told of each that is not kept in the end */
  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
  }

  keep(packet: Uint8Array, { address, port }: PacketAddress): void {
    this.#kept.push({ packet: packet.slice(), source: { address, port } });
    if (this.#kept.length <= MOST_KEPT) return;
    this.#kept.shift();
    this.#onDropped();
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Gives all to `receive`, in order, and keeps none of them. */
  giveTo(receive: (packet: Uint8Array, source: PacketAddress) => void): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const { packet, source } of kept) receive(packet, source);
  }

  /** Nothing will be agreed. */
  drop(): void {
    this.giveTo(() => this.#onDropped());
  }
}
