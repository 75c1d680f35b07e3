import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aRequest,
  createRecordingDelegate,
  openTestAgent,
  sipHeader,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import type { SipListener } from "../types.ts";

const outside = (host: string, port?: number): SipListener["advertised"] => ({
  ...{ host, port, addresses: () => [/^[\d.]+$/.test(host) ? host : "203.0.113.9"] },
});
const listeners: readonly SipListener[] = [
  { transport: "udp", host: "192.0.2.1", port: 5060, advertised: outside("203.0.113.7") },
  { transport: "udp", host: "192.0.2.1", port: 5070, advertised: outside("sip.example.com", 15_070) },
  { transport: "udp", host: "192.0.2.1", port: 5080 },
  { transport: "tcp", host: "192.0.2.1", port: 5060, advertised: outside("203.0.113.8", 15_060) },
];

async function setUp(isTrunk = false) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const onCall = (call: { answer(sdp: string): void }) => call.answer("v=0");
  const { agent, calls } = await openTestAgent({ network, clock, listeners, onCall, isTrunk: () => isTrunk });
  return { clock, network, agent, calls };
}

for (const [port, name] of [
  [5060, "203.0.113.7:5060"],
  [5070, "sip.example.com:15070"],
  [5080, "192.0.2.1:5080"],
] as const) {
  test(`a call that came to port ${port} is told ${name} in Contact and in Via of what follows, from that port`, async () => {
    const { clock, network, calls } = await setUp();
    const got: string[] = [];
    const socket = await network.openDatagram("192.0.2.9", 5060, (bytes) => got.push(bytes.toString()));
    const send = (text: string) => {
      socket.send(Buffer.from(text), "192.0.2.1", port, () => undefined);
      clock.advance(3);
    };
    send(aRequest({ lines: ["Record-Route: <sip:192.0.2.9;lr>"] }));
    const answer = got.at(-1) ?? "";
    send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(answer, "To")) }));
    calls[0]?.call.hangUp();
    clock.advance(3);

    const bye = got.at(-1) ?? "";
    assert.ok(sipHeader(answer, "Contact").includes(`@${name}>`), sipHeader(answer, "Contact"));
    assert.equal(sipHeader(answer, "Record-Route"), "<sip:192.0.2.9;lr>");
    assert.ok(sipHeader(bye, "Via").startsWith(`SIP/2.0/UDP ${name};`), sipHeader(bye, "Via"));
    assert.equal(sipHeader(bye, "Route"), "<sip:192.0.2.9;lr>");
    assert.equal(network.packets.at(-1)?.from, `192.0.2.1:${port}`);
    assert.equal(calls[0]?.call.listener?.port, port);
  });
}

test("over a connection it is the address that the listener for connections advertises", async () => {
  const { clock, network, agent } = await setUp();
  const got: string[] = [];
  await network.listenStream("192.0.2.9", 5060, (stream) =>
    stream.start({ onBytes: (bytes) => void got.push(bytes.toString()), onClosed: () => undefined }),
  );
  const nextHop = { transport: "tcp", host: "192.0.2.9", port: 5060 } as const;
  const uri = "sip:b@192.0.2.9";
  const delegate = createRecordingDelegate();
  agent.call({ requestUri: uri, to: uri, from: "sip:a@x", nextHop, headers: [], offer: "v=0\r\n", delegate });
  clock.advance(5);

  assert.match(got[0] ?? "", /^Via: SIP\/2\.0\/TCP 203\.0\.113\.8:15060;branch=[^;]+;rport\r$/m);
  assert.match(got[0] ?? "", /^Contact: <sip:a@203\.0\.113\.8:15060;transport=tcp>\r$/m);
});

/** A far end opens a connection over which it says that it listens at 5060; then it is called there. */
async function callOver(isTrunk: boolean, alias: string) {
  const { clock, network, agent } = await setUp(isTrunk);
  const over = { accepted: 0, ours: 0 };
  await network.listenStream("127.0.0.1", 5060, (stream) =>
    stream.start({ onBytes: () => void (over.ours += 1), onClosed: () => undefined }),
  );
  const stream = network.connectStream("192.0.2.1", 5060);
  stream.start({
    onBytes: (bytes) => void (over.accepted += bytes.toString().startsWith("INVITE ") ? 1 : 0),
    onClosed: () => undefined,
  });
  stream.write(Buffer.from(aRequest({ method: "OPTIONS", via: `SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKa${alias}` })));
  clock.advance(3);
  const nextHop = { transport: "tcp", host: "127.0.0.1", port: 5060 } as const;
  const call = () => {
    const uri = "sip:b@127.0.0.1";
    const delegate = createRecordingDelegate();
    agent.call({ requestUri: uri, to: uri, from: "sip:a@x", nextHop, headers: [], offer: "v=0\r\n", delegate });
    clock.advance(3);
  };
  call();
  const first = { ...over };
  stream.close();
  clock.advance(3);
  call();
  return { first, last: over };
}

test("a trunk is called over the connection that it opened and marks as alias (RFC 5923), and over a new one when that is gone", async () => {
  const { first, last } = await callOver(true, ";alias");

  assert.deepEqual(first, { accepted: 1, ours: 0 });
  assert.deepEqual(last, { accepted: 1, ours: 1 });
});

test("a connection that is not marked, or whose far end is no trunk, is not used for calls to it", async () => {
  assert.deepEqual((await callOver(true, "")).first, { accepted: 0, ours: 1 });
  assert.deepEqual((await callOver(false, ";alias")).first, { accepted: 0, ours: 1 });
});

test("a trunk is offered our connections as alias", async () => {
  const { clock, network, agent } = await setUp(true);
  const got: string[] = [];
  await network.listenStream("192.0.2.9", 5060, (stream) =>
    stream.start({ onBytes: (bytes) => void got.push(bytes.toString()), onClosed: () => undefined }),
  );
  const nextHop = { transport: "tcp", host: "192.0.2.9", port: 5060 } as const;
  const uri = "sip:b@192.0.2.9";
  const delegate = createRecordingDelegate();
  agent.call({ requestUri: uri, to: uri, from: "sip:a@x", nextHop, headers: [], offer: "v=0\r\n", delegate });
  clock.advance(5);

  assert.match(got[0] ?? "", /^Via: SIP\/2\.0\/TCP [^;]+;branch=[^;]+;rport;alias\r$/m);
});

for (const [method, status] of [
  ["INVITE", "416"],
  ["OPTIONS", "416"],
] as const) {
  test(`${method} of a sips: URI over UDP or TCP is refused with ${status}, and counted`, async () => {
    const { clock, network, agent, calls } = await setUp();
    const got: string[] = [];
    const socket = await network.openDatagram("192.0.2.9", 5060, (bytes) => got.push(bytes.toString()));
    const parts = { method, requestUri: "sips:+12065550100@192.0.2.1", contact: "sips:peer@192.0.2.9" };
    socket.send(Buffer.from(aRequest(parts)), "192.0.2.1", 5060, () => undefined);
    const stream = network.connectStream("192.0.2.1", 5060);
    stream.start({ onBytes: (bytes) => void got.push(bytes.toString()), onClosed: () => undefined });
    const via = "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKs";
    stream.write(Buffer.from(aRequest({ ...parts, via, callId: "call-2" })));
    clock.advance(5);

    assert.deepEqual(
      got.map((text) => text.split(" ")[1]),
      [status, status],
    );
    assert.deepEqual([calls.length, agent.refusals()], [0, { "sips-not-secure": 2 }]);
  });
}
