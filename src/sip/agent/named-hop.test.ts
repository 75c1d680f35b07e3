import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { createScriptedResolver } from "../../testing/internal/scripted-resolver.ts";
import {
  aRequest,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  tagOf,
  type RequestParts,
} from "../../testing/internal/sip-testbed.ts";

const contact = "sip:peer@pbx.example.com:5070";
const addresses = { "pbx.example.com": ["192.0.2.77"], "proxy.example.com": ["192.0.2.78", "192.0.2.9"] };

/** Where the BYE of a call goes whose INVITE has these parts: of the peer at 192.0.2.9 and of others the address. */
async function byeOf(parts: RequestParts, records: Parameters<typeof createScriptedResolver>[0] = { addresses }) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const resolver = createScriptedResolver(records);
  const { calls } = await openTestAgent({ network, clock, resolver, onCall: (call) => call.answer("v=0") });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest(parts));
  clock.advance(2);
  peer.send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(peer.last("200"), "To")) }));
  clock.advance(2);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  calls[0]?.call.hangUp();
  clock.advance(2);
  const sent = network.packets.filter(({ text }) => text.startsWith("BYE"));
  return { to: sent.map(({ to }) => to), asked: resolver.asked };
}

// Contract: sip-and-media-named-hop
test("a request in a dialog goes to the address of the host that the Contact names (RFC 3263 §4)", async () => {
  assert.deepEqual((await byeOf({ contact })).to, ["192.0.2.77:5070"]);
});

test("where a recorded route names a host, its address counts, and of several that from which messages come", async () => {
  const routed = { contact, lines: ["Record-Route: <sip:proxy.example.com:5060;lr>"] };

  assert.deepEqual((await byeOf(routed)).to, ["192.0.2.9:5060"]);
});

test("a host that has no address, or whose name server is silent, is reached where its messages come from, at once", async () => {
  for (const records of [
    {},
    { addresses: { "pbx.example.com": "fails" } },
    { addresses: { "pbx.example.com": "silent" } },
  ] as const)
    assert.deepEqual((await byeOf({ contact }, records)).to, ["192.0.2.9:5060"]);
});

test("nobody is asked for a Contact that is an address", async () => {
  const { to, asked } = await byeOf({ contact: "sip:peer@192.0.2.77:5070" });

  assert.deepEqual([to, asked], [["192.0.2.77:5070"], []]);
});
