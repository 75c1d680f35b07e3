import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createCertificate, hasFingerprint, readFingerprint } from "./certificate.ts";

const nowMs = Date.UTC(2026, 10, 29, 1, 2, 3);
const certificate = createCertificate(nowMs);

test("our certificate is one that OpenSSL reads, and signed by the key that it names", () => {
  const read = new X509Certificate(certificate.der);
  assert.equal(read.subject, "CN=offhook");
  assert.equal(read.checkPrivateKey(certificate.privateKey), true);
  assert.equal(read.verify(read.publicKey), true);
  assert.equal(read.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
});

test("our certificate is good from a day before it was made, and for ever", () => {
  const read = new X509Certificate(certificate.der);
  assert.equal(read.validFrom, "Nov 28 01:02:03 2026 GMT");
  assert.equal(read.validTo, "Dec 31 23:59:59 9999 GMT");
});

test("two certificates have different keys and numbers", () => {
  const other = new X509Certificate(createCertificate(nowMs).der);
  const read = new X509Certificate(certificate.der);
  assert.notEqual(read.serialNumber, other.serialNumber);
  assert.notEqual(read.fingerprint256, other.fingerprint256);
});

test("the fingerprint is that of a session description", () => {
  const { fingerprint256 } = new X509Certificate(certificate.der);
  assert.equal(certificate.fingerprint, `sha-256 ${fingerprint256}`);
  assert.equal(readFingerprint(certificate.fingerprint), certificate.fingerprint);
});

test("a fingerprint is the same in small letters and with blanks around", () => {
  assert.equal(readFingerprint(` ${certificate.fingerprint.toLowerCase()}  `), certificate.fingerprint);
  assert.equal(readFingerprint(certificate.fingerprint.replace("sha-256", "SHA-256")), certificate.fingerprint);
});

test("a fingerprint may be made with SHA-384 or SHA-512", () => {
  for (const [name, hash] of [
    ["sha-384", "sha384"],
    ["sha-512", "sha512"],
  ] as const) {
    const digest = createHash(hash).update(certificate.der).digest("hex");
    const fingerprint = readFingerprint(`${name} ${(digest.match(/../g) ?? []).join(":")}`);
    assert.equal(hasFingerprint(certificate.der, fingerprint ?? ""), true);
    assert.equal(hasFingerprint(createCertificate(nowMs).der, fingerprint ?? ""), false);
  }
});

test("what is no fingerprint, or one of a hash that proves nothing, is refused", () => {
  const [, digest = ""] = certificate.fingerprint.split(" ");
  const others = [
    "",
    "sha-256",
    `sha-256 ${digest}:00`,
    `sha-256 ${digest.slice(3)}`,
    `sha-256 ${digest.replaceAll(":", "")}`,
  ];
  const weak = [
    `sha-1 ${digest.slice(0, 59)}`,
    `md5 ${digest.slice(0, 47)}`,
    `toString ${digest}`,
    `sha-256 ${digest} x`,
  ];
  for (const value of [...others, ...weak, `sha-256 ${"0:".repeat(40)}`, "sha-256 ".repeat(1000)]) {
    assert.equal(readFingerprint(value), undefined, value);
  }
});
