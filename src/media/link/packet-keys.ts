import { createSrtpReceiver, type SrtpReceiver } from "../srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES, type SrtpSender } from "../srtp/srtp-sender.ts";
import type { SrtpOpenRefusal } from "../srtp/crypto-context.ts";
import type { SrtpKeys } from "../srtp/profile.ts";
import type { PacketBuffer } from "./packet-buffer.ts";

/** Memory in which packets are opened and protected, one at a time of each. All links of a thread may share it. */
export interface PacketBuffers {
  readonly incoming: PacketBuffer;
  readonly outgoing: PacketBuffer;
}

/** What protects our packets to one far end and opens those of it. */
export class PacketKeys {
  readonly #buffers: PacketBuffers;
  #sender: SrtpSender;
  #receiver: SrtpReceiver;
  /** Of the keys before, until a packet comes that the new ones open: the far end may not have changed yet. */
  #former: SrtpReceiver | undefined;

  constructor(buffers: PacketBuffers, sent: SrtpKeys, received: SrtpKeys) {
    this.#buffers = buffers;
    this.#sender = createSrtpSender(sent);
    this.#receiver = createSrtpReceiver(received);
  }

  /** Our packets are protected by other keys from now on. */
  setSent(keys: SrtpKeys): void {
    this.#sender = createSrtpSender(keys);
  }

  /** The far end's packets are protected by other keys from now on. */
  setReceived(keys: SrtpKeys): void {
    this.#former = this.#receiver;
    this.#receiver = createSrtpReceiver(keys, this.#former.highest());
  }

  /** @returns the packet as it is sent, valid until the next one; undefined when it must not leave */
  protect(packet: Uint8Array, isReport: boolean): Uint8Array | undefined {
    const { outgoing } = this.#buffers;
    if (!outgoing.put(packet, MOST_SRTP_OVERHEAD_BYTES)) return undefined;
    const length = isReport
      ? this.#sender.protectRtcp(outgoing.bytes, packet.length)
      : this.#sender.protectRtp(outgoing.bytes, packet.length);
    return typeof length === "number" ? outgoing.view(length) : undefined;
  }

  /** @returns the packet in the clear, valid until the next one; or why it is not let through */
  open(packet: Uint8Array, isReport: boolean): Uint8Array | SrtpOpenRefusal | "too-long" {
    const { incoming } = this.#buffers;
    if (!incoming.put(packet, 0)) return "too-long";
    const length = openWith(this.#receiver, incoming, packet.length, isReport);
    if (typeof length === "number") {
      this.#former = undefined;
      return incoming.view(length);
    }
    if (this.#former === undefined || length !== "not-authentic") return length;
    const formerly = openWith(this.#former, incoming, packet.length, isReport);
    return typeof formerly === "number" ? incoming.view(formerly) : formerly;
  }
}

function openWith(
  receiver: SrtpReceiver,
  { bytes }: PacketBuffer,
  length: number,
  isReport: boolean,
): number | SrtpOpenRefusal {
  return isReport ? receiver.openRtcp(bytes, length) : receiver.openRtp(bytes, length);
}
