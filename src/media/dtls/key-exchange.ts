import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";

/** A key of our own for one handshake. */
export interface KeyShare {
  /** As it is sent. RFC 8422 §5.4 */
  readonly publicKey: Buffer;
  /** The secret that both sides have; undefined when the far end's key is none of the group. */
  computeSecret(farPublicKey: Buffer): Buffer | undefined;
}

/** A group for the exchange of keys. */
export interface KeyGroup {
  /** RFC 8422 §5.1.1 */
  readonly code: number;
  makeShare(): KeyShare;
}

/** What comes before the 32 bytes of a public key of X25519 in its DER form. RFC 8410 §4 */
const X25519_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/** The groups that can be agreed on, the best first: P-256 is what every browser has. RFC 8827 §6.5 */
export const keyGroups: readonly KeyGroup[] = [
  { code: 0x0017, makeShare: makeP256Share },
  { code: 0x001d, makeShare: makeX25519Share },
];

function makeP256Share(): KeyShare {
  const own = createECDH("prime256v1");
  const publicKey = own.generateKeys();
  // Only the uncompressed form of a point is agreed on. RFC 8422 §5.1.2
  const isPoint = (far: Buffer) => far.length === 65 && far[0] === 4;
  return { publicKey, computeSecret: (far) => (isPoint(far) ? unlessThrown(() => own.computeSecret(far)) : undefined) };
}

function makeX25519Share(): KeyShare {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(X25519_PREFIX.length),
    computeSecret(far) {
      if (far.length !== 32) return undefined;
      // A secret of zeros, which keys of a small order would lead to, is an error of OpenSSL. RFC 7748 §6.1
      return unlessThrown(() => diffieHellman({ privateKey, publicKey: x25519Key(far) }));
    },
  };
}

function x25519Key(bytes: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([X25519_PREFIX, bytes]), format: "der", type: "spki" });
}

function unlessThrown(compute: () => Buffer): Buffer | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
