/** How RTP and RTCP may be protected by keys in descriptions, with the length of a master key and its salt together, bytes. RFC 4568 §6.2,
 * RFC 6188 §4, RFC 7714 §14.1 */
export const cryptoSuites = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AES_192_CM_HMAC_SHA1_80: 38,
  AES_192_CM_HMAC_SHA1_32: 38,
  AES_256_CM_HMAC_SHA1_80: 46,
  AES_256_CM_HMAC_SHA1_32: 46,
  AEAD_AES_128_GCM: 28,
  AEAD_AES_256_GCM: 44,
} as const;

/** The name of one. */
export type CryptoSuite = keyof typeof cryptoSuites;

/** Those that are offered, in order of preference; all of them are taken. The short tag is there for phones that have nothing else. */
export const offeredSuites: readonly CryptoSuite[] = [
  "AES_CM_128_HMAC_SHA1_80",
  "AES_256_CM_HMAC_SHA1_80",
  "AEAD_AES_128_GCM",
  "AES_CM_128_HMAC_SHA1_32",
];

/** The suite of a name; undefined: none that is spoken here. Older software writes AES_CM_256 where the registry has AES_256_CM. */
export function findSuite(written: string): CryptoSuite | undefined {
  const name = written.toUpperCase().replace(/^AES_CM_(192|256)_/, "AES_$1_CM_");
  return Object.hasOwn(cryptoSuites, name) ? (name as CryptoSuite) : undefined;
}
