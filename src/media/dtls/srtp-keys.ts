import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, type SrtpKeys, type SrtpProfile } from "../srtp/profile.ts";
import { exportSecret } from "./prf.ts";

/** The keys of both sides out of a handshake: what the client protects its packets with, and what the server does. RFC 5764 §4.2 */
export function exportSrtpKeys(
  profile: SrtpProfile,
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: SrtpKeys; readonly server: SrtpKeys } {
  const length = 2 * (MASTER_KEY_BYTES + MASTER_SALT_BYTES);
  const secret = exportSecret(masterSecret, "EXTRACTOR-dtls_srtp", clientRandom, serverRandom, length);
  const saltsAt = 2 * MASTER_KEY_BYTES;
  const keysOf = (side: 0 | 1): SrtpKeys => ({
    profile,
    masterKey: secret.subarray(side * MASTER_KEY_BYTES, (side + 1) * MASTER_KEY_BYTES),
    masterSalt: secret.subarray(saltsAt + side * MASTER_SALT_BYTES, saltsAt + (side + 1) * MASTER_SALT_BYTES),
  });
  return { client: keysOf(0), server: keysOf(1) };
}
