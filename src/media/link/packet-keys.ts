import { createSrtpReceiver, type SrtpReceiver } from "../srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES, type SrtpSender } from "../srtp/srtp-sender.ts";
import type { SrtpOpenRefusal } from "../srtp/crypto-context.ts";
import { srtpProfiles, type SrtpKeys, type SrtpProfileForm } from "../srtp/profile.ts";
import type { PacketBuffer } from "./packet-buffer.ts";

/** Memory in which packets are opened and protected, one at a time of each. All links of a thread may share it. */
export interface PacketBuffers {
  readonly incoming: PacketBuffer;
  readonly outgoing: PacketBuffer;
}

/** The far end's keys, and what each of its packets says of them (MKI). */
export interface ReceivedKeys extends SrtpKeys {
  readonly identifier?: Uint8Array | undefined;
}

interface Opener {
  readonly receiver: SrtpReceiver;
  readonly identifier: Uint8Array | undefined;
  readonly form: SrtpProfileForm;
}

/** What protects our packets to one far end and opens those of it. */
export class PacketKeys {
  readonly #buffers: PacketBuffers;
  #sender: SrtpSender;
  #opener: Opener;
  /** Of the keys before, until a packet comes that the new ones open: the far end may not have changed yet. */
  #former: Opener | undefined;

  constructor(buffers: PacketBuffers, sent: SrtpKeys, received: ReceivedKeys) {
    this.#buffers = buffers;
    this.#sender = createSrtpSender(sent);
    this.#opener = openerOf(received);
  }

  /** Our packets are protected by other keys from now on. */
  setSent(keys: SrtpKeys): void {
    this.#sender = createSrtpSender(keys);
  }

  /** The far end's packets are protected by other keys from now on. */
  setReceived(keys: ReceivedKeys): void {
    this.#former = this.#opener;
    this.#opener = openerOf(keys, this.#former.receiver.highest());
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
    const length = openWith(this.#opener, incoming, packet, isReport);
    if (typeof length === "number") {
      this.#former = undefined;
      return incoming.view(length);
    }
    if (this.#former === undefined || length !== "not-authentic") return length;
    const formerly = openWith(this.#former, incoming, packet, isReport);
    return typeof formerly === "number" ? incoming.view(formerly) : formerly;
  }
}

function openerOf(keys: ReceivedKeys, before?: ReadonlyMap<number, number>): Opener {
  return {
    receiver: createSrtpReceiver(keys, before),
    identifier: keys.identifier,
    form: srtpProfiles[keys.profile],
  };
}

function openWith(
  opener: Opener,
  incoming: PacketBuffer,
  packet: Uint8Array,
  isReport: boolean,
): number | SrtpOpenRefusal | "too-long" {
  if (!incoming.put(packet, 0)) return "too-long";
  const { receiver } = opener;
  const length = withoutIdentifier(opener, incoming.bytes, packet.length, isReport);
  if (length < 0) return "not-authentic";
  return isReport ? receiver.openRtcp(incoming.bytes, length) : receiver.openRtp(incoming.bytes, length);
}

/** Takes the identifier of the key out of a packet: it stands before the tag, or, where that is part of the content, at the end. RFC 3711 §3.1,
 * RFC 7714 §7. @returns the length without it; -1: it is not there */
function withoutIdentifier({ identifier, form }: Opener, bytes: Uint8Array, length: number, isReport: boolean): number {
  if (identifier === undefined) return length;
  const behind = form.isAead ? 0 : isReport ? form.rtcpTagBytes : form.rtpTagBytes;
  const at = length - behind - identifier.length;
  if (at < 0 || !identifier.every((byte, index) => bytes[at + index] === byte)) return -1;
  bytes.copyWithin(at, at + identifier.length, length);
  return length - identifier.length;
}
