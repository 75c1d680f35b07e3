import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SipTraceEntry } from "../../sip/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { Correlator } from "./correlator.ts";

const end = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;
const message = (sipCallId: string, method: string, text: string): SipTraceEntry => ({
  ...{ direction: "received", peer: end("192.0.2.9"), local: () => end("192.0.2.1") },
  ...{ sipCallId, method, startLine: method, status: 0, isRetransmission: false, text: () => text },
});

function setUp() {
  const clock = createManualClock();
  const given: string[] = [];
  const correlator = new Correlator(clock, ({ text, correlationId, at, from, to }) => {
    given.push(`${correlationId}: ${text} ${from.host} to ${to.host}`);
    assert.ok(at <= clock.now());
  });
  return { clock, given, correlator };
}

describe("the id that a capture server ties messages by", () => {
  it("is that of the call, also for what came before its call was known", () => {
    const { correlator, given } = setUp();
    correlator.add(message("a", "INVITE", "1"));
    assert.deepEqual(given, []);
    correlator.claim("a", "call");
    correlator.claim("b", "call");
    correlator.add(message("b", "INVITE", "2"));
    correlator.add({ ...message("a", "BYE", "3"), direction: "sent" });

    assert.deepEqual(given, [
      "call: 1 192.0.2.9 to 192.0.2.1",
      "call: 2 192.0.2.9 to 192.0.2.1",
      "call: 3 192.0.2.1 to 192.0.2.9",
    ]);
  });

  it("is the Call-ID of what is of no call: at once for an OPTIONS, after a while for an INVITE that was refused", () => {
    const { clock, correlator, given } = setUp();
    correlator.add(message("o", "OPTIONS", "1"));
    correlator.add(message("r", "INVITE", "2"));
    assert.equal(given.length, 1);
    clock.advance(2_000);

    assert.deepEqual(
      given.map((line) => line.slice(0, 4)),
      ["o: 1", "r: 2"],
    );
  });

  it("is not waited for by more than 2,000 messages, and by none at the end", () => {
    const { correlator, given } = setUp();
    for (let count = 0; count < 2_010; count++) correlator.add(message(`x${count}`, "INVITE", "1"));
    assert.equal(given.length, 10);
    correlator.close();

    assert.equal(given.length, 2_010);
  });
});
