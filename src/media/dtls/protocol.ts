/** Names for numbers of TLS and DTLS (IANA "Transport Layer Security Parameters"), as far as they are used here. */

/** The version that is spoken, DTLS 1.2, on the wire. RFC 6347 §4.1 */
export const DTLS_1_2 = 0xfefd;

/** What a record holds. RFC 5246 §6.2.1 */
export const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** RFC 5246 §7.4, RFC 6347 §4.3.2 */
export const handshakeType = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

/** RFC 5246 §7.4.1.4, RFC 8422 §5.1, RFC 5764 §4.1, RFC 7627 §5.1, RFC 8446 §4.2.1, RFC 5746 §3.2 */
export const extensionType = {
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  renegotiationInfo: 0xff01,
} as const;

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. RFC 5289 §3.2 */
export const CIPHER_SUITE = 0xc02b;
/** Says in place of the extension that renegotiation is safe. RFC 5746 §3.3 */
export const RENEGOTIATION_SUITE = 0x00ff;
/** ecdsa_secp256r1_sha256. RFC 8446 §4.2.3 */
export const ECDSA_P256_SHA256 = 0x0403;
/** ecdsa_sign. RFC 8422 §5.5 */
export const ECDSA_CERTIFICATE = 64;

/** RFC 5246 §7.2 */
export const alertLevel = { warning: 1, fatal: 2 } as const;

/** RFC 5246 §7.2 */
export const alertCode = {
  closeNotify: 0,
  unexpectedMessage: 10,
  handshakeFailure: 40,
  badCertificate: 42,
  unsupportedCertificate: 43,
  illegalParameter: 47,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  internalError: 80,
} as const;

export type AlertCode = (typeof alertCode)[keyof typeof alertCode];
