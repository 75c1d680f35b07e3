import { useSrtpNumbers, type DtlsSrtpProfile } from "../srtp/profile.ts";
import { ByteReader } from "./byte-reader.ts";
import {
  CIPHER_SUITE,
  DTLS_1_2,
  ECDSA_P256_SHA256,
  RENEGOTIATION_SUITE,
  alertCode,
  extensionType,
} from "./protocol.ts";
import { P256_GROUP } from "./key-exchange.ts";
import type { Refusal } from "./refusal.ts";

/** How a ClientHello begins. */
export interface HelloStart {
  readonly version: number;
  /** 32 bytes. */
  readonly random: Buffer;
  /** Empty the first time. */
  readonly cookie: Buffer;
  /** All before the cookie: a client repeats it when it returns with one. RFC 6347 §4.2.1 */
  readonly beforeCookie: Buffer;
}

/** What a client begins with. RFC 5246 §7.4.1.2, RFC 6347 §4.2.1 */
export interface ClientHello extends HelloStart {
  readonly cipherSuites: readonly number[];
  readonly compressions: Buffer;
  readonly extensions: ReadonlyMap<number, Buffer>;
}

/** What follows from a ClientHello. */
export interface Agreement {
  readonly profile: DtlsSrtpProfile;
  /** Whether the client asked for these two, so that the answer has them. */
  readonly hasPointFormats: boolean;
  readonly hasRenegotiationInfo: boolean;
}

/** What packets can be protected by, the best first. */
const ourProfiles = Object.keys(useSrtpNumbers) as DtlsSrtpProfile[];

/** Reads what the first piece of a ClientHello has up to its cookie; undefined when that is not all there. */
export function readHelloStart(piece: Buffer): HelloStart | undefined {
  const reader = new ByteReader(piece);
  const start = takeStart(reader, piece);
  return reader.isWithin ? start : undefined;
}

/** Reads the body of a ClientHello; undefined when it is malformed. */
export function readClientHello(body: Buffer): ClientHello | undefined {
  const reader = new ByteReader(body);
  const start = takeStart(reader, body);
  const cipherSuites = reader.uint16s(2);
  const compressions = reader.vector(1);
  const extensions = readExtensions(reader.left === 0 ? Buffer.alloc(0) : reader.vector(2));
  if (!reader.isWhole || extensions === undefined) return undefined;
  return { ...start, cipherSuites, compressions, extensions };
}

function takeStart(reader: ByteReader, body: Buffer): HelloStart {
  const version = reader.uint16();
  const random = reader.bytes(32);
  // The id of a session that cannot be resumed here.
  reader.vector(1);
  const beforeCookie = body.subarray(0, reader.position);
  return { version, random, beforeCookie, cookie: reader.vector(1) };
}

/** What both sides can, or why there is nothing. */
export function agree(hello: ClientHello): Agreement | Refusal {
  const versionProblem = checkVersion(hello);
  if (versionProblem !== undefined) return versionProblem;
  if (!hello.cipherSuites.includes(CIPHER_SUITE)) {
    return nothingInCommon("the client does not offer TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  }
  if (!hello.compressions.includes(0)) return nothingInCommon("the client insists on compression");
  if (!hello.extensions.has(extensionType.extendedMasterSecret)) {
    return nothingInCommon("the client does not offer the extended master secret (RFC 7627)");
  }
  if (!listOf(hello, extensionType.signatureAlgorithms).includes(ECDSA_P256_SHA256)) {
    return nothingInCommon("the client does not take signatures by ECDSA on P-256 with SHA-256");
  }
  if (!listOf(hello, extensionType.supportedGroups).includes(P256_GROUP)) {
    return nothingInCommon("the client does not offer P-256");
  }
  const profiles = listOf(hello, extensionType.useSrtp);
  const profile = ourProfiles.find((name) => profiles.includes(useSrtpNumbers[name]));
  if (profile === undefined) return nothingInCommon(`the client offers no use_srtp with ${ourProfiles.join(" or ")}`);
  const hasRenegotiationInfo =
    hello.extensions.has(extensionType.renegotiationInfo) || hello.cipherSuites.includes(RENEGOTIATION_SUITE);
  return { profile, hasPointFormats: hello.extensions.has(extensionType.pointFormats), hasRenegotiationInfo };
}

/** A client that can DTLS 1.3 says in an extension what else it can; one that cannot says it in the version. RFC 8446 §4.2.1, RFC 9147 §5.3 */
function checkVersion({ version, extensions }: ClientHello): Refusal | undefined {
  const extension = extensions.get(extensionType.supportedVersions);
  const versions = extension === undefined ? undefined : new ByteReader(extension).uint16s(1);
  // Versions of DTLS count down.
  const isSpoken = versions === undefined ? version <= DTLS_1_2 && version >> 8 === 0xfe : versions.includes(DTLS_1_2);
  if (isSpoken) return undefined;
  return { alert: alertCode.protocolVersion, cause: "nothing-in-common", why: "the client does not speak DTLS 1.2" };
}

function nothingInCommon(why: string): Refusal {
  return { alert: alertCode.handshakeFailure, cause: "nothing-in-common", why };
}

/** The 16-bit numbers that an extension begins with; none when it is absent or malformed. */
function listOf({ extensions }: ClientHello, type: number): readonly number[] {
  const reader = new ByteReader(extensions.get(type) ?? Buffer.alloc(0));
  const values = reader.uint16s(2);
  return reader.isWithin ? values : [];
}

/** Undefined when they are malformed, or one is there twice. RFC 5246 §7.4.1.4 */
function readExtensions(bytes: Buffer): ReadonlyMap<number, Buffer> | undefined {
  const extensions = new Map<number, Buffer>();
  const reader = new ByteReader(bytes);
  while (reader.left > 0) {
    const type = reader.uint16();
    const data = reader.vector(2);
    if (extensions.has(type)) return undefined;
    extensions.set(type, data);
  }
  return reader.isWithin ? extensions : undefined;
}
