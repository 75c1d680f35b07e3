import assert from "node:assert/strict";
import { test } from "node:test";
import { prf, recordKeys } from "./prf.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

test("the PRF gives the bytes of the published vector for SHA-256", () => {
  const secret = hex("9bbe436ba940f017b17652849a71db35");
  const seed = hex("a0ba9f936cda311827a6f796ffd5198c");
  const expected = hex(`e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a
    6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab
    4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
    87347b66`);
  assert.deepEqual(prf(secret, "test label", seed, 100), expected);
});

test("a shorter output of the PRF is the beginning of a longer one", () => {
  const long = prf(hex("01"), "label", hex("02"), 100);
  assert.deepEqual(prf(hex("01"), "label", hex("02"), 33), long.subarray(0, 33));
});

test("keys of records are cut from one block: both keys, then both salts", () => {
  const block = prf(hex("aa"), "key expansion", hex("0201"), 40);
  const { client, server } = recordKeys(hex("aa"), hex("01"), hex("02"));
  assert.deepEqual(Buffer.concat([client.key, server.key, client.salt, server.salt]), block);
});
