import { createProtection } from "./create-protection.ts";
import { ReplayWindow } from "./replay-window.ts";
import type { SrtpKeys } from "./profile.ts";
import type { PacketProtection, SourceCipher } from "./protection.ts";

/** Why a packet is not let through. */
export type SrtpOpenRefusal =
  /** It is too short, or not of the protocol. */
  | "malformed"
  /** Its tag is not what its bytes and our key give: somebody else's, or changed on the way. */
  | "not-authentic"
  /** The same number was used before. */
  | "replayed"
  /** It is so far behind the newest that nobody knows whether it came before. */
  | "too-old"
  /** More sources under one key than anybody needs. */
  | "too-many-sources";

/** Why a packet must not leave; `key-used-up`: as many left as one key may protect. */
export type SrtpRefusal = Exclude<SrtpOpenRefusal, "not-authentic"> | "key-used-up";

/** Sources (SSRCs) of one key. What is known of a source may not be forgotten, or its packets could be replayed. */
export const MOST_SOURCES = 16;

/** One source under a key: what was seen of it, and its cipher. RFC 3711 §3.2.3 */
export interface CryptoSource {
  /** As a signed number. */
  readonly ssrc: number;
  readonly cipher: SourceCipher;
  readonly rtp: ReplayWindow;
  readonly rtcp: ReplayWindow;
}

/** The keys of one end with all its sources. */
export class CryptoContext {
  readonly protection: PacketProtection;
  readonly #sources = new Map<number, CryptoSource>();
  /** Of the packet before. */
  #latest: CryptoSource | undefined;

  /** @param keys or what they make of packets */
  constructor(keys: SrtpKeys | PacketProtection) {
    this.protection = "profile" in keys ? createProtection(keys) : keys;
  }

  /** @param ssrc as a signed number */
  find(ssrc: number): CryptoSource | undefined {
    if (this.#latest?.ssrc === ssrc) return this.#latest;
    const known = this.#sources.get(ssrc);
    if (known !== undefined) this.#latest = known;
    return known;
  }

  /** undefined: there are too many. */
  add(ssrc: number): CryptoSource | undefined {
    if (this.#sources.size >= MOST_SOURCES) return undefined;
    const cipher = this.protection.createSource(ssrc);
    const source = { ssrc, cipher, rtp: new ReplayWindow(), rtcp: new ReplayWindow() };
    this.#sources.set(ssrc, source);
    return source;
  }

  /** The highest full number of an RTP packet of each source. */
  highest(): ReadonlyMap<number, number> {
    return new Map([...this.#sources.values()].map(({ ssrc, rtp }) => [ssrc, rtp.highest]));
  }
}
