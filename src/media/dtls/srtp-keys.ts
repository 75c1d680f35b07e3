import { srtpProfiles, type DtlsSrtpProfile, type SrtpKeys } from "../srtp/profile.ts";
import { exportSecret } from "./prf.ts";

/** The keys of both sides out of a handshake: what the client protects its packets with, and what the server does. RFC 5764 §4.2 */
export function exportSrtpKeys(
  profile: DtlsSrtpProfile,
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: SrtpKeys; readonly server: SrtpKeys } {
  const { keyBytes, saltBytes } = srtpProfiles[profile];
  const length = 2 * (keyBytes + saltBytes);
  const secret = exportSecret(masterSecret, "EXTRACTOR-dtls_srtp", clientRandom, serverRandom, length);
  const saltsAt = 2 * keyBytes;
  const keysOf = (side: 0 | 1): SrtpKeys => ({
    profile,
    masterKey: secret.subarray(side * keyBytes, (side + 1) * keyBytes),
    masterSalt: secret.subarray(saltsAt + side * saltBytes, saltsAt + (side + 1) * saltBytes),
  });
  return { client: keysOf(0), server: keysOf(1) };
}
