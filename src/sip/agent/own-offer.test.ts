import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aRequest,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipBody,
  sipHeader,
  tagOf,
  type RequestParts,
} from "../../testing/internal/sip-testbed.ts";

/** A call of the peer that was answered. */
async function aCalled(options: { readonly isAcknowledged?: boolean; readonly lines?: readonly string[] } = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { calls, agent } = await openTestAgent({
    ...{ network, clock, onCall: (call) => call.answer("v=0 first"), onOffer: (offer) => `answer to ${offer}` },
  });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest({ lines: options.lines ?? [] }));
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.last("200 OK"), "To"));
  const send = (parts: RequestParts) => {
    peer.send(aRequest({ toTag, ...parts }));
    clock.advance(2);
    return peer.startLines().at(-1) ?? "";
  };
  const acknowledge = (cseq = 1) => send({ method: "ACK", cseq, branch: `ack${cseq}` });
  if (options.isAcknowledged !== false) acknowledge();
  const entry = calls[0];
  assert.ok(entry);
  entry.delegate.reported.length = 0;
  entry.delegate.sdps.length = 0;
  return { clock, agent, peer, send, acknowledge, ...entry, ...helpers(clock, peer) };
}

/** A call to the peer, which has answered. */
async function aCalling() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const delegate = createRecordingDelegate();
  const call = agent.call({
    ...{ requestUri: "sip:peer@192.0.2.9", to: "sip:peer@192.0.2.9", from: "sip:us@192.0.2.1", headers: [] },
    ...{ nextHop: { transport: "udp", host: "192.0.2.9", port: 5060 }, offer: "v=0 first", delegate },
  });
  clock.advance(2);
  peer.send(aResponse(peer.last("INVITE"), "200 OK", { toTag: "theirs", body: "v=0 answer" }));
  clock.advance(2);
  delegate.reported.length = 0;
  delegate.sdps.length = 0;
  return { clock, agent, peer, call, delegate, ...helpers(clock, peer) };
}

type Clock = ReturnType<typeof createManualClock>;
type Peer = Awaited<ReturnType<typeof openRawSipPeer>>;

function helpers(clock: Clock, peer: Peer) {
  const reInvites = () => [
    ...new Set(peer.inbox.filter((text) => text.startsWith("INVITE") && /^To:.*;tag=/m.test(text))),
  ];
  /** Answers our last re-INVITE. */
  const respond = (status: string, body = "") => {
    peer.send(aResponse(reInvites().at(-1) ?? "", status, body === "" ? {} : { body }));
    clock.advance(2);
  };
  return { reInvites, respond };
}

for (const [whose, open] of [
  ["a call that came in", aCalled],
  ["a call of ours", aCalling],
] as const) {
  test(`an offer in ${whose} leaves by re-INVITE; its answer is acknowledged and told`, async () => {
    const bed = await open();

    bed.call.renegotiate();
    bed.clock.advance(2);
    assert.deepEqual(bed.reInvites().map(sipBody), ["v=0 ours 1"]);
    bed.respond("200 OK", "v=0 held");

    assert.deepEqual(bed.delegate.reported, ["offer due", "offer answered"]);
    assert.deepEqual(bed.delegate.sdps, ["v=0 held"]);
    const [reInvite = ""] = bed.reInvites();
    assert.equal(sipHeader(bed.peer.last("ACK"), "CSeq"), sipHeader(reInvite, "CSeq").replace("INVITE", "ACK"));
  });

  test(`an offer in ${whose} that is refused leaves it as it was, and the next one may be taken`, async () => {
    const bed = await open();

    bed.call.renegotiate();
    bed.clock.advance(2);
    bed.respond("488 Not Acceptable Here");
    bed.call.renegotiate();
    bed.clock.advance(2);
    bed.respond("200 OK", "v=0 held");

    assert.deepEqual(bed.delegate.reported, ["offer due", "offer refused with 488", "offer due", "offer answered"]);
    assert.equal(bed.agent.ledger().dialogs, 1);
  });

  test(`an offer in ${whose} that meets one of the far end (491) is made once more`, async () => {
    const bed = await open();

    bed.call.renegotiate();
    bed.clock.advance(2);
    bed.respond("491 Request Pending");
    assert.deepEqual(bed.delegate.reported, ["offer due"]);
    bed.clock.advance(4_010);
    assert.equal(new Set(bed.reInvites().map((text) => sipHeader(text, "CSeq"))).size, 2);
    bed.respond("200 OK", "v=0 held");

    assert.deepEqual(bed.delegate.reported, ["offer due", "offer due", "offer answered"]);
  });

  test(`an offer in ${whose} ends it where the far end knows no such call, or says nothing`, async () => {
    for (const status of ["481 Call/Transaction Does Not Exist", "408 Request Timeout", undefined]) {
      const bed = await open();

      bed.call.renegotiate();
      bed.clock.advance(2);
      if (status === undefined) bed.clock.advance(33_000);
      else bed.respond(status);

      assert.deepEqual(bed.delegate.reported, ["offer due", "ended timeout"]);
      assert.equal(bed.peer.count("BYE") > 0, true);
      bed.clock.advance(200_000);
      assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
    }
  });
}

test("an offer before the ACK of the first 200 waits for that", async () => {
  const bed = await aCalled({ isAcknowledged: false });

  bed.call.renegotiate();
  bed.clock.advance(10);
  assert.deepEqual(bed.reInvites(), []);
  bed.acknowledge();

  assert.equal(bed.reInvites().length, 1);
  assert.deepEqual(bed.delegate.reported, ["acknowledged", "offer due"]);
});

test("the far end's re-INVITE that meets our offer gets 491, and after that ours is answered", async () => {
  const bed = await aCalled();
  bed.call.renegotiate();
  bed.clock.advance(2);

  assert.equal(bed.send({ cseq: 2, body: "v=0 theirs" }), "SIP/2.0 491 Request Pending");
  bed.send({ method: "ACK", cseq: 2 });
  bed.respond("200 OK", "v=0 held");

  assert.deepEqual(bed.delegate.reported, ["offer due", "offer answered"]);
});

test("an offer goes by re-INVITE also to a far end that takes UPDATE", async () => {
  const bed = await aCalled({ lines: ["Allow: INVITE, ACK, BYE, UPDATE"] });

  bed.call.renegotiate();
  bed.clock.advance(2);

  assert.deepEqual([bed.reInvites().length, bed.peer.count("UPDATE")], [1, 0]);
});

test("the far end's BYE that meets our offer ends the call, and nothing more is told", async () => {
  const bed = await aCalled();
  bed.call.renegotiate();
  bed.clock.advance(2);

  assert.equal(bed.send({ method: "BYE", cseq: 2 }), "SIP/2.0 200 OK");
  bed.respond("487 Request Terminated");
  bed.call.renegotiate();

  assert.deepEqual(bed.delegate.reported, ["offer due", "ended bye"]);
  bed.clock.advance(200_000);
  assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});

// Contract: sip-and-media-slow-offer
for (const [what, answers, told] of [
  ["and refuses it when it is cancelled", "487 Request Terminated", "offer refused with 487"],
  ["and answers it after all when it is cancelled", "200 OK", "offer answered"],
  ["and nothing to the CANCEL either", undefined, "offer refused with 487"],
] as const) {
  test(`a far end that only says 100 to an offer, ${what}, keeps it open for 80 s at most, and the call goes on`, async () => {
    const bed = await aCalled();
    bed.call.renegotiate();
    bed.clock.advance(2);
    bed.respond("100 Trying");
    bed.clock.advance(47_000);
    assert.deepEqual([bed.peer.count("CANCEL"), bed.delegate.reported], [0, ["offer due"]]);

    bed.clock.advance(1_010);
    const [reInvite = ""] = bed.reInvites();
    const cancel = bed.peer.last("CANCEL");
    for (const name of ["Via", "Call-ID", "To", "From"])
      assert.equal(sipHeader(cancel, name), sipHeader(reInvite, name));
    if (answers === undefined) bed.clock.advance(32_010);
    else bed.respond(answers, answers === "200 OK" ? "v=0 held" : "");
    assert.deepEqual(bed.delegate.reported, ["offer due", told]);

    bed.call.renegotiate();
    bed.clock.advance(2);
    bed.respond("200 OK", "v=0 held");
    assert.deepEqual(bed.delegate.reported.slice(2), ["offer due", "offer answered"]);
    bed.call.hangUp();
    bed.clock.advance(2);
    bed.peer.send(aResponse(bed.peer.last("BYE"), "200 OK"));
    bed.clock.advance(200_000);
    assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  });
}
