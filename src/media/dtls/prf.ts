import { createHmac } from "node:crypto";
import type { AeadKey } from "./aead.ts";

/** The pseudorandom function of TLS 1.2 with SHA-256. RFC 5246 §5 */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, "ascii"), seed]);
  const blocks: Buffer[] = [];
  let chain: Buffer = labelled;
  for (let filled = 0; filled < length; filled += 32) {
    chain = hmac(secret, chain);
    blocks.push(hmac(secret, Buffer.concat([chain, labelled])));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** The master secret that is bound to the handshake so far. RFC 7627 §4
 * @param sessionHash SHA-256 of all messages up to and with ClientKeyExchange */
export function extendedMasterSecret(preMasterSecret: Uint8Array, sessionHash: Uint8Array): Buffer {
  return prf(preMasterSecret, "extended master secret", sessionHash, 48);
}

/** Keys of the records of both directions. RFC 5246 §6.3, RFC 5288 §3 */
export function recordKeys(
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: AeadKey; readonly server: AeadKey } {
  const block = prf(masterSecret, "key expansion", Buffer.concat([serverRandom, clientRandom]), 40);
  return {
    client: { key: block.subarray(0, 16), salt: block.subarray(32, 36) },
    server: { key: block.subarray(16, 32), salt: block.subarray(36, 40) },
  };
}

/** What `Finished` of one side holds. RFC 5246 §7.4.9
 * @param handshakeHash SHA-256 of all messages before it */
export function verifyData(masterSecret: Uint8Array, side: "client" | "server", handshakeHash: Uint8Array): Buffer {
  return prf(masterSecret, `${side} finished`, handshakeHash, 12);
}

/** Secrets for a use outside of TLS, without a context. RFC 5705 §4 */
export function exportSecret(
  masterSecret: Uint8Array,
  label: string,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  length: number,
): Buffer {
  return prf(masterSecret, label, Buffer.concat([clientRandom, serverRandom]), length);
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
