import assert from "node:assert/strict";
import { inspect } from "node:util";
import { describe, it } from "node:test";
import { parseMessage, type SipMessage } from "../../sip-syntax/index.ts";
import { aRequest } from "../../testing/internal/sip-testbed.ts";
import { SipAccount } from "./account.ts";
import { readChallenges } from "./challenge.ts";
import { NonceCounts } from "./nonce-counts.ts";
import { authorizationHeader } from "./response.ts";
import { nonceMs, ServerNonces } from "./server-nonces.ts";
import { challengeLines, verifyRequest, type Verifier } from "./verify.ts";

const requestUri = "sip:+12065550100@192.0.2.1";
const account = { username: "1001", password: "hunter2" };
const phone = new SipAccount({ name: "1001", numbers: ["+12065550111"], password: "hunter2", mayRegister: true });

function aVerifier(most = 100): Verifier {
  const find = (user: string) => (["1001", "+12065550111"].includes(user) ? [phone] : []);
  return {
    realm: "offhook",
    algorithms: ["SHA-256", "MD5"],
    nonces: new ServerNonces(),
    counts: new NonceCounts(most),
    find,
  };
}

function parse(text: string): SipMessage {
  const parsed = parseMessage(Buffer.from(text));
  return parsed.type === "message" ? parsed.message : assert.fail(text);
}

interface Change {
  readonly account?: typeof account;
  readonly count?: number;
  readonly method?: string;
  readonly header?: string;
  readonly edit?: (value: string) => string;
  readonly nonce?: string;
  /** That is hashed. */
  readonly uri?: string;
}

/** What a request with credentials is found to be; made by our own client, at `atMs`, for a challenge of 0. */
function verify(verifier: Verifier, atMs: number, change: Change = {}, algorithm = "SHA-256"): string {
  const { account: who = account, count = 1, method = "REGISTER", header = "Authorization", edit = (v) => v } = change;
  const lines = challengeLines(parse(aRequest({ method: "REGISTER" })), verifier, 0, false).split("\r\n");
  const line = lines.find((one) => one.includes(`algorithm=${algorithm}`)) ?? assert.fail(lines.join());
  const head =
    "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 X\r\n";
  const [read] = readChallenges(parse(`${head}${line}\r\n\r\n`)).challenges;
  const challenge = { ...(read ?? assert.fail(line)), ...(change.nonce === undefined ? {} : { nonce: change.nonce }) };
  const { value } = authorizationHeader(
    challenge,
    who,
    { method: "REGISTER", uri: change.uri ?? requestUri },
    { cnonce: "c", count },
  );
  const request = parse(aRequest({ method, requestUri, lines: [`${header}: ${edit(value)}`] }));
  const found = verifyRequest(request, verifier, atMs);
  return found.type === "right" ? `right: ${found.account.name}` : found.type;
}

describe("credentials of a request", () => {
  for (const algorithm of ["SHA-256", "MD5"])
    it(`are right with the password by ${algorithm}, in either header, by name or number`, () => {
      assert.equal(verify(aVerifier(), 10, {}, algorithm), "right: 1001");
      assert.equal(verify(aVerifier(), 10, { header: "Proxy-Authorization" }, algorithm), "right: 1001");
      const byNumber = { ...account, username: "+12065550111" };
      assert.equal(verify(aVerifier(), 10, { account: byNumber }, algorithm), "right: 1001");
    });

  it("are right without qop (RFC 2069), which is good for one request", () => {
    const response = (verifier: Verifier, nonce: string) => {
      const challenge = { by: "user-agent", realm: "offhook", nonce, opaque: undefined, algorithm: undefined } as const;
      const { value } = authorizationHeader(
        { ...challenge, hash: "md5", isSession: false, hasQop: false, isStale: false },
        account,
        { method: "REGISTER", uri: requestUri },
        { cnonce: "", count: 1 },
      );
      const request = parse(aRequest({ method: "REGISTER", requestUri, lines: [`Authorization: ${value}`] }));
      return verifyRequest(request, verifier, 1).type;
    };
    const verifier = aVerifier();
    const nonce = verifier.nonces.make(0);

    assert.deepEqual([response(verifier, nonce), response(verifier, nonce)], ["right", "stale"]);
  });

  for (const uri of ["sip:192.0.2.1:5060", "sip:192.0.2.1", "sip:+12065550100@192.0.2.1:5060;transport=udp"])
    it(`are right for ${uri}, which is this server, or the same user`, () => {
      assert.equal(verify(aVerifier(), 10, { uri }), "right: 1001");
      assert.equal(verify(aVerifier(), 10, { uri: uri.replace("192.0.2.1", "192.0.2.2") }), "malformed");
    });

  const wrong: readonly (readonly [what: string, change: Change, found: string])[] = [
    ["with another password", { account: { ...account, password: "hunter3" } }, "wrong"],
    ["with a name that nobody has", { account: { ...account, username: "1002" } }, "wrong"],
    ["with an empty name", { account: { ...account, username: "" } }, "wrong"],
    ["for another method", { method: "INVITE" }, "wrong"],
    ["for another realm", { edit: (v) => v.replace('realm="offhook"', 'realm="other"') }, "none"],
    ["of another scheme", { edit: () => "Basic realm=offhook, x=y" }, "none"],
    ["of a scheme whose credentials are one word", { edit: () => "Basic MTAwMTpodW50ZXIy" }, "none"],
    ["of one with points and slashes in that word", { edit: () => "Bearer eyJ.e30/a+b.c_d-e==" }, "none"],
    ["that cannot be read", { edit: () => 'Digest username="' }, "malformed"],
    ["without a response", { edit: (v) => v.replace("response=", "answer=") }, "malformed"],
    ["with qop auth-int", { edit: (v) => v.replace("qop=auth", "qop=auth-int") }, "malformed"],
    ["with an algorithm that was not offered", { edit: (v) => v.replace("SHA-256", "SHA-512-256") }, "malformed"],
    ["with an algorithm that nobody knows", { edit: (v) => v.replace("SHA-256", "ROT13") }, "malformed"],
    ["with a count that is none", { edit: (v) => v.replace("nc=00000001", "nc=1") }, "malformed"],
    ["without cnonce", { edit: (v) => v.replace("cnonce=", "conce=") }, "malformed"],
    ["for another URI", { edit: (v) => v.replace(requestUri, "sip:+12065550199@192.0.2.1") }, "malformed"],
    ["with another count than was hashed", { edit: (v) => v.replace("nc=00000001", "nc=00000002") }, "wrong"],
    ["with the right password and a nonce that is none of ours", { nonce: "bm9uY2U" }, "stale"],
    ["with the right password and a long nonce", { nonce: "n".repeat(3_000) }, "stale"],
  ];
  for (const [what, change, found] of wrong)
    it(`${what} are ${found}`, () => assert.equal(verify(aVerifier(), 10, change), found));

  it("are stale when the nonce is older than five minutes, or was used with this count before", () => {
    const verifier = aVerifier();
    const nonce = verifier.nonces.make(0);
    const use = (count: number, atMs = 10) => verify(verifier, atMs, { nonce, count });

    assert.deepEqual(
      [use(1), use(1), use(3), use(2), use(2), use(40), use(5)],
      [...["right: 1001", "stale", "right: 1001", "right: 1001", "stale", "right: 1001", "stale"]],
    );
    assert.deepEqual([use(41, nonceMs), use(42, nonceMs + 1)], ["right: 1001", "stale"]);
    assert.equal(use(0), "stale");
  });

  it("of a nonce that was forgotten, since too many are in use, are stale: none counts twice", () => {
    const verifier = aVerifier(2);
    const nonces = [0, 1, 2].map((madeAtMs) => verifier.nonces.make(madeAtMs));
    const use = (index: number, count: number) => verify(verifier, 10, { nonce: nonces[index] ?? "", count });

    assert.deepEqual([use(0, 1), use(1, 1), use(2, 1)], ["right: 1001", "right: 1001", "right: 1001"]);
    assert.deepEqual([use(0, 1), use(1, 2), use(2, 1)], ["stale", "right: 1001", "stale"]);
  });

  it("are asked for by what is offered; of baresip, which stops at what it does not know, by MD5 alone", () => {
    const offered = (algorithms: Verifier["algorithms"], agent: string) => {
      const request = parse(aRequest({ lines: [`User-Agent: ${agent}`] }));
      return [...challengeLines(request, { ...aVerifier(), algorithms }, 0, false).matchAll(/algorithm=([\w-]+)/g)].map(
        ([, name]) => name,
      );
    };

    assert.deepEqual(offered(["SHA-256", "MD5"], "Linphone/5.2"), ["SHA-256", "MD5"]);
    assert.deepEqual(offered(["SHA-256", "MD5"], "baresip v1.0.0 (x86_64/linux)"), ["MD5"]);
    assert.deepEqual(offered(["SHA-256"], "baresip v1.0.0"), ["SHA-256"]);
    assert.deepEqual(offered(["MD5"], "Linphone/5.2"), ["MD5"]);
  });

  it("of an algorithm that is not offered are malformed", () => {
    const request = aVerifier();
    assert.equal(
      verify({ ...request, algorithms: ["SHA-256"] }, 10, { edit: (v) => v.replace("SHA-256", "MD5") }),
      "malformed",
    );
  });

  it("have a password that no property shows", () => {
    assert.doesNotMatch(inspect(phone, { depth: null, showHidden: true }) + JSON.stringify(phone), /hunter2/);
  });
});
