import { uint, uint16Vector, vector } from "../../src/media/dtls/byte-writer.ts";
import { CIPHER_SUITE, DTLS_1_2, ECDSA_P256_SHA256, extensionType } from "../../src/media/dtls/protocol.ts";

/** What a ClientHello says; tests change one thing at a time. */
export interface HelloShape {
  readonly version: number;
  readonly cipherSuites: readonly number[];
  readonly compressions: readonly number[];
  /** Bodies by type, in order. */
  readonly extensions: readonly (readonly [type: number, body: Buffer])[];
}

/** X25519MLKEM768, X25519, P-256, P-384. */
const browserGroups = [0x11ec, 0x001d, 0x0017, 0x0018];
const keyShare = 51;

/** What a browser of late 2026 offers: DTLS 1.3 first, with a key share that no single datagram has room for. */
export function browserHello(): HelloShape {
  const shares = vector(
    2,
    uint(0x11ec, 2),
    vector(2, Buffer.alloc(1216, 7)),
    uint(0x001d, 2),
    vector(2, Buffer.alloc(32, 9)),
  );
  const plain = plainHello();
  const versions: readonly [number, Buffer] = [
    extensionType.supportedVersions,
    vector(1, uint(0xfefc, 2), uint(DTLS_1_2, 2)),
  ];
  return {
    ...plain,
    cipherSuites: [0x1301, 0x1303, ...plain.cipherSuites],
    extensions: [...plain.extensions, versions, [keyShare, shares]],
  };
}

/** What a browser of two years before offers: DTLS 1.2, in one datagram. */
export function plainHello(): HelloShape {
  return {
    version: DTLS_1_2,
    cipherSuites: [CIPHER_SUITE, 0xcca9, 0xc02f, 0xc013, 0x00ff],
    compressions: [0],
    extensions: [
      [extensionType.extendedMasterSecret, Buffer.alloc(0)],
      [extensionType.renegotiationInfo, vector(1)],
      [extensionType.supportedGroups, uint16Vector(2, browserGroups)],
      [extensionType.pointFormats, vector(1, uint(0, 1))],
      [extensionType.signatureAlgorithms, uint16Vector(2, [ECDSA_P256_SHA256, 0x0804, 0x0401])],
      // AEAD_AES_256_GCM, AEAD_AES_128_GCM, SRTP_AES128_CM_HMAC_SHA1_80
      [extensionType.useSrtp, Buffer.concat([uint16Vector(2, [8, 7, 1]), vector(1)])],
    ],
  };
}

/** The shape with one extension changed; without a body it is left out. */
export function withExtension(shape: HelloShape, type: number, body: Buffer | undefined): HelloShape {
  const others = shape.extensions.filter(([known]) => known !== type);
  return { ...shape, extensions: body === undefined ? others : [...others, [type, body]] };
}

/** The body of a ClientHello. */
export function printHello(shape: HelloShape, random: Uint8Array, cookie: Uint8Array): Buffer {
  const extensions = shape.extensions.map(([type, body]) => Buffer.concat([uint(type, 2), vector(2, body)]));
  return Buffer.concat([
    uint(shape.version, 2),
    random,
    vector(1),
    vector(1, cookie),
    uint16Vector(2, shape.cipherSuites),
    vector(1, Buffer.from(shape.compressions)),
    vector(2, ...extensions),
  ]);
}
