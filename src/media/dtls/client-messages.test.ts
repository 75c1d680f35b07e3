import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { uint, vector } from "./byte-writer.ts";
import { createCertificate } from "./certificate.ts";
import { checkCertificateVerify, readClientKey, readClientKeyExchange } from "./client-messages.ts";
import { ECDSA_P256_SHA256 } from "./protocol.ts";

const own = createCertificate(0);
const chainOf = (...ders: readonly Uint8Array[]) => vector(3, ...ders.map((der) => vector(3, der)));
const fingerprintOf = (der: Uint8Array) =>
  `sha-256 ${createHash("sha256").update(der).digest("hex").toUpperCase().match(/../g)?.join(":")}`;
const causeOf = (outcome: object | undefined) =>
  outcome !== undefined && "cause" in outcome ? outcome.cause : "accepted";

test("of a chain the first certificate counts, and has to be there whole", () => {
  const whole = chainOf(own.der, own.der);
  assert.equal(causeOf(readClientKey(chainOf(own.der), own.fingerprint)), "accepted");
  assert.equal(causeOf(readClientKey(whole, own.fingerprint)), "accepted");
  assert.equal(causeOf(readClientKey(vector(3), own.fingerprint)), "wrong-certificate");
  for (const body of [Buffer.alloc(0), whole.subarray(0, 9), Buffer.concat([whole, uint(0, 1)])]) {
    assert.equal(causeOf(readClientKey(body, own.fingerprint)), "malformed");
  }
  assert.equal(causeOf(readClientKey(vector(3, uint(500, 3), own.der), own.fingerprint)), "malformed");
});

test("a certificate that has the fingerprint and no key that can be used is refused", () => {
  for (const der of [Buffer.from("no certificate"), own.der.subarray(0, 100)]) {
    assert.equal(causeOf(readClientKey(chainOf(der), fingerprintOf(der))), "wrong-certificate");
  }
});

test("a client's key of the handshake has its length before it, and nothing behind it", () => {
  const key = Buffer.alloc(65, 4);
  assert.deepEqual(readClientKeyExchange(vector(1, key)), key);
  for (const body of [Buffer.alloc(0), vector(1, key).subarray(0, 60), Buffer.concat([vector(1, key), uint(0, 1)])]) {
    assert.equal(causeOf(readClientKeyExchange(body)), "malformed");
  }
});

test("a signature counts by the algorithm that was asked for, of the messages before it and by that key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const messages = Buffer.from("all before it");
  const bodyOf = (algorithm: number, over: Uint8Array) =>
    Buffer.concat([uint(algorithm, 2), vector(2, sign("sha256", over, privateKey))]);
  const good = bodyOf(ECDSA_P256_SHA256, messages);

  assert.equal(causeOf(checkCertificateVerify(good, messages, publicKey)), "accepted");
  assert.equal(causeOf(checkCertificateVerify(bodyOf(0x0804, messages), messages, publicKey)), "not-authentic");
  const ofOthers = bodyOf(ECDSA_P256_SHA256, Buffer.from("others"));
  assert.equal(causeOf(checkCertificateVerify(ofOthers, messages, publicKey)), "not-authentic");
  for (const body of [good.subarray(0, 8), Buffer.concat([good, uint(0, 1)])]) {
    assert.equal(causeOf(checkCertificateVerify(body, messages, publicKey)), "malformed");
  }
});
