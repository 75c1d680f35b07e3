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

test("a call that is over is kept in memory by none of its transactions, which wait for retransmissions", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const send = (text: string) => {
    peer.send(text);
    clock.advance(2);
  };
  const takeCall = () => {
    send(aRequest());
    const [taken] = calls.splice(0);
    if (taken === undefined) return assert.fail("no call came");
    taken.call.answer(aDescription);
    clock.advance(2);
    send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(peer.last("200"), "To")) }));
    taken.call.hangUp();
    clock.advance(2);
    return new WeakRef(taken.delegate);
  };

  const owner = takeCall();
  send(aResponse(peer.last("BYE"), "200 OK"));
  await new Promise(setImmediate);
  collectGarbage();

  assert.equal(owner.deref(), undefined);
  assert.equal(agent.ledger().transactions, 2);
});
