import type { Cipher } from "node:crypto";
import { HmacSha1 } from "./hmac-sha1.ts";
import { createBlockCipher, KeyStream } from "./key-stream.ts";
import { srtpProfiles, type SrtpKeys } from "./profile.ts";
import { ReplayWindow } from "./replay-window.ts";
import { deriveSessionKeys } from "./session-keys.ts";

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

/** What one end's keys make of the packets of one kind. */
export interface PacketCrypto {
  readonly tagBytes: number;
  readonly hmac: HmacSha1;
  readonly cipher: Cipher;
  readonly salt: Uint8Array;
}

/** One source under a key: what was seen of it, and its key streams. RFC 3711 §3.2.3 */
export interface CryptoSource {
  /** As a signed number. */
  readonly ssrc: number;
  readonly rtp: { readonly window: ReplayWindow; readonly keyStream: KeyStream };
  readonly rtcp: { readonly window: ReplayWindow; readonly keyStream: KeyStream };
}

/** The keys of one end with all its sources. */
export class CryptoContext {
  readonly rtp: PacketCrypto;
  readonly rtcp: PacketCrypto;
  readonly #sources = new Map<number, CryptoSource>();
  /** Of the packet before. */
  #latest: CryptoSource | undefined;

  constructor(keys: SrtpKeys) {
    const { rtpTagBytes, rtcpTagBytes } = srtpProfiles[keys.profile];
    this.rtp = packetCrypto(keys, "rtp", rtpTagBytes);
    this.rtcp = packetCrypto(keys, "rtcp", rtcpTagBytes);
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
    const { rtp, rtcp } = this;
    const source = {
      ssrc,
      rtp: { window: new ReplayWindow(), keyStream: new KeyStream(rtp.cipher, rtp.salt, ssrc) },
      // Reports are rare.
      rtcp: { window: new ReplayWindow(), keyStream: new KeyStream(rtcp.cipher, rtcp.salt, ssrc, 1) },
    };
    this.#sources.set(ssrc, source);
    return source;
  }
}

function packetCrypto(keys: SrtpKeys, kind: "rtp" | "rtcp", tagBytes: number): PacketCrypto {
  const { cipherKey, salt, authenticationKey } = deriveSessionKeys(keys, kind);
  return { tagBytes, hmac: new HmacSha1(authenticationKey), cipher: createBlockCipher(cipherKey), salt };
}
