import { CryptoContext, type SrtpRefusal } from "./crypto-context.ts";
import { isRtcpForm, readInt32, RTCP_HEADER_BYTES, rtpPayloadStart, writeInt32 } from "./rtp-parts.ts";
import type { SrtpKeys } from "./profile.ts";

/** Bytes that protection adds to a packet at most: a tag, and before it the number of an RTCP packet. */
export const MOST_SRTP_OVERHEAD_BYTES = 14;

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
export function createSrtpSender(keys: SrtpKeys): SrtpSender {
  return new Sender(keys);
}

/** RFC 3711 §9.2 */
const MOST_RTCP_INDEX = 0x7fff_ffff;
const IS_ENCRYPTED = 0x8000_0000;

class Sender implements SrtpSender {
  readonly #context: CryptoContext;

  constructor(keys: SrtpKeys) {
    this.#context = new CryptoContext(keys);
  }

  protectRtp(memory: Uint8Array, length: number): number | SrtpRefusal {
    const { rtp } = this.#context;
    checkRoom(memory, length);
    const start = rtpPayloadStart(memory, length);
    if (start < 0) return "malformed";
    const source = this.#source(readInt32(memory, 8));
    if (source === undefined) return "too-many-sources";
    const { window, keyStream } = source.rtp;
    const index = window.indexOf(((memory[2] ?? 0) << 8) | (memory[3] ?? 0));
    const verdict = window.look(index);
    if (verdict !== "new") return verdict;
    window.take(index);
    keyStream.apply(memory, start, length, index);
    // The roll-over counter is signed too, but not sent: the tag comes to its place.
    writeInt32(memory, length, Math.floor(index / 0x1_0000));
    return this.#putTag(memory, length, rtp.hmac.compute(memory, length + 4), rtp.tagBytes);
  }

  protectRtcp(memory: Uint8Array, length: number): number | SrtpRefusal {
    const { rtcp } = this.#context;
    checkRoom(memory, length);
    if (!isRtcpForm(memory, length)) return "malformed";
    const source = this.#source(readInt32(memory, 4));
    if (source === undefined) return "too-many-sources";
    const { window, keyStream } = source.rtcp;
    const index = window.highest + 1;
    if (index > MOST_RTCP_INDEX) return "key-used-up";
    window.take(index);
    keyStream.apply(memory, RTCP_HEADER_BYTES, length, index);
    writeInt32(memory, length, index + IS_ENCRYPTED);
    return this.#putTag(memory, length + 4, rtcp.hmac.compute(memory, length + 4), rtcp.tagBytes);
  }

  #source(ssrc: number) {
    return this.#context.find(ssrc) ?? this.#context.add(ssrc);
  }

  #putTag(memory: Uint8Array, at: number, tag: Uint8Array, tagBytes: number): number {
    for (let index = 0; index < tagBytes; index++) memory[at + index] = tag[index] ?? 0;
    return at + tagBytes;
  }
}

function checkRoom(memory: Uint8Array, length: number): void {
  if (memory.length < length + MOST_SRTP_OVERHEAD_BYTES) throw new RangeError("a packet has no room for its tag");
}
