import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aRequest, openRawSipPeer, openTestAgent, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";
import type { InviteRefusal, UserAgentOptions } from "../types.ts";

const overloaded: InviteRefusal = {
  ...{ status: 503, cause: "overloaded", why: "too much to do" },
  headers: [{ name: "Retry-After", value: "5" }],
};

async function setUp(options: Pick<UserAgentOptions, "whyRefused" | "onOptions" | "phones"> = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const under = await openTestAgent({ network, clock, ...options });
  const peer = await openRawSipPeer(network);
  const send = (text: string) => {
    peer.send(text);
    clock.advance(2);
  };
  return { clock, ...under, peer, send };
}

describe("an INVITE while no call is taken", () => {
  it("is refused at once with 503 and Retry-After, without a transaction, a dialog or a call", async () => {
    const bed = await setUp({ whyRefused: () => overloaded });

    bed.send(aRequest());

    assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 503 Service Unavailable"]);
    assert.equal(sipHeader(bed.peer.last("503"), "Retry-After"), "5");
    assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
    assert.equal(bed.calls.length, 0);
    assert.deepEqual(bed.agent.refusals(), { overloaded: 1 });
  });

  it("gets the same tag when it is sent again, and its ACK is no stray", async () => {
    const bed = await setUp({ whyRefused: () => overloaded });

    bed.send(aRequest());
    const tag = tagOf(sipHeader(bed.peer.last("503"), "To"));
    bed.send(aRequest());
    bed.send(aRequest({ method: "ACK", toTag: tag }));

    assert.equal(tagOf(sipHeader(bed.peer.last("503"), "To")), tag);
    assert.deepEqual(bed.agent.refusals(), { overloaded: 2 });
  });

  it("stays refused when a copy comes once there is room, since its caller has left; a new try is taken", async () => {
    const admission: { refusal: InviteRefusal | undefined } = { refusal: overloaded };
    const bed = await setUp({ whyRefused: () => admission.refusal });
    bed.send(aRequest());
    const tag = tagOf(sipHeader(bed.peer.last("503"), "To"));
    admission.refusal = undefined;

    bed.send(aRequest());

    assert.deepEqual(bed.peer.startLines(), Array(2).fill("SIP/2.0 503 Service Unavailable"));
    assert.equal(tagOf(sipHeader(bed.peer.last("503"), "To")), tag);
    assert.equal(bed.calls.length, 0);
    bed.send(aRequest({ cseq: 2 }));
    assert.equal(bed.calls.length, 1);
  });

  it("is no copy of one with another branch, as a proxy sends it that tries again", async () => {
    const admission: { refusal: InviteRefusal | undefined } = { refusal: overloaded };
    const bed = await setUp({ whyRefused: () => admission.refusal });
    bed.send(aRequest());
    admission.refusal = undefined;

    bed.send(aRequest({ branch: "again" }));

    assert.equal(bed.calls.length, 1);
  });

  it("is forgotten once no copy can come any more", async () => {
    const admission: { refusal: InviteRefusal | undefined } = { refusal: overloaded };
    const bed = await setUp({ whyRefused: () => admission.refusal });
    bed.send(aRequest());
    admission.refusal = undefined;

    bed.clock.advance(32_000);
    bed.send(aRequest());

    assert.equal(bed.calls.length, 1);
  });

  it("does not disturb calls that are up: requests of theirs are never asked about", async () => {
    const admission: { refusal: InviteRefusal | undefined } = { refusal: undefined };
    const bed = await setUp({ whyRefused: () => admission.refusal });
    bed.send(aRequest());
    bed.calls[0]?.call.answer("v=0\r\n");
    bed.clock.advance(2);
    const toTag = tagOf(sipHeader(bed.peer.last("200"), "To"));
    bed.send(aRequest({ method: "ACK", toTag, branch: "ack" }));
    admission.refusal = overloaded;

    bed.send(aRequest({ method: "BYE", toTag, branch: "bye", cseq: 2 }));

    assert.equal(bed.peer.count("503"), 0);
    assert.equal(bed.calls[0]?.delegate.ends[0]?.type, "bye");
  });
});

describe("an OPTIONS outside of dialogs (RFC 3261 §11.2)", () => {
  for (const [what, refusal] of [
    ["503 and Retry-After", overloaded],
    ["404", { status: 404, cause: "no-rule", why: "nobody is there" }],
  ] as const) {
    it(`gets ${what} when an INVITE would`, async () => {
      const bed = await setUp({ onOptions: () => refusal });

      bed.send(aRequest({ method: "OPTIONS" }));

      const answer = bed.peer.last(String(refusal.status));
      if (refusal === overloaded) assert.equal(sipHeader(answer, "Retry-After"), "5");
      assert.deepEqual(bed.agent.refusals(), { [refusal.cause]: 1 });
    });
  }

  it("gets 200 with Allow, Accept and Supported when an INVITE would be taken, also when that is known later only", async () => {
    const bed = await setUp({ onOptions: () => Promise.resolve(undefined) });

    bed.send(aRequest({ method: "OPTIONS" }));
    await Promise.resolve();
    bed.clock.advance(2);

    const ok = bed.peer.last("200 OK");
    assert.match(sipHeader(ok, "Allow"), /INVITE/);
    assert.equal(sipHeader(ok, "Accept"), "application/sdp");
    assert.equal(sipHeader(ok, "Supported"), "timer, 100rel");
  });

  it("gets 480 while the user agent closes, where INVITE and REGISTER get 503 and are told when to come again", async () => {
    const bed = await setUp({
      phones: { find: () => [], algorithms: ["MD5"], expiry: { shortestS: 60, longestS: 600 } },
    });
    bed.send(aRequest({ branch: "ringing", callId: "ringing" }));
    bed.calls[0]?.call.ring();
    bed.send(aRequest());
    bed.calls[1]?.call.answer("v=0");
    bed.clock.advance(2);
    bed.send(aRequest({ method: "ACK", branch: "ack", toTag: tagOf(sipHeader(bed.peer.last("200"), "To")) }));

    const closed = bed.agent.close();
    bed.send(aRequest({ branch: "i2", callId: "second" }));
    bed.send(aRequest({ method: "OPTIONS", branch: "o2", callId: "third" }));

    bed.send(aRequest({ method: "REGISTER", branch: "r2", callId: "fourth" }));

    const told = bed.peer.inbox
      .filter((text) => / (?:480|503) /.test(text.split("\r\n")[0] ?? ""))
      .map((text) => [text.slice(8, 11), sipHeader(text, "Call-ID"), sipHeader(text, "Retry-After")].join(" "));
    assert.deepEqual(told, ["503 ringing ", "503 second 5", "480 third 5", "503 fourth 5"]);
    bed.clock.advance(2_000);
    await closed;
  });

  it("gets 500 when the store cannot be asked", async () => {
    const bed = await setUp({ onOptions: () => Promise.reject(new Error("no store")) });

    bed.send(aRequest({ method: "OPTIONS" }));
    await new Promise(setImmediate);
    bed.clock.advance(2);

    assert.equal(bed.peer.count("500"), 1);
  });

  it("tells its owner whom it asks for", async () => {
    const asked: string[] = [];
    const bed = await setUp({
      onOptions: (query) => {
        asked.push(`${query.requestUri.user} ${query.to.user} ${query.source.host}`);
        return undefined;
      },
    });

    bed.send(aRequest({ method: "OPTIONS", requestUri: "sip:+12065550100@192.0.2.1" }));

    assert.match(asked[0] ?? "", /^\+12065550100 \S* 192\.0\.2\.9$/);
  });
});
