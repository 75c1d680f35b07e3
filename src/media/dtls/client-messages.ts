import { verify, X509Certificate, type KeyObject } from "node:crypto";
import { ByteReader } from "./byte-reader.ts";
import { hasFingerprint } from "./certificate.ts";
import { alertCode, ECDSA_P256_SHA256 } from "./protocol.ts";
import type { Refusal } from "./refusal.ts";

/** The key of a client's certificate, if that is the one of the fingerprint. Who issued it, and for how long, does not matter. RFC 8827 §5.6.1
 * @param body of a Certificate message: a chain, of which the first is the client's */
export function readClientKey(body: Buffer, fingerprint: string): KeyObject | Refusal {
  const reader = new ByteReader(body);
  const chain = new ByteReader(reader.vector(3));
  if (!reader.isWhole) return malformed("Certificate");
  if (chain.left === 0) {
    return wrongCertificate(alertCode.handshakeFailure, "the client has sent no certificate");
  }
  const der = chain.vector(3);
  if (!chain.isWithin) return malformed("Certificate");
  if (!hasFingerprint(der, fingerprint)) {
    const why = "the client's certificate is not that of the fingerprint in its session description";
    return wrongCertificate(alertCode.badCertificate, why);
  }
  return (
    readKey(der) ?? wrongCertificate(alertCode.unsupportedCertificate, "the client's certificate has no key on P-256")
  );
}

/** The client's key of this handshake. RFC 8422 §5.7 */
export function readClientKeyExchange(body: Buffer): Buffer | Refusal {
  const reader = new ByteReader(body);
  const publicKey = reader.vector(1);
  return reader.isWhole ? publicKey : malformed("ClientKeyExchange");
}

/** Checks that the client has the private key of its certificate. RFC 5246 §7.4.8
 * @param messages all before this one */
export function checkCertificateVerify(body: Buffer, messages: Uint8Array, key: KeyObject): Refusal | undefined {
  const reader = new ByteReader(body);
  const algorithm = reader.uint16();
  const signature = reader.vector(2);
  if (!reader.isWhole) return malformed("CertificateVerify");
  if (algorithm !== ECDSA_P256_SHA256) {
    const why = "the client signs by an algorithm that it was not asked for";
    return { alert: alertCode.illegalParameter, cause: "not-authentic", why };
  }
  if (verify("sha256", messages, key, signature)) return undefined;
  const why = "the client has not got the private key of its certificate";
  return { alert: alertCode.decryptError, cause: "not-authentic", why };
}

/** A message that is not what its type says. */
export function malformed(name: string): Refusal {
  return { alert: alertCode.decodeError, cause: "malformed", why: `${name} is malformed` };
}

function wrongCertificate(alert: Refusal["alert"], why: string): Refusal {
  return { alert, cause: "wrong-certificate", why };
}

function readKey(der: Buffer): KeyObject | undefined {
  try {
    const { publicKey } = new X509Certificate(der);
    return publicKey.asymmetricKeyDetails?.namedCurve === "prime256v1" ? publicKey : undefined;
  } catch {
    return undefined;
  }
}
