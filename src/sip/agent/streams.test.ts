import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openTestAgent } from "../../testing/internal/sip-testbed.ts";

async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock });
  const connect = () => {
    const stream = network.connectStream("192.0.2.1", 5060);
    const state = { isOpen: true };
    stream.start({ onBytes: () => undefined, onClosed: () => (state.isOpen = false) });
    return { state, send: (text: string) => stream.write(Buffer.from(text)), close: () => stream.close() };
  };
  const sent = () =>
    network.packets.filter(({ from }) => from === "192.0.2.1:5060").map(({ text }) => text.split("\r\n")[0]);
  return { clock, agent, calls, connect, sent };
}

const options = aRequest({ method: "OPTIONS", via: "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKt" });

for (const [what, text, status] of [
  [
    "without a Content-Length",
    options.replace(/Content-Length.*\r\n/, ""),
    "400 Bad Request (no Content-Length on a stream)",
  ],
  [
    "with a body that is too long",
    options.replace(/Content-Length.*/, "Content-Length: 999999"),
    "413 Request Entity Too Large (a body of more than 262144 bytes)",
  ],
  [
    "whose header never ends",
    options.replace(/Content-Length[^]*/, `X: ${"x".repeat(70_000)}`),
    "513 Message Too Large (header fields of more than 65536 bytes)",
  ],
] as const) {
  test(`a message on a connection ${what} is answered with ${status}, and the connection is closed`, async () => {
    const { clock, connect, sent } = await setUp();
    const peer = connect();

    peer.send(text);
    clock.advance(5);

    assert.deepEqual(sent(), [`SIP/2.0 ${status}`]);
    assert.equal(peer.state.isOpen, false);
  });
}

const second = 1_000;

test("connections that bring nothing, or only a part of a message, are closed after 64*T1, however slowly bytes drip in", async () => {
  const { clock, agent, connect } = await setUp();
  const silent = connect();
  const half = connect();
  const dripping = connect();
  half.send("OPTIONS");

  for (let elapsed = 0; elapsed < 40; elapsed++) {
    if (dripping.state.isOpen) dripping.send("O");
    clock.advance(second);
  }

  assert.deepEqual(
    [silent, half, dripping].map(({ state }) => state.isOpen),
    [false, false, false],
  );
  assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});

for (const [what, text, why] of [
  [
    "has a body shorter than its Content-Length",
    options.replace(/Content-Length.*/, "Content-Length: 9"),
    "body shorter than Content-Length",
  ],
  [
    "ends its lines with LF alone",
    options.replaceAll("\r\n", "\n"),
    "no empty line (CRLF CRLF) after the header fields",
  ],
  ["stops within its header", options.slice(0, -4), "no empty line (CRLF CRLF) after the header fields"],
] as const)
  test(`a message on a connection that ${what} gets 400 when it is given up, and is counted`, async () => {
    const { clock, agent, connect, sent } = await setUp();
    const peer = connect();
    const later = connect();
    peer.send(text);
    later.send(`${options}${text}`);
    clock.advance(33 * second);

    const refusal = `SIP/2.0 400 Bad Request (${why})`;
    assert.deepEqual(
      sent().filter((line) => line !== "SIP/2.0 200 OK"),
      [refusal, refusal],
    );
    assert.deepEqual([peer.state.isOpen, later.state.isOpen], [false, false]);
    assert.equal(agent.refusals()["malformed"], 2);
  });

test("a part of a message that names nobody to answer is counted when it is given up", async () => {
  const { clock, agent, connect } = await setUp();
  for (const text of ["OPTIONS", "\x16\x03\x01", "GET / HTTP/1.1\r\n"]) connect().send(text);
  clock.advance(33 * second);

  assert.equal(agent.refusals()["not-sip"], 3);
});

for (const [what, text] of [
  ["within the header", options.slice(0, 40)],
  ["before the empty line", options.slice(0, -2)],
  ["within the body", options.replace(/Content-Length.*/, "Content-Length: 9")],
  ["behind a whole one", `${options}OPT`],
  ["in bytes that are none", "\x16\x03\x01"],
] as const)
  test(`a connection that its far end closes ${what} is counted, once`, async () => {
    const { clock, agent, connect } = await setUp();
    const peer = connect();
    peer.send(text);
    clock.advance(5);
    peer.close();
    clock.advance(5);

    assert.deepEqual(agent.refusals(), { "cut-off": 1 });
  });

test("a connection that is closed between messages, or by us, is none that was cut off", async () => {
  const { clock, agent, connect } = await setUp();
  const [idle, whole, kept] = [connect(), connect(), connect()];
  whole.send(options);
  kept.send(`${options}\r\n\r\n`);
  connect().send("OPTIONS");
  clock.advance(5);
  for (const peer of [idle, whole, kept]) peer.close();
  clock.advance(5);
  await agent.close(0);

  assert.deepEqual(agent.refusals(), {});
});

test("a connection that brought a message may rest for four times as long, and a ping keeps it", async () => {
  const { clock, connect } = await setUp();
  const peer = connect();
  peer.send(options);
  clock.advance(100 * second);
  peer.send("\r\n\r\n");
  clock.advance(100 * second);
  const wasOpen = peer.state.isOpen;
  clock.advance(40 * second);

  assert.deepEqual([wasOpen, peer.state.isOpen], [true, false]);
});

test("a message that is not completed ends even a connection that a call uses", async () => {
  const { clock, calls, connect } = await setUp();
  const peer = connect();
  peer.send(aRequest({ via: "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKc" }));
  clock.advance(5);
  calls[0]?.call.ring();
  peer.send("BYE ");
  clock.advance(33 * second);

  assert.equal(peer.state.isOpen, false);
});

test("one source has at most 256 connections; more are closed and counted, and there is room again when some have gone", async () => {
  const { clock, agent, connect } = await setUp();
  const peers = Array.from({ length: 300 }, connect);
  clock.advance(5);

  assert.equal(peers.filter(({ state }) => state.isOpen).length, 256);
  assert.equal(agent.refusals()["too-many-connections"], 44);
  clock.advance(40 * second);
  const later = connect();
  clock.advance(5);
  assert.equal(later.state.isOpen, true);
});
