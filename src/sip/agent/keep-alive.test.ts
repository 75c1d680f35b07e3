import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openTestAgent } from "../../testing/internal/sip-testbed.ts";

/* Keep-alives, RFC 5626 §3.5, §4.4, §8. */

const second = 1_000;

async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock, onCall: (call) => call.ring() });
  const stream = network.connectStream("192.0.2.1", 5060);
  const state = { isOpen: true };
  const got: string[] = [];
  stream.start({ onBytes: (bytes) => got.push(bytes.toString()), onClosed: () => (state.isOpen = false) });
  const send = (text: string) => {
    stream.write(Buffer.from(text));
    clock.advance(2);
  };
  const startCall = () => {
    send(aRequest({ via: "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKk" }));
    got.splice(0);
  };
  return { clock, network, agent, calls, state, got, send, startCall };
}

for (const [what, pieces] of [
  ["in one piece", ["\r\n\r\n"]],
  ["in two", ["\r\n", "\r\n"]],
  ["byte by byte", ["\r", "\n", "\r", "\n"]],
] as const) {
  test(`a ping of a peer that comes ${what} is answered by one CRLF`, async () => {
    const { send, got } = await setUp();
    for (const piece of pieces) send(piece);

    assert.deepEqual(got, ["\r\n"]);
  });
}

test("a connection in use gets a ping every 100 s; one that no call uses gets none", async () => {
  const { clock, startCall, got, calls } = await setUp();
  startCall();
  clock.advance(220 * second);
  assert.deepEqual(got, ["\r\n\r\n", "\r\n\r\n"]);
  calls[0]?.call.reject(486);
  clock.advance(90 * second);

  assert.equal(got.filter((text) => text === "\r\n\r\n").length, 2);
});

test("a peer that has answered a ping and does not answer the next within ten seconds is gone", async () => {
  const { clock, startCall, got, send, state } = await setUp();
  startCall();
  clock.advance(101 * second);
  send("\r\n");
  clock.advance(105 * second);
  assert.deepEqual([got.length, state.isOpen], [2, true]);
  clock.advance(10 * second);

  assert.equal(state.isOpen, false);
});

test("a peer that answers pings, or sends anything else in time, stays; one that never answered any stays too", async () => {
  const { clock, startCall, send, state } = await setUp();
  startCall();
  for (const reply of ["\r\n", "\r\n", aRequest({ method: "OPTIONS", via: "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKo" })]) {
    clock.advance(101 * second);
    send(reply);
  }
  assert.equal(state.isOpen, true);
  const silent = await setUp();
  silent.startCall();
  silent.clock.advance(500 * second);

  assert.equal(silent.state.isOpen, true);
});

test("a ping at the datagram port is answered by one CRLF, and a single CRLF by nothing", async () => {
  const { clock, network } = await setUp();
  const got: string[] = [];
  const socket = await network.openDatagram("192.0.2.9", 5060, (bytes) => got.push(bytes.toString()));
  for (const text of ["\r\n\r\n", "\r\n"]) socket.send(Buffer.from(text), "192.0.2.1", 5060, () => undefined);
  clock.advance(5);

  assert.deepEqual(got, ["\r\n"]);
});

const id = Buffer.from("0123456789ab");
const stun = (type: number, attributes = Buffer.alloc(0), length = attributes.length) => {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  head.writeUInt32BE(0x2112_a442, 4);
  return Buffer.concat([head, id, attributes]);
};

for (const [what, host, address] of [
  ["IPv4", "192.0.2.9", "0001" + "32d6" + "e112a64b"],
  ["IPv6", "2001:db8::9", "0002" + "32d6" + "0113a9fa30313233343536373839616b"],
] as const) {
  test(`a keep-alive by STUN from an address of ${what} is told where it came from`, async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const own = what === "IPv4" ? "192.0.2.1" : "2001:db8::1";
    const { agent } = await openTestAgent({ network, clock, listeners: [{ transport: "udp", host: own, port: 5060 }] });
    const got: Buffer[] = [];
    const socket = await network.openDatagram(host, 5060, (bytes) => got.push(bytes));
    socket.send(stun(0x0001), own, 5060, () => undefined);
    clock.advance(5);

    assert.equal(got[0]?.subarray(0, 2).toString("hex"), "0101");
    assert.deepEqual(got[0]?.subarray(8, 20), id);
    assert.equal(got[0]?.subarray(24).toString("hex"), address);
    assert.deepEqual(agent.refusals(), {});
  });
}

for (const [what, bytes] of [
  ["an indication", stun(0x0011)],
  ["an answer", stun(0x0101)],
  ["a request with an attribute that has to be understood", stun(0x0001, Buffer.from("0006000461626364", "hex"))],
  ["a request whose length is wrong", stun(0x0001, undefined, 400)],
  ["a request whose attribute goes beyond its end", stun(0x0001, Buffer.from("8022ffff61626364", "hex"))],
  ["a request of other methods", stun(0x0003)],
] as const) {
  test(`STUN: ${what} is left unanswered, and is no message of SIP either`, async () => {
    const { clock, network, agent } = await setUp();
    const got: Buffer[] = [];
    const socket = await network.openDatagram("192.0.2.9", 5060, (answer) => got.push(answer));
    socket.send(bytes, "192.0.2.1", 5060, () => undefined);
    clock.advance(5);

    assert.deepEqual([got.length, agent.refusals()], [0, {}]);
  });
}

test("messages that are never completed are held up to 2 MiB of one source, however many connections they come over", async () => {
  const { clock, network, agent } = await setUp();
  const begun = `OPTIONS sip:a SIP/2.0\r\nContent-Length: 200000\r\n\r\n${"x".repeat(190_000)}`;
  const open = Array.from({ length: 20 }, () => {
    const stream = network.connectStream("192.0.2.1", 5060);
    const state = { isOpen: true };
    stream.start({ onBytes: () => undefined, onClosed: () => (state.isOpen = false) });
    stream.write(Buffer.from(begun));
    return state;
  });
  clock.advance(5);

  assert.equal(open.filter(({ isOpen }) => isOpen).length, 11);
  assert.equal(agent.refusals()["too-many-unfinished"], 9);
});
