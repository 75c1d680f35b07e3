import { CryptoContext, type CryptoSource, type SrtpOpenRefusal } from "./crypto-context.ts";
import { isRtcpForm, readInt32, RTCP_HEADER_BYTES, rtpPayloadStart, writeInt32 } from "./rtp-parts.ts";
import type { SrtpKeys } from "./profile.ts";

/** Checks and opens the packets that the other end sends, each in the memory where it lies; what is refused is left changed. RFC 3711 */
export interface SrtpReceiver {
  /** Opens the RTP packet in the first `length` bytes of `memory`. @returns its length without protection, or why it is not let through */
  openRtp(memory: Uint8Array, length: number): number | SrtpOpenRefusal;
  /** The same for an RTCP packet. */
  openRtcp(memory: Uint8Array, length: number): number | SrtpOpenRefusal;
}

/** Makes what opens packets with the other end's keys. */
export function createSrtpReceiver(keys: SrtpKeys): SrtpReceiver {
  return new Receiver(keys);
}

class Receiver implements SrtpReceiver {
  readonly #context: CryptoContext;

  constructor(keys: SrtpKeys) {
    this.#context = new CryptoContext(keys);
  }

  openRtp(memory: Uint8Array, length: number): number | SrtpOpenRefusal {
    const { tagBytes, hmac } = this.#context.rtp;
    const end = length - tagBytes;
    const start = rtpPayloadStart(memory, end);
    if (start < 0) return "malformed";
    const ssrc = readInt32(memory, 8);
    const known = this.#context.find(ssrc);
    const sequence = ((memory[2] ?? 0) << 8) | (memory[3] ?? 0);
    const index = known === undefined ? sequence : known.rtp.window.indexOf(sequence);
    const verdict = known === undefined ? "new" : known.rtp.window.look(index);
    if (verdict !== "new") return verdict;
    takeTag(memory, end, tagBytes);
    writeInt32(memory, end, Math.floor(index / 0x1_0000));
    if (!isTag(hmac.compute(memory, end + 4), tagBytes)) return "not-authentic";
    const source = this.#keep(known, ssrc);
    if (source === undefined) return "too-many-sources";
    source.rtp.window.take(index);
    source.rtp.keyStream.apply(memory, start, end, index);
    return end;
  }

  openRtcp(memory: Uint8Array, length: number): number | SrtpOpenRefusal {
    const { tagBytes, hmac } = this.#context.rtcp;
    const end = length - tagBytes - 4;
    if (!isRtcpForm(memory, end)) return "malformed";
    const ssrc = readInt32(memory, 4);
    const known = this.#context.find(ssrc);
    const number = readInt32(memory, end);
    const index = number & 0x7fff_ffff;
    const verdict = known === undefined ? "new" : known.rtcp.window.look(index);
    if (verdict !== "new") return verdict;
    takeTag(memory, end + 4, tagBytes);
    if (!isTag(hmac.compute(memory, end + 4), tagBytes)) return "not-authentic";
    const source = this.#keep(known, ssrc);
    if (source === undefined) return "too-many-sources";
    source.rtcp.window.take(index);
    // The first bit says whether it is enciphered: it may be signed only. RFC 3711 §3.4
    if (number < 0) source.rtcp.keyStream.apply(memory, RTCP_HEADER_BYTES, end, index);
    return end;
  }

  /** A source is kept once a packet of it was genuine: strangers take no memory. */
  #keep(known: CryptoSource | undefined, ssrc: number): CryptoSource | undefined {
    return known ?? this.#context.add(ssrc);
  }
}

/** The tag of the packet that is being opened. */
const received = new Uint8Array(20);

function takeTag(memory: Uint8Array, at: number, tagBytes: number): void {
  for (let index = 0; index < tagBytes; index++) received[index] = memory[at + index] ?? 0;
}

/** Takes the same time whichever byte differs. */
function isTag(computed: Uint8Array, tagBytes: number): boolean {
  let difference = 0;
  for (let index = 0; index < tagBytes; index++) difference |= (computed[index] ?? 0) ^ (received[index] ?? 0);
  return difference === 0;
}
