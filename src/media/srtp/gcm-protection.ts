import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { readInt32, RTCP_HEADER_BYTES, writeInt32 } from "./rtp-parts.ts";
import type { PacketProtection, SourceCipher } from "./protection.ts";
import type { SessionKeys } from "./session-keys.ts";

const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const IS_ENCRYPTED = 0x8000_0000;

/** AES in Galois/counter mode: what is enciphered is signed with it, and the header as what is read beside. RFC 7714 */
export function createGcmProtection(rtp: SessionKeys, rtcp: SessionKeys): PacketProtection {
  const rtpCipher = new Gcm(rtp);
  const rtcpCipher = new Gcm(rtcp);
  return {
    rtpOverheadBytes: TAG_BYTES,
    rtcpOverheadBytes: TAG_BYTES + 4,
    rtcpNumberAt: (length) => length - 4,
    verifyRtp(memory, start, end, index) {
      rtpCipher.setNonce(readInt32(memory, 8), Math.floor(index / 0x1_0000), (index % 0x1_0000) * 0x1_0000);
      return rtpCipher.open(memory, start, end, memory.subarray(0, start));
    },
    verifyRtcp(memory, end, number) {
      rtcpCipher.setNonce(readInt32(memory, 4), 0, 0);
      rtcpCipher.addNumber(number & 0x7fff_ffff);
      // A packet that is only signed has all of it beside, and nothing inside.
      const start = number < 0 ? RTCP_HEADER_BYTES : end;
      return rtcpCipher.open(memory, start, end, reportAside(memory, start, number));
    },
    createSource: (ssrc) => createSource(rtpCipher, rtcpCipher, ssrc),
  };
}

function createSource(rtp: Gcm, rtcp: Gcm, ssrc: number): SourceCipher {
  return {
    protectRtp(memory, start, end, index) {
      rtp.setNonce(ssrc, Math.floor(index / 0x1_0000), (index % 0x1_0000) * 0x1_0000);
      return rtp.protect(memory, start, end, memory.subarray(0, start));
    },
    protectRtcp(memory, end, index) {
      rtcp.setNonce(ssrc, 0, 0);
      rtcp.addNumber(index);
      const aside = reportAside(memory, RTCP_HEADER_BYTES, index + IS_ENCRYPTED);
      const numberAt = rtcp.protect(memory, RTCP_HEADER_BYTES, end, aside);
      writeInt32(memory, numberAt, index + IS_ENCRYPTED);
      return numberAt + 4;
    },
    // Found genuine is made readable.
    decipherRtp: () => undefined,
    decipherRtcp: () => undefined,
  };
}

/** What of a report is signed, but not enciphered: its beginning, and its number. RFC 7714 §9.2 */
function reportAside(memory: Uint8Array, start: number, number: number): Uint8Array {
  const aside = new Uint8Array(start + 4);
  aside.set(memory.subarray(0, start));
  writeInt32(aside, start, number);
  return aside;
}

class Gcm {
  readonly #algorithm: "aes-128-gcm" | "aes-256-gcm";
  readonly #key: KeyObject;
  readonly #salt: Uint8Array;
  readonly #nonce = new Uint8Array(NONCE_BYTES);

  constructor({ cipherKey, salt }: SessionKeys) {
    this.#algorithm = cipherKey.length === 16 ? "aes-128-gcm" : "aes-256-gcm";
    this.#key = createSecretKey(cipherKey);
    this.#salt = salt;
  }

  /** Of an RTP packet: its source, the roll-over counter, and the sequence number in the upper half of `lower`. RFC 7714 §8.1 */
  setNonce(ssrc: number, upper: number, lower: number): void {
    const [nonce, salt] = [this.#nonce, this.#salt];
    for (let at = 0; at < NONCE_BYTES; at++) nonce[at] = salt[at] ?? 0;
    this.#mix(2, ssrc, 4);
    this.#mix(6, upper, 4);
    this.#mix(10, lower, 2);
  }

  /** Of a report: its number. RFC 7714 §9.1 */
  addNumber(index: number): void {
    this.#mix(8, index, 4);
  }

  #mix(at: number, value: number, bytes: number): void {
    for (let place = 0; place < bytes; place++) {
      this.#nonce[at + place] = (this.#nonce[at + place] ?? 0) ^ (value >>> (24 - 8 * place));
    }
  }

  /** @returns where what is added ends */
  protect(memory: Uint8Array, start: number, end: number, aside: Uint8Array): number {
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(aside);
    memory.set(cipher.update(memory.subarray(start, end)), start);
    cipher.final();
    memory.set(cipher.getAuthTag(), end);
    return end + TAG_BYTES;
  }

  open(memory: Uint8Array, start: number, end: number, aside: Uint8Array): boolean {
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aside);
    decipher.setAuthTag(memory.subarray(end, end + TAG_BYTES));
    const readable = decipher.update(memory.subarray(start, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    memory.set(readable, start);
    return true;
  }
}
