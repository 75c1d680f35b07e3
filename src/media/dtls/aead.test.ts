import assert from "node:assert/strict";
import { test } from "node:test";
import { openFragment, openGcm, sealFragment, sealGcm } from "./aead.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

/** Test cases 2 and 4 of AES-128 in the specification of GCM that NIST published (SP 800-38D refers to it). */
const vectors = [
  {
    key: hex("00000000000000000000000000000000"),
    nonce: hex("000000000000000000000000"),
    additional: hex(""),
    plaintext: hex("00000000000000000000000000000000"),
    sealed: hex("0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf"),
  },
  {
    key: hex("feffe9928665731c6d6a8f9467308308"),
    nonce: hex("cafebabefacedbaddecaf888"),
    additional: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    plaintext: hex(`d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
      1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39`),
    sealed: hex(`42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
      21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091 5bc94fbc3221a5db94fae95ae7121a47`),
  },
];

for (const [index, { key, nonce, additional, plaintext, sealed }] of vectors.entries()) {
  test(`AES-128-GCM seals and opens published vector ${index}`, () => {
    assert.deepEqual(sealGcm(key, nonce, additional, plaintext), sealed);
    assert.deepEqual(openGcm(key, nonce, additional, sealed), plaintext);
  });
}

const keys = { key: hex("000102030405060708090a0b0c0d0e0f"), salt: hex("a0a1a2a3") };
const place = { type: 22, epoch: 1, sequence: 5 };

test("the nonce of a record is the salt, its epoch and its number (RFC 5288 §3, RFC 6347 §4.1.2.1)", () => {
  const fragment = sealFragment(keys, place, hex("0102"));
  assert.deepEqual(fragment.subarray(0, 8), hex("0001000000000005"));
  const additional = hex("0001000000000005 16 fefd 0002");
  assert.deepEqual(fragment.subarray(8), sealGcm(keys.key, hex("a0a1a2a3 0001000000000005"), additional, hex("0102")));
});

test("a record is opened at its place only, unchanged and whole", () => {
  const fragment = sealFragment(keys, place, hex("0102"));
  assert.deepEqual(openFragment(keys, place, fragment), hex("0102"));
  assert.equal(openFragment(keys, { ...place, type: 21 }, fragment), undefined);
  assert.equal(openFragment(keys, { ...place, epoch: 2 }, fragment), undefined);
  assert.equal(openFragment(keys, { ...place, sequence: 6 }, fragment), undefined);
  for (let index = 0; index < fragment.length; index++) {
    const changed = Buffer.from(fragment);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(openFragment(keys, place, changed), undefined);
    assert.equal(openFragment(keys, place, fragment.subarray(0, index)), undefined);
  }
});
