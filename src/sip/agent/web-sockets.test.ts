import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { WebSocket } from "ws";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aDescription, aRequest, openTestAgent, sipHeader } from "../../testing/internal/sip-testbed.ts";
import { SipAccount } from "../digest/account.ts";
import { toDuplex } from "../transport/secure-stream.ts";
import type { SipPhones, UserAgentOptions } from "../types.ts";

const second = 1_000;

const openPhones: SipPhones = {
  find: (user) => [new SipAccount({ name: user, numbers: [], password: undefined, mayRegister: true })],
  algorithms: ["MD5"],
  expiry: { shortestS: 60, longestS: 3_600 },
};

/** A server that listens for WebSockets on a network in memory, at an address of loopback, and browsers that come to it. */
async function setUp(parts: Partial<UserAgentOptions> & { readonly host?: string; readonly from?: string } = {}) {
  const { host = "127.0.0.1", from, ...others } = parts;
  const clock = createManualClock();
  const memory = createMemoryNetwork(clock);
  const network: typeof memory = {
    ...memory,
    listenStream: (at, port, onStream, isSixOnly) =>
      memory.listenStream(
        ...([at, port] as const),
        (stream) => onStream(from === undefined ? stream : { ...stream, peer: { ...stream.peer, host: from } }),
        isSixOnly,
      ),
  };
  const listeners = [
    { transport: "ws", host, port: 5080 },
    { transport: "udp", host, port: 5060 },
  ] as const;
  const { agent, calls, trace } = await openTestAgent({ network, clock, listeners, phones: openPhones, ...others });
  const until = async (isTrue: () => boolean, turns = 2_000) => {
    for (let count = 0; count < turns && !isTrue(); count += 1) {
      if (count % 10 === 0) clock.advance(1);
      await turn();
    }
    assert.ok(isTrue(), `never came true: ${isTrue.toString()}`);
  };
  const raw = (text?: string) => {
    const { duplex } = toDuplex(network.connectStream(host, 5080));
    const state = { isOpen: true };
    duplex.resume();
    duplex.on("close", () => (state.isOpen = false));
    if (text !== undefined) duplex.write(text);
    return { duplex, state };
  };
  const browser = (protocols: string | string[] = "sip", headers: Record<string, string> = {}) => {
    const state = { inbox: [] as string[], isOpen: false, pings: 0 };
    const socket = new WebSocket(`ws://${host}:5080/`, protocols, {
      headers,
      createConnection: () => toDuplex(network.connectStream(host, 5080)).duplex as never,
    });
    socket.on("open", () => (state.isOpen = true));
    socket.on("message", (data: Buffer) => state.inbox.push(data.toString()));
    socket.on("ping", () => (state.pings += 1));
    socket.on("error", () => undefined);
    socket.on("close", () => (state.isOpen = false));
    return { socket, state, send: (text: string | Buffer) => socket.send(text) };
  };
  const openBrowser = async () => {
    const opened = browser();
    await until(() => opened.state.isOpen);
    return opened;
  };
  /** What the server has said, in HTTP and in frames; its closing overtakes it on this network. */
  const said = () => network.packets.flatMap(({ from, text }) => (from === `${host}:5080` ? [text] : []));
  return { clock, network, agent, calls, trace, until, raw, browser, openBrowser, said };
}

type Scene = Awaited<ReturnType<typeof setUp>>;
type Browser = Awaited<ReturnType<Scene["openBrowser"]>>;

const via = (branch: string) => `SIP/2.0/WS b7x9.invalid;branch=z9hG4bK${branch}`;
const contact = "<sip:q1w2@b7x9.invalid;transport=ws;ob>";
const instance = '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';

function register(cseq: number, callId = "r1", parameters = `;reg-id=1;${instance};expires=600`) {
  return aRequest({
    ...{ method: "REGISTER", requestUri: "sip:127.0.0.1", cseq, callId, via: via(`r${callId}${cseq}`) },
    lines: ["Supported: path,gruu,outbound"],
  }).replace(/^Contact:.*$/m, `Contact: ${contact}${parameters}`);
}

async function registerBrowser({ until }: Scene, browser: Browser, cseq = 1, callId = "r1") {
  browser.send(register(cseq, callId));
  await until(() => browser.state.inbox.some((text) => text.startsWith("SIP/2.0 200")));
  return browser.state.inbox.findLast((text) => text.startsWith("SIP/2.0 200")) ?? "";
}

test("a request in a frame of text, and one in a frame of bytes, are answered on the WebSocket, without a Content-Length too", async () => {
  const { until, openBrowser } = await setUp();
  const { state, send, socket } = await openBrowser();
  const text = aRequest({ method: "OPTIONS", via: via("o1") });
  send(text);
  send(Buffer.from(text.replace("z9hG4bKo1", "z9hG4bKo2").replace(/Content-Length.*\r\n/, "")));
  await until(() => state.inbox.length === 2);

  assert.deepEqual(
    state.inbox.map((one) => one.split("\r\n")[0]),
    ["SIP/2.0 200 OK", "SIP/2.0 200 OK"],
  );
  assert.equal(socket.protocol, "sip");
});

test("a browser that has registered is called over its WebSocket, by outbound and GRUU, with ws in Via and Contact", async () => {
  const scene = await setUp();
  const browser = await scene.openBrowser();
  const accepted = await registerBrowser(scene, browser);
  assert.match(accepted, /^Require: outbound\r$/m);
  assert.match(sipHeader(accepted, "Contact"), /reg-id=1;pub-gruu="sip:[^"]+;gr=urn:uuid:f81d4fae/);

  const [way] = scene.agent.contactsOf("+12065550100");
  assert.ok(way?.over?.isOpen() === true);
  scene.agent.call({
    ...{ requestUri: way.uri, to: "sip:a@b", from: "sip:c@d", contactUser: "c", headers: [], offer: aDescription },
    ...{ nextHop: { transport: "ws", host: "127.0.0.1", port: 1 }, over: way.over },
    delegate: { onEnded: () => undefined } as never,
  });
  await scene.until(() => browser.state.inbox.some((text) => text.startsWith("INVITE ")));
  const invite = browser.state.inbox.find((text) => text.startsWith("INVITE ")) ?? "";
  assert.match(invite, /^INVITE sip:q1w2@b7x9\.invalid;transport=ws;ob SIP/);
  assert.match(sipHeader(invite, "Via"), /^SIP\/2\.0\/WS 127\.0\.0\.1:5080;/);
  assert.match(sipHeader(invite, "Contact"), /^<sip:[^>]*127\.0\.0\.1:5080;transport=ws>$/);
});

test("a browser that comes back and registers again is called over the new WebSocket, and with the last one the phone is gone", async () => {
  const scene = await setUp();
  const before = await scene.openBrowser();
  await registerBrowser(scene, before);
  const after = await scene.openBrowser();
  await registerBrowser(scene, after, 2);
  before.socket.terminate();
  await scene.until(() => scene.agent.ledger().sockets === 3);
  const [way] = scene.agent.contactsOf("+12065550100");
  assert.equal(scene.agent.registrations(), 1);
  assert.equal(way?.over?.isOpen(), true);

  after.socket.terminate();
  await scene.until(() => scene.agent.registrations() === 0);
  assert.deepEqual(scene.agent.contactsOf("+12065550100"), []);
});

test("a browser without outbound is gone with its WebSocket, which is not cut off within a message by its farewell", async () => {
  const scene = await setUp();
  const browser = await scene.openBrowser();
  browser.send(register(1, "r9", ";expires=600"));
  await scene.until(() => scene.agent.registrations() === 1);
  browser.socket.close(1001);
  await scene.until(() => scene.agent.registrations() === 0);

  assert.deepEqual(scene.agent.refusals(), {});
});

test("a call that is up is hung up over the WebSocket by which its browser came back", async () => {
  const scene = await setUp();
  const before = await scene.openBrowser();
  await registerBrowser(scene, before);
  before.send(aRequest({ via: via("i1") }).replace(/^Contact:.*$/m, `Contact: ${contact}`));
  await scene.until(() => scene.calls.length === 1);
  scene.calls[0]?.call.answer(aDescription);
  await scene.until(() =>
    before.state.inbox.some((text) => text.includes("CSeq: 1 INVITE") && text.includes(" 200 OK")),
  );
  const answer = before.state.inbox.findLast((text) => text.includes(" 200 OK")) ?? "";
  const toTag = sipHeader(answer, "To").split("tag=")[1] ?? "";
  before.send(aRequest({ method: "ACK", via: via("a1"), toTag, cseq: 1 }));
  await scene.until(() => scene.calls[0]?.delegate.reported.includes("acknowledged") === true);
  const after = await scene.openBrowser();
  await registerBrowser(scene, after, 2);
  before.socket.terminate();
  await scene.until(() => scene.agent.ledger().sockets === 3);
  scene.calls[0]?.call.hangUp();

  await scene.until(() => after.state.inbox.some((text) => text.startsWith("BYE ")));
});

test("nobody is called by a WebSocket that he did not open", async () => {
  const scene = await setUp();
  const ends: string[] = [];
  scene.agent.call({
    ...{ requestUri: "sip:a@127.0.0.1;transport=ws", to: "sip:a@b", from: "sip:c@d", contactUser: "c", headers: [] },
    ...{ nextHop: { transport: "ws", host: "127.0.0.1", port: 5081 }, offer: aDescription },
    delegate: { onEnded: (end: { readonly type: string }) => ends.push(end.type) } as never,
  });
  await scene.until(() => ends.length === 1);

  assert.deepEqual(ends, ["transport"]);
});

test("a registered browser is pinged by frames; one that does not answer is gone, and double CRLF is answered with one", async () => {
  const scene = await setUp();
  const browser = await scene.openBrowser();
  await registerBrowser(scene, browser);
  browser.send("\r\n\r\n");
  await scene.until(() => browser.state.inbox.includes("\r\n"));
  scene.clock.advance(26 * second);
  await scene.until(() => browser.state.pings === 1);
  scene.clock.advance(11 * second);
  await scene.until(() => true, 50);
  assert.equal(scene.agent.registrations(), 1);

  scene.network.lose(({ from }) => !from.endsWith(":5080"));
  for (let passed = 0; passed < 40; passed++) scene.clock.advance(second);
  await scene.until(() => scene.agent.registrations() === 0);
});

for (const [what, protocols, headers, host, status, cause] of [
  ["of a page of another site", "sip", { origin: "https://evil.example" }, "127.0.0.1", 403, "foreign-page"],
  ["of a page without an origin of its own", "sip", { origin: "null" }, "127.0.0.1", 403, "foreign-page"],
  ["without the sub-protocol", [], {}, "127.0.0.1", 400, "no-sip-protocol"],
  ["with another sub-protocol", "mqtt", {}, "127.0.0.1", 400, "no-sip-protocol"],
] as const) {
  test(`a WebSocket ${what} is refused with ${status}, and counted`, async () => {
    const whyForeign = ({ origin }: { readonly origin?: string | undefined }) =>
      origin === undefined ? undefined : `pages of ${origin} may not`;
    const scene = await setUp({ host, webSockets: { whyForeign, allowsPlain: false } });
    const { state } = scene.browser(protocols as string, headers);
    await scene.until(() => scene.said().length > 0);

    assert.match(scene.said()[0] ?? "", new RegExp(`^HTTP/1.1 ${status} `));
    assert.equal(state.isOpen, false);
    assert.equal(scene.agent.refusals()[cause], 1);
  });
}

test("whom a proxy on this machine speaks for is the peer, and needs no TLS up to here", async () => {
  const scene = await setUp();
  const { state, send } = scene.browser("sip", { "x-forwarded-for": "198.51.100.7, 203.0.113.9" });
  await scene.until(() => state.isOpen);
  send(aRequest({ via: via("f1") }));
  await scene.until(() => scene.calls.length === 1);

  assert.deepEqual(
    { transport: scene.calls[0]?.call.source.transport, host: scene.calls[0]?.call.source.host },
    { transport: "ws", host: "203.0.113.9" },
  );
});

test("a WebSocket of another machine needs TLS, unless that is said", async () => {
  const refused = await setUp({ from: "198.51.100.7" });
  const first = refused.browser();
  await refused.until(() => refused.said()[0]?.startsWith("HTTP/1.1 403") === true);
  assert.equal(first.state.isOpen, false);
  assert.deepEqual(refused.agent.refusals(), { "plain-web-socket": 1 });

  const taken = await setUp({
    ...{ from: "198.51.100.7", webSockets: { whyForeign: () => undefined, allowsPlain: true } },
  });
  const second = taken.browser();
  await taken.until(() => second.state.isOpen);
});

for (const [what, text, status, cause] of [
  ["SIP without a WebSocket", aRequest({ method: "OPTIONS" }), "400 Bad Request", "not-web-socket"],
  ["a request for a page", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "426 Upgrade Required", "not-web-socket"],
  ["half of a request", "GET / HTTP/1.1\r\nHost: a\r\n", "408 Request Timeout", "handshake-timeout"],
  ["nothing", "", "408 Request Timeout", "handshake-timeout"],
] as const) {
  test(`${what} on a port for WebSockets gets ${status}, is counted, and nothing is left of it`, async () => {
    const scene = await setUp();
    const { state } = scene.raw(text);
    await scene.until(() => true, 50);
    for (let passed = 0; passed < 11; passed++) {
      scene.clock.advance(second);
      await turn();
    }
    await scene.until(() => !state.isOpen);

    assert.match(scene.said()[0] ?? "", new RegExp(`^HTTP/1\\.1 ${status}`));
    assert.deepEqual(scene.agent.refusals(), { [cause]: 1 });
    assert.deepEqual(scene.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  });
}

test("a thousand connections of one source that ask for nothing are 64 at one time", async () => {
  const scene = await setUp();
  const all = Array.from({ length: 1_000 }, () => scene.raw());
  await scene.until(() => all.filter(({ state }) => state.isOpen).length === 64);

  assert.equal(scene.agent.refusals()["too-many-handshakes"], 936);
});

const openRequest =
  "GET / HTTP/1.1\r\nHost: 127.0.0.1:5080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
const frame = (first: number, second: number, ...rest: readonly number[]) => Buffer.from([first, second, ...rest]);

for (const [what, bytes] of [
  ["of ten megabytes", frame(0x81, 0xff, 0, 0, 0, 0, 0, 0x98, 0x96, 0x80, 1, 2, 3, 4)],
  ["of text without a mask", frame(0x81, 0x02, 0x0d, 0x0a)],
  ["of text that is none", frame(0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28)],
  ["with a reserved bit", frame(0xc1, 0x82, 0, 0, 0, 0, 0x0d, 0x0a)],
  ["that goes on with nothing", frame(0x80, 0x82, 0, 0, 0, 0, 0x0d, 0x0a)],
] as const) {
  test(`a frame ${what} ends its WebSocket, and is counted`, async () => {
    const scene = await setUp();
    const { duplex } = scene.raw(openRequest);
    await scene.until(() => scene.said()[0]?.startsWith("HTTP/1.1 101") === true);
    duplex.write(bytes);
    await scene.until(() => (scene.agent.refusals()["bad-web-socket"] ?? 0) === 1);
    duplex.destroy();
    await scene.until(() => scene.agent.ledger().sockets === 2);

    assert.equal(scene.agent.ledger().timers, 0);
  });
}

test("a message in pieces that never ends is given up after 64 pieces, and after 64*T1 however few they are, whatever pings are between", async () => {
  const scene = await setUp();
  const many = await scene.openBrowser();
  for (let piece = 0; piece < 70; piece++) many.socket.send("x", { fin: false });
  await scene.until(() => !many.state.isOpen);

  const few = await scene.openBrowser();
  for (let passed = 0; passed < 40 && few.state.isOpen; passed++) {
    few.socket.send("x", { fin: false });
    few.socket.ping();
    scene.clock.advance(second);
    await scene.until(() => true, 20);
  }
  await scene.until(() => !few.state.isOpen);
  await scene.until(() => scene.agent.ledger().sockets === 2);
});

test("pings and answers to pings do not count as a message that has begun", async () => {
  const scene = await setUp();
  const browser = await scene.openBrowser();
  await registerBrowser(scene, browser);
  for (let passed = 0; passed < 80; passed++) {
    browser.socket.ping("abc");
    scene.clock.advance(second);
    await scene.until(() => true, 5);
  }

  assert.equal(browser.state.isOpen, true);
});

test("text that is no SIP ends its WebSocket, and is counted; a request that can be answered is", async () => {
  const scene = await setUp();
  const [stray, wrong] = [await scene.openBrowser(), await scene.openBrowser()];
  stray.send("hello");
  wrong.send(aRequest({ method: "OPTIONS", via: via("w1") }).replace(/CSeq.*\r\n/, ""));
  await scene.until(() => !stray.state.isOpen && wrong.state.inbox.length === 1);

  assert.match(wrong.state.inbox[0] ?? "", /^SIP\/2\.0 400 /);
  assert.deepEqual([scene.agent.refusals()["not-sip"], scene.agent.refusals()["malformed"]], [1, 1]);
});
