import type { CryptoSuite } from "../../sdp/index.ts";

/** Ways to protect packets, by the names of RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.1, which session descriptions and DTLS share. */
export type SrtpProfile = CryptoSuite;

/** What a profile fixes. */
export interface SrtpProfileForm {
  /** Length of a master key and of a master salt, bytes; the keys that are derived from them are as long. */
  readonly keyBytes: 16 | 24 | 32;
  readonly saltBytes: 12 | 14;
  /** Length of the tag behind an RTP packet, bytes. */
  readonly rtpTagBytes: number;
  /** With HMAC-SHA1 it is always the long one behind an RTCP packet. RFC 3711 §5.2, RFC 5764 §4.1.2 */
  readonly rtcpTagBytes: number;
  /** Galois/counter mode, which enciphers and signs in one. */
  readonly isAead: boolean;
}

/** All profiles. */
export const srtpProfiles: Readonly<Record<SrtpProfile, SrtpProfileForm>> = {
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14, rtpTagBytes: 10, rtcpTagBytes: 10, isAead: false },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 16, saltBytes: 14, rtpTagBytes: 4, rtcpTagBytes: 10, isAead: false },
  AES_192_CM_HMAC_SHA1_80: { keyBytes: 24, saltBytes: 14, rtpTagBytes: 10, rtcpTagBytes: 10, isAead: false },
  AES_192_CM_HMAC_SHA1_32: { keyBytes: 24, saltBytes: 14, rtpTagBytes: 4, rtcpTagBytes: 10, isAead: false },
  AES_256_CM_HMAC_SHA1_80: { keyBytes: 32, saltBytes: 14, rtpTagBytes: 10, rtcpTagBytes: 10, isAead: false },
  AES_256_CM_HMAC_SHA1_32: { keyBytes: 32, saltBytes: 14, rtpTagBytes: 4, rtcpTagBytes: 10, isAead: false },
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16, isAead: true },
  AEAD_AES_256_GCM: { keyBytes: 32, saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16, isAead: true },
};

/** Those that DTLS agrees on, the preferred one first, with their numbers in its extension `use_srtp`. RFC 5764 §4.1.2 */
export const useSrtpNumbers = {
  AES_CM_128_HMAC_SHA1_80: 1,
  AES_CM_128_HMAC_SHA1_32: 2,
} as const satisfies { readonly [Profile in SrtpProfile]?: number };

/** One of those. */
export type DtlsSrtpProfile = keyof typeof useSrtpNumbers;

/** What the two ends agreed on for the packets of one of them: by DTLS, or in their descriptions. */
export interface SrtpKeys {
  readonly profile: SrtpProfile;
  /** As long as the profile says. */
  readonly masterKey: Uint8Array;
  readonly masterSalt: Uint8Array;
}

/** Divides what a session description has as one: the master key and behind it the salt. RFC 4568 §6.1 */
export function splitKeyAndSalt(profile: SrtpProfile, keyAndSalt: Uint8Array): SrtpKeys {
  const { keyBytes, saltBytes } = srtpProfiles[profile];
  if (keyAndSalt.length !== keyBytes + saltBytes) {
    throw new RangeError(`${profile} needs ${keyBytes + saltBytes} bytes of key and salt, not ${keyAndSalt.length}`);
  }
  return { profile, masterKey: keyAndSalt.subarray(0, keyBytes), masterSalt: keyAndSalt.subarray(keyBytes) };
}
