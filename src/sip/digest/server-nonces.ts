import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long a nonce is good for. A phone that uses it later gets another one by itself. */
export const nonceMs = 300_000;

const signedBytes = 12;
const signatureBytes = 16;

/** Makes nonces that are told from others by their signature alone: nothing is kept for who has not given the right answer to one.
 * RFC 7616 §3.3, §5.4 */
export class ServerNonces {
  readonly #secret: Buffer;

  constructor(secret: Buffer = randomBytes(32)) {
    this.#secret = secret;
  }

  /** @param nowMs of any clock that does not go back */
  make(nowMs: number): string {
    const signed = randomBytes(signedBytes);
    signed.writeUIntBE(Math.floor(nowMs) % 2 ** 48, 0, 6);
    return Buffer.concat([signed, this.#sign(signed)]).toString("base64url");
  }

  /** When we made a nonce; undefined: it is none of ours. */
  madeAt(nonce: string): number | undefined {
    const bytes = nonce.length > 64 ? Buffer.alloc(0) : Buffer.from(nonce, "base64url");
    if (bytes.length !== signedBytes + signatureBytes || bytes.toString("base64url") !== nonce) return undefined;
    const signed = bytes.subarray(0, signedBytes);
    return timingSafeEqual(this.#sign(signed), bytes.subarray(signedBytes)) ? signed.readUIntBE(0, 6) : undefined;
  }

  #sign(signed: Buffer): Buffer {
    return createHmac("sha256", this.#secret).update(signed).digest().subarray(0, signatureBytes);
  }
}
