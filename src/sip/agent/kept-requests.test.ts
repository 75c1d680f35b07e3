import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aDescription, aRequest, openRawSipPeer, openTestAgent } from "../../testing/internal/sip-testbed.ts";

async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const under = await openTestAgent({ network, clock });
  return { clock, network, ...under };
}

const long = { lines: [`Subject: ${"x".repeat(10_000)}`] };

test("requests that were answered make room for others of their source, the oldest first, and all are gone in the end", async () => {
  const { clock, network, agent } = await setUp();
  const peer = await openRawSipPeer(network);
  const send = (index: number) =>
    peer.send(aRequest({ ...long, method: "OPTIONS", branch: `b${index}`, callId: `c${index}` }));

  for (let index = 0; index < 1_000; index++) send(index);
  clock.advance(5);

  assert.equal(peer.count("200"), 1_000);
  assert.ok(agent.ledger().transactions < 700, String(agent.ledger().transactions));
  // The newest is still known: its repetition is answered by the same response.
  send(999);
  clock.advance(5);
  assert.equal(peer.inbox.at(-1), peer.inbox.at(-2));
  clock.advance(33_000);
  assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});

test("one source that fills its room does not take that of another", async () => {
  const { clock, network, agent } = await setUp();
  const loud = await openRawSipPeer(network);
  const quiet = await openRawSipPeer(network, 5060, "192.0.2.10");

  quiet.send(aRequest({ method: "OPTIONS", branch: "quiet", callId: "quiet" }));
  for (let index = 0; index < 500; index++) {
    loud.send(aRequest({ ...long, method: "OPTIONS", branch: `b${index}`, callId: `c${index}` }));
  }
  clock.advance(5);
  quiet.send(aRequest({ method: "OPTIONS", branch: "quiet", callId: "quiet" }));
  clock.advance(5);

  assert.equal(quiet.inbox[0], quiet.inbox[1]);
  assert.ok(agent.ledger().transactions > 1);
});

test("more INVITEs than are kept get 503 without state, and those that wait go on", async () => {
  const { clock, network, agent, calls } = await setUp();
  const peer = await openRawSipPeer(network);

  for (let index = 0; index < 1_200; index++) {
    peer.send(aRequest({ ...long, branch: `b${index}`, callId: `c${index}`, body: aDescription }));
  }
  clock.advance(5);

  const refused = peer.count("503");
  assert.ok(refused > 100 && refused < 500, String(refused));
  assert.equal(calls.length, 1_200 - refused);
  assert.equal(agent.refusals()["too-many-requests"], refused);
  assert.match(peer.last("503"), /\r\nRetry-After: 10\r\n/);
  for (const { call } of calls) call.reject(404);
  clock.advance(100_000);
  assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});

test("an accepted INVITE is kept however many requests follow, since a repetition of it must not make a second call", async () => {
  const { clock, network, calls } = await setUp();
  const peer = await openRawSipPeer(network);
  peer.send(aRequest({ branch: "call" }));
  clock.advance(5);
  calls[0]?.call.answer(aDescription);

  for (let index = 0; index < 500; index++) {
    peer.send(aRequest({ ...long, method: "OPTIONS", branch: `b${index}`, callId: `c${index}` }));
  }
  clock.advance(5);
  peer.send(aRequest({ branch: "call" }));
  clock.advance(5);

  assert.equal(calls.length, 1);
});
