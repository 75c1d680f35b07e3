import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aRequest,
  aResponse,
  openRawSipPeer,
  openTestAgent,
  sipBody,
  sipHeader,
  tagOf,
  type RequestParts,
} from "../../testing/internal/sip-testbed.ts";

/** A call from the peer that is answered and acknowledged. `onOffer` answers re-INVITEs. */
async function setUp(
  options: { onOffer?: (offer: string | undefined) => string | undefined; lines?: readonly string[] } = {},
) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { onOffer } = options;
  const under = await openTestAgent({
    network,
    clock,
    onCall: (call) => call.answer("v=0 first"),
    ...(onOffer === undefined ? {} : { onOffer }),
  });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest({ lines: options.lines ?? [] }));
  clock.advance(2);
  const ok = peer.last("200 OK");
  const toTag = tagOf(sipHeader(ok, "To"));
  /** Sends a request in the dialog and gives the first line of the last message that came. */
  const send = (parts: RequestParts) => {
    peer.send(aRequest({ toTag, ...parts }));
    clock.advance(2);
    return peer.startLines().at(-1) ?? "";
  };
  send({ method: "ACK", branch: "ack1" });
  const entry = under.calls[0];
  assert.ok(entry);
  const { call, delegate } = entry;
  delegate.reported.length = 0;
  delegate.sdps.length = 0;
  const expectIdle = () => {
    clock.advance(500_000);
    assert.deepEqual(under.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, network, ...under, peer, ok, toTag, send, call, delegate, expectIdle };
}

test("the far end's BYE is answered with 200 and ends the call once", async () => {
  const bed = await setUp();

  assert.equal(bed.send({ method: "BYE", cseq: 2 }), "SIP/2.0 200 OK");
  assert.equal(bed.send({ method: "BYE", cseq: 3 }), "SIP/2.0 481 Call/Transaction Does Not Exist");
  bed.call.hangUp();

  assert.deepEqual(bed.delegate.reported, ["ended bye"]);
  bed.expectIdle();
});

test("a request with a CSeq below the last gets 500 (RFC 3261 §12.2.2)", async () => {
  const bed = await setUp();
  bed.send({ method: "OPTIONS", cseq: 10 });

  assert.equal(bed.send({ method: "BYE", cseq: 9 }), "SIP/2.0 500 Server Internal Error");
  assert.deepEqual(bed.delegate.reported, []);
});

test("a re-INVITE asks the owner for the answer; its 200 is sent again until the ACK (RFC 3261 §14.2)", async () => {
  const bed = await setUp({ onOffer: (offer) => `answer to ${offer}` });

  assert.equal(bed.send({ cseq: 2, body: "v=0 hold" }), "SIP/2.0 200 OK");
  assert.equal(sipBody(bed.peer.last("200")), "answer to v=0 hold");
  bed.clock.advance(501);
  assert.equal(bed.peer.count("200"), 3);
  bed.send({ method: "ACK", cseq: 2, branch: "ack2" });
  bed.clock.advance(40_000);

  assert.equal(bed.peer.count("200"), 3);
  assert.deepEqual(bed.delegate.reported, ["offer"]);
});

test("a re-INVITE without offer gets ours, and the ACK's answer is reported", async () => {
  const bed = await setUp({ onOffer: (offer) => `offer after ${offer}` });

  bed.send({ cseq: 2, body: "" });
  assert.equal(sipBody(bed.peer.last("200")), "offer after undefined");
  bed.send({ method: "ACK", cseq: 2, branch: "ack2", body: "v=0 theirs" });

  assert.deepEqual(bed.delegate.sdps, [undefined, "v=0 theirs"]);
});

test("a re-INVITE that the owner refuses gets 488 and the call goes on", async () => {
  const bed = await setUp();

  assert.equal(bed.send({ cseq: 2 }), "SIP/2.0 488 Not Acceptable Here");
  assert.deepEqual(bed.delegate.reported, ["offer"]);
  assert.equal(bed.agent.ledger().dialogs, 1);
});

test("a re-INVITE while the last one waits for its ACK gets 491; without that ACK the call ends", async () => {
  const bed = await setUp({ onOffer: () => "v=0" });

  bed.send({ cseq: 2 });
  assert.equal(bed.send({ cseq: 3 }), "SIP/2.0 491 Request Pending");
  bed.clock.advance(33_000);

  assert.deepEqual(bed.delegate.reported, ["offer", "ended no-ack"]);
  assert.equal(sipHeader(bed.peer.last("BYE"), "Reason"), 'SIP;cause=408;text="no ACK came"');
  bed.expectIdle();
});

test("a second INVITE in a call that is not answered gets 500 with Retry-After (RFC 3261 §14.2)", async () => {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  await openTestAgent({ network, clock, onCall: (call) => call.ring() });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest());
  clock.advance(2);

  peer.send(aRequest({ cseq: 2, toTag: tagOf(sipHeader(peer.last("180"), "To")) }));
  clock.advance(2);

  assert.match(sipHeader(peer.last("500"), "Retry-After"), /^(?:\d|10)$/);
});

test("an UPDATE with an offer is answered; one without refreshes only (RFC 3311)", async () => {
  const bed = await setUp({ onOffer: (offer) => `answer to ${offer}` });

  bed.send({ method: "UPDATE", cseq: 2, body: "v=0 new" });
  assert.equal(sipBody(bed.peer.last("200")), "answer to v=0 new");
  bed.send({ method: "UPDATE", cseq: 3 });

  assert.equal(sipBody(bed.peer.last("200")), "");
  assert.deepEqual(bed.delegate.reported, ["offer"]);
});

test("an UPDATE that overtakes the ACK of our answer is answered, and the 200 is still sent again until that ACK (RFC 3311 §5.2)", async () => {
  const bed = await setUp({ onOffer: (offer) => `answer to ${offer}` });
  bed.send({ cseq: 2, body: "v=0 hold" });

  assert.equal(bed.send({ method: "UPDATE", cseq: 3, body: "v=0 resume" }), "SIP/2.0 200 OK");
  assert.equal(sipBody(bed.peer.last("200")), "answer to v=0 resume");
  bed.clock.advance(501);
  assert.equal(sipHeader(bed.peer.last("200"), "CSeq"), "2 INVITE");
  const before = bed.peer.count("200");
  bed.send({ method: "ACK", cseq: 2, branch: "ack2" });
  bed.clock.advance(40_000);

  assert.equal(bed.peer.count("200"), before);
  assert.deepEqual(bed.delegate.reported, ["offer", "offer"]);
});

test("a new Contact in a re-INVITE moves the remote target (RFC 3261 §12.2.2)", async () => {
  const bed = await setUp({ onOffer: () => "v=0" });
  const moved = await openRawSipPeer(bed.network, 5070, "192.0.2.9");
  bed.send({ cseq: 2, contact: "sip:moved@192.0.2.9:5070" });
  bed.send({ method: "ACK", cseq: 2, branch: "ack2" });

  bed.call.hangUp();
  bed.clock.advance(2);

  assert.equal(moved.count("BYE sip:moved@192.0.2.9:5070"), 1);
});

const relay = (signal: string) => ({ lines: ["Content-Type: application/dtmf-relay"], body: signal });

// Contract: sip-and-media-keys-by-info
test("tells digits of INFO in both forms, and refuses other bodies with 415", async () => {
  const bed = await setUp();

  bed.send({ method: "INFO", cseq: 2, ...relay("Signal=5\r\nDuration=160\r\n") });
  bed.send({ method: "INFO", cseq: 3, lines: ["Content-Type: application/dtmf"], body: "#" });
  bed.send({ method: "INFO", cseq: 4, ...relay("Signal= 10\r\n") });
  assert.equal(bed.send({ method: "INFO", cseq: 5 }), "SIP/2.0 200 OK");
  const other = bed.send({ method: "INFO", cseq: 6, lines: ["Content-Type: text/plain"], body: "5" });

  assert.equal(other, "SIP/2.0 415 Unsupported Media Type");
  assert.deepEqual(bed.delegate.reported, ["digit 5 160", "digit # 250", "digit * 250"]);
});

test("answers OPTIONS in the dialog with 200, unknown methods with 405, unknown options with 420", async () => {
  const bed = await setUp();

  assert.equal(bed.send({ method: "OPTIONS", cseq: 2 }), "SIP/2.0 200 OK");
  assert.equal(bed.send({ method: "REFER", cseq: 3 }), "SIP/2.0 405 Method Not Allowed");
  assert.equal(bed.send({ method: "INFO", cseq: 4, lines: ["Require: x"] }), "SIP/2.0 420 Bad Extension");
});

test("a request with our tag and a strange From tag gets 481", async () => {
  const bed = await setUp();

  assert.equal(
    bed.send({ method: "BYE", cseq: 2, fromTag: "stranger" }),
    "SIP/2.0 481 Call/Transaction Does Not Exist",
  );
  assert.deepEqual(bed.delegate.reported, []);
});

// Contract: sip-and-media-symmetric
test("a peer behind a NAT gets its BYE where its messages come from", async () => {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { calls } = await openTestAgent({ network, clock, onCall: (call) => call.answer("v=0") });
  const peer = await openRawSipPeer(network, 33_333, "198.51.100.7");
  const via = (branch: string) => `SIP/2.0/UDP 10.0.0.5:5060;rport;branch=z9hG4bK${branch}`;
  peer.send(aRequest({ via: via("1"), contact: "sip:peer@10.0.0.5:5060" }));
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.last("200"), "To"));
  peer.send(aRequest({ method: "ACK", via: via("2"), toTag }));
  clock.advance(2);

  calls[0]?.call.hangUp();
  clock.advance(2);

  assert.equal(peer.count("BYE sip:peer@10.0.0.5:5060"), 1);
});

// Contract: sip-and-media-session-timer
test("lets the caller refresh the session and ends the call when it does not (RFC 4028 §9, §10)", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100"] });
  assert.equal(sipHeader(bed.ok, "Session-Expires"), "100;refresher=uac");
  assert.equal(sipHeader(bed.ok, "Require"), "timer");

  bed.clock.advance(50_000);
  bed.send({ method: "UPDATE", cseq: 2, lines: ["Supported: timer", "Session-Expires: 100;refresher=uac"] });
  bed.clock.advance(60_000);
  assert.deepEqual(bed.delegate.reported, []);
  bed.clock.advance(8_000);

  assert.deepEqual(bed.delegate.reported, ["ended timeout"]);
  assert.equal(bed.peer.count("BYE"), 1);
  assert.equal(sipHeader(bed.peer.last("BYE"), "Reason"), 'SIP;cause=408;text="the session timer expired"');
  bed.expectIdle();
});

test("refreshes by re-INVITE with the unchanged description when the far end wants us to (RFC 4028 §7.2)", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100;refresher=uas"] });
  assert.equal(sipHeader(bed.ok, "Session-Expires"), "100;refresher=uas");

  bed.clock.advance(50_000);
  const refresh = bed.peer.last("INVITE");
  assert.equal(sipBody(refresh), "v=0 first");
  assert.equal(sipHeader(refresh, "Session-Expires"), "100;refresher=uac");
  bed.peer.send(aResponse(refresh, "200 OK", { lines: ["Session-Expires: 100;refresher=uac"], body: "v=0 theirs" }));
  bed.clock.advance(3);
  assert.equal(bed.peer.count("ACK"), 1);
  bed.clock.advance(50_000);

  assert.equal(bed.peer.startLines().filter((line) => line.startsWith("INVITE")).length, 2);
  assert.deepEqual(bed.delegate.reported, []);
});

// Contract: sip-and-media-session-timer
test("refreshes by UPDATE where the far end takes it, and ends the call on 481", async () => {
  const bed = await setUp({
    lines: ["Supported: timer", "Session-Expires: 100;refresher=uas", "Allow: INVITE, ACK, BYE, UPDATE"],
  });

  bed.clock.advance(50_000);
  const refresh = bed.peer.last("UPDATE");
  assert.equal(sipBody(refresh), "");
  bed.peer.send(aResponse(refresh, "481 Gone"));
  bed.clock.advance(3);

  assert.deepEqual(bed.delegate.reported, ["ended timeout"]);
});

test("a re-INVITE that meets our own refresh gets 491 (RFC 3261 §14.2)", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100;refresher=uas"] });
  bed.clock.advance(50_000);
  const refresh = bed.peer.last("INVITE");

  assert.equal(bed.send({ cseq: 2 }), "SIP/2.0 491 Request Pending");
  bed.peer.send(aResponse(refresh, "491 Request Pending"));
  bed.clock.advance(4_100);

  const sent = bed.peer.inbox.filter((text) => text.startsWith("INVITE"));
  assert.deepEqual([...new Set(sent.map((text) => sipHeader(text, "CSeq")))], ["1 INVITE", "2 INVITE"]);
});

for (const contact of ["sip:peer@192.0.2.9:5060;transport=tls", "sips:peer@192.0.2.9:5060"]) {
  test(`a server that does not listen for TLS reaches the Contact ${contact} the way its messages came`, async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const { calls } = await openTestAgent({ network, clock, onCall: (call) => call.answer("v=0") });
    const peer = await openRawSipPeer(network);
    peer.send(aRequest({ contact }));
    clock.advance(2);
    peer.send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(peer.last("200"), "To")) }));
    clock.advance(2);

    calls[0]?.call.hangUp();
    clock.advance(2);

    assert.equal(peer.count(`BYE ${contact}`), 1);
  });
}

test("a refresh by re-INVITE that nobody answers in the end is given up with its call", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100;refresher=uas"] });
  bed.clock.advance(50_000);
  bed.peer.send(aResponse(bed.peer.last("INVITE"), "100 Trying"));
  bed.clock.advance(3);

  assert.equal(bed.send({ method: "BYE", cseq: 2 }), "SIP/2.0 200 OK");

  bed.expectIdle();
});

test("the refusal of a refresh gets its ACK also after the BYE", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100;refresher=uas"] });
  bed.clock.advance(50_000);
  const refresh = bed.peer.last("INVITE");
  bed.peer.send(aResponse(refresh, "100 Trying"));
  bed.send({ method: "BYE", cseq: 2 });
  bed.clock.advance(1_000);

  bed.peer.send(aResponse(refresh, "487 Request Terminated"));
  bed.clock.advance(3);

  assert.equal(sipHeader(bed.peer.last("ACK"), "CSeq"), sipHeader(refresh, "CSeq").replace("INVITE", "ACK"));
  bed.expectIdle();
});

test("the ACK of a refresh by re-INVITE goes to the Contact that its 200 names (RFC 3261 §12.2.1.2)", async () => {
  const bed = await setUp({ lines: ["Supported: timer", "Session-Expires: 100;refresher=uas"] });
  const moved = await openRawSipPeer(bed.network, 5070, "192.0.2.9");
  bed.clock.advance(50_000);

  const refresh = bed.peer.last("INVITE");
  bed.peer.send(aResponse(refresh, "200 OK", { contact: "sip:moved@192.0.2.9:5070", body: "v=0 theirs" }));
  bed.clock.advance(3);

  assert.equal(moved.count("ACK sip:moved@192.0.2.9:5070"), 1);
});
