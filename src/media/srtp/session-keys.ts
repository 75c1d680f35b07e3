import { createCipheriv } from "node:crypto";
import { srtpProfiles, type SrtpKeys } from "./profile.ts";

/** Keys for the packets of one kind, derived from those that were agreed. */
export interface SessionKeys {
  readonly cipherKey: Uint8Array;
  readonly salt: Uint8Array;
  /** 20 bytes, which a cipher that signs by itself does not need. */
  readonly authenticationKey: Uint8Array;
}

/** RFC 3711 §4.3.1, §4.3.2 */
const labels = {
  rtp: { cipherKey: 0, authenticationKey: 1, salt: 2 },
  rtcp: { cipherKey: 3, authenticationKey: 4, salt: 5 },
} as const;

/** Derives the keys of one kind of packets; they are derived once (a key derivation rate of 0). RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11 */
export function deriveSessionKeys(keys: SrtpKeys, kind: "rtp" | "rtcp"): SessionKeys {
  const { keyBytes, saltBytes } = srtpProfiles[keys.profile];
  if (keys.masterKey.length !== keyBytes || keys.masterSalt.length !== saltBytes) {
    throw new RangeError(`${keys.profile} needs a master key of ${keyBytes} bytes and a salt of ${saltBytes}`);
  }
  const { cipherKey, authenticationKey, salt } = labels[kind];
  return {
    cipherKey: derive(keys, cipherKey, keyBytes),
    salt: derive(keys, salt, saltBytes),
    authenticationKey: derive(keys, authenticationKey, 20),
  };
}

/** So many bytes for a label. A salt of 12 bytes counts as one of 14 that ends with zeros. RFC 7714 §11 */
export function derive(
  { masterKey, masterSalt }: Pick<SrtpKeys, "masterKey" | "masterSalt">,
  label: number,
  bytes: number,
): Uint8Array {
  const start = new Uint8Array(16);
  start.set(masterSalt);
  // The label stands before the 48 bits of the index, which is 0.
  start[7] = (start[7] ?? 0) ^ label;
  return createCipheriv(`aes-${masterKey.length * 8}-ctr`, masterKey, start).update(new Uint8Array(bytes));
}
