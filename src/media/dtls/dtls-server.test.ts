import assert from "node:assert/strict";
import { test } from "node:test";
import { plainHello, withExtension, type HelloShape } from "../../../test/webrtc/client-hello.ts";
import { DtlsPair, strangersCertificate, type Network } from "../../../test/webrtc/dtls-pair.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { uint16Vector, uint, vector } from "./byte-writer.ts";
import { alertCode, extensionType, handshakeType } from "./protocol.ts";
import { printRecord, readRecords } from "./record.ts";

/** Types of the handshake messages in the clear of some datagrams, each as often as it was sent. */
function messagesOf(datagrams: readonly Buffer[]): readonly number[] {
  const records = datagrams.flatMap((datagram) => readRecords(datagram).records);
  return records.flatMap(({ type, epoch, fragment }) => (type === 22 && epoch === 0 ? [fragment[0] ?? 0] : []));
}

function assertSameKeys({ serverKeys, clientKeys, failure, clientFailure }: DtlsPair): void {
  assert.deepEqual([failure, clientFailure], [undefined, undefined]);
  assert.ok(serverKeys !== undefined);
  assert.deepEqual(serverKeys, clientKeys);
}

/** The fatal alert that the server's last datagram is. */
function alertOf({ sent }: DtlsPair): number | undefined {
  const [record] = readRecords(sent.server.at(-1) ?? Buffer.alloc(0)).records;
  return record?.type === 21 && record.fragment[0] === 2 ? record.fragment[1] : undefined;
}

test("a browser's handshake gives both sides the same keys of SRTP", () => {
  const pair = new DtlsPair();
  pair.run();
  assertSameKeys(pair);
  assert.equal(pair.serverKeys?.client.profile, "AES_CM_128_HMAC_SHA1_80");
  assert.notDeepEqual(pair.serverKeys?.client, pair.serverKeys?.server);
  assert.deepEqual(pair.dropped, []);
});

test("a handshake takes three round trips, and six datagrams where a ClientHello has room in one", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() } });
  assert.equal(pair.run(), 6);
  assert.deepEqual([pair.sent.client.length, pair.sent.server.length], [3, 3]);
});

test("no timer is left after a handshake, nor after either end was closed", () => {
  const pair = new DtlsPair();
  pair.run();
  pair.clock.advance(1_000);
  assert.equal(pair.clock.pendingTimers(), 0);
  assert.equal(pair.sent.server.length, 3);
  const early = new DtlsPair();
  early.client.start();
  early.clock.advance(2);
  early.server.close();
  early.client.close();
  early.clock.advance(10);
  assert.equal(early.clock.pendingTimers(), 0);
  assert.equal(early.failure, undefined);
});

test("nothing is computed for a client before its cookie has come back (RFC 6347 §4.2.1)", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() }, network: (from) => (from === "client" ? [1] : []) });
  pair.run(1_000);
  assert.deepEqual(new Set(messagesOf(pair.sent.server)), new Set([handshakeType.helloVerifyRequest]));
  const [hello] = pair.sent.client;
  assert.ok(pair.sent.server.every((answer) => answer.length < (hello?.length ?? 0) / 2));
});

test("a cookie is good for the address that it was given to", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() }, network: (from) => (from === "client" ? [] : [1]) });
  pair.client.start();
  pair.server.receive(pair.sent.client[0]!, "192.0.2.1:5000");
  pair.clock.advance(1);
  pair.server.receive(pair.sent.client[1]!, "192.0.2.9:5000");
  assert.deepEqual(messagesOf(pair.sent.server), [handshakeType.helloVerifyRequest, handshakeType.helloVerifyRequest]);
  pair.server.receive(pair.sent.client[1]!, "192.0.2.1:5000");
  assert.equal(messagesOf(pair.sent.server).includes(handshakeType.serverHello), true);
});

test("the records that answer a ClientHello have its number, so that no number is used twice", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() } });
  pair.run();
  const numbers = pair.sent.server.flatMap((datagram) =>
    readRecords(datagram).records.flatMap(({ epoch, sequence }) => (epoch === 0 ? [sequence] : [])),
  );
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
  );
});

test("without a cookie a handshake takes two round trips, and a client that was asked for one still has to bring it", () => {
  let isNeeded = false;
  const server = { needsCookie: () => isNeeded };
  const pair = new DtlsPair({ client: { hello: plainHello() }, server });
  assert.equal(pair.run(), 4);
  assertSameKeys(pair);
  isNeeded = true;
  const asked = new DtlsPair({ network: () => [1, 3], client: { hello: plainHello() }, server });
  asked.client.start();
  asked.clock.advance(1);
  isNeeded = false;
  asked.until(() => asked.isOver);
  assertSameKeys(asked);
  assert.equal(messagesOf(asked.sent.server).filter((type) => type === handshakeType.helloVerifyRequest).length, 2);
});

for (const bytes of [1200, 600, 200, 100]) {
  test(`both ends understand each other in datagrams of ${bytes} bytes`, () => {
    const pair = new DtlsPair({ client: { mostDatagramBytes: bytes }, server: { mostDatagramBytes: bytes } });
    pair.run();
    assertSameKeys(pair);
    for (const datagram of [...pair.sent.client, ...pair.sent.server]) assert.ok(datagram.length <= bytes);
  });
}

for (const [percent, isCookieNeeded] of [
  [10, true],
  [25, true],
  [25, false],
] as const) {
  const way = isCookieNeeded ? "with" : "without";
  test(`of 100 handshakes ${way} cookies none hangs where ${percent} % of the datagrams are lost and many overtaken`, (context) => {
    const times = Array.from({ length: 100 }, (_, seed) => {
      const random = createRandom(seed * 7919 + percent);
      const network: Network = () => (random() * 100 < percent ? [] : [5 + random() * 60]);
      const pair = new DtlsPair({ network, server: { needsCookie: () => isCookieNeeded } });
      const tookMs = pair.run();
      assertSameKeys(pair);
      return tookMs;
    }).sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.ceil(share * times.length) - 1] ?? 0);
    context.diagnostic(`median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, slowest ${at(1)} ms`);
    assert.ok(at(0.95) < 3_000);
  });
}

test("two ends that both repeat their last flight come to an end, however long the way is", () => {
  for (const delayMs of [5, 60, 150, 500]) {
    const pair = new DtlsPair({ network: () => [delayMs], client: { repeatsLastFlight: true }, hasMedia: false });
    pair.run();
    pair.clock.advance(20_000);
    const answers = pair.sent.server.filter((datagram) => datagram[0] === 20).length;
    assert.ok(answers <= 12, `${answers} answers, ${delayMs} ms away`);
  }
});

test("datagrams that come two and three times change nothing", () => {
  const pair = new DtlsPair({ network: () => [1, 2, 40] });
  pair.run();
  assertSameKeys(pair);
  pair.clock.advance(1_000);
  assert.deepEqual(pair.closed, []);
});

test("a client that has not got our last flight gets it again when it repeats its own", () => {
  let losses = 2;
  const network: Network = (from, datagram) => (from === "server" && datagram[0] === 20 && losses-- > 0 ? [] : [1]);
  const pair = new DtlsPair({ network });
  // Its timer has run out twice: after 50 ms, and after 100 more.
  assert.equal(pair.run(), 150 + 6);
  assertSameKeys(pair);
});

test("a client that has not got our last flight gets it again, though none of its own comes through any more", () => {
  let losses = 2;
  const network: Network = (from, datagram) => {
    if (from === "server") return datagram[0] === 20 && losses-- > 0 ? [] : [1];
    return pair.serverKeys === undefined ? [1] : [];
  };
  const pair: DtlsPair = new DtlsPair({ network });
  assert.equal(pair.run(), 600 + 6);
  assertSameKeys(pair);
});

test("a client that has not got our first flight gets it again, whether it asks or not", () => {
  for (const isAsking of [true, false]) {
    let losses = 2;
    const network: Network = (from, datagram) => {
      if (from === "server")
        return messagesOf([datagram]).includes(handshakeType.serverHello) && losses-- > 0 ? [] : [1];
      return isAsking || pair.sent.client.length < 4 || losses < 0 ? [1] : [];
    };
    const pair: DtlsPair = new DtlsPair({ network, client: { hello: plainHello() } });
    pair.run();
    assertSameKeys(pair);
  }
});

test("what proves the handshake may come before what it proves", () => {
  // Pieces of the client's last flight arrive in the opposite order.
  let at = 40;
  const network: Network = (from, datagram) => {
    const isAnswer = from === "client" && !messagesOf([datagram]).includes(handshakeType.clientHello);
    return isAnswer ? [at--] : [1];
  };
  const pair = new DtlsPair({ network, client: { mostDatagramBytes: 150 } });
  const tookMs = pair.run();
  assertSameKeys(pair);
  assert.ok(tookMs < 100, "nothing had to be sent again");
});

test("only a client with the certificate of its session description gets through", () => {
  const pair = new DtlsPair({ client: { certificate: strangersCertificate } });
  pair.run();
  assert.equal(pair.failure?.cause, "wrong-certificate");
  assert.equal(alertOf(pair), alertCode.badCertificate);
  assert.equal(pair.serverKeys, undefined);
});

/** Messages of a client that is wrong: what it changes, and what the server says of it. */
const wrongClients = [
  [
    "a client that has no certificate is refused",
    handshakeType.certificate,
    () => vector(3),
    "wrong-certificate",
    alertCode.handshakeFailure,
  ],
  [
    "a client that does not sign by the key of its certificate is refused",
    handshakeType.certificateVerify,
    (body: Buffer) => Buffer.concat([body.subarray(0, -1), Buffer.of((body.at(-1) ?? 0) ^ 1)]),
    "not-authentic",
    alertCode.decryptError,
  ],
  [
    "a client that signs by SHA-1 is refused",
    handshakeType.certificateVerify,
    (body: Buffer) => Buffer.concat([uint(0x0203, 2), body.subarray(2)]),
    "not-authentic",
    alertCode.illegalParameter,
  ],
  [
    "a client that has seen another handshake is refused",
    handshakeType.finished,
    (body: Buffer) => Buffer.alloc(body.length, 1),
    "not-authentic",
    alertCode.decryptError,
  ],
  [
    "a Finished of another length is refused",
    handshakeType.finished,
    (body: Buffer) => body.subarray(1),
    "not-authentic",
    alertCode.decryptError,
  ],
  [
    "a key that is no point of the curve is refused",
    handshakeType.clientKeyExchange,
    () => vector(1, Buffer.concat([Buffer.of(4), Buffer.alloc(64, 3)])),
    "not-authentic",
    alertCode.illegalParameter,
  ],
  [
    "a point in a form that was not agreed on is refused",
    handshakeType.clientKeyExchange,
    (body: Buffer) => vector(1, Buffer.concat([Buffer.of(2), body.subarray(2, 34)])),
    "not-authentic",
    alertCode.illegalParameter,
  ],
  [
    "a malformed Certificate is refused",
    handshakeType.certificate,
    (body: Buffer) => body.subarray(0, -1),
    "malformed",
    alertCode.decodeError,
  ],
  [
    "a malformed ClientKeyExchange is refused",
    handshakeType.clientKeyExchange,
    (body: Buffer) => Buffer.concat([body, body]),
    "malformed",
    alertCode.decodeError,
  ],
  [
    "a malformed CertificateVerify is refused",
    handshakeType.certificateVerify,
    (body: Buffer) => body.subarray(0, 3),
    "malformed",
    alertCode.decodeError,
  ],
] as const;

for (const [title, changed, change, cause, alert] of wrongClients) {
  test(title, () => {
    const pair = new DtlsPair({ client: { change: (type, body) => (type === changed ? change(body) : body) } });
    pair.run();
    assert.equal(pair.failure?.cause, cause);
    assert.equal(alertOf(pair), alert);
    pair.clock.advance(1);
    assert.equal(pair.serverKeys, undefined);
    assert.match(pair.clientFailure ?? "", new RegExp(`^alert 2 ${alert}$`));
  });
}

const without = (type: number) => withExtension(plainHello(), type, undefined);
/** What clients may offer that leaves nothing in common. */
const uncommon: readonly (readonly [title: string, hello: HelloShape, alert: number, why: RegExp])[] = [
  ["no suite of ours", { ...plainHello(), cipherSuites: [0xc02f, 0x1301] }, alertCode.handshakeFailure, /AES_128_GCM/],
  ["compression only", { ...plainHello(), compressions: [1] }, alertCode.handshakeFailure, /compression/],
  ["no extended master secret", without(extensionType.extendedMasterSecret), alertCode.handshakeFailure, /RFC 7627/],
  ["no signature of ours", without(extensionType.signatureAlgorithms), alertCode.handshakeFailure, /ECDSA/],
  ["no group", without(extensionType.supportedGroups), alertCode.handshakeFailure, /P-256/],
  [
    "other groups than ours",
    withExtension(plainHello(), extensionType.supportedGroups, uint16Vector(2, [0x11ec, 0x001d, 0x0018])),
    alertCode.handshakeFailure,
    /P-256/,
  ],
  ["no SRTP", without(extensionType.useSrtp), alertCode.handshakeFailure, /use_srtp/],
  ["DTLS 1.0 only", { ...plainHello(), version: 0xfeff }, alertCode.protocolVersion, /DTLS 1\.2/],
  [
    "DTLS 1.3 only",
    withExtension(plainHello(), extensionType.supportedVersions, vector(1, uint(0xfefc, 2))),
    alertCode.protocolVersion,
    /DTLS 1\.2/,
  ],
];

for (const [title, hello, alert, why] of uncommon) {
  test(`a client that offers ${title} is told so`, () => {
    const pair = new DtlsPair({ client: { hello } });
    pair.run();
    assert.equal(pair.failure?.cause, "nothing-in-common");
    assert.match(pair.failure?.why ?? "", why);
    assert.equal(alertOf(pair), alert);
  });
}

test("a handshake that stops half way fails after 30 s, and nothing is sent after that", () => {
  const network: Network = (from, datagram) =>
    from === "client" && !messagesOf([datagram]).includes(handshakeType.clientHello) ? [] : [1];
  const pair = new DtlsPair({ network });
  pair.client.start();
  pair.until(() => pair.failure !== undefined);
  assert.equal(pair.failure?.cause, "timeout");
  assert.equal(pair.clock.monotonicMs(), 30_000);
  assert.ok(pair.sent.server.length < 60, `${pair.sent.server.length} datagrams for a client that says nothing new`);
  const before = pair.sent.server.length;
  pair.server.receive(pair.sent.client[0]!, pair.source);
  assert.equal(pair.sent.server.length, before);
});

test("a client that gives up ends the handshake at once, with its alert as the reason", () => {
  const pair = new DtlsPair({ client: { serverFingerprint: strangersCertificate.fingerprint } });
  pair.client.start();
  pair.until(() => pair.clientFailure !== undefined);
  pair.server.receive(printRecord(21, 0, 9, Buffer.of(2, 42)), pair.source);
  assert.deepEqual(pair.failure, { cause: "far-end-alert", why: "the client gave up with alert 42" });
});

test("an alert in the clear means nothing before a cookie was sent back, nor after the handshake", () => {
  const pair = new DtlsPair();
  pair.server.receive(printRecord(21, 0, 0, Buffer.of(2, 40)), pair.source);
  pair.run();
  pair.server.receive(printRecord(21, 0, 99, Buffer.of(1, 0)), pair.source);
  assertSameKeys(pair);
  assert.deepEqual(pair.closed, []);
  assert.deepEqual(pair.dropped, ["unexpected", "unexpected"]);
});

test("a goodbye is understood and answered in both directions (RFC 5246 §7.2.1)", () => {
  const pair = new DtlsPair();
  pair.run();
  pair.client.close();
  pair.clock.advance(10);
  assert.deepEqual(pair.closed, ["server"]);
  const other = new DtlsPair();
  other.run();
  other.server.close();
  other.clock.advance(10);
  assert.deepEqual(other.closed, ["client"]);
});

test("nothing is kept of a second handshake (RFC 8827 has no renegotiation)", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() } });
  pair.run();
  const hello = readRecords(pair.sent.client[1]!).records[0]!.fragment;
  const again = Buffer.from(hello);
  again.writeUInt16BE(9, 4);
  pair.server.receive(printRecord(22, 0, 40, again), pair.source);
  pair.server.receive(printRecord(22, 0, 41, hello), pair.source);
  assert.deepEqual(pair.dropped, ["unexpected"]);
  assert.equal(pair.sent.server.length, 3);
});

test("a record of the keys that was seen before is left aside, and so is one that was changed", () => {
  const pair = new DtlsPair({ client: { hello: plainHello() } });
  pair.run();
  const flight = pair.sent.client.at(-1)!;
  pair.server.receive(flight, pair.source);
  assert.deepEqual(pair.dropped, ["replayed"]);
  const finished = readRecords(flight).records.at(-1)!;
  const changed = printRecord(22, 1, 7, finished.fragment);
  pair.server.receive(changed, pair.source);
  assert.deepEqual(pair.dropped, ["replayed", "not-authentic"]);
});

test("what is no message of a handshake, or of an epoch that is not there, is left aside and counted", () => {
  const pair = new DtlsPair();
  pair.run();
  pair.server.receive(Buffer.from("no record"), pair.source);
  pair.server.receive(Buffer.alloc(0), pair.source);
  pair.server.receive(printRecord(23, 0, 50, Buffer.from("text")), pair.source);
  pair.server.receive(printRecord(22, 2, 50, Buffer.alloc(40)), pair.source);
  pair.server.receive(printRecord(22, 0, 51, Buffer.alloc(5)), pair.source);
  assert.deepEqual(pair.dropped, ["malformed", "malformed", "unexpected", "unexpected", "malformed"]);
  assertSameKeys(pair);
});
