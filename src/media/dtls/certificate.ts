import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { der as asn1 } from "../../kernel/index.ts";

const { ascii, bitString, explicit, integer, objectId, sequence, set, utcTime, utf8 } = asn1;

/** What this end proves itself with. It can be posted to other threads. */
export interface DtlsCertificate {
  /** X.509, DER. */
  readonly der: Uint8Array;
  readonly privateKey: KeyObject;
  /** The value of the attribute `fingerprint` of a session description, such as `sha-256 4A:AD:…`. RFC 8122 §5 */
  readonly fingerprint: string;
}

const ecdsaWithSha256 = sequence(objectId(1, 2, 840, 10045, 4, 3, 2));
const commonName = objectId(2, 5, 4, 3);
/** "No well-defined expiration". RFC 5280 §4.1.2.5 */
const NEVER = ascii(0x18, "99991231235959Z");
const DAY_MS = 86_400_000;

/** Makes a P-256 key and a certificate that it signed itself: peers know it by its fingerprint only. RFC 8827 §6.5
 * @param nowMs epoch milliseconds */
export function createCertificate(nowMs: number): DtlsCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = sequence(set(sequence(commonName, utf8("offhook"))));
  // Clocks of peers may be behind.
  const validity = sequence(utcTime(new Date(nowMs - DAY_MS)), NEVER);
  const publicKeyInfo = publicKey.export({ format: "der", type: "spki" });
  const version3 = explicit(0, integer(2));
  const content = sequence(
    version3,
    integer(1, ...randomBytes(15)),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKeyInfo,
  );
  const der = sequence(content, ecdsaWithSha256, bitString(sign("sha256", content, privateKey)));
  return { der, privateKey, fingerprint: fingerprintOf(der, "sha-256") };
}

/** Hashes that a fingerprint may be made with here. RFC 8122 §5; SHA-1 and MD5 prove nothing any more. */
const hashes = { "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512" } as const;
type HashName = keyof typeof hashes;

/** A fingerprint in the form in which any two of the same certificate and hash are equal; undefined when it is malformed, or made with another
 * hash. RFC 8122 §5 */
export function readFingerprint(value: string): string | undefined {
  const [, hash = "", digest = ""] = /^ *([a-z0-9-]{5,7}) +([0-9a-f:]{2,191}) *$/i.exec(value) ?? [];
  const name = hash.toLowerCase();
  if (!isHashName(name)) return undefined;
  const bytes = digest.split(":");
  const isWhole = bytes.length === digestBytes[name] && bytes.every((byte) => byte.length === 2);
  return isWhole ? `${name} ${digest.toUpperCase()}` : undefined;
}

const digestBytes: Readonly<Record<HashName, number>> = { "sha-256": 32, "sha-384": 48, "sha-512": 64 };

/** Whether a certificate is the one that a fingerprint, as `readFingerprint` gives it, was made of. */
export function hasFingerprint(der: Uint8Array, fingerprint: string): boolean {
  const [name = ""] = fingerprint.split(" ");
  return isHashName(name) && fingerprintOf(der, name) === fingerprint;
}

function isHashName(name: string): name is HashName {
  return Object.hasOwn(hashes, name);
}

function fingerprintOf(der: Uint8Array, hash: HashName): string {
  const digest = createHash(hashes[hash]).update(der).digest("hex").toUpperCase();
  return `${hash} ${(digest.match(/../g) ?? []).join(":")}`;
}
