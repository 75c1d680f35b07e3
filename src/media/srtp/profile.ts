/** Ways to protect packets, by the names of RFC 4568 §6.2, which sessions descriptions and DTLS share. */
export type SrtpProfile = "AES_CM_128_HMAC_SHA1_80" | "AES_CM_128_HMAC_SHA1_32";

/** What a profile fixes. */
export interface SrtpProfileForm {
  /** Its number in the DTLS extension `use_srtp`. RFC 5764 §4.1.2 */
  readonly useSrtpNumber: number;
  /** Length of the tag behind an RTP packet, bytes. */
  readonly rtpTagBytes: number;
  /** Behind an RTCP packet it is always the long one. RFC 3711 §5.2, RFC 5764 §4.1.2 */
  readonly rtcpTagBytes: number;
}

/** All profiles, the preferred one first. */
export const srtpProfiles: Readonly<Record<SrtpProfile, SrtpProfileForm>> = {
  AES_CM_128_HMAC_SHA1_80: { useSrtpNumber: 1, rtpTagBytes: 10, rtcpTagBytes: 10 },
  AES_CM_128_HMAC_SHA1_32: { useSrtpNumber: 2, rtpTagBytes: 4, rtcpTagBytes: 10 },
};

/** Length of a master key and of a master salt of these profiles, bytes. */
export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES = 14;

/** What the two ends agreed on for the packets of one of them: by DTLS, or in their descriptions. */
export interface SrtpKeys {
  readonly profile: SrtpProfile;
  /** 16 bytes. */
  readonly masterKey: Uint8Array;
  /** 14 bytes. */
  readonly masterSalt: Uint8Array;
}
