import { sign } from "node:crypto";
import { useSrtpNumbers } from "../srtp/profile.ts";
import type { Agreement } from "./client-hello.ts";
import type { DtlsCertificate } from "./certificate.ts";
import { uint, uint16Vector, vector } from "./byte-writer.ts";
import { P256_GROUP } from "./key-exchange.ts";
import {
  CIPHER_SUITE,
  DTLS_1_2,
  ECDSA_CERTIFICATE,
  ECDSA_P256_SHA256,
  extensionType,
  handshakeType,
} from "./protocol.ts";

/** A message before it has its number. */
export interface MessageContent {
  readonly type: number;
  readonly body: Buffer;
}

/** What was agreed on. There is no session to resume, so it has no id. RFC 5246 §7.4.1.3 */
export function serverHello(random: Uint8Array, agreement: Agreement): MessageContent {
  const extensions = [
    extension(extensionType.extendedMasterSecret, Buffer.alloc(0)),
    // One profile, and no MKI. RFC 5764 §4.1.1
    extension(extensionType.useSrtp, Buffer.concat([uint16Vector(2, [useSrtpNumbers[agreement.profile]]), vector(1)])),
  ];
  if (agreement.hasRenegotiationInfo) extensions.push(extension(extensionType.renegotiationInfo, vector(1)));
  if (agreement.hasPointFormats) extensions.push(extension(extensionType.pointFormats, vector(1, uint(0, 1))));
  const body = [uint(DTLS_1_2, 2), random, vector(1), uint(CIPHER_SUITE, 2), uint(0, 1), vector(2, ...extensions)];
  return { type: handshakeType.serverHello, body: Buffer.concat(body) };
}

/** RFC 5246 §7.4.2 */
export function certificateMessage(der: Uint8Array): MessageContent {
  return { type: handshakeType.certificate, body: vector(3, vector(3, der)) };
}

/** Our key of this handshake, signed together with both randoms. RFC 8422 §5.4 */
export function serverKeyExchange(
  publicKey: Uint8Array,
  randoms: Uint8Array,
  certificate: DtlsCertificate,
): MessageContent {
  // 3: the curve is given by its name.
  const parameters = Buffer.concat([uint(3, 1), uint(P256_GROUP, 2), vector(1, publicKey)]);
  const signature = sign("sha256", Buffer.concat([randoms, parameters]), certificate.privateKey);
  const body = Buffer.concat([parameters, uint(ECDSA_P256_SHA256, 2), vector(2, signature)]);
  return { type: handshakeType.serverKeyExchange, body };
}

/** Asks for a certificate, whoever issued it. RFC 5246 §7.4.4 */
export const certificateRequest: MessageContent = {
  type: handshakeType.certificateRequest,
  body: Buffer.concat([vector(1, uint(ECDSA_CERTIFICATE, 1)), uint16Vector(2, [ECDSA_P256_SHA256]), vector(2)]),
};

export const serverHelloDone: MessageContent = { type: handshakeType.serverHelloDone, body: Buffer.alloc(0) };

function extension(type: number, data: Uint8Array): Buffer {
  return Buffer.concat([uint(type, 2), vector(2, data)]);
}
