import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** A STUN message, as far as connectivity checks need it; views of the bytes that were read. RFC 8489 §5 */
export interface StunMessage {
  readonly bytes: Uint8Array;
  /** Class and method. */
  readonly type: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly username: string | undefined;
  /** Where MESSAGE-INTEGRITY begins. What follows it is not protected, and is not read but for FINGERPRINT. */
  readonly integrityAt: number | undefined;
  /** USE-CANDIDATE. RFC 8445 §7.1.1 */
  readonly isNominating: boolean;
  /** The role that the sender takes. RFC 8445 §7.1.2 */
  readonly role: "controlling" | "controlled" | undefined;
  /** Attributes that have to be understood and are not. RFC 8489 §6.3.1 */
  readonly unknownAttributes: readonly number[];
}

/** Types of messages: the method Binding in the classes that we meet. RFC 8489 §18.2 */
export const stunTypes = { request: 0x0001, indication: 0x0011, success: 0x0101, error: 0x0111 } as const;

/** Attributes that we read or write. RFC 8489 §18.3, RFC 8445 §20.2 */
export const stunAttributes = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  integritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlled: 0x8029,
  controlling: 0x802a,
} as const;

export const MAGIC_COOKIE = 0x2112_a442;
export const STUN_HEADER_BYTES = 20;
/** Length of MESSAGE-INTEGRITY with its header, and of FINGERPRINT with its. */
export const INTEGRITY_BYTES = 24;
export const FINGERPRINT_BYTES = 8;

/** A check is far shorter; nothing longer is looked at. */
const MOST_BYTES = 1_280;
/** Attributes of 0x8000 and more may be left unread. */
const FIRST_OPTIONAL = 0x8000;
/** Named in an answer. */
const MOST_UNKNOWN = 8;
const MOST_USERNAME_BYTES = 513;
const FINGERPRINT_MASK = 0x5354_554e;

/** Reads a STUN message. undefined: its lengths do not fit, it has no magic cookie, or its FINGERPRINT is wrong. */
export function readStun(bytes: Uint8Array): StunMessage | undefined {
  if (bytes.length < STUN_HEADER_BYTES || bytes.length > MOST_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getUint16(0);
  const isStun = type < 0x4000 && view.getUint32(4) === MAGIC_COOKIE;
  if (!isStun || view.getUint16(2) !== bytes.length - STUN_HEADER_BYTES || bytes.length % 4 !== 0) return undefined;
  const found: Mutable = { ...NOTHING_FOUND, unknownAttributes: [] };
  for (let at = STUN_HEADER_BYTES; at < bytes.length;) {
    // A length of 4 bytes fits, since all lengths are multiples of 4.
    const [attribute, length] = [view.getUint16(at), view.getUint16(at + 2)];
    const next = at + 4 + Math.ceil(length / 4) * 4;
    if (next > bytes.length || !take(found, view, attribute, at, length)) return undefined;
    at = next;
  }
  return { bytes, type, transactionId: bytes.subarray(8, STUN_HEADER_BYTES), ...found };
}

/** Whether MESSAGE-INTEGRITY is that of a password. RFC 8489 §14.5 */
export function isIntact({ bytes, integrityAt }: StunMessage, password: string): boolean {
  if (integrityAt === undefined) return false;
  const value = bytes.subarray(integrityAt + 4, integrityAt + INTEGRITY_BYTES);
  return timingSafeEqual(value, integrityOf(bytes, integrityAt, password));
}

/** HMAC-SHA1 over what is before `at`, with the length that the message has up to and with MESSAGE-INTEGRITY. */
export function integrityOf(bytes: Uint8Array, at: number, password: string): Uint8Array {
  const length = at + INTEGRITY_BYTES - STUN_HEADER_BYTES;
  const start = Uint8Array.of(bytes[0] ?? 0, bytes[1] ?? 0, length >>> 8, length & 0xff);
  return createHmac("sha1", password).update(start).update(bytes.subarray(4, at)).digest();
}

/** FINGERPRINT over what is before `at`. RFC 8489 §14.7 */
export function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_MASK) >>> 0;
}

type Mutable = {
  -readonly [Name in Exclude<keyof StunMessage, "bytes" | "type" | "transactionId">]: StunMessage[Name];
} & {
  unknownAttributes: number[];
};
const NOTHING_FOUND = { username: undefined, integrityAt: undefined, isNominating: false, role: undefined } as const;

/** Takes over one attribute. @returns false when the message cannot be one */
function take(found: Mutable, view: DataView, attribute: number, at: number, length: number): boolean {
  if (attribute === stunAttributes.fingerprint) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const isLast = at + FINGERPRINT_BYTES === view.byteLength;
    return length === 4 && isLast && view.getUint32(at + 4) === fingerprintOf(bytes, at);
  }
  // Nobody vouches for what stands behind.
  if (found.integrityAt !== undefined) return true;
  switch (attribute) {
    case stunAttributes.integrity:
      found.integrityAt = at;
      return length === INTEGRITY_BYTES - 4;
    case stunAttributes.username:
      // The first counts. RFC 8489 §14
      found.username ??= Buffer.from(view.buffer, view.byteOffset + at + 4, length).toString("utf8");
      return length <= MOST_USERNAME_BYTES;
    case stunAttributes.useCandidate:
      found.isNominating = true;
      return length === 0;
    case stunAttributes.controlling:
    case stunAttributes.controlled:
      found.role = attribute === stunAttributes.controlling ? "controlling" : "controlled";
      return length === 8;
    case stunAttributes.priority:
      return length === 4;
    default:
      if (attribute < FIRST_OPTIONAL && found.unknownAttributes.length < MOST_UNKNOWN) {
        found.unknownAttributes.push(attribute);
      }
      return true;
  }
}
