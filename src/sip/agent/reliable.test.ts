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
  tagOf,
  type RequestParts,
} from "../../testing/internal/sip-testbed.ts";
import type { IncomingCall } from "../types.ts";

/* As the called party. */

/** A call from a peer that requires reliable provisional responses. */
async function setUpCalled(onCall: (call: IncomingCall) => void, invite: RequestParts = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const onOffer = (offer: string | undefined) => `answer to ${offer}`;
  const under = await openTestAgent({ network, clock, onCall, onOffer });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest({ lines: ["Require: 100rel"], ...invite }));
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.inbox.at(-1) ?? "", "To"));
  /** Sends a request in the dialog and gives what came first for it. */
  const send = (parts: RequestParts) => {
    const before = peer.inbox.length;
    peer.send(aRequest({ toTag, ...parts }));
    clock.advance(2);
    return peer.inbox[before]?.split("\r\n", 1)[0];
  };
  const prack = (rack: string, cseq = 2, parts: RequestParts = {}) =>
    send({ method: "PRACK", cseq, lines: [`RAck: ${rack}`], ...parts });
  const rseq = () => Number(sipHeader(peer.inbox.findLast((text) => sipHeader(text, "RSeq") !== "") ?? "", "RSeq"));
  const { call, delegate } = under.calls[0] ?? assert.fail("no call came");
  const expectIdle = () => {
    clock.advance(500_000);
    assert.deepEqual(under.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, peer, send, prack, rseq, call, delegate, expectIdle, ...under };
}

const ok = "SIP/2.0 200 OK";
const gone = "SIP/2.0 481 Call/Transaction Does Not Exist";

// Contract: sip-and-media-reliable-ringing
test("a caller that requires 100rel gets a 180 with RSeq, again and again until its PRACK (RFC 3262 §3)", async () => {
  const bed = await setUpCalled((call) => call.ring());
  const ringing = bed.peer.last("180");
  assert.equal(sipHeader(ringing, "Require"), "100rel");
  assert.ok(bed.rseq() >= 1 && bed.rseq() < 2 ** 31);

  bed.clock.advance(1_600);
  assert.equal(bed.peer.count("180"), 3);
  assert.equal(bed.prack(`${bed.rseq()} 1 INVITE`), ok);
  bed.clock.advance(60_000);

  assert.equal(bed.peer.count("180"), 3);
  bed.call.hangUp();
  bed.clock.advance(2);
  bed.send({ method: "ACK", branch: "INVITE1" });
  bed.expectIdle();
});

test("a PRACK of another response, of another INVITE and one that comes twice get 481; one without RAck gets 400", async () => {
  const bed = await setUpCalled((call) => call.ring());
  const rseq = bed.rseq();

  assert.equal(bed.prack(`${rseq + 1} 1 INVITE`, 2), gone);
  assert.equal(bed.prack(`${rseq} 2 INVITE`, 3), gone);
  assert.equal(bed.prack(`${rseq} 1 BYE`, 4), gone);
  assert.match(bed.send({ method: "PRACK", cseq: 5 }) ?? "", /^SIP\/2.0 400 Bad Request \(missing RAck\)/);
  assert.match(bed.prack("x 1 INVITE", 6) ?? "", /^SIP\/2.0 400 /);
  assert.equal(bed.prack(`${rseq} 1 INVITE`, 7), ok);
  assert.equal(bed.prack(`${rseq} 1 INVITE`, 8), gone);
});

test("early media and the answer wait for the PRACKs before them, and the 200 does not repeat the description", async () => {
  const bed = await setUpCalled((call) => {
    call.ring();
    call.progress("v=0 ours");
  });
  const first = bed.rseq();
  assert.equal(bed.peer.count("183"), 0);

  bed.prack(`${first} 1 INVITE`, 2);
  assert.equal(bed.rseq(), first + 1);
  assert.equal(sipBody(bed.peer.last("183")), "v=0 ours");
  bed.call.answer("v=0 ours");
  bed.clock.advance(2);
  assert.equal(bed.peer.startLines().at(-1), "SIP/2.0 183 Session Progress");
  bed.prack(`${first + 1} 1 INVITE`, 3);

  assert.match(sipHeader(bed.peer.last("200"), "CSeq"), /INVITE/);
  assert.equal(sipBody(bed.peer.last("200")), "");
  bed.send({ method: "ACK", branch: "ack" });
  assert.deepEqual(bed.delegate.reported, ["acknowledged"]);
});

test("a call whose provisional response never gets a PRACK is refused with 504", async () => {
  const bed = await setUpCalled((call) => call.progress("v=0 ours"));

  bed.clock.advance(32_010);

  assert.equal(bed.peer.count("504 Server Time-out"), 1);
  assert.deepEqual(bed.delegate.reported, ["ended no-ack"]);
  bed.expectIdle();
});

// Contract: sip-and-media-update
test("UPDATE with an offer before the answer is answered once ours is there, and gets 500 with Retry-After before (RFC 3311 §5.2)", async () => {
  const bed = await setUpCalled((call) => call.ring());
  bed.prack(`${bed.rseq()} 1 INVITE`, 2);

  assert.equal(bed.send({ method: "UPDATE", cseq: 3, body: aDescription }), "SIP/2.0 500 Server Internal Error");
  assert.match(sipHeader(bed.peer.last("500"), "Retry-After"), /^(?:\d|10)$/);
  bed.call.progress("v=0 ours");
  bed.clock.advance(2);
  bed.prack(`${bed.rseq()} 1 INVITE`, 4);
  assert.equal(bed.send({ method: "UPDATE", cseq: 5, body: "v=0 moved" }), ok);
  assert.equal(sipBody(bed.peer.last("200")), "answer to v=0 moved");
  assert.equal(bed.send({ method: "UPDATE", cseq: 6 }), ok);

  assert.deepEqual(bed.delegate.reported, ["offer"]);
});

test("an INVITE without an offer gets ours in a reliable 180, and the PRACK brings the answer (RFC 3262 §5)", async () => {
  const answers: (string | undefined)[] = [];
  const bed = await setUpCalled(
    (call) => {
      assert.equal(call.ringsWithOffer, true);
      call.delegate = { ...call.delegate, onEarlyAnswer: ({ sdp }) => void answers.push(sdp) };
      call.ring("v=0 offer");
    },
    { body: "" },
  );

  assert.equal(sipBody(bed.peer.last("180")), "v=0 offer");
  bed.prack(`${bed.rseq()} 1 INVITE`, 2, { body: "v=0 theirs" });
  bed.call.answer();
  bed.clock.advance(2);

  assert.deepEqual(answers, ["v=0 theirs"]);
  assert.equal(sipBody(bed.peer.last("200")), "");
});

test("CANCEL and BYE end a call whose provisional response waits for its PRACK", async () => {
  for (const method of ["CANCEL", "BYE"] as const) {
    const bed = await setUpCalled((call) => call.ring());

    if (method === "BYE") bed.send({ method, cseq: 2 });
    else {
      bed.peer.send(aRequest({ method, branch: "INVITE1" }));
      bed.clock.advance(2);
    }
    assert.equal(bed.peer.count("487"), 1);
    bed.send({ method: "ACK", branch: "INVITE1" });
    const before = bed.peer.count("180");
    bed.clock.advance(5_000);

    assert.equal(bed.peer.count("180"), before);
    assert.equal(bed.prack(`${bed.rseq()} 1 INVITE`, 9), gone);
    bed.expectIdle();
  }
});

/* As the caller. */

async function setUpCaller() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const delegate = createRecordingDelegate((offer) => `answer to ${offer}`);
  const call = agent.call({
    requestUri: "sip:+12065550100@192.0.2.9",
    to: "sip:+12065550100@192.0.2.9",
    from: "sip:+12065550199@192.0.2.1",
    nextHop: { transport: "udp", host: "192.0.2.9", port: 5060 },
    headers: [],
    offer: aDescription,
    delegate,
  });
  clock.advance(2);
  const invite = peer.last("INVITE");
  const respond = (status: string, parts: { rseq?: number; body?: string; toTag?: string; lines?: string[] } = {}) => {
    const { rseq, toTag = "t1", lines = [], ...rest } = parts;
    const reliable = rseq === undefined ? [] : ["Require: 100rel", `RSeq: ${rseq}`];
    peer.send(aResponse(invite, status, { toTag, ...rest, lines: [...reliable, ...lines] }));
    clock.advance(3);
  };
  const request = (parts: RequestParts) => {
    const before = peer.inbox.length;
    const ids = { callId: sipHeader(invite, "Call-ID"), fromTag: "t1", toTag: tagOf(sipHeader(invite, "From")) };
    peer.send(aRequest({ requestUri: "sip:+12065550199@192.0.2.1:5060", ...ids, ...parts }));
    clock.advance(2);
    return peer.inbox[before]?.split("\r\n", 1)[0];
  };
  const pracks = () =>
    peer.inbox.flatMap((text) =>
      text.startsWith("PRACK") ? [`${sipHeader(text, "RAck")} (${sipHeader(text, "CSeq")})`] : [],
    );
  const expectIdle = () => {
    clock.advance(500_000);
    assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  };
  return { clock, agent, peer, call, delegate, invite, respond, request, pracks, expectIdle };
}

// Contract: sip-and-media-reliable-progress
test("reliable provisional responses get a PRACK each, in their order, along their route; the BYE counts on from there (RFC 3262 §4)", async () => {
  const bed = await setUpCaller();
  assert.equal(sipHeader(bed.invite, "Supported"), "timer, 100rel");
  assert.match(sipHeader(bed.invite, "Allow"), /PRACK/);

  bed.respond("183 Session Progress", { rseq: 7, body: "v=0 early", lines: ["Record-Route: <sip:192.0.2.9:5060;lr>"] });
  bed.peer.send(aResponse(bed.peer.last("PRACK"), "200 OK"));
  assert.equal(sipHeader(bed.peer.last("PRACK"), "Route"), "<sip:192.0.2.9:5060;lr>");
  bed.respond("180 Ringing", { rseq: 9 });
  bed.respond("183 Session Progress", { rseq: 7, body: "v=0 early" });
  bed.respond("180 Ringing", { rseq: 8 });
  assert.deepEqual(bed.pracks().slice(0, 2), ["7 1 INVITE (2 PRACK)", "8 1 INVITE (3 PRACK)"]);
  bed.peer.send(aResponse(bed.peer.last("PRACK"), "200 OK"));
  bed.respond("200 OK");
  assert.equal(sipHeader(bed.peer.last("ACK"), "CSeq"), "1 ACK");
  bed.call.hangUp();
  bed.clock.advance(2);

  assert.deepEqual(bed.pracks().length, 2);
  assert.equal(sipHeader(bed.peer.last("BYE"), "CSeq"), "4 BYE");
  assert.deepEqual(bed.delegate.reported, ["progress 183", "progress 180", "answered", "ended local"]);
  assert.deepEqual(bed.delegate.sdps, ["v=0 early", undefined, "v=0 early"]);
  bed.peer.send(aResponse(bed.peer.last("BYE"), "200 OK"));
  bed.expectIdle();
});

test("an offer in an UPDATE of a far end that rings is answered once ours is, and gets 491 before (RFC 3311 §5.2)", async () => {
  const bed = await setUpCaller();
  bed.respond("180 Ringing");

  assert.equal(bed.request({ method: "UPDATE", cseq: 1, body: aDescription }), "SIP/2.0 491 Request Pending");
  bed.respond("183 Session Progress", { rseq: 1, body: "v=0 early" });
  assert.equal(bed.request({ method: "UPDATE", cseq: 2, body: "v=0 moved" }), ok);
  assert.equal(sipBody(bed.peer.last("200")), "answer to v=0 moved");
  assert.equal(bed.request({ method: "UPDATE", cseq: 3 }), ok);

  assert.deepEqual(bed.delegate.reported, ["progress 180", "progress 183", "offer"]);
});

test("of several far ends that ring, one that answers later gets ACK and BYE, with CSeq numbers after those of its PRACK", async () => {
  const bed = await setUpCaller();
  bed.respond("183 Session Progress", { toTag: "t1", rseq: 1, body: "v=0 one" });
  bed.respond("183 Session Progress", { toTag: "t2", rseq: 30, body: "v=0 two" });
  assert.deepEqual(bed.pracks(), ["1 1 INVITE (2 PRACK)", "30 1 INVITE (2 PRACK)"]);
  for (const text of bed.peer.inbox.filter((line) => line.startsWith("PRACK")))
    bed.peer.send(aResponse(text, "200 OK"));

  bed.respond("200 OK", { toTag: "t2" });
  assert.equal(bed.delegate.sdps.at(-1), "v=0 two");
  bed.respond("200 OK", { toTag: "t1" });

  const bye = bed.peer.last("BYE");
  assert.deepEqual([tagOf(sipHeader(bye, "To")), sipHeader(bye, "CSeq")], ["t1", "3 BYE"]);
  assert.deepEqual(bed.delegate.reported, ["progress 183", "progress 183", "answered"]);
  bed.peer.send(aResponse(bye, "200 OK"));
  bed.call.hangUp();
  bed.clock.advance(2);
  bed.peer.send(aResponse(bed.peer.last("BYE"), "200 OK"));
  bed.expectIdle();
});

test("an INVITE that is refused, or cancelled, leaves nothing of the dialogs that rang", async () => {
  for (const isCancelled of [false, true]) {
    const bed = await setUpCaller();
    bed.respond("183 Session Progress", { rseq: 1, body: "v=0 early" });
    if (isCancelled) bed.call.hangUp();
    bed.clock.advance(2);
    bed.respond("487 Request Terminated");

    assert.equal(bed.request({ method: "UPDATE", cseq: 2 }), gone);
    bed.expectIdle();
  }
});

test("a 422 makes the INVITE ask for a longer session interval, and further ones come to an end (RFC 4028 §7.3)", async () => {
  const bed = await setUpCaller();
  for (let smallest = 1_800; smallest < 10_000_000; smallest *= 2) {
    const invite = bed.peer.last("INVITE");
    const before = bed.peer.count("INVITE");
    bed.peer.send(aResponse(invite, "422 Session Interval Too Small", { toTag: "t1", lines: [`Min-SE: ${smallest}`] }));
    bed.clock.advance(3);
    if (bed.peer.count("INVITE") === before) break;
    assert.equal(sipHeader(bed.peer.last("INVITE"), "Session-Expires"), `${smallest};refresher=uac`);
    assert.equal(sipHeader(bed.peer.last("INVITE"), "Min-SE"), `${smallest}`);
  }

  assert.deepEqual(bed.delegate.ends, [{ type: "rejected", status: 422, reason: "Session Interval Too Small" }]);
});
