import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMessage, type SipMessage } from "../../sip-syntax/index.ts";
import { readChallenges, type DigestChallenge } from "./challenge.ts";
import { authorize, keepNonces } from "./nonces.ts";
import { authorizationHeader, digestResponse } from "./response.ts";
import { noTries, tryAgain } from "./tries.ts";

const account = { username: "Mufasa", password: "Circle of Life" };
const request = { method: "GET", uri: "/dir/index.html" };
const ofRfc2617 = `realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"`;
const ofRfc7616 = `realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`;
const cnonceOfRfc7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

/** A response with these lines. */
function refusal(status: number, ...lines: readonly string[]): SipMessage {
  const head = [
    `SIP/2.0 ${status} No`,
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
    "From: <sip:a@b>;tag=1",
    "To: <sip:c@d>",
  ];
  const text = [...head, "Call-ID: x", "CSeq: 1 INVITE", ...lines, "Content-Length: 0", "", ""].join("\r\n");
  const parsed = parseMessage(Buffer.from(text));
  assert.ok("message" in parsed, text);
  return parsed.message;
}

const proxyAsks = (...values: readonly string[]) =>
  readChallenges(refusal(407, ...values.map((value) => `Proxy-Authenticate: ${value}`)));

function challengeOf(value: string): DigestChallenge {
  const { challenges, reasons } = proxyAsks(value);
  assert.ok(challenges[0], reasons.join());
  return challenges[0];
}

describe("the response of a digest", () => {
  const cases = [
    {
      of: "RFC 2617 §3.5, MD5 with qop",
      challenge: `Digest ${ofRfc2617}, qop="auth,auth-int", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
      password: "Circle Of Life",
      cnonce: "0a4f113b",
      response: "6629fae49393a05397450978507c4ef1",
    },
    {
      of: "RFC 2069, MD5 without qop (erratum 749 of its example)",
      challenge: `Digest ${ofRfc2617}`,
      password: "CircleOfLife",
      cnonce: "",
      response: "1949323746fe6a43ef61f9606e7febea",
    },
    {
      of: "RFC 7616 §3.9.1, MD5",
      challenge: `Digest ${ofRfc7616}, qop="auth, auth-int", algorithm=MD5`,
      cnonce: cnonceOfRfc7616,
      response: "8ca523f5e9506fed4657c9700eebdbec",
    },
    {
      of: "RFC 7616 §3.9.1, SHA-256",
      challenge: `Digest ${ofRfc7616}, qop="auth, auth-int", algorithm=SHA-256`,
      cnonce: cnonceOfRfc7616,
      response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    },
  ];
  for (const { of, challenge, password = account.password, cnonce, response } of cases)
    it(`is that of ${of}`, () => {
      const use = { cnonce, count: 1 };
      assert.equal(digestResponse(challengeOf(challenge), { ...account, password }, request, use), response);
    });

  it("of -sess has the key of the nonce and the cnonce, and SHA-512-256 has its own initial values: as Python's hashlib has it (RFC 7616 §3.4.2, RFC 8760 §2.1)", () => {
    const use = { cnonce: "c", count: 1 };
    const found = ["MD5-sess", "SHA-512-256"].map((algorithm) =>
      digestResponse(
        challengeOf(`Digest realm="r", nonce="n", qop="auth", algorithm=${algorithm}`),
        account,
        request,
        use,
      ),
    );
    assert.deepEqual(found, [
      "2008d6d1fdf4ec35555cf8426b3eb39d",
      "4b0c5eb7ac91e1e55198532a6b675792075981a61a266e1f299c1d72c4c02eab",
    ]);
  });
});

describe("the header with credentials", () => {
  it("has what RFC 7616 §3.4 asks for, quoted as it must be", () => {
    const challenge = challengeOf(
      String.raw`DIGEST Realm="the \"inner\" \\ realm",nonce=abc==, opaque="", algorithm=sha-256 , QOP=auth, stale=FALSE, other="x"`,
    );
    const { name, value } = authorizationHeader(
      challenge,
      { username: 'a"b', password: "p" },
      { method: "INVITE", uri: "sip:x@192.0.2.9" },
      { cnonce: "c", count: 26 },
    );

    assert.equal(name, "Proxy-Authorization");
    assert.equal(
      value.replace(/response="[0-9a-f]{64}"/, "response"),
      String.raw`Digest username="a\"b", realm="the \"inner\" \\ realm", nonce="abc==", uri="sip:x@192.0.2.9", response, algorithm=sha-256, opaque="", qop=auth, nc=0000001a, cnonce="c"`,
    );
  });

  it("has no qop, nc and cnonce where the challenge has no qop, and is Authorization for a 401", () => {
    const { challenges } = readChallenges(refusal(401, 'WWW-Authenticate: Digest realm="r", nonce="n"'));
    const [, { headers }] = authorize(
      keepNonces([], challenges, () => "c"),
      account,
      request,
    );

    assert.equal(headers[0]?.name, "Authorization");
    assert.match(
      headers[0]?.value ?? "",
      /^Digest username="Mufasa", realm="r", nonce="n", uri="[^"]+", response="[0-9a-f]{32}"$/,
    );
  });
});

describe("of several challenges", () => {
  it("the strongest that we know is answered, wherever it stands", () => {
    const asked = ["MD5", "SHA-512-256", "SHA3-512", "SHA-256"].map(
      (algorithm) => `Digest realm="r", nonce="${algorithm}", qop="auth", algorithm=${algorithm}`,
    );

    assert.deepEqual(
      proxyAsks(...asked).challenges.map(({ nonce }) => nonce),
      ["SHA-512-256"],
    );
    assert.deepEqual(
      proxyAsks(asked.join(", ")).challenges.map(({ nonce }) => nonce),
      ["SHA-512-256"],
    );
    assert.deepEqual(
      proxyAsks(asked[2] ?? "", asked[0] ?? "").challenges.map(({ nonce }) => nonce),
      ["MD5"],
    );
  });

  it("one of each realm is answered, of up to four realms", () => {
    const asked = Array.from({ length: 9 }, (_, index) => `Digest realm="${index}", nonce="n${index}"`);

    assert.deepEqual(
      proxyAsks(...asked).challenges.map(({ realm }) => realm),
      ["0", "1", "2", "3"],
    );
  });

  it("those of the other kind of server do not count", () => {
    const { challenges, reasons } = readChallenges(refusal(407, 'WWW-Authenticate: Digest realm="r", nonce="n"'));

    assert.deepEqual([challenges, reasons], [[], ["the 407 has no challenge"]]);
  });
});

const unanswerable: readonly (readonly [string, RegExp])[] = [
  ['Digest realm="r", nonce="n", qop="auth-int"', /the qop "auth-int" is not supported; auth is/],
  ['Digest realm="r", nonce="n", qop="token"', /the qop "token" is not supported/],
  ['Digest realm="r", nonce="n", qop=auth, algorithm=AKAv1-MD5', /the algorithm "akav1-md5" is not known; MD5/],
  ['Digest realm="r", nonce="n", qop=auth, algorithm="-sess"', /the algorithm "-sess" is not known/],
  ['Digest realm="r", nonce="n", algorithm=MD5-sess', /needs qop/],
  ['Digest nonce="n"', /lacks a realm or a nonce/],
  ['Basic realm="r"', /the scheme "basic" is not known; Digest is/],
  ['Digest realm="r", nonce="n", nonce="m"', /malformed/],
  ['Digest realm="r, nonce="n"', /malformed/],
  ['Digest realm="r" nonce="n"', /malformed/],
  ['realm="r", nonce="n"', /malformed/],
  [`Digest realm="r", nonce="${"n".repeat(5_000)}"`, /malformed/],
  [`Digest realm="r", nonce="n"${Array.from({ length: 70 }, (_, at) => `, a${at}=1`).join("")}`, /malformed/],
];
for (const [value, reason] of unanswerable)
  it(`a challenge that cannot be answered says why: ${value.slice(0, 60)}`, () => {
    const { challenges, reasons } = proxyAsks(value);
    assert.equal(challenges.length, 0);
    assert.match(reasons.join(), reason);
  });

describe("a nonce", () => {
  const first = challengeOf('Digest realm="r", nonce="1", qop=auth');
  const second = challengeOf('Digest realm="r", nonce="2", qop=auth, stale=TRUE');
  const counts = (kept: ReturnType<typeof keepNonces>) =>
    kept.map(({ challenge, cnonce, count }) => `${challenge.nonce} ${cnonce} ${count}`);

  it("is counted on when it comes again, and begins anew with the next one of its realm", () => {
    const [used] = authorize(
      keepNonces([], [first], () => "a"),
      account,
      request,
    );
    const [again] = authorize(
      keepNonces(used, [first], () => "b"),
      account,
      request,
    );

    assert.deepEqual(counts(again), ["1 a 2"]);
    assert.deepEqual(counts(keepNonces(again, [second], () => "b")), ["2 b 0"]);
  });

  it("of a proxy and one of the far end are both sent; more than four are not kept", () => {
    const ofUser = { ...first, by: "user-agent" } as const;
    const others = Array.from({ length: 4 }, (_, index) => ({ ...first, realm: `${index}` }));
    const both = keepNonces([], [first, ofUser], () => "a");

    assert.deepEqual(
      authorize(both, account, request)[1].headers.map(({ name }) => name),
      ["Proxy-Authorization", "Authorization"],
    );
    assert.deepEqual(
      keepNonces(both, others, () => "a").map(({ challenge }) => challenge.realm),
      ["0", "1", "2", "3"],
    );
  });

  it("makes a request be sent again twice at most; a second time only for another realm, or since it was stale", () => {
    const other = { ...first, realm: "other" };
    const tries = (...rounds: readonly (readonly DigestChallenge[])[]) => {
      let state = noTries;
      return rounds.map((challenges) => {
        const next = tryAgain(state, challenges);
        state = next ?? state;
        return next !== undefined;
      });
    };

    assert.deepEqual(tries([first], [first]), [true, false]);
    assert.deepEqual(tries([first], [second], [second]), [true, true, false]);
    assert.deepEqual(tries([first], [other], [{ ...first, realm: "third" }]), [true, true, false]);
    assert.deepEqual(tries([first], [first, other]), [true, false]);
    assert.deepEqual(tries([]), [false]);
  });
});

it("challenges of nothing but separators, escapes or names are refused", () => {
  const hostile = ["Digest " + ",".repeat(4_000), `Digest a="${"\\".repeat(4_000)}`, `Digest ${"a=".repeat(2_000)}`];
  for (const value of hostile) assert.equal(proxyAsks(...Array.from({ length: 15 }, () => value)).challenges.length, 0);
});
