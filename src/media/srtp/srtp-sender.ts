import { CryptoContext, type SrtpRefusal } from "./crypto-context.ts";
import { isRtcpForm, readInt32, rtpPayloadStart } from "./rtp-parts.ts";
import type { PacketProtection } from "./protection.ts";
import type { SrtpKeys } from "./profile.ts";

/** Bytes that protection adds to a packet at most: a tag, and the number of an RTCP packet. */
export const MOST_SRTP_OVERHEAD_BYTES = 20;

/** Protects the packets that one end sends, each in the memory where it lies. RFC 3711 */
export interface SrtpSender {
  /** Protects the RTP packet in the first `length` bytes of `memory`, which has room for `MOST_SRTP_OVERHEAD_BYTES` more. Packets may overtake
   * each other; one whose number was used before is refused, since two packets under one key stream tell each other's content.
   * @returns its new length, or why it must not leave */
  protectRtp(memory: Uint8Array, length: number): number | SrtpRefusal;
  /** The same for an RTCP packet. */
  protectRtcp(memory: Uint8Array, length: number): number | SrtpRefusal;
}

/** Makes what protects packets with our keys. */
export function createSrtpSender(keys: SrtpKeys | PacketProtection): SrtpSender {
  return new Sender(keys);
}

/** RFC 3711 §9.2 */
const MOST_RTCP_INDEX = 0x7fff_ffff;

class Sender implements SrtpSender {
  readonly #context: CryptoContext;

  constructor(keys: SrtpKeys | PacketProtection) {
    this.#context = new CryptoContext(keys);
  }

  protectRtp(memory: Uint8Array, length: number): number | SrtpRefusal {
    checkRoom(memory, length);
    const start = rtpPayloadStart(memory, length);
    if (start < 0) return "malformed";
    const source = this.#source(readInt32(memory, 8));
    if (source === undefined) return "too-many-sources";
    const window = source.rtp;
    const index = window.indexOf(((memory[2] ?? 0) << 8) | (memory[3] ?? 0));
    const verdict = window.look(index);
    if (verdict !== "new") return verdict;
    window.take(index);
    return source.cipher.protectRtp(memory, start, length, index);
  }

  protectRtcp(memory: Uint8Array, length: number): number | SrtpRefusal {
    checkRoom(memory, length);
    if (!isRtcpForm(memory, length)) return "malformed";
    const source = this.#source(readInt32(memory, 4));
    if (source === undefined) return "too-many-sources";
    const window = source.rtcp;
    const index = window.highest + 1;
    if (index > MOST_RTCP_INDEX) return "key-used-up";
    window.take(index);
    return source.cipher.protectRtcp(memory, length, index);
  }

  #source(ssrc: number) {
    return this.#context.find(ssrc) ?? this.#context.add(ssrc);
  }
}

function checkRoom(memory: Uint8Array, length: number): void {
  if (memory.length < length + MOST_SRTP_OVERHEAD_BYTES) throw new RangeError("a packet has no room for its tag");
}
