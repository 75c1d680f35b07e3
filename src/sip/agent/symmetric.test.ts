import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aRequest,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";

import { withBrackets } from "../../sip-syntax/index.ts";

const listeners = ["192.0.2.1", "2001:db8::1"].map((host) => ({ transport: "udp", host, port: 5060 }) as const);

interface Case {
  readonly source: string;
  readonly contact: string;
  readonly lines?: readonly string[];
  readonly isSymmetric?: boolean;
  /** Host of its Via; the source by default. */
  readonly sentBy?: string;
}

/** Whether the BYE of a call that comes from `source` and names `contact` goes back to the source. */
async function returnsBye({ source, contact, lines = [], isSymmetric, sentBy = source }: Case): Promise<boolean> {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const onCall = (call: { answer(sdp: string): void }) => call.answer("v=0");
  const { calls } = await openTestAgent({ network, clock, listeners, onCall, isSymmetric: () => isSymmetric });
  const peer = await openRawSipPeer(network, 5060, source);
  const via = (branch: string) => `SIP/2.0/UDP ${withBrackets(sentBy)}:5060;branch=z9hG4bK${branch}`;
  peer.send(aRequest({ via: via("1"), contact: `sip:peer@${contact}`, lines }));
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.last("200"), "To"));
  peer.send(aRequest({ method: "ACK", via: via("2"), toTag }));
  clock.advance(2);
  calls[0]?.call.hangUp();
  clock.advance(2);
  return peer.count(`BYE sip:peer@${contact}`) === 1;
}

/** Whether the ACK of a call to `source`, whose answer names `contact`, goes where the INVITE went. */
async function returnsAck({ source, contact, isSymmetric }: Case): Promise<boolean> {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock, isSymmetric: () => isSymmetric });
  const peer = await openRawSipPeer(network, 5060, source);
  const uri = `sip:+12065550100@${source}`;
  const delegate = createRecordingDelegate();
  const nextHop = { transport: "udp", host: source, port: 5060 } as const;
  agent.call({
    ...{ requestUri: uri, to: uri, from: "sip:a@192.0.2.1", nextHop, headers: [] },
    offer: aDescription,
    delegate,
  });
  clock.advance(2);
  peer.send(aResponse(peer.last("INVITE"), "200 OK", { toTag: "t", body: "v=0", contact: `sip:peer@${contact}` }));
  clock.advance(2);
  return peer.count(`ACK sip:peer@${contact}`) === 1;
}

for (const [direction, returns] of [
  ["a caller", returnsBye],
  ["a called party", returnsAck],
] as const) {
  // Contract: sip-and-media-symmetric
  describe(`${direction} whose Contact is another host than it sends from`, () => {
    for (const [source, contact, isExpected] of [
      ["198.51.100.7", "192.168.0.5", true],
      ["198.51.100.7", "100.64.1.2:5070", true],
      ["10.1.2.3", "192.168.0.5", true],
      ["10.1.2.3", "10.1.9.4", true],
      ["10.1.2.3", "10.1.2.4", false],
      ["198.51.100.7", "198.51.100.8", false],
      ["10.1.2.3", "198.51.100.8", false],
    ] as const) {
      test(`${source} names ${contact}: requests go ${isExpected ? "back where it sends from" : "to the Contact"}`, async () => {
        assert.equal(await returns({ source, contact }), isExpected);
      });
    }

    test("symmetric or not, as the peer is configured", async () => {
      const open = { source: "198.51.100.7", contact: "198.51.100.8" };
      const closed = { source: "198.51.100.7", contact: "192.168.0.5" };

      assert.equal(await returns({ ...open, isSymmetric: true }), true);
      assert.equal(await returns({ ...closed, isSymmetric: false }), false);
    });
  });
}

test("IPv6 has private networks too", async () => {
  assert.equal(await returnsBye({ source: "2001:db8::7", contact: "[fd00::5]" }), true);
  assert.equal(await returnsBye({ source: "2001:db8::7", contact: "[2001:db8::8]" }), false);
});

test("a proxy that asked to stay in the call is used, unless the peer is symmetric", async () => {
  const proxied = {
    ...{ source: "198.51.100.7", contact: "192.168.0.5" },
    lines: ["Record-Route: <sip:198.51.100.9;lr>"],
  };

  assert.equal(await returnsBye(proxied), false);
  assert.equal(await returnsBye({ ...proxied, isSymmetric: true }), true);
});

for (const [sentBy, source, isExpected] of [
  ["192.168.0.5", "198.51.100.7", true],
  ["sbc.carrier.example", "198.51.100.7", false],
  ["2001:DB8:0::7", "2001:db8::7", false],
  ["2001:db8::9", "2001:db8::7", true],
] as const) {
  test(`a caller at ${source} that calls itself ${sentBy} ${isExpected ? "is" : "is not taken to be"} behind a NAT`, async () => {
    const contact = source.includes(":") ? "[2001:db8::8]" : "198.51.100.8";

    assert.equal(await returnsBye({ source, contact, sentBy }), isExpected);
  });
}
