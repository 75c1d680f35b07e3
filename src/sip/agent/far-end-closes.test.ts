import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aRequest,
  aResponse,
  createRecordingDelegate,
  openTestAgent,
  sipHeader,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import type { SipStream } from "../types.ts";

/* What becomes of a call whose far end closes its connection (docs/configuration.md). */

const second = 1_000;

/** A far end that listens at 192.0.2.9:5060 over TCP, and keeps what comes on each connection. */
async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent, calls } = await openTestAgent({ network, clock, onCall: (call) => call.answer("v=0") });
  const opened: { readonly stream: SipStream; readonly got: string[] }[] = [];
  await network.listenStream("192.0.2.9", 5060, (stream) => {
    const got: string[] = [];
    opened.push({ stream, got });
    stream.start({ onBytes: (bytes) => void got.push(bytes.toString()), onClosed: () => undefined });
  });
  const call = () => {
    const uri = "sip:b@192.0.2.9";
    const delegate = createRecordingDelegate();
    const nextHop = { transport: "tcp", host: "192.0.2.9", port: 5060 } as const;
    const parts = { requestUri: uri, to: uri, from: "sip:a@192.0.2.1", headers: [], offer: "v=0\r\n" };
    return { delegate, call: agent.call({ ...parts, nextHop, delegate }) };
  };
  return { clock, network, agent, calls, opened, call };
}

for (const [what, status] of [
  ["says nothing", undefined],
  ["rings", "180 Ringing"],
] as const) {
  test(`a called party that ${what} and closes the connection ends the call at once, and nothing is left`, async () => {
    const { clock, agent, opened, call } = await setUp();
    const { delegate } = call();
    clock.advance(5);
    const [first] = opened;
    if (status !== undefined) first?.stream.write(Buffer.from(aResponse(first.got[0] ?? "", status, { toTag: "t" })));
    clock.advance(5);
    first?.stream.close();
    clock.advance(5);

    assert.equal(delegate.reported.at(-1), "ended transport");
    clock.advance(60 * second);
    assert.deepEqual(agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
  });
}

test("a call that is up stays up when its connection closes; our BYE opens one to the address that the far end named", async () => {
  const { clock, opened, call } = await setUp();
  const { delegate, call: placed } = call();
  clock.advance(5);
  const [first] = opened;
  const contact = "sip:b@192.0.2.9:5060;transport=tcp";
  first?.stream.write(Buffer.from(aResponse(first.got[0] ?? "", "200 OK", { toTag: "t", body: "v=0", contact })));
  clock.advance(5);
  first?.stream.close();
  clock.advance(30 * second);
  assert.deepEqual(delegate.reported, ["answered"]);
  placed.hangUp();
  clock.advance(5);

  assert.match(opened[1]?.got[0] ?? "", /^BYE sip:b@192\.0\.2\.9:5060;transport=tcp /);
});

test("the same for a caller, whose later request comes over a connection of its own", async () => {
  const { clock, network, calls, opened } = await setUp();
  const connect = () => {
    const got: string[] = [];
    const stream = network.connectStream("192.0.2.1", 5060);
    stream.start({ onBytes: (bytes) => void got.push(bytes.toString()), onClosed: () => undefined });
    return { stream, got };
  };
  const via = (branch: string) => `SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK${branch}`;
  const contact = "sip:peer@192.0.2.9:5060;transport=tcp";
  const lines = ["Record-Route: <sip:192.0.2.9;transport=tcp;lr>"];
  const caller = connect();
  caller.stream.write(Buffer.from(aRequest({ via: via("1"), contact, lines })));
  clock.advance(5);
  const toTag = tagOf(sipHeader(caller.got.at(-1) ?? "", "To"));
  caller.stream.write(Buffer.from(aRequest({ method: "ACK", via: via("2"), contact, toTag })));
  clock.advance(5);
  caller.stream.close();
  clock.advance(5);
  const again = connect();
  again.stream.write(Buffer.from(aRequest({ method: "INFO", via: via("3"), cseq: 2, toTag, body: "" })));
  clock.advance(5);
  assert.match(again.got[0] ?? "", /^SIP\/2\.0 200 /);
  again.stream.close();
  clock.advance(5);
  calls[0]?.call.hangUp();
  clock.advance(5);

  assert.match(opened[0]?.got[0] ?? "", /^BYE sip:peer@192\.0\.2\.9:5060;transport=tcp /);
  assert.deepEqual(calls[0]?.delegate.reported, ["acknowledged", "ended local"]);
});
