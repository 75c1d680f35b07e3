import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aRequest,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipBody,
  sipHeader,
  sipHeaders,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import type { OutgoingCallRequest, SipAddress } from "../types.ts";

const peerAddress: SipAddress = { transport: "udp", host: "192.0.2.9", port: 5060 };

async function setUp(change: Partial<OutgoingCallRequest> = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, trace } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const delegate = createRecordingDelegate();
  const request: OutgoingCallRequest = {
    requestUri: "sip:+12065550100@192.0.2.9",
    to: "sip:+12065550100@192.0.2.9",
    from: "sip:+12065550199@192.0.2.1",
    nextHop: peerAddress,
    headers: [{ name: "X-Thing", value: "one" }],
    offer: aDescription,
    delegate,
    ...change,
  };
  const expectIdle = () => {
    clock.advance(200_000);
    assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, network, agent, trace, peer, delegate, request, expectIdle };
}

/** Calls and lets the peer answer; the ACK has arrived when it returns. */
async function setUpAnswered(lines: readonly string[] = []) {
  const bed = await setUp();
  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");
  bed.peer.send(aResponse(invite, "200 OK", { toTag: "t1", body: "v=0 answer", lines }));
  bed.clock.advance(3);
  return { ...bed, call, invite };
}

test("sends an INVITE with the mandatory headers, its own, and the offer (RFC 3261 §8.1.1)", async () => {
  const bed = await setUp();

  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);

  const invite = bed.peer.last("INVITE sip:+12065550100@192.0.2.9 SIP/2.0");
  assert.match(sipHeader(invite, "Via"), /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK[0-9a-f]{24};rport$/);
  assert.match(sipHeader(invite, "From"), /^<sip:\+12065550199@192\.0\.2\.1>;tag=[0-9a-f]{16}$/);
  assert.equal(sipHeader(invite, "To"), "<sip:+12065550100@192.0.2.9>");
  assert.equal(sipHeader(invite, "Call-ID"), call.sipCallId);
  assert.equal(sipHeader(invite, "CSeq"), "1 INVITE");
  assert.equal(sipHeader(invite, "Contact"), "<sip:+12065550199@192.0.2.1:5060>");
  assert.equal(sipHeader(invite, "Max-Forwards"), "70");
  assert.equal(sipHeader(invite, "Supported"), "timer, 100rel");
  assert.equal(sipHeader(invite, "X-Thing"), "one");
  assert.equal(sipBody(invite), aDescription);
});

test("tells ringing and answer, acknowledges, and hangs up with BYE", async () => {
  const bed = await setUp();
  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");

  bed.peer.send(aResponse(invite, "100 Trying"));
  bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "t1" }));
  bed.peer.send(aResponse(invite, "183 Session Progress", { toTag: "t1", body: "v=0 early" }));
  bed.peer.send(aResponse(invite, "200 OK", { toTag: "t1", body: "v=0 answer", contact: "sip:there@192.0.2.9:5060" }));
  bed.clock.advance(3);
  call.hangUp();
  assert.deepEqual(bed.delegate.reported, ["progress 180", "progress 183", "answered", "ended local"]);
  bed.clock.advance(2);

  assert.deepEqual(bed.delegate.sdps, [undefined, "v=0 early", "v=0 answer"]);
  assert.equal(sipHeader(bed.peer.last("ACK sip:there@192.0.2.9:5060"), "CSeq"), "1 ACK");
  const bye = bed.peer.last("BYE sip:there@192.0.2.9:5060");
  assert.equal(sipHeader(bye, "CSeq"), "2 BYE");
  assert.equal(tagOf(sipHeader(bye, "To")), "t1");
  bed.peer.send(aResponse(bye, "200 OK"));
  bed.expectIdle();
});

test("a BYE that overtakes its 200 ends the call; the 200 is acknowledged and nothing more is said", async () => {
  for (const rings of [true, false]) {
    const bed = await setUp();
    bed.agent.call(bed.request);
    bed.clock.advance(2);
    const invite = bed.peer.last("INVITE");
    if (rings) bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "t1" }));
    bed.clock.advance(2);

    bed.peer.send(
      aRequest({
        method: "BYE",
        requestUri: "sip:+12065550199@192.0.2.1:5060",
        callId: sipHeader(invite, "Call-ID"),
        fromTag: "t1",
        toTag: tagOf(sipHeader(invite, "From")),
      }),
    );
    bed.peer.send(aResponse(invite, "200 OK", { toTag: "t1", body: "v=0 answer" }));
    bed.clock.advance(3);

    assert.deepEqual(bed.delegate.ends, [{ type: "bye" }]);
    assert.ok(!bed.delegate.reported.includes("answered"));
    assert.match(bed.peer.last("200 OK"), /^CSeq: 1 BYE\r$/m);
    assert.equal(bed.peer.count("ACK"), 1);
    assert.equal(bed.peer.count("BYE"), 0);
    bed.peer.send(aResponse(invite, "200 OK", { toTag: "t1", body: "v=0 answer" }));
    bed.clock.advance(3);
    assert.equal(bed.peer.count("ACK"), 2);
    bed.expectIdle();
  }
});

test("a BYE without any answer behind it ends the call too, and what still rings is cancelled", async () => {
  const bed = await setUp();
  bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");
  bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "t1" }));
  bed.clock.advance(2);

  const bye = {
    ...{ method: "BYE", requestUri: "sip:+12065550199@192.0.2.1:5060", fromTag: "t1" },
    ...{ callId: sipHeader(invite, "Call-ID"), toTag: tagOf(sipHeader(invite, "From")) },
  };
  bed.peer.send(aRequest(bye));
  bed.clock.advance(2);

  assert.deepEqual(bed.delegate.ends, [{ type: "bye" }]);
  assert.equal(bed.peer.count("CANCEL"), 1);
  bed.expectIdle();
});

test("sends the INVITE again after T1, doubling, and gives up after 64*T1 (RFC 3261 §17.1.1.2)", async () => {
  const bed = await setUp();

  bed.agent.call(bed.request);
  bed.clock.advance(500 + 1_000 + 2_000 + 1);
  assert.equal(bed.peer.count("INVITE"), 4);
  bed.clock.advance(29_000);

  assert.equal(bed.peer.count("INVITE"), 7);
  assert.deepEqual(bed.delegate.reported, ["ended timeout"]);
  bed.expectIdle();
});

test("tells of a closed port as soon as the system knows, after the first resend", async () => {
  const bed = await setUp({ nextHop: { transport: "udp", host: "192.0.2.77", port: 5060 } });

  bed.agent.call(bed.request);
  bed.clock.advance(600);

  assert.deepEqual(bed.delegate.ends, [{ type: "transport", message: "connection refused" }]);
  bed.expectIdle();
});

test("tells of a refused connection", async () => {
  const bed = await setUp({ nextHop: { transport: "tcp", host: "192.0.2.77", port: 5060 } });

  bed.agent.call(bed.request);
  assert.deepEqual(bed.delegate.reported, []);
  bed.clock.advance(5);

  assert.deepEqual(bed.delegate.ends, [{ type: "transport", message: "connection refused" }]);
  bed.expectIdle();
});

test("tells a refusal with its status and acknowledges it in the transaction (RFC 3261 §17.1.1.3)", async () => {
  const bed = await setUp();
  bed.agent.call({ ...bed.request, headers: [{ name: "Route", value: "<sip:192.0.2.9;lr>" }] });
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");

  bed.peer.send(aResponse(invite, "486 Busy Here", { toTag: "t1" }));
  bed.peer.send(aResponse(invite, "486 Busy Here", { toTag: "t1" }));
  bed.clock.advance(3);

  assert.deepEqual(bed.delegate.ends, [{ type: "rejected", status: 486, reason: "Busy Here" }]);
  assert.equal(bed.peer.count("ACK"), 2);
  const ack = bed.peer.last("ACK");
  assert.equal(sipHeader(ack, "Via"), sipHeader(invite, "Via"));
  assert.equal(tagOf(sipHeader(ack, "To")), "t1");
  assert.deepEqual(sipHeaders(ack, "Route"), ["<sip:192.0.2.9;lr>"]);
  bed.expectIdle();
});

test("holds a CANCEL back until a provisional response came (RFC 3261 §9.1)", async () => {
  const bed = await setUp();
  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");

  call.hangUp();
  assert.deepEqual(bed.delegate.reported, ["ended local"]);
  bed.clock.advance(2);
  assert.equal(bed.peer.count("CANCEL"), 0);
  bed.peer.send(aResponse(invite, "100 Trying"));
  bed.clock.advance(3);

  const cancel = bed.peer.last("CANCEL sip:+12065550100@192.0.2.9 SIP/2.0");
  assert.equal(sipHeader(cancel, "Via"), sipHeader(invite, "Via"));
  assert.equal(sipHeader(cancel, "CSeq"), "1 CANCEL");
  bed.peer.send(aResponse(cancel, "200 OK", { toTag: "t1" }));
  bed.peer.send(aResponse(invite, "487 Request Terminated", { toTag: "t1" }));
  bed.clock.advance(3);
  assert.equal(bed.peer.count("ACK"), 1);
  assert.deepEqual(bed.delegate.reported, ["ended local"]);
  bed.expectIdle();
});

test("acknowledges a 200 that crossed the CANCEL, and sends BYE (RFC 3261 §9.1)", async () => {
  const bed = await setUp();
  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");
  bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "t1" }));
  bed.clock.advance(2);

  bed.peer.send(aResponse(invite, "200 OK", { toTag: "t1", body: "v=0" }));
  call.hangUp();
  bed.clock.advance(3);

  assert.deepEqual(bed.delegate.reported, ["progress 180", "ended local"]);
  assert.equal(bed.peer.count("CANCEL"), 1);
  assert.equal(bed.peer.count("ACK"), 1);
  assert.equal(sipHeader(bed.peer.last("BYE"), "Reason"), 'SIP;cause=487;text="the call was given up"');
  bed.peer.send(aResponse(bed.peer.last("BYE"), "200 OK"));
  bed.peer.send(aResponse(bed.peer.last("CANCEL"), "481 No"));
  bed.expectIdle();
});

test("gives a cancelled INVITE up that is never answered, 64*T1 after the CANCEL (RFC 3261 §9.1)", async () => {
  const bed = await setUp();
  const call = bed.agent.call(bed.request);
  bed.clock.advance(2);
  bed.peer.send(aResponse(bed.peer.last("INVITE"), "180 Ringing", { toTag: "t1" }));
  bed.clock.advance(2);

  call.hangUp();
  bed.clock.advance(2);
  bed.peer.send(aResponse(bed.peer.last("CANCEL"), "200 OK"));

  bed.expectIdle();
});

test("acknowledges a repeated 200 with the same ACK (RFC 3261 §13.2.2.4)", async () => {
  const bed = await setUpAnswered();

  bed.peer.send(aResponse(bed.invite, "200 OK", { toTag: "t1", body: "v=0 answer" }));
  bed.clock.advance(3);

  const acks = bed.peer.inbox.filter((text) => text.startsWith("ACK"));
  assert.equal(acks.length, 2);
  assert.equal(acks[0], acks[1]);
  assert.deepEqual(bed.delegate.reported, ["answered"]);
});

test("acknowledges the answer of a second fork and sends it BYE (RFC 3261 §13.2.2.4)", async () => {
  const bed = await setUpAnswered();

  bed.peer.send(aResponse(bed.invite, "200 OK", { toTag: "t2", contact: "sip:fork@192.0.2.9:5060", body: "v=0" }));
  bed.clock.advance(3);

  assert.equal(tagOf(sipHeader(bed.peer.last("ACK sip:fork@"), "To")), "t2");
  assert.equal(tagOf(sipHeader(bed.peer.last("BYE sip:fork@"), "To")), "t2");
  assert.equal(sipHeader(bed.peer.last("BYE sip:fork@"), "Reason"), 'SIP;cause=200;text="Call completed elsewhere"');
  assert.deepEqual(bed.delegate.reported, ["answered"]);
  bed.peer.send(aResponse(bed.peer.last("BYE sip:fork@"), "200 OK"));
  bed.call.hangUp();
  bed.clock.advance(2);
  bed.peer.send(aResponse(bed.peer.last("BYE sip:peer@"), "200 OK"));
  bed.expectIdle();
});

test("turns the Record-Route of the answer round for its own requests (RFC 3261 §12.1.2)", async () => {
  const bed = await setUpAnswered(["Record-Route: <sip:192.0.2.60;lr>", "Record-Route: <sip:192.0.2.9:5060;lr>"]);

  assert.deepEqual(sipHeaders(bed.peer.last("ACK"), "Route"), ["<sip:192.0.2.9:5060;lr>", "<sip:192.0.2.60;lr>"]);
});

test("the far end's BYE ends the call; a BYE that crosses ours is answered with 200", async () => {
  const bed = await setUpAnswered();
  const ownTag = tagOf(sipHeader(bed.invite, "From"));
  const theirBye = aRequest({ method: "BYE", callId: bed.call.sipCallId, fromTag: "t1", toTag: ownTag, cseq: 7 });

  bed.call.hangUp();
  bed.peer.send(theirBye);
  bed.clock.advance(3);

  assert.deepEqual(bed.delegate.reported, ["answered", "ended local"]);
  assert.equal(bed.peer.count("200 OK"), 1);
  bed.peer.send(aResponse(bed.peer.last("BYE"), "481 Gone"));
  bed.expectIdle();
});

test("a call whose BYE is never answered leaves nothing behind", async () => {
  const bed = await setUpAnswered();

  bed.network.lose((packet) => packet.from.startsWith("192.0.2.9"));
  bed.call.hangUp();
  bed.call.hangUp();

  bed.expectIdle();
  assert.equal(bed.peer.count("BYE"), 11);
  assert.deepEqual(bed.delegate.reported, ["answered", "ended local"]);
});

test("throws for what cannot be sent: line breaks, own headers, no URI", async () => {
  const bed = await setUp();
  const withHeader = (name: string, value: string) => () =>
    bed.agent.call({ ...bed.request, headers: [{ name, value }] });

  assert.throws(withHeader("X-A", "b\r\nVia: c"), { code: "SIP_BAD_HEADER" });
  assert.throws(withHeader("X-A", "b\nc"), { code: "SIP_BAD_HEADER" });
  assert.throws(withHeader("X A", "b"), { code: "SIP_BAD_HEADER" });
  assert.throws(withHeader("X-A: b\r\nX", "c"), { code: "SIP_BAD_HEADER" });
  assert.throws(withHeader("i", "other-call"), { code: "SIP_BAD_HEADER" });
  assert.throws(() => bed.agent.call({ ...bed.request, requestUri: "sip:a@b SIP/2.0\r\nX: y" }), {
    code: "SIP_BAD_URI",
  });
  assert.throws(() => bed.agent.call({ ...bed.request, from: "sip:a@b>\r\nX: y" }), { code: "SIP_BAD_URI" });
  assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});

test("close sends CANCEL and BYE, waits for their answers and closes the sockets", async () => {
  const bed = await setUpAnswered();
  const ringing = createRecordingDelegate();
  bed.agent.call({ ...bed.request, delegate: ringing });
  bed.clock.advance(2);
  const second = bed.peer.last("INVITE");
  bed.peer.send(aResponse(second, "180 Ringing", { toTag: "t9" }));
  bed.clock.advance(2);

  const closed = bed.agent.close();
  bed.clock.advance(2);
  for (const method of ["BYE", "CANCEL"]) {
    assert.equal(sipHeader(bed.peer.last(method), "Reason"), 'SIP;cause=503;text="the server stops"');
  }
  bed.peer.send(aResponse(bed.peer.last("BYE"), "200 OK"));
  bed.peer.send(aResponse(bed.peer.last("CANCEL"), "200 OK"));
  bed.peer.send(aResponse(second, "487 Terminated", { toTag: "t9" }));
  bed.clock.advance(3);
  await closed;

  assert.deepEqual(bed.delegate.reported, ["answered", "ended local"]);
  assert.deepEqual(ringing.reported, ["progress 180", "ended local"]);
  assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 0 });
});

test("close waits no longer than for the answer to a CANCEL that crossed a refusal (RFC 3261 §9.1)", async () => {
  const bed = await setUp();
  bed.agent.call(bed.request);
  bed.clock.advance(2);
  const invite = bed.peer.last("INVITE");
  bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "t1" }));
  bed.clock.advance(2);

  const closed = bed.agent.close().then(() => "closed");
  bed.peer.send(aResponse(invite, "486 Busy Here", { toTag: "t1" }));
  bed.clock.advance(2);
  bed.peer.send(aResponse(bed.peer.last("CANCEL"), "481 No Such Transaction"));
  bed.clock.advance(2);
  const outcome = await Promise.race([closed, new Promise((resolve) => setImmediate(resolve, "waiting"))]);

  assert.equal(outcome, "closed");
});

test("close waits no longer than its grace", async () => {
  const bed = await setUpAnswered();

  const closed = bed.agent.close(300);
  bed.clock.advance(300);
  await closed;

  assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 0 });
});

test("one agent can call itself", async () => {
  const bed = await setUp({ nextHop: { transport: "udp", host: "192.0.2.1", port: 5060 } });

  bed.agent.call(bed.request);
  bed.clock.advance(3);

  assert.equal(bed.agent.ledger().dialogs, 2);
  await Promise.all([bed.agent.close(), Promise.resolve().then(() => bed.clock.advance(1_000))]);
  assert.deepEqual(bed.delegate.reported, ["ended local"]);
});

test("says why a call ends that does not end as usual, and nothing when it does (RFC 3326; Contract: sip-and-media-reason)", async () => {
  for (const [reason, header] of [
    [undefined, ""],
    [{ status: 500, text: 'the "server" failed' }, 'SIP;cause=500;text="the \\"server\\" failed"'],
  ] as const) {
    const up = await setUpAnswered();
    up.call.hangUp(reason);
    up.clock.advance(2);
    assert.equal(sipHeader(up.peer.last("BYE"), "Reason"), header);

    const early = await setUp();
    const call = early.agent.call(early.request);
    early.clock.advance(2);
    early.peer.send(aResponse(early.peer.last("INVITE"), "180 Ringing", { toTag: "t1" }));
    early.clock.advance(2);
    call.hangUp(reason);
    early.clock.advance(2);
    assert.equal(sipHeader(early.peer.last("CANCEL"), "Reason"), header);
  }
});
