import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { aResponse, openRawSipPeer, openTestAgent, sipHeader } from "../../testing/internal/sip-testbed.ts";
import type { OutsideOutcome, OutsideRequest } from "../types.ts";
import { SipCredentials } from "./credentials.ts";

async function setUp(more: Partial<OutsideRequest> = {}) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  const outcomes: OutsideOutcome[] = [];
  void agent
    .request({
      ...{
        method: "REGISTER",
        requestUri: "sip:example.com",
        to: "sip:1001@example.com",
        from: "sip:1001@example.com",
      },
      nextHop: { transport: "udp", host: "192.0.2.9", port: 5060 },
      ...{ headers: [{ name: "Expires", value: "600" }], contactUser: "1001", sipCallId: "series", seq: 7 },
      credentials: new SipCredentials({ username: "1001", password: "hunter2" }),
      ...more,
    })
    .then((outcome) => outcomes.push(outcome));
  clock.advance(2);
  const answer = async (status: string, parts: Parameters<typeof aResponse>[2] = {}) => {
    const response = aResponse(peer.last(more.method ?? "REGISTER"), status, { toTag: "t", ...parts });
    peer.send(response.replace(/^Contact: <sip:peer.*\r\n/m, ""));
    clock.advance(3);
    await settled();
  };
  return { clock, peer, answer, outcomes };
}

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
const response = { type: "response", expiresS: undefined, smallestS: undefined, retryAfterS: undefined } as const;

test("a REGISTER has our contact and the next number of its series, and is sent again with credentials (RFC 3261 §10.2, §22)", async () => {
  const { peer, answer, outcomes } = await setUp();
  const first = peer.last("REGISTER sip:example.com");
  assert.equal(sipHeader(first, "Contact"), "<sip:1001@192.0.2.1:5060>");
  assert.deepEqual(
    [sipHeader(first, "Call-ID"), sipHeader(first, "CSeq"), sipHeader(first, "Expires")],
    [...["series", "7 REGISTER", "600"]],
  );

  await answer("401 Unauthorized", { lines: ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'] });
  const second = peer.last("REGISTER");
  assert.deepEqual([sipHeader(second, "Call-ID"), sipHeader(second, "CSeq")], ["series", "8 REGISTER"]);
  assert.match(sipHeader(second, "Authorization"), /username="1001", realm="r", nonce="n", uri="sip:example\.com"/);
  await answer("200 OK", { lines: ["Contact: <sip:1001@192.0.2.1:5060>;expires=300"] });

  assert.deepEqual(outcomes, [{ ...response, status: 200, expiresS: 300, seq: 8 }]);
});

test("a registrar that refuses the password is asked no third time", async () => {
  const { peer, answer, outcomes } = await setUp();
  for (const nonce of ["n", "m"])
    await answer("401 Unauthorized", { lines: [`WWW-Authenticate: Digest realm="r", nonce="${nonce}", qop="auth"`] });

  assert.equal(peer.count("REGISTER"), 2);
  assert.deepEqual(outcomes, [{ ...response, status: 401, seq: 8 }]);
});

const granted: readonly (readonly [what: string, lines: readonly string[], expiresS: number | undefined])[] = [
  ["its own entry among others", ["Contact: <sip:x@192.0.2.3>;expires=1, <sip:1001@192.0.2.1:5060>;expires=60"], 60],
  ["the only entry, as the registrar sees it", ["Contact: <sip:1001@203.0.113.7:40000>;expires=90", "Expires: 5"], 90],
  ["the response, where no entry is ours", ["Contact: <sip:a@b>;expires=1, <sip:c@d>;expires=2", "Expires: 120"], 120],
  ["nothing", [], undefined],
  ["no number", ["Contact: <sip:1001@192.0.2.1:5060>;expires=soon"], undefined],
];
for (const [what, lines, expiresS] of granted)
  test(`how long a contact is kept is told by ${what} (RFC 3261 §10.2.4)`, async () => {
    const { answer, outcomes } = await setUp();
    await answer("200 OK", { lines });
    assert.deepEqual(outcomes, [{ ...response, status: 200, expiresS, seq: 7 }]);
  });

test("Min-Expires and Retry-After are told", async () => {
  const { answer, outcomes } = await setUp();
  await answer("423 Interval Too Brief", { lines: ["Min-Expires: 1800", "Retry-After: 18 (busy)"] });
  assert.deepEqual(outcomes, [{ ...response, status: 423, smallestS: 1_800, retryAfterS: 18, seq: 7 }]);
});

test("an OPTIONS without a response fails by timer F, and leaves nothing behind", async () => {
  const { clock, outcomes, peer } = await setUp({ method: "OPTIONS" });
  clock.advance(32_500);
  await settled();

  assert.deepEqual(outcomes, [{ type: "failed", cause: "timeout", why: "no response", seq: 7 }]);
  assert.ok(peer.count("OPTIONS") > 3);
});

test("a request that could not be put into a message rejects", async () => {
  const clock = createManualClock();
  const { agent } = await openTestAgent({ network: createMemoryNetwork(clock), clock });
  const request = { method: "OPTIONS", requestUri: "sip:a b", to: "sip:a", from: "sip:a", headers: [] } as const;
  await assert.rejects(agent.request({ ...request, nextHop: { transport: "udp", host: "192.0.2.9", port: 5060 } }), {
    code: "SIP_BAD_URI",
  });
});

test("a request over a connection can keep that open, and hears when it breaks (RFC 5626 §4.4)", async () => {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const streams: { close(): void }[] = [];
  await network.listenStream("192.0.2.9", 5060, (stream) => {
    streams.push(stream);
    stream.start({
      onBytes(bytes) {
        const text = bytes.toString();
        if (text.trim() !== "") stream.write(Buffer.from(aResponse(text, "200 OK", { toTag: "t" })));
      },
      onClosed: () => void streams.splice(streams.indexOf(stream), 1),
    });
  });
  const sent = agent.request({
    ...{ method: "REGISTER", requestUri: "sip:example.com", to: "sip:1001@example.com", from: "sip:1001@example.com" },
    ...{ nextHop: { transport: "tcp", host: "192.0.2.9", port: 5060 }, headers: [] },
  });
  clock.advance(10);
  const outcome = await sent;
  let broken = 0;
  assert.ok(outcome.type === "response" && outcome.keepOpen !== undefined);
  const release = outcome.keepOpen(() => broken++);
  clock.advance(300_000);
  assert.equal(streams.length, 1, "it is open after the time in which an idle one is closed");

  streams[0]?.close();
  clock.advance(10);
  assert.equal(broken, 1);
  release();
});

for (const method of ["OPTIONS", "REGISTER"] as const)
  test(`a closed port refuses ${method} without the 32 s that silence takes`, async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const { agent } = await openTestAgent({ network, clock });
    const sent = agent.request({
      ...{ method, requestUri: "sip:example.com", to: "sip:a@example.com", from: "sip:a@example.com", headers: [] },
      nextHop: { transport: "udp", host: "192.0.2.77", port: 5060 },
    });
    clock.advance(1_000);
    const outcome = await sent;
    assert.equal(outcome.type === "failed" ? outcome.cause : outcome.status, "transport");
  });
