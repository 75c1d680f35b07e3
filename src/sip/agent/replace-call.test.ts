import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
import type { CallDelegate, IncomingCall, UserAgentOptions } from "../types.ts";

const statusOf = (text: string | undefined) => Number(/^SIP\/2\.0 (\d+)/.exec(text ?? "")?.[1] ?? 0);

/** A call that came in and is up, unless told otherwise, and whose owner takes another far end, or says why not. */
async function setUp({
  whyNot,
  answers = true,
  acceptsRefer = true,
  guard,
}: {
  readonly whyNot?: string;
  readonly answers?: boolean;
  readonly acceptsRefer?: boolean;
  readonly guard?: UserAgentOptions["guard"];
} = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const takers: IncomingCall[] = [];
  const onReplace: NonNullable<CallDelegate["onReplace"]> = (call) => {
    if (whyNot !== undefined) return { whyNot };
    takers.push(call);
    call.delegate = createRecordingDelegate();
    call.answer("v=1");
    return { whyNot: undefined };
  };
  const under = await openTestAgent({
    ...{ network, clock, acceptsRefer },
    ...(guard === undefined ? {} : { guard }),
    onCall: (call) => {
      call.delegate = { ...call.delegate, onReplace };
      if (answers) call.answer("v=0");
      else call.ring();
    },
  });
  const peer = await openRawSipPeer(network);
  peer.send(aRequest());
  clock.advance(2);
  const toTag = answers ? tagOf(sipHeader(peer.last("200"), "To")) : tagOf(sipHeader(peer.last("180"), "To"));
  if (answers) peer.send(aRequest({ method: "ACK", branch: "ack", toTag }));
  clock.advance(2);
  const other = await openRawSipPeer(network, 5070);
  let count = 0;
  /** Sends an INVITE of another party, and gives its last response. */
  const replace = (...lines: readonly string[]) => {
    count += 1;
    const via = `SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bKr${count};rport`;
    other.send(aRequest({ via, callId: `other-${count}`, fromTag: `o${count}`, lines }));
    clock.advance(2);
    return other.inbox.at(-1) ?? "";
  };
  return { ...under, clock, network, peer, other, toTag, takers, onReplace, replace };
}

describe("RFC 3891: an INVITE with Replaces", () => {
  it("is told to the owner of the dialog that it means, and is no new call", async () => {
    const bed = await setUp();

    const answer = bed.replace(`Replaces: call-1;from-tag=peer;to-tag=${bed.toTag}`, "Require: replaces");

    assert.deepEqual([statusOf(answer), bed.calls.length, bed.takers.length], [200, 1, 1]);
    assert.equal(sipHeader(answer, "Supported"), "timer, 100rel, replaces, norefersub");
    assert.equal(bed.peer.count("BYE"), 0, "the owner hangs up whom it replaces");
  });

  const cases: readonly (readonly [
    what: string,
    lines: (tag: string) => readonly string[],
    status: number,
    cause: string,
  ])[] = [
    ["of a call that is not there", () => ["Replaces: x;from-tag=peer;to-tag=1"], 481, "no-dialog"],
    ["with a wrong tag of ours", () => ["Replaces: call-1;from-tag=peer;to-tag=1"], 481, "no-dialog"],
    ["with a wrong tag of the far end", (tag) => [`Replaces: call-1;from-tag=x;to-tag=${tag}`], 481, "no-dialog"],
    ["with the tags exchanged", (tag) => [`Replaces: call-1;from-tag=${tag};to-tag=peer`], 481, "no-dialog"],
    ["early-only", (tag) => [`Replaces: call-1;from-tag=peer;to-tag=${tag};early-only`], 486, "call-answered"],
    [
      "twice",
      (tag) => Array.from({ length: 2 }, () => `Replaces: call-1;from-tag=peer;to-tag=${tag}`),
      400,
      "malformed",
    ],
    ["two in one", (tag) => [`Replaces: call-1;from-tag=peer;to-tag=${tag}, x;to-tag=1;from-tag=2`], 400, "malformed"],
    [
      "beside a Join",
      (tag) => [`Replaces: call-1;from-tag=peer;to-tag=${tag}`, "Join: x;to-tag=1;from-tag=2"],
      400,
      "malformed",
    ],
    ["without a tag", () => ["Replaces: call-1;from-tag=peer"], 400, "malformed"],
    ["with a tag twice", (tag) => [`Replaces: call-1;from-tag=peer;to-tag=${tag};To-Tag=x`], 400, "malformed"],
    ["empty", () => ["Replaces:"], 400, "malformed"],
    ["with tags alone", () => ["Replaces: ;from-tag=peer;to-tag=1"], 400, "malformed"],
  ];
  for (const [what, lines, status, cause] of cases)
    it(`${what} gets ${status}, and nothing changes`, async () => {
      const bed = await setUp();

      const answer = bed.replace(...lines(bed.toTag));

      assert.equal(statusOf(answer), status, answer);
      assert.deepEqual([bed.calls.length, bed.takers.length, bed.agent.refusals()], [1, 0, { [cause]: 1 }]);
    });

  it("gets 481 while the call rings here, and 603 once it is over or where its owner says so", async () => {
    const ringing = await setUp({ answers: false });
    assert.equal(statusOf(ringing.replace(`Replaces: call-1;from-tag=peer;to-tag=${ringing.toTag}`)), 481);

    const refusing = await setUp({ whyNot: "it is in a meeting" });
    assert.equal(statusOf(refusing.replace(`Replaces: call-1;from-tag=peer;to-tag=${refusing.toTag}`)), 603);

    const over = await setUp();
    over.calls[0]?.call.hangUp();
    over.clock.advance(2);
    assert.equal(statusOf(over.replace(`Replaces: call-1;from-tag=peer;to-tag=${over.toTag}`)), 603);
  });

  it("of a stranger gets 403", async () => {
    const guard: UserAgentOptions["guard"] = {
      standingOf: () => "stranger",
      ...{ strangers: "accept", mayProve: () => false, requestsPerSecond: 0, banMs: 0 },
    };
    const bed = await setUp({ guard });

    assert.equal(statusOf(bed.replace(`Replaces: call-1;from-tag=peer;to-tag=${bed.toTag}`)), 403);
    assert.deepEqual([bed.takers.length, bed.agent.refusals()], [0, { stranger: 1 }]);
  });

  it("that is switched off gets 603, and 420 where it is required; Supported does not name it", async () => {
    const bed = await setUp({ acceptsRefer: false });
    const line = `Replaces: call-1;from-tag=peer;to-tag=${bed.toTag}`;

    assert.equal(statusOf(bed.replace(line)), 603);
    const refused = bed.replace(line, "Require: replaces");
    assert.deepEqual([statusOf(refused), sipHeader(refused, "Unsupported")], [420, "replaces"]);
    assert.equal(sipHeader(bed.peer.last("200"), "Supported"), "timer, 100rel");
    assert.equal(bed.calls.length, 1);
  });

  it("stands in no other request, and in no INVITE of a call that is up", async () => {
    const bed = await setUp();
    const lines = [`Replaces: call-1;from-tag=peer;to-tag=${bed.toTag}`];
    bed.peer.send(aRequest({ method: "OPTIONS", callId: "o", lines }));
    bed.clock.advance(2);
    assert.equal(statusOf(bed.peer.inbox.at(-1)), 400);
    bed.peer.send(aRequest({ cseq: 2, toTag: bed.toTag, lines }));
    bed.clock.advance(2);
    assert.equal(statusOf(bed.peer.inbox.at(-1)), 400);
  });

  for (const isEarlyOnly of [false, true])
    it(`takes a call of ours that still rings${isEarlyOnly ? ", early-only too" : ""}`, async () => {
      const bed = await setUp();
      const nextHop = { transport: "udp", host: "192.0.2.9", port: 5_060 } as const;
      const delegate = { ...createRecordingDelegate(), onReplace: bed.onReplace };
      const parties = { requestUri: "sip:bob@192.0.2.9", to: "sip:bob@192.0.2.9", from: "sip:a@192.0.2.1" };
      bed.agent.call({ ...parties, nextHop, headers: [], offer: aDescription, delegate });
      bed.clock.advance(2);
      const invite = bed.peer.last("INVITE");
      bed.peer.send(aResponse(invite, "180 Ringing", { toTag: "bob" }));
      bed.clock.advance(2);

      const tag = tagOf(sipHeader(invite, "From"));
      const value = `${sipHeader(invite, "Call-ID")};to-tag=${tag};from-tag=bob${isEarlyOnly ? ";early-only" : ""}`;
      assert.equal(bed.agent.hasDialog(value), true);
      assert.equal(bed.agent.hasDialog(value.replace("bob", "eve")), false);
      assert.equal(statusOf(bed.replace(`Replaces: ${value}`)), 200);
      assert.equal(bed.takers.length, 1);
    });
});
