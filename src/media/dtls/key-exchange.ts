import { createECDH } from "node:crypto";

/** P-256 (secp256r1). RFC 8422 §5.1.1: our certificate has a key on it, so whoever can take the certificate offers the group. */
export const P256_GROUP = 0x0017;

/** A key on P-256 of our own for one handshake. */
export interface KeyShare {
  /** A point in the form in which it is sent. RFC 8422 §5.4 */
  readonly publicKey: Buffer;
  /** The secret that both sides have; undefined when the far end's key is no point of the curve. */
  computeSecret(farPublicKey: Buffer): Buffer | undefined;
}

/** Makes a key. */
export function makeKeyShare(): KeyShare {
  const own = createECDH("prime256v1");
  return {
    publicKey: own.generateKeys(),
    computeSecret(far) {
      // Only the uncompressed form is agreed on. RFC 8422 §5.1.2
      if (far.length !== 65 || far[0] !== 4) return undefined;
      try {
        return own.computeSecret(far);
      } catch {
        return undefined;
      }
    },
  };
}
