import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOffer, createOffer, readAnswer, whyNoAnswer, type LocalAudio, type SrtpPolicy } from "./index.ts";
import { cryptoSuites, type CryptoSuite } from "./crypto-suites.ts";

/** Keys that tell by their first byte for which suite they are. */
const suites = Object.keys(cryptoSuites) as CryptoSuite[];
const ourKey = (suite: CryptoSuite) => new Uint8Array(cryptoSuites[suite]).fill(suites.indexOf(suite) + 100);
const theirKey = (bytes = 30) => Buffer.alloc(bytes, 7).toString("base64");

const local = (srtp: SrtpPolicy, offersSrtp = false): LocalAudio => ({
  ...{ address: "192.0.2.10", port: 5004, codecs: ["PCMU", "PCMA"], sessionId: "7", sessionVersion: 3 },
  ...{ srtp, offersSrtp, mediaKey: ({ suite }) => ourKey(suite) },
});

const offerOf = (...lines: string[]) =>
  ["v=0", "o=- 1 1 IN IP4 198.51.100.1", "s=-", "c=IN IP4 198.51.100.1", "t=0 0", ...lines, ""].join("\r\n");

const long = "AES_CM_128_HMAC_SHA1_80";
const crypto = (tag: number | string, suite: string = long, key = theirKey(), more = "") =>
  `a=crypto:${tag} ${suite} inline:${key}${more}`;

/** What becomes of an offer, in one word or line. */
function outcomeOf(srtp: SrtpPolicy, ...lines: string[]): string {
  const outcome = answerOffer(offerOf(...lines), local(srtp));
  const why = whyNoAnswer(offerOf(...lines), { ...local(srtp) });
  assert.equal(why?.type, outcome.type === "agreed" ? undefined : outcome.type);
  if (outcome.type !== "agreed") return outcome.type;
  const { security } = outcome.audio;
  const answered = outcome.answer.split("\r\n").filter((line) => /^(?:m=|a=crypto)/.test(line));
  assert.equal(answered.filter((line) => line.startsWith("a=crypto")).length, security === undefined ? 0 : 1);
  return security === undefined ? "clear" : (answered.find((line) => line.startsWith("a=crypto:")) ?? "");
}

const shown = (tag: number | string, suite: CryptoSuite, name: string = suite) =>
  `a=crypto:${tag} ${name} inline:${Buffer.from(ourKey(suite)).toString("base64")}`;

for (const [title, lines, never, optional, required] of [
  ["audio in the clear", ["m=audio 4000 RTP/AVP 0"], "clear", "clear", "not-encrypted"],
  ["encrypted audio", ["m=audio 4000 RTP/SAVP 0", crypto(1)], "no-audio", shown(1, long), shown(1, long)],
  [
    "encrypted audio with feedback",
    ["m=audio 4000 RTP/SAVPF 0", crypto(4)],
    "no-audio",
    shown(4, long),
    shown(4, long),
  ],
  [
    "audio in the clear that would rather be encrypted (RFC 8643)",
    ["m=audio 4000 RTP/AVP 0", crypto(1)],
    "clear",
    shown(1, long),
    shown(1, long),
  ],
  ["an encrypted profile without a key", ["m=audio 4000 RTP/SAVP 0"], "no-audio", "no-audio", "no-audio"],
  [
    "audio in the clear whose keys cannot be used",
    ["m=audio 4000 RTP/AVP 0", crypto(1, "F8_128_HMAC_SHA1_80")],
    "clear",
    "clear",
    "not-encrypted",
  ],
  [
    "both, each as a stream of its own",
    ["m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/SAVP 0", crypto(1)],
    "clear",
    shown(1, long),
    shown(1, long),
  ],
  ["keys by DTLS", ["m=audio 4000 UDP/TLS/RTP/SAVP 0", crypto(1)], "no-audio", "no-audio", "no-audio"],
] as const) {
  test(`an offer of ${title} is taken as srtp says: never, optional, required`, () => {
    assert.deepEqual(
      (["never", "optional", "required"] as const).map((srtp) => outcomeOf(srtp, ...lines)),
      [never, optional, required],
    );
  });
}

test("the answer has the profile of the offer, and the first of its keys that can be used, whatever the order of ours", () => {
  const lines = [
    "m=audio 4000 RTP/SAVP 0",
    crypto(3, "F8_128_HMAC_SHA1_80"),
    crypto(9, "AEAD_AES_128_GCM", theirKey(28)),
    crypto(1),
  ];

  assert.equal(outcomeOf("optional", ...lines), shown(9, "AEAD_AES_128_GCM"));
  assert.match(
    (answerOffer(offerOf(...lines), local("optional")) as { answer: string }).answer,
    /^m=audio 5004 RTP\/SAVP 0\r$/m,
  );
});

for (const suite of suites) {
  test(`${suite} is taken with keys of ${cryptoSuites[suite]} bytes, and with no others`, () => {
    const one = (bytes: number) => outcomeOf("optional", "m=audio 4000 RTP/SAVP 0", crypto(1, suite, theirKey(bytes)));
    assert.equal(one(cryptoSuites[suite]), shown(1, suite));
    for (const bytes of [0, cryptoSuites[suite] - 1, cryptoSuites[suite] + 1, 1_000])
      assert.equal(one(bytes), "no-audio");
  });
}

test("a suite in small letters or with its name in the older order is taken, and answered as it was written", () => {
  const older = "AES_CM_256_HMAC_SHA1_80";
  assert.equal(
    outcomeOf("optional", "m=audio 4000 RTP/SAVP 0", crypto(1, older, theirKey(46))),
    shown(1, "AES_256_CM_HMAC_SHA1_80", older),
  );
  assert.equal(
    outcomeOf("optional", "m=audio 4000 RTP/SAVP 0", crypto(1, long.toLowerCase())),
    shown(1, long, long.toLowerCase()),
  );
});

for (const more of [
  "|1:4",
  "|2^20|1:4",
  "|340282366920938463463374607431768211455:16",
  "|2^20",
  "|1000000",
  "|2^48",
  " WSH=64",
  " FEC_ORDER=FEC_SRTP",
  " -EXTRA=1",
  "|2^31 WSH=128 -x",
]) {
  test(`a key with "${more}" is taken`, () => {
    assert.equal(outcomeOf("optional", "m=audio 4000 RTP/SAVP 0", crypto(1, long, theirKey(), more)), shown(1, long));
  });
}

for (const more of [
  ...[
    "|1:0",
    "|256:1",
    "|1:129",
    "|x:4",
    "|1:4|2^20",
    "|2^20|2^20",
    `;inline:${theirKey()}`,
    "|2^49",
    "|0",
    "|2^",
    "|x",
    "|",
  ],
  ...[
    " KDR=1",
    " KDR=0",
    " UNENCRYPTED_SRTP",
    " UNENCRYPTED_SRTCP",
    " UNAUTHENTICATED_SRTP",
    " FEC_KEY=inline:a",
    " NEW=1",
  ],
]) {
  test(`a key with "${more}" is left, and the next one taken (RFC 4568 §6.1, §6.3)`, () => {
    const lines = ["m=audio 4000 RTP/SAVP 0", crypto(1, long, theirKey(), more)];
    assert.equal(outcomeOf("optional", ...lines), "no-audio");
    assert.equal(outcomeOf("optional", ...lines, crypto(2)), shown(2, long));
  });
}

for (const line of [
  "a=crypto:",
  "a=crypto:1",
  `a=crypto:1 ${long}`,
  `a=crypto:1 ${long} inline:`,
  `a=crypto:1 ${long} uri:${theirKey()}`,
  `a=crypto:1 ${long} inline:${theirKey().slice(0, -2)}!!`,
  `a=crypto:-1 ${long} inline:${theirKey()}`,
  `a=crypto:01 ${long} inline:${theirKey()}`,
  `a=crypto:1234567890 ${long} inline:${theirKey()}`,
]) {
  test(`"${line.slice(0, 60)}" is no key, and nothing of it is said`, () => {
    const outcome = answerOffer(offerOf("m=audio 4000 RTP/SAVP 0", line), local("optional"));
    assert.ok(outcome.type === "no-audio");
    assert.match(outcome.why, /of its a=crypto none can be used/);
    assert.ok(!outcome.why.includes(theirKey().slice(0, 8)));
  });
}

test("an identifier of the key (MKI) is told as it stands in packets", () => {
  const lines = ["m=audio 4000 RTP/SAVP 0", crypto(1, long, theirKey(), "|2^20|258:4")];
  const outcome = answerOffer(offerOf(...lines), local("optional"));

  assert.ok(outcome.type === "agreed");
  assert.deepEqual(outcome.audio.security?.identifier, Uint8Array.of(0, 0, 1, 2));
  assert.doesNotMatch(outcome.answer, /\|/);
});

test("our offer has a key for each suite that is offered, and an answer has to take one of them", () => {
  const offered = local("required", true);
  const lines = createOffer(offered).split("\r\n");
  assert.ok(lines.includes("m=audio 5004 RTP/SAVP 0 8 101"));
  assert.deepEqual(
    lines.filter((line) => line.startsWith("a=crypto")),
    [
      shown(1, long),
      shown(2, "AES_256_CM_HMAC_SHA1_80"),
      shown(3, "AEAD_AES_128_GCM"),
      shown(4, "AES_CM_128_HMAC_SHA1_32"),
    ],
  );

  const answer = readAnswer(offerOf("m=audio 4000 RTP/SAVP 0", crypto(3, "AEAD_AES_128_GCM", theirKey(28))), offered);
  assert.ok(answer.type === "agreed");
  assert.deepEqual(answer.audio.security, {
    suite: "AEAD_AES_128_GCM",
    received: new Uint8Array(Buffer.alloc(28, 7)),
    sent: ourKey("AEAD_AES_128_GCM"),
  });
});

for (const [what, line] of [
  ["a tag that was not offered", crypto(9)],
  ["a suite that was not offered", crypto(1, "AES_192_CM_HMAC_SHA1_80", theirKey(38))],
  ["the suite of another tag", crypto(2)],
  ["our own key", shown(1, long)],
  ["no key", "a=sendrecv"],
] as const) {
  test(`an answer with ${what} is none (RFC 4568 §5.1.3)`, () => {
    for (const srtp of ["optional", "required"] as const) {
      assert.equal(readAnswer(offerOf("m=audio 4000 RTP/SAVP 0", line), local(srtp, true)).type, "no-audio");
    }
  });
}

test("an answer in the clear to an encrypted offer is agreed where that is optional, and refused where it is required", () => {
  const answer = offerOf("m=audio 4000 RTP/AVP 0");
  const optional = readAnswer(answer, local("optional", true));
  assert.ok(optional.type === "agreed" && optional.audio.security === undefined);
  assert.equal(readAnswer(answer, local("required", true)).type, "not-encrypted");
});

test("an answer cannot bring keys that nobody offered", () => {
  const outcome = readAnswer(offerOf("m=audio 4000 RTP/AVP 0", crypto(1)), local("optional"));
  assert.ok(outcome.type === "agreed" && outcome.audio.security === undefined);
});
