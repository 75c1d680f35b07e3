/** No packet of ours, and none that an Ethernet carries whole, is longer; tags of SRTP have room. */
const BUFFER_BYTES = 2_048;

/** Memory for two packets, one of each way: packets are worked on one at a time, so that all links of a thread may share it. */
export function createPacketBuffers(): { readonly incoming: PacketBuffer; readonly outgoing: PacketBuffer } {
  return { incoming: new PacketBuffer(), outgoing: new PacketBuffer() };
}

/** Memory for one packet that changes its length on the way, with a view of each length that is made once: packets make no garbage. */
export class PacketBuffer {
  readonly bytes = new Uint8Array(BUFFER_BYTES);
  readonly #views: (Uint8Array | undefined)[] = [];

  /** Copies a packet here. @returns false when it is too long, with `spareBytes` behind it */
  put(packet: Uint8Array, spareBytes: number): boolean {
    if (packet.length + spareBytes > BUFFER_BYTES) return false;
    this.bytes.set(packet);
    return true;
  }

  /** The first `length` bytes; valid until the next packet is put here. */
  view(length: number): Uint8Array {
    return (this.#views[length] ??= this.bytes.subarray(0, length));
  }
}
