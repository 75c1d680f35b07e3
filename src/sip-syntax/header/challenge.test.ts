import assert from "node:assert/strict";
import { test } from "node:test";
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
