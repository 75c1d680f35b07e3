import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { parseChallenges } from "./challenge.ts";

/** "digest realm=r nonce=n". */
function read(value: string): readonly string[] | undefined {
  return parseChallenges(value)?.map(({ scheme, parameters }) =>
    [scheme, ...[...parameters].map(([name, text]) => `${name}=${text}`)].join(" "),
  );
}

const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  ['Digest realm="r", nonce="n"', ["digest realm=r nonce=n"]],
  ['  DIGEST\trealm = "r" ,nonce= n ,, qop="auth,auth-int" ,', ["digest realm=r nonce=n qop=auth,auth-int"]],
  ['Digest realm="a", Basic realm="b", Digest realm="c"', ["digest realm=a", "basic realm=b", "digest realm=c"]],
  ['Negotiate, Digest realm="a"', ["negotiate", "digest realm=a"]],
  [String.raw`Digest realm="a \"b\" \\ c", nonce=x==`, [String.raw`digest realm=a "b" \ c nonce=x==`]],
  ['Digest realm=""', ["digest realm="]],
  ["Basic MTAwMTpzZWNyZXQ=", ["basic"]],
  ["Bearer a.b-c_d~e+f/g==", ["bearer"]],
  ['Negotiate a87421+/== , Digest realm="a", NTLM TlRM', ["negotiate", "digest realm=a", "ntlm"]],
  ["Basic a=b=", ["basic a=b="]],
  ["Basic a==b", ["basic a==b"]],
  ["Bearer ==", undefined],
  ["", []],
  [" , ,", []],
  ['realm="r"', undefined],
  ["Digest realm=", undefined],
  ['Digest realm="r', undefined],
  ['Digest realm="r\\"', undefined],
  ['Digest realm="r" nonce="n"', undefined],
  ['Digest realm="r";nonce="n"', undefined],
  ['Digest realm="r", REALM="s"', undefined],
  ["Digest <sip:a>", undefined],
];
for (const [value, expected] of cases)
  test(`a header with challenges is read: ${value}`, () => assert.deepEqual(read(value), expected));

fuzzTest("never throws on challenges that were cut, doubled or changed, and reads no more than is there", 2_000, () => {
  const original = String.raw`Digest realm="a \"b\"", nonce=x==, qop="auth,auth-int", opaque="", stale=TRUE, Basic realm="b"`;
  return (random) => {
    const below = (limit: number) => Math.floor(random() * limit);
    let value = original;
    for (let change = below(6); change >= 0; change--) {
      const at = below(value.length + 1);
      const part = [",", '"', "\\", "=", " ", original.slice(below(original.length))][below(6)] ?? "";
      value = value.slice(0, at) + part + value.slice(at + below(4));
    }
    const length = parseChallenges(value)?.reduce((sum, { scheme }) => sum + scheme.length, 0) ?? 0;
    assert.ok(length <= value.length);
  };
});
