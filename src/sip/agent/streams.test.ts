import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openTestAgent } from "../../testing/sip-testbed.ts";

async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock });
  const connect = () => {
    const stream = network.connectStream("192.0.2.1", 5060);
    const state = { isOpen: true };
    stream.start({ onBytes: () => undefined, onClosed: () => (state.isOpen = false) });
    return { state, send: (text: string) => stream.write(Buffer.from(text)) };
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
