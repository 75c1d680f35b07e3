import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { createRecordingDelegate, openTestAgent } from "../../testing/internal/sip-testbed.ts";
import { openTlsScene, ownOnly, tlsListener } from "../../testing/internal/tls-scene.ts";
import { createTlsCertificate, type TestCertificate } from "../../testing/internal/tls-certificate.ts";
import type { SipAddress, SipStream } from "../types.ts";

const listener = tlsListener;
const pbx = createTlsCertificate("DNS:pbx.test", "DNS:*.wild.test");
const setUp = (own = pbx) => openTlsScene(own);

function invite(domain: string | undefined, requestUri = "sip:+12065550100@pbx.test;transport=tls") {
  const nextHop: SipAddress = domain === undefined ? listener : { ...listener, domain };
  return {
    ...{
      requestUri,
      from: "sip:a@192.0.2.7",
      to: requestUri,
      contactUser: "a",
      offer: "v=0\r\n",
      headers: [],
      nextHop,
    },
  };
}

for (const [what, own, domain, requestUri, scheme] of [
  ["names its domain", pbx, "pbx.test", undefined, "sip"],
  ["names a sips: URI's domain", pbx, "pbx.test", "sips:+12065550100@pbx.test", "sips"],
  ["names its domain as a URI", createTlsCertificate("URI:sip:pbx.test"), "pbx.test", undefined, "sip"],
  ["names its address, where it was called by that", createTlsCertificate("IP:192.0.2.1"), undefined, undefined, "sip"],
] as const) {
  test(`a far end whose certificate ${what} is called over TLS: both ends answer, acknowledge and hang up on one connection`, async () => {
    const { network, server, until, openCaller } = await setUp(own);
    const { agent } = await openCaller(own.certificate);
    const delegate = createRecordingDelegate();
    const call = agent.call({ ...invite(domain, requestUri), delegate });
    await until(() => server.calls.length === 1);
    const [{ call: incoming, delegate: theirs }] = server.calls as [(typeof server.calls)[number]];
    incoming.answer("v=0\r\n");
    await until(() => theirs.reported.includes("acknowledged"));
    call.hangUp();
    await until(() => theirs.reported.includes("ended bye"));

    assert.deepEqual(delegate.reported.slice(-2), ["answered", "ended local"]);
    const contact = incoming.headers.find(({ name }) => name.toLowerCase() === "contact")?.value ?? "";
    assert.match(contact, new RegExp(`^<${scheme}:a@[^>]+;transport=tls>$`));
    assert.match(incoming.headers.find(({ name }) => name.toLowerCase() === "via")?.value ?? "", /^SIP\/2\.0\/TLS /);
    assert.ok(network.packets.every(({ text }) => !text.includes("INVITE")));
    assert.equal(agent.ledger().sockets, 2);
  });
}

test("a server reaches itself by its address, which its own certificate need not name", async () => {
  const { held, server, until } = await setUp();
  held.certificates = { own: pbx, authorities: pbx.certificate };
  server.agent.call({ ...invite(undefined), delegate: createRecordingDelegate() });

  await until(() => server.calls.length === 1);
});

for (const [what, authorities, domain] of [
  ["from an authority that is not trusted", createTlsCertificate("DNS:pbx.test").certificate, "pbx.test"],
  ["of another name", pbx.certificate, "carrier.test"],
  ["of a name, where an address is called", pbx.certificate, undefined],
  ["of a name that only looks like it", pbx.certificate, "x.pbx.test"],
] as const) {
  test(`a far end with a certificate ${what} gets no message; the call ends, and it is counted and said why`, async () => {
    const { server, until, openCaller, isIdle } = await setUp();
    const { agent } = await openCaller(authorities);
    const delegate = createRecordingDelegate();
    agent.call({ ...invite(domain), delegate });
    await until(() => delegate.ends.length === 1);
    await until(isIdle);

    const end = JSON.stringify(delegate.ends[0]);
    assert.match(end, /the certificate is not one of (?:pbx\.test|carrier\.test|x\.pbx\.test|192\.0\.2\.1) from an/);
    assert.equal(agent.refusals()["certificate-not-trusted"], 1);
    assert.equal(server.calls.length, 0);
    assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 1 });
  });
}

for (const [what, bytes] of [
  ["a SIP message", "OPTIONS sip:a SIP/2.0\r\n\r\n"],
  ["HTTP", "GET / HTTP/1.1\r\n\r\n"],
  ["keep-alives", "\r\n\r\n"],
  ["an SSLv2 greeting", Buffer.of(0x80, 0x2e, 0x01, 0x00, 0x02)],
  ["an application record", Buffer.of(23, 3, 3, 0, 2, 1, 1)],
] as const) {
  test(`${what} without TLS at a port for TLS closes the connection, is counted, and leaves nothing`, async () => {
    const { server, until, plain, isIdle } = await setUp();
    const peer = plain();
    peer.send(bytes);
    await until(() => !peer.state.isOpen);

    assert.deepEqual(server.agent.refusals(), { "not-tls": 1 });
    assert.ok(isIdle());
  });
}

test("a record of TLS with nonsense in it closes the connection, and is counted", async () => {
  const { server, until, plain, isIdle } = await setUp();
  const peer = plain();
  peer.send(Buffer.concat([Buffer.of(22, 3, 1, 0, 64), Buffer.alloc(64, 0xee)]));
  await until(() => !peer.state.isOpen);

  assert.deepEqual(server.agent.refusals(), { "handshake-failed": 1 });
  assert.ok(isIdle());
});

test("connections that bring nothing, or half a greeting, are closed after ten seconds, however slowly bytes drip in", async () => {
  const { clock, server, plain, isIdle } = await setUp();
  const [silent, half, dripping] = [plain(), plain(), plain()];
  half.send(Buffer.of(22, 3, 1, 2, 0, 1));
  dripping.send(Buffer.of(22, 3, 1, 64, 0));
  for (let elapsed = 0; elapsed < 11; elapsed += 1) {
    dripping.send(Buffer.of(1));
    clock.advance(1_000);
    await turn();
  }

  assert.deepEqual(
    [silent, half, dripping].map(({ state }) => state.isOpen),
    [false, false, false],
  );
  assert.deepEqual(server.agent.refusals(), { "handshake-timeout": 3 });
  assert.ok(isIdle());
});

test("one source has at most 32 unfinished handshakes; more are closed and counted, and there is room again when they are over", async () => {
  const { clock, server, plain } = await setUp();
  const peers = Array.from({ length: 40 }, plain);
  clock.advance(5);
  assert.equal(peers.filter(({ state }) => state.isOpen).length, 32);
  assert.equal(server.agent.refusals()["too-many-handshakes"], 8);
  clock.advance(11_000);
  const later = plain();
  clock.advance(5);

  assert.equal(later.state.isOpen, true);
});

test("a damaged record on a connection that a call uses closes it", async () => {
  const { network, server, until, openCaller } = await setUp();
  const raw: SipStream[] = [];
  const state = { isDeaf: false };
  const connectStream = (host: string, port: number): SipStream => {
    const stream = network.connectStream(host, port);
    raw.push(stream);
    const start: SipStream["start"] = ({ onBytes, onClosed }) =>
      stream.start({ onBytes: (bytes) => (state.isDeaf ? undefined : onBytes(bytes)), onClosed });
    return { ...stream, start };
  };
  const { agent } = await openCaller(pbx.certificate, { ...network, connectStream });
  agent.call({ ...invite("pbx.test"), delegate: createRecordingDelegate() });
  await until(() => server.calls.length === 1);
  assert.equal(server.agent.ledger().sockets, 2);
  // The alert that answers it is not heeded.
  state.isDeaf = true;
  raw[0]?.write(Buffer.concat([Buffer.of(23, 3, 3, 0, 40), Buffer.alloc(40, 7)]));

  await until(() => server.agent.ledger().sockets === 1);
});

test("a new certificate is shown from the next connection on, and calls that are up go on over theirs", async () => {
  const { held, server, until, openCaller } = await setUp();
  const first = await openCaller(pbx.certificate);
  const call = first.agent.call({ ...invite("pbx.test"), delegate: createRecordingDelegate() });
  await until(() => server.calls.length === 1);
  server.calls[0]?.call.answer("v=0\r\n");
  await until(() => server.calls[0]?.delegate.reported.includes("acknowledged") === true);
  const other = createTlsCertificate("DNS:pbx.test");
  held.certificates = ownOnly(other);
  const second = await openCaller(other.certificate, undefined, "192.0.2.8");
  second.agent.call({ ...invite("pbx.test"), delegate: createRecordingDelegate() });
  await until(() => server.calls.length === 2);
  call.hangUp();

  await until(() => server.calls[0]?.delegate.reported.includes("ended bye") === true);
});

test("a listener for TLS without a certificate, or with a key of another one, is not opened", async () => {
  const clock = createManualClock();
  const open = (own: TestCertificate | undefined) =>
    openTestAgent({
      ...{ network: createMemoryNetwork(clock), clock, listeners: [listener] },
      certificates: () => ({ own, authorities: undefined }),
    });
  await assert.rejects(open(undefined), { code: "SIP_BIND_FAILED", message: /needs a certificate and its key/ });
  const { key } = createTlsCertificate("DNS:pbx.test");
  await assert.rejects(open({ ...pbx, key }), { code: "SIP_BIND_FAILED", message: /its key cannot be used/ });
});
