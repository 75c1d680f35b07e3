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
} from "../../testing/internal/sip-testbed.ts";
import type { TransferReply, TransferRequest } from "../types.ts";

/** A call that is up, whose owner answers a REFER with `whyNot`, or, `isLate`, not at once. */
async function setUp(whyNot?: string, isLate = false) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const asked: TransferRequest[] = [];
  const replies: TransferReply[] = [];
  const { agent } = await openTestAgent({
    ...{ network, clock, acceptsRefer: true },
    onCall: (call) => {
      call.delegate = {
        ...call.delegate,
        onTransfer: (request, reply) => {
          asked.push(request);
          replies.push(reply);
          if (isLate) return;
          if (whyNot === undefined) reply.take();
          else reply.refuse(whyNot);
        },
      };
      call.answer("v=0");
    },
  });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest());
  clock.advance(2);
  const toTag = tagOf(sipHeader(peer.last("200"), "To"));
  peer.send(aRequest({ method: "ACK", branch: "ack", toTag }));
  clock.advance(2);
  let cseq = 1;
  /** Sends a REFER, and gives the first line of what comes. */
  const refer = (...lines: readonly string[]) => {
    cseq += 1;
    const before = peer.inbox.length;
    peer.send(aRequest({ method: "REFER", branch: `refer${cseq}`, cseq, toTag, lines }));
    clock.advance(2);
    return peer.startLines()[before];
  };
  const notified = () => {
    const notifies = peer.inbox.filter((text) => text.startsWith("NOTIFY"));
    for (const text of notifies) peer.send(aResponse(text, "200 OK"));
    clock.advance(2);
    return notifies.map((text) => `${sipHeader(text, "Subscription-State").split(";")[0]} ${sipBody(text).trim()}`);
  };
  return { clock, peer, asked, replies, toTag, refer, notified, agent };
}

const target = "Refer-To: <sip:+15105550101@192.0.2.9>";

test("a REFER is taken with 202, and its sender hears how it goes until the end (RFC 3515 §2.4)", async () => {
  const bed = await setUp();

  assert.equal(bed.refer(target, "Referred-By: <sip:boss@192.0.2.9>"), "SIP/2.0 202 Accepted");
  bed.replies[0]?.tell(180);
  bed.replies[0]?.tell(200);
  bed.replies[0]?.tell(200);
  bed.clock.advance(2);

  assert.deepEqual(bed.asked, [
    { target: "sip:+15105550101@192.0.2.9", replaces: undefined, referredBy: "<sip:boss@192.0.2.9>" },
  ]);
  assert.deepEqual(
    new Set(bed.notified()),
    new Set(["active SIP/2.0 100 Trying", "active SIP/2.0 180 Ringing", "terminated SIP/2.0 200 OK"]),
  );
  const notify = bed.peer.last("NOTIFY");
  assert.deepEqual(
    ["Event", "Content-Type", "Contact"].map((name) => sipHeader(notify, name)),
    ["refer;id=2", "message/sipfrag;version=2.0", "<sip:+12065550100@192.0.2.1:5060>"],
  );
  assert.equal(bed.refer(target), "SIP/2.0 202 Accepted");
});

test("a second REFER while the first is on its way, and one that the owner refuses, get 603", async () => {
  const bed = await setUp();
  const refusing = await setUp("there is no trunk");

  bed.refer(target);
  assert.equal(bed.refer(target), "SIP/2.0 603 Decline");
  assert.equal(refusing.refer(target), "SIP/2.0 603 Decline");
  assert.equal(refusing.refer(target), "SIP/2.0 603 Decline");
  assert.equal(refusing.asked.length, 2);
  assert.deepEqual(refusing.notified(), []);
});

for (const lines of [
  ["Refer-Sub: false"],
  ["Refer-Sub: False ;x=1"],
  ["Require: norefersub", "Refer-Sub: false"],
  ["Supported: replaces, norefersub", "refer-sub:  false"],
])
  test(`a REFER that wants no NOTIFY gets none (RFC 4488): ${lines.join(", ")}`, async () => {
    const bed = await setUp();

    assert.equal(bed.refer(target, ...lines), "SIP/2.0 202 Accepted");
    assert.equal(sipHeader(bed.peer.last("202"), "Refer-Sub"), "false");
    bed.replies[0]?.tell(200);
    bed.clock.advance(2);

    assert.deepEqual(bed.notified(), []);
  });

for (const value of ["true", "falsehood", ""])
  test(`a REFER with Refer-Sub "${value}" hears how it goes`, async () => {
    const bed = await setUp();

    bed.refer(target, `Refer-Sub: ${value}`);

    assert.deepEqual([sipHeader(bed.peer.last("202"), "Refer-Sub"), bed.notified().length], ["", 1]);
  });

test("a REFER of no call gets 603, and one that requires what is not there 420", async () => {
  const bed = await setUp();

  bed.peer.send(aRequest({ method: "REFER", branch: "outside", callId: "another", lines: [target] }));
  bed.clock.advance(2);
  assert.match(bed.peer.inbox.at(-1) ?? "", /^SIP\/2\.0 603 /);
  assert.equal(bed.refer(target, "Require: tdialog"), "SIP/2.0 420 Bad Extension");
  assert.deepEqual(bed.asked, []);
});

test("the dialog that a Refer-To asks to replace is told without its escapes (RFC 3891)", async () => {
  const bed = await setUp();

  bed.refer("Refer-To: <sip:bob@192.0.2.9?Replaces=12%40host%3Bto-tag%3D1%3Bfrom-tag%3D2&X=1>");

  assert.deepEqual(
    [bed.asked[0]?.target, bed.asked[0]?.replaces],
    ["sip:bob@192.0.2.9", "12@host;to-tag=1;from-tag=2"],
  );
});

for (const [what, lines] of [
  ["no Refer-To", []],
  ["two", [target, target]],
  ["a web page", ["Refer-To: <http://192.0.2.9/>"]],
  ["another method", ["Refer-To: <sip:bob@192.0.2.9;method=BYE>"]],
  ["a line break in Replaces that is left out, and a host that is none", ["Refer-To: <sip:@?Replaces=1%0d%0aX: 1>"]],
] as const) {
  test(`a REFER with ${what} gets 400`, async () => {
    const bed = await setUp();

    assert.match(bed.refer(...lines) ?? "", /^SIP\/2.0 400 /);
    assert.deepEqual(bed.asked, []);
  });
}

test("a REFER whose owner takes its time waits for it, and is answered at the end of the call at the latest", async () => {
  for (const [answer, status] of [
    [(reply: TransferReply | undefined) => reply?.take(), "202 Accepted"],
    [(reply: TransferReply | undefined) => reply?.refuse("there is no trunk"), "603 Decline"],
  ] as const) {
    const bed = await setUp(undefined, true);
    assert.equal(bed.refer(target), undefined);
    bed.clock.advance(1_000);
    answer(bed.replies[0]);
    bed.clock.advance(2);
    assert.equal(bed.peer.count(status), 1);
  }

  const bed = await setUp(undefined, true);
  bed.refer(target);
  bed.peer.send(aRequest({ method: "BYE", branch: "bye", cseq: 9, toTag: bed.toTag }));
  bed.clock.advance(2);
  bed.replies[0]?.take();
  bed.clock.advance(200_000);
  assert.equal(bed.peer.count("481 Call"), 1);
  assert.deepEqual([bed.notified(), bed.agent.ledger().transactions], [[], 0]);
});

test("a REFER of which its owner makes an error is refused", async () => {
  const bed = await setUp();
  Object.defineProperty(bed.asked, "push", {
    value: () => {
      throw new Error("it broke");
    },
  });
  assert.equal(bed.refer(target), "SIP/2.0 603 Decline");
});
