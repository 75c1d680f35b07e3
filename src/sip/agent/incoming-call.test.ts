import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aDescription,
  aRequest,
  openRawSipPeer,
  openTestAgent,
  sipBody,
  sipHeader,
  sipHeaders,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import type { IncomingCall } from "../types.ts";

async function setUp(
  onCall?: (call: IncomingCall) => void,
  onOffer?: (offer: string | undefined) => string | undefined,
) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const under = await openTestAgent({
    network,
    clock,
    ...(onCall === undefined ? {} : { onCall }),
    ...(onOffer === undefined ? {} : { onOffer }),
  });
  const peer = await openRawSipPeer(network);
  const first = () => {
    const entry = under.calls[0];
    assert.ok(entry, "no call came");
    return entry;
  };
  const expectIdle = () => {
    clock.advance(200_000);
    assert.deepEqual(under.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, network, ...under, peer, first, expectIdle };
}

/** Sends an INVITE, lets the agent answer with 200 and gives our tag. */
function answered(bed: Awaited<ReturnType<typeof setUp>>, lines: readonly string[] = []): string {
  bed.peer.send(aRequest({ lines }));
  bed.clock.advance(2);
  bed.first().call.answer("v=0 answer");
  bed.clock.advance(2);
  return tagOf(sipHeader(bed.peer.last("200 OK"), "To"));
}

const ackOf = (toTag: string, cseq = 1) => aRequest({ method: "ACK", toTag, cseq, branch: `ack${cseq}` });

test("answers an INVITE with 100 at once, then 180 and 200 of the same To tag (RFC 3261 §13.3.1)", async () => {
  const bed = await setUp();

  bed.peer.send(aRequest());
  bed.clock.advance(2);
  assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 100 Trying"]);
  bed.first().call.ring();
  bed.first().call.answer("v=0 answer");
  bed.clock.advance(2);

  assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"]);
  const ok = bed.peer.last("200");
  assert.equal(sipBody(ok), "v=0 answer");
  assert.equal(sipHeader(ok, "Contact"), "<sip:+12065550100@192.0.2.1:5060>");
  assert.notEqual(tagOf(sipHeader(ok, "To")), "");
  assert.equal(tagOf(sipHeader(ok, "To")), tagOf(sipHeader(bed.peer.last("180"), "To")));
  assert.equal(sipHeader(bed.peer.last("100"), "To"), "<sip:+12065550100@192.0.2.1>");
});

test("a trace tells of each message by its first line and text, without passwords, also when it is read later", async () => {
  const bed = await setUp();
  bed.peer.send(aRequest().replace("@", ":geheim@"));
  bed.clock.advance(2);
  bed.first().call.answer("v=0 answer");
  bed.clock.advance(2);
  bed.peer.send(ackOf(tagOf(sipHeader(bed.peer.last("200 OK"), "To"))));
  bed.clock.advance(2);
  bed.first().call.hangUp();
  bed.clock.advance(2);

  const told = bed.trace.map(({ direction, status, startLine }) => `${direction} ${status} ${startLine}`);
  assert.deepEqual(told, [
    "received 0 INVITE sip:+12065550100:(not shown)@192.0.2.1",
    "sent 100 100 Trying",
    "sent 200 200 OK",
    "received 0 ACK sip:+12065550100@192.0.2.1",
    "sent 0 BYE sip:peer@192.0.2.9:5060",
  ]);
  const texts = bed.trace.map((entry) => entry.text());
  assert.deepEqual(
    texts.filter((text) => text.includes("geheim")),
    [],
  );
  assert.ok(texts[1]?.startsWith("SIP/2.0 100 Trying\r\n"), texts[1]);
});

test("shows the call's parties, headers and offer", async () => {
  const bed = await setUp();

  bed.peer.send(aRequest({ lines: ["X-Thing: one", "x-other: two"] }));
  bed.clock.advance(2);

  const { call } = bed.first();
  assert.equal(call.requestUri.user, "+12065550100");
  assert.equal(call.from.user, "peer");
  assert.equal(call.offer, aDescription);
  assert.equal(call.source.host, "192.0.2.9");
  const own = call.headers.filter(({ name }) => name.toLowerCase().startsWith("x-"));
  assert.deepEqual(own, [
    { name: "X-Thing", value: "one" },
    { name: "x-other", value: "two" },
  ]);
});

test("sends the 200 again after T1, doubling to T2, until the ACK comes (RFC 3261 §13.3.1.4)", async () => {
  const bed = await setUp();
  const toTag = answered(bed);

  bed.clock.advance(500 + 1_000 + 2_000 + 4_000 + 4_000);
  assert.equal(bed.peer.count("200 OK"), 6);
  bed.peer.send(ackOf(toTag));
  bed.clock.advance(40_000);

  assert.equal(bed.peer.count("200 OK"), 6);
  assert.deepEqual(bed.first().delegate.reported, ["acknowledged"]);
});

test("ends the call with no-ack and BYE after 64*T1 without ACK (RFC 3261 §13.3.1.4)", async () => {
  const bed = await setUp();
  answered(bed);

  bed.clock.advance(32_000);

  assert.deepEqual(bed.first().delegate.reported, ["ended no-ack"]);
  assert.equal(bed.peer.count("BYE"), 1);
  bed.expectIdle();
});

test("answers a retransmitted INVITE with the last provisional response (RFC 3261 §17.2.1)", async () => {
  const bed = await setUp((call) => call.ring());

  bed.peer.send(aRequest());
  bed.peer.send(aRequest());
  bed.clock.advance(3);

  assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 180 Ringing"]);
  assert.equal(bed.calls.length, 1);
  assert.equal(bed.trace.filter((entry) => entry.isRetransmission).length, 2);
});

test("answers CANCEL with 200 and the INVITE with 487 (RFC 3261 §9.2)", async () => {
  const bed = await setUp((call) => call.ring());
  bed.peer.send(aRequest());
  bed.clock.advance(2);

  bed.peer.send(aRequest({ method: "CANCEL", branch: "INVITE1" }));
  bed.clock.advance(2);

  assert.deepEqual(bed.first().delegate.reported, ["ended cancelled"]);
  assert.equal(sipHeader(bed.peer.last("200"), "CSeq"), "1 CANCEL");
  assert.equal(sipHeader(bed.peer.last("487"), "CSeq"), "1 INVITE");
  bed.peer.send(aRequest({ method: "ACK", branch: "INVITE1", toTag: tagOf(sipHeader(bed.peer.last("487"), "To")) }));
  bed.expectIdle();
  assert.equal(bed.peer.count("487"), 1);
});

test("a CANCEL that crosses the 200 changes nothing (RFC 3261 §9.2)", async () => {
  const bed = await setUp((call) => call.answer("v=0"));
  bed.peer.send(aRequest());
  bed.peer.send(aRequest({ method: "CANCEL", branch: "INVITE1" }));
  bed.clock.advance(3);
  const ok = bed.peer.inbox.find((text) => sipHeader(text, "CSeq") === "1 INVITE" && text.startsWith("SIP/2.0 200"));
  assert.ok(ok);

  bed.peer.send(ackOf(tagOf(sipHeader(ok, "To"))));
  bed.clock.advance(2);

  assert.deepEqual(bed.first().delegate.reported, ["acknowledged"]);
  assert.equal(bed.peer.count("487"), 0);
  const toCancel = bed.peer.inbox.find((text) => sipHeader(text, "CSeq") === "1 CANCEL") ?? "";
  assert.equal(tagOf(sipHeader(toCancel, "To")), tagOf(sipHeader(ok, "To")));
});

test("answers a CANCEL of nothing with 481", async () => {
  const bed = await setUp();

  bed.peer.send(aRequest({ method: "CANCEL" }));
  bed.clock.advance(2);

  assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 481 Call/Transaction Does Not Exist"]);
});

test("sends a refusal again until its ACK comes, then comes to rest (RFC 3261 §17.2.1)", async () => {
  const bed = await setUp((call) =>
    call.reject(486, { reason: "Not now", headers: [{ name: "Reason", value: "Q.850;cause=17" }] }),
  );

  bed.peer.send(aRequest());
  bed.clock.advance(502);
  assert.equal(bed.peer.count("486 Not now"), 2);
  const refusal = bed.peer.last("486");
  bed.peer.send(aRequest({ method: "ACK", branch: "INVITE1", toTag: tagOf(sipHeader(refusal, "To")) }));
  bed.clock.advance(10_000);

  assert.equal(bed.peer.count("486"), 2);
  assert.equal(sipHeader(refusal, "Reason"), "Q.850;cause=17");
  assert.deepEqual(bed.first().delegate.reported, ["ended local"]);
  bed.expectIdle();
});

test("throws SIP_BAD_HEADER for a line break in a header of a refusal, and leaves the call as it is", async () => {
  const bed = await setUp();
  bed.peer.send(aRequest());
  bed.clock.advance(2);
  const { call, delegate } = bed.first();

  assert.throws(() => call.reject(486, { headers: [{ name: "X-A", value: "b\r\nX-C: d" }] }), {
    code: "SIP_BAD_HEADER",
  });
  assert.throws(() => call.reject(486, { reason: "a\nb" }), { code: "SIP_BAD_HEADER" });
  assert.throws(() => call.reject(200), { code: "SIP_BAD_STATUS" });
  assert.deepEqual(delegate.reported, []);
});

test("hanging up an unanswered call is a 480", async () => {
  const bed = await setUp();
  bed.peer.send(aRequest());
  bed.clock.advance(2);

  bed.first().call.hangUp();
  assert.deepEqual(bed.first().delegate.reported, ["ended local"]);
  bed.clock.advance(2);

  assert.equal(bed.peer.count("480"), 1);
});

test("hanging up before the ACK holds the BYE back until it comes (RFC 3261 §15)", async () => {
  const bed = await setUp();
  const toTag = answered(bed);

  bed.first().call.hangUp();
  bed.clock.advance(2);
  assert.equal(bed.peer.count("BYE"), 0);
  bed.peer.send(ackOf(toTag));
  bed.clock.advance(2);

  assert.equal(bed.peer.count("BYE"), 1);
  assert.deepEqual(bed.first().delegate.reported, ["ended local"]);
});

// Contract: sip-and-media-offer-in-ack
test("gives the late answer of the ACK when the INVITE had no offer (RFC 3261 §13.2.1)", async () => {
  const bed = await setUp();
  bed.peer.send(aRequest({ body: "" }).replace("Content-Type: application/sdp\r\n", ""));
  bed.clock.advance(2);
  assert.equal(bed.first().call.offer, undefined);
  bed.first().call.answer("v=0 our offer");
  bed.clock.advance(2);

  const toTag = tagOf(sipHeader(bed.peer.last("200"), "To"));
  bed.peer.send(aRequest({ method: "ACK", toTag, branch: "late", body: "v=0 late answer" }));
  bed.clock.advance(2);

  assert.deepEqual(bed.first().delegate.sdps, ["v=0 late answer"]);
});

test("a BYE in the unanswered call ends it: 200 to BYE, 487 to INVITE (RFC 3261 §15.1.2)", async () => {
  const bed = await setUp((call) => call.ring());
  bed.peer.send(aRequest());
  bed.clock.advance(2);
  const toTag = tagOf(sipHeader(bed.peer.last("180"), "To"));

  bed.peer.send(aRequest({ method: "BYE", toTag, cseq: 2 }));
  bed.clock.advance(2);

  assert.deepEqual(bed.first().delegate.reported, ["ended bye"]);
  assert.equal(bed.peer.count("487"), 1);
  bed.expectIdle();
});

test("copies Record-Route and sends BYE along the route set (RFC 3261 §12.1.1, §12.2.1.1)", async () => {
  const bed = await setUp();
  const proxy = await openRawSipPeer(bed.network, 5080, "192.0.2.50");
  const toTag = answered(bed, ["Record-Route: <sip:192.0.2.50:5080;lr>, <sip:192.0.2.51;lr>"]);
  bed.peer.send(ackOf(toTag));
  bed.clock.advance(2);

  bed.first().call.hangUp();
  bed.clock.advance(2);

  assert.deepEqual(sipHeaders(bed.peer.last("200"), "Record-Route"), ["<sip:192.0.2.50:5080;lr>, <sip:192.0.2.51;lr>"]);
  const bye = proxy.last("BYE sip:peer@192.0.2.9:5060");
  assert.deepEqual(sipHeaders(bye, "Route"), ["<sip:192.0.2.50:5080;lr>", "<sip:192.0.2.51;lr>"]);
});

test("puts a strict router into the Request-URI and the target last (RFC 3261 §12.2.1.1)", async () => {
  const bed = await setUp();
  const proxy = await openRawSipPeer(bed.network, 5080, "192.0.2.50");
  const toTag = answered(bed, ["Record-Route: <sip:192.0.2.50:5080>"]);
  bed.peer.send(ackOf(toTag));
  bed.clock.advance(2);

  bed.first().call.hangUp();
  bed.clock.advance(2);

  assert.deepEqual(sipHeaders(proxy.last("BYE sip:192.0.2.50:5080 "), "Route"), ["<sip:peer@192.0.2.9:5060>"]);
});

test("a handler that throws costs its call, not the agent", async () => {
  const bed = await setUp(() => {
    throw new Error("broken handler");
  });

  bed.peer.send(aRequest());
  bed.clock.advance(2);

  assert.equal(bed.peer.count("480"), 1);
});
