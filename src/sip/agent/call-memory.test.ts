import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aRequest,
  aResponse,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";

/** Takes calls that end at once; each request of the far end has `lines` too. */
async function setUp(lines: readonly string[] = []) {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls, trace } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const send = (text: string) => {
    peer.send(text);
    clock.advance(2);
  };
  const takeCall = (name = "") => {
    const ids = { callId: `call${name}`, branch: `branch${name}`, lines };
    send(aRequest(ids));
    const [taken] = calls.splice(0);
    if (taken === undefined) return assert.fail("no call came");
    taken.call.answer(aDescription);
    clock.advance(2);
    send(aRequest({ ...ids, method: "ACK", toTag: tagOf(sipHeader(peer.last("200"), "To")) }));
    taken.call.hangUp();
    clock.advance(2);
    send(aResponse(peer.last("BYE"), "200 OK"));
    for (const kept of [peer.inbox, network.packets, trace]) kept.length = 0;
    return new WeakRef(taken.delegate);
  };
  const heapUsed = async () => {
    await new Promise(setImmediate);
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  return { agent, takeCall, heapUsed };
}

test("a call that is over is kept in memory by none of its transactions, which wait for retransmissions", async () => {
  const { agent, takeCall, heapUsed } = await setUp();

  const owner = takeCall();
  await heapUsed();

  assert.equal(owner.deref(), undefined);
  assert.equal(agent.ledger().transactions, 2);
});

test("nor is its INVITE, however long that was", async () => {
  const [first, count, longBytes] = [50, 200, 15_000];
  const { agent, takeCall, heapUsed } = await setUp([`Subject: ${"x".repeat(longBytes)}`]);
  // What is compiled and allotted once.
  for (let index = 0; index < first; index++) takeCall(`first${index}`);

  const before = await heapUsed();
  for (let index = 0; index < count; index++) takeCall(String(index));
  const grown = (await heapUsed()) - before;

  assert.equal(agent.ledger().transactions, 2 * (first + count));
  assert.ok(grown < count * longBytes, `${grown} bytes`);
});
