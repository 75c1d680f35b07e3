import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openRawSipPeer, openTestAgent, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";
import { createMethods } from "./methods.ts";

const { allowed } = createMethods({ acceptsRefer: false, isRegistrar: false });

/** A user agent that answers every call, and a peer with one call that is up. */
async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  await openTestAgent({ network, clock, onCall: (call) => call.answer("v=0"), onOffer: () => "v=0" });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest());
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.last("200 OK"), "To"));
  peer.send(aRequest({ method: "ACK", branch: "ack1", toTag }));
  clock.advance(2);
  /** Status of the response to one request; 0: none. */
  const statusOf = (method: string, change: Parameters<typeof aRequest>[0]) => {
    const before = peer.inbox.length;
    peer.send(aRequest({ method, branch: method, ...change }));
    clock.advance(2);
    const answer = peer.startLines().slice(before).at(-1) ?? "";
    return Number(/^SIP\/2\.0 (\d+)/.exec(answer)?.[1] ?? 0);
  };
  return { peer, toTag, statusOf };
}

test("Allow names what is taken, in one order", () => {
  assert.equal(allowed, "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK");
  const all = createMethods({ acceptsRefer: true, isRegistrar: true });
  assert.equal(all.allowed, `${allowed}, REGISTER, REFER`);
  assert.deepEqual(all.supported, ["timer", "100rel", "replaces", "norefersub"]);
  assert.equal(all.allowedWithin, `${allowed}, REFER`);
});

/** Method -> status outside of dialogs, status in a dialog. CANCEL is matched by its branch, also where its To has a tag. */
const outcomes: Readonly<Record<string, readonly [outside: number, within: number]>> = {
  INVITE: [200, 200],
  ACK: [0, 0],
  CANCEL: [481, 481],
  BYE: [481, 200],
  OPTIONS: [200, 200],
  REGISTER: [405, 405],
  INFO: [481, 200],
  UPDATE: [481, 200],
  PRACK: [481, 400],
  REFER: [405, 405],
  MESSAGE: [405, 405],
  SUBSCRIBE: [405, 405],
  NOTIFY: [405, 405],
  "x-y.z": [405, 405],
};

for (const [method, [outside, within]] of Object.entries(outcomes)) {
  test(`${method} gets ${outside} outside of dialogs and ${within} in one`, async () => {
    const bed = await setUp();

    const found = [
      bed.statusOf(method, { callId: "another" }),
      bed.statusOf(method, { branch: `${method}2`, cseq: 2, toTag: bed.toTag }),
    ];

    assert.deepEqual(found, [outside, within]);
  });
}

test("each method that the standard names here has its file, and no file is left out of the list", () => {
  const files = readdirSync(new URL(".", import.meta.url)).map((name) => name.replace(/\.(?:test\.)?[jt]s$/, ""));
  const named = Object.keys(outcomes).filter((method) => files.includes(method.toLowerCase()));

  assert.deepEqual(named, [
    "INVITE",
    "ACK",
    "CANCEL",
    "BYE",
    "OPTIONS",
    "REGISTER",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
  ]);
});

test("a method that is not taken is refused for that before what it requires is looked at (RFC 3261 §8.2)", async () => {
  const { statusOf, toTag, peer } = await setUp();
  const lines = ["Require: x"];

  assert.equal(statusOf("REFER", { lines, cseq: 2, toTag }), 405);
  assert.equal(statusOf("INFO", { lines, cseq: 3, toTag }), 420);
  assert.equal(statusOf("REFER", { lines, callId: "another", branch: "r2" }), 405);
  assert.equal(sipHeader(peer.last("405"), "Allow"), allowed);
});
