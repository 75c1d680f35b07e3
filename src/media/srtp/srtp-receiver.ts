import { CryptoContext, type SrtpOpenRefusal } from "./crypto-context.ts";
import { isRtcpForm, readInt32, rtpPayloadStart } from "./rtp-parts.ts";
import { nearestIndex } from "./replay-window.ts";
import type { PacketProtection } from "./protection.ts";
import type { SrtpKeys } from "./profile.ts";

/** Checks and opens the packets that the other end sends, each in the memory where it lies; what is refused is left changed. RFC 3711 */
export interface SrtpReceiver {
  /** Opens the RTP packet in the first `length` bytes of `memory`. @returns its length without protection, or why it is not let through */
  openRtp(memory: Uint8Array, length: number): number | SrtpOpenRefusal;
  /** The same for an RTCP packet. */
  openRtcp(memory: Uint8Array, length: number): number | SrtpOpenRefusal;
  /** The highest full number of an RTP packet of each source, for whoever follows with other keys. */
  highest(): ReadonlyMap<number, number>;
}

/** Makes what opens packets with the other end's keys.
 * @param before `highest` of the keys that these follow */
export function createSrtpReceiver(
  keys: SrtpKeys | PacketProtection,
  before: ReadonlyMap<number, number> = new Map(),
): SrtpReceiver {
  return new Receiver(keys, before);
}

class Receiver implements SrtpReceiver {
  readonly #context: CryptoContext;
  readonly #before: ReadonlyMap<number, number>;

  constructor(keys: SrtpKeys | PacketProtection, before: ReadonlyMap<number, number>) {
    this.#context = new CryptoContext(keys);
    this.#before = before;
  }

  openRtp(memory: Uint8Array, length: number): number | SrtpOpenRefusal {
    const { protection } = this.#context;
    const end = length - protection.rtpOverheadBytes;
    const start = rtpPayloadStart(memory, end);
    if (start < 0) return "malformed";
    const ssrc = readInt32(memory, 8);
    const sequence = ((memory[2] ?? 0) << 8) | (memory[3] ?? 0);
    const known = this.#context.find(ssrc);
    if (known === undefined) return this.#openFirst(memory, start, end, ssrc, sequence);
    const index = known.rtp.indexOf(sequence);
    const verdict = known.rtp.look(index);
    if (verdict !== "new") return verdict;
    if (!protection.verifyRtp(memory, start, end, index)) return "not-authentic";
    known.rtp.take(index);
    known.cipher.decipherRtp(memory, start, end, index);
    return end;
  }

  /** A source is kept once a packet of it was genuine: strangers take no memory. Its roll-over counter is not sent, and so is tried. */
  #openFirst(memory: Uint8Array, start: number, end: number, ssrc: number, sequence: number): number | SrtpOpenRefusal {
    const { protection } = this.#context;
    for (const index of this.#firstIndexes(ssrc, sequence)) {
      if (!protection.verifyRtp(memory, start, end, index)) continue;
      const source = this.#context.add(ssrc);
      if (source === undefined) return "too-many-sources";
      source.rtp.take(index);
      source.cipher.decipherRtp(memory, start, end, index);
      return end;
    }
    return "not-authentic";
  }

  /** The full numbers that the first packet of a source may have. Its counter begins at 0 (RFC 3711 §3.3.1); at 1 is a stream that began shortly
   * before the end of 16 bits, and whose beginning nobody received; and some senders go on counting over a change of keys. */
  #firstIndexes(ssrc: number, sequence: number): readonly number[] {
    const before = this.#before.get(ssrc);
    return [
      sequence,
      ...(sequence < 0x8000 ? [0x1_0000 + sequence] : []),
      ...(before === undefined ? [] : [nearestIndex(before, sequence)].filter((index) => index >= 0x1_0000)),
    ];
  }

  openRtcp(memory: Uint8Array, length: number): number | SrtpOpenRefusal {
    const { protection } = this.#context;
    const end = length - protection.rtcpOverheadBytes;
    if (!isRtcpForm(memory, end)) return "malformed";
    const ssrc = readInt32(memory, 4);
    const known = this.#context.find(ssrc);
    const number = readInt32(memory, protection.rtcpNumberAt(length));
    const index = number & 0x7fff_ffff;
    const verdict = known === undefined ? "new" : known.rtcp.look(index);
    if (verdict !== "new") return verdict;
    if (!protection.verifyRtcp(memory, end, number)) return "not-authentic";
    const source = known ?? this.#context.add(ssrc);
    if (source === undefined) return "too-many-sources";
    source.rtcp.take(index);
    // The first bit says whether it is enciphered: it may be signed only. RFC 3711 §3.4
    if (number < 0) source.cipher.decipherRtcp(memory, end, index);
    return end;
  }

  highest(): ReadonlyMap<number, number> {
    return this.#context.highest();
  }
}
