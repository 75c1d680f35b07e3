import { createCipheriv } from "node:crypto";
import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, type SrtpKeys } from "./profile.ts";

/** Keys for the packets of one kind, derived from those that were agreed. */
export interface SessionKeys {
  /** 16 bytes. */
  readonly cipherKey: Uint8Array;
  /** 14 bytes. */
  readonly salt: Uint8Array;
  /** 20 bytes. */
  readonly authenticationKey: Uint8Array;
}

/** RFC 3711 §4.3.1, §4.3.2 */
const labels = {
  rtp: { cipherKey: 0, authenticationKey: 1, salt: 2 },
  rtcp: { cipherKey: 3, authenticationKey: 4, salt: 5 },
} as const;

/** Derives the keys of one kind of packets; they are derived once (a key derivation rate of 0). RFC 3711 §4.3 */
export function deriveSessionKeys(
  master: Pick<SrtpKeys, "masterKey" | "masterSalt">,
  kind: "rtp" | "rtcp",
): SessionKeys {
  const { cipherKey, authenticationKey, salt } = labels[kind];
  return {
    cipherKey: derive(master, cipherKey, 16),
    salt: derive(master, salt, 14),
    authenticationKey: derive(master, authenticationKey, 20),
  };
}

/** So many bytes for a label. */
export function derive(
  { masterKey, masterSalt }: Pick<SrtpKeys, "masterKey" | "masterSalt">,
  label: number,
  bytes: number,
): Uint8Array {
  if (masterKey.length !== MASTER_KEY_BYTES || masterSalt.length !== MASTER_SALT_BYTES) {
    throw new RangeError(`a master key of ${MASTER_KEY_BYTES} bytes and a salt of ${MASTER_SALT_BYTES} are needed`);
  }
  const start = new Uint8Array(16);
  start.set(masterSalt);
  // The label stands before the 48 bits of the index, which is 0.
  start[7] = (start[7] ?? 0) ^ label;
  return createCipheriv("aes-128-ctr", masterKey, start).update(new Uint8Array(bytes));
}
