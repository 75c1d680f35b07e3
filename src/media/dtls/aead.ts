import { createCipheriv, createDecipheriv } from "node:crypto";
import { uint } from "./byte-writer.ts";
import { DTLS_1_2 } from "./protocol.ts";

/** AES-128-GCM for one direction. RFC 5288 §3 */
export interface AeadKey {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 4 bytes: the part of the nonce that is not sent. */
  readonly salt: Uint8Array;
}

/** What is protected beside the text: which record it is. RFC 6347 §4.1.2.1 */
export interface RecordPlace {
  readonly type: number;
  readonly epoch: number;
  readonly sequence: number;
}

const NONCE_BYTES = 8;
const TAG_BYTES = 16;
/** Bytes by which a protected fragment is longer: the explicit nonce before it, the tag behind it. RFC 5288 §3 */
export const AEAD_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** Protects the fragment of a record. Its place is its nonce, so no place may be used twice. */
export function sealFragment(keys: AeadKey, place: RecordPlace, plaintext: Uint8Array): Buffer {
  const nonce = Buffer.concat([uint(place.epoch, 2), uint(place.sequence, 6)]);
  const additional = additionalData(place, plaintext.length);
  return Buffer.concat([nonce, sealGcm(keys.key, Buffer.concat([keys.salt, nonce]), additional, plaintext)]);
}

/** The plaintext of a protected fragment; undefined when it is not what was sealed at this place. */
export function openFragment(keys: AeadKey, place: RecordPlace, fragment: Buffer): Buffer | undefined {
  if (fragment.length < AEAD_OVERHEAD_BYTES) return undefined;
  const nonce = Buffer.concat([keys.salt, fragment.subarray(0, NONCE_BYTES)]);
  const additional = additionalData(place, fragment.length - AEAD_OVERHEAD_BYTES);
  return openGcm(keys.key, nonce, additional, fragment.subarray(NONCE_BYTES));
}

/** AES-128-GCM: the ciphertext with its tag behind it. NIST SP 800-38D */
export function sealGcm(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  cipher.setAAD(additional);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext of `sealGcm`; undefined when the tag does not fit. */
export function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Buffer,
): Buffer | undefined {
  const decipher = createDecipheriv("aes-128-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}

function additionalData({ type, epoch, sequence }: RecordPlace, length: number): Buffer {
  const data = Buffer.allocUnsafe(13);
  data.writeUInt16BE(epoch, 0);
  data.writeUIntBE(sequence, 2, 6);
  data.writeUInt8(type, 8);
  data.writeUInt16BE(DTLS_1_2, 9);
  data.writeUInt16BE(length, 11);
  return data;
}
