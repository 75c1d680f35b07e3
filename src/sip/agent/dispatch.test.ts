import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import { refusalCauses, type RefusalCause } from "../refusal-causes.ts";
import { aRequest, openRawSipPeer, openTestAgent, sipHeader, tagOf } from "../../testing/internal/sip-testbed.ts";

async function setUp() {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const under = await openTestAgent({ network, clock });
  const peer = await openRawSipPeer(network);
  /** Sends one message and gives the first lines of what came back. */
  const send = (text: string) => {
    peer.send(text);
    clock.advance(2);
    return peer.startLines();
  };
  return { clock, network, ...under, peer, send };
}

const refusals: readonly (readonly [
  what: string,
  request: string,
  status: string,
  header?: readonly [string, string],
])[] = [
  [
    "an unknown method",
    aRequest({ method: "MESSAGE" }),
    "405",
    ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK"],
  ],
  ["a BYE of no dialog", aRequest({ method: "BYE" }), "481"],
  ["a BYE of an unknown dialog", aRequest({ method: "BYE", toTag: "nobody" }), "481"],
  ["an INVITE of an unknown dialog", aRequest({ toTag: "nobody" }), "481"],
  ["an unknown required option", aRequest({ lines: ["Require: x-thing, timer"] }), "420", ["Unsupported", "x-thing"]],
  ["an unsupported scheme", aRequest({ requestUri: "mailto:a@example.com" }), "416"],
  [
    "a body that is no SDP",
    aRequest({ lines: ["Content-Type: text/plain"], body: "hello" }),
    "415",
    ["Accept", "application/sdp"],
  ],
  ["an encoded body", aRequest({ lines: ["Content-Encoding: gzip"] }), "415"],
  ["Max-Forwards 0", aRequest({ maxForwards: "0" }), "483"],
  ["Max-Forwards that is no number", aRequest({ maxForwards: "many" }), "400"],
  ["a CSeq of another method", aRequest({ cseqMethod: "BYE" }), "400"],
  ["a malformed From", aRequest().replace('From: "Peer" <sip:peer@192.0.2.9>', "From: <sip:peer"), "400"],
  ["two Call-IDs", aRequest({ lines: ["i: other"] }), "400"],
  ["a Content-Length beyond the datagram", aRequest().replace(/Content-Length: \d+/, "Content-Length: 9999"), "400"],
  ["a negative Content-Length", aRequest().replace(/Content-Length: \d+/, "Content-Length: -5"), "400"],
  ["spaces in the Request-URI", aRequest({ requestUri: "sip:a b@192.0.2.1" }), "400"],
  ["another version of SIP", aRequest().replace("SIP/2.0\r\n", "SIP/7.0\r\n"), "505"],
  [
    "a session interval below 90 s",
    aRequest({ lines: ["Supported: timer", "Session-Expires: 60"] }),
    "422",
    ["Min-SE", "90"],
  ],
];

for (const [what, request, status, header] of refusals) {
  test(`refuses ${what} with ${status} and no call`, async () => {
    const bed = await setUp();

    const lines = bed.send(request);

    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", new RegExp(`^SIP/2\\.0 ${status} `));
    if (header !== undefined) assert.equal(sipHeader(bed.peer.last(status), header[0]), header[1]);
    if (!request.includes(";tag=nobody")) assert.notEqual(tagOf(sipHeader(bed.peer.last(status), "To")), "");
    assert.equal(bed.calls.length, 0);
    const counts = Object.entries(bed.agent.refusals());
    assert.equal(counts.length, 1);
    assert.equal(refusalCauses[counts[0]?.[0] as RefusalCause].status, Number(status));
  });
}

test("answers OPTIONS outside of dialogs with 200, Allow and Accept, also with Max-Forwards 0 (RFC 3261 §11.2)", async () => {
  const bed = await setUp();

  bed.send(aRequest({ method: "OPTIONS", maxForwards: "0" }));

  const ok = bed.peer.last("200 OK");
  assert.match(sipHeader(ok, "Allow"), /INVITE/);
  assert.equal(sipHeader(ok, "Accept"), "application/sdp");
  assert.equal(sipHeader(ok, "Server"), "Test");
});

test("takes the session description out of a multipart body (RFC 5621)", async () => {
  const bed = await setUp();
  const body =
    "--xx\r\nContent-Type: application/isup\r\n\r\nbinary\r\n--xx\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n--xx--\r\n";

  bed.send(aRequest({ lines: ['Content-Type: multipart/mixed;boundary="xx"'], body }));

  assert.equal(bed.calls[0]?.call.offer, "v=0\r\ns=-\r\n");
});

test("takes the session description out of a multipart body inside of another (RFC 5621 §3.1)", async () => {
  const bed = await setUp();
  const inner =
    "--in\r\nContent-Type: text/plain\r\n\r\nhi\r\n--in\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n--in--\r\n";
  const body = `--out\r\nContent-Type: multipart/alternative;\r\n boundary=in\r\n\r\n${inner}\r\n--out--\r\n`;

  bed.send(aRequest({ lines: ["Content-Type: multipart/mixed;boundary=out"], body }));

  assert.equal(bed.calls[0]?.call.offer, "v=0\r\ns=-\r\n");
});

test("refuses a body of parts that go deeper than anybody means", async () => {
  const bed = await setUp();
  const nested = (depth: number): string =>
    depth === 0
      ? "v=0\r\n"
      : `--b${depth}\r\nContent-Type: ${depth === 1 ? "application/sdp" : `multipart/mixed;boundary=b${depth - 1}`}\r\n\r\n${nested(depth - 1)}`;

  bed.send(aRequest({ lines: ["Content-Type: multipart/mixed;boundary=b9"], body: nested(9) }));

  assert.equal(bed.peer.count("415"), 1);
});

for (const via of [
  "SIP/2.0/UDP 192.0.2.9:5060;maddr=192.0.2.77;branch=z9hG4bKm",
  "SIP/2.0/UDP h;rport;maddr=239.1.2.3;branch=z9hG4bKm",
]) {
  test(`sends its responses to the source of a request, not to a maddr that it names: ${via}`, async () => {
    const bed = await setUp();
    const other = await openRawSipPeer(bed.network, 5060, "192.0.2.77");

    bed.send(aRequest({ method: "OPTIONS", via }));

    assert.equal(bed.peer.count("200"), 1);
    assert.deepEqual(other.inbox, []);
  });
}

test("refuses the second path of one request with 482 (RFC 3261 §8.2.2.2)", async () => {
  const bed = await setUp();

  bed.send(aRequest({ branch: "first" }));
  bed.send(aRequest({ branch: "second" }));

  assert.equal(bed.peer.count("482"), 1);
  assert.equal(bed.calls.length, 1);
});

test("drops what is no SIP, malformed ACKs and stray responses, and counts them", async () => {
  const bed = await setUp();

  bed.send("hello");
  bed.send("INVITE sip:a@b SIP/2.0\r\nVia: x");
  bed.send(aRequest({ method: "ACK" }));
  bed.send(aRequest({ method: "ACK", cseqMethod: "BYE" }));
  bed.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n\r\n");
  bed.send("INVITE sip:a@b SIP/2.0\r\nFrom: <sip:a@b>\r\n\r\n");

  assert.deepEqual(bed.peer.inbox, []);
  assert.deepEqual(bed.agent.refusals(), { "not-sip": 2, "stray-ack": 1, "not-answerable": 3 });
});

test("answers a double CRLF with a CRLF and ignores a single one (RFC 5626 §3.5.1)", async () => {
  const bed = await setUp();

  bed.send("\r\n");
  bed.send("\r\n\r\n");

  assert.deepEqual(bed.peer.inbox, ["\r\n"]);
});

test("answers at the source port when rport is asked for, with received and rport filled in (RFC 3581 §4)", async () => {
  const bed = await setUp();
  const far = await openRawSipPeer(bed.network, 33_333, "198.51.100.7");

  far.send(aRequest({ method: "OPTIONS", via: "SIP/2.0/UDP 10.0.0.5:5060;rport;branch=z9hG4bKnat" }));
  bed.clock.advance(2);

  assert.equal(
    sipHeader(far.last("200"), "Via"),
    "SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKnat;received=198.51.100.7;rport=33333",
  );
});

test("answers at the port of sent-by without rport (RFC 3261 §18.2.2)", async () => {
  const bed = await setUp();
  const source = await openRawSipPeer(bed.network, 40_000, "192.0.2.44");
  const listening = await openRawSipPeer(bed.network, 5090, "192.0.2.44");

  source.send(aRequest({ method: "OPTIONS", via: "SIP/2.0/UDP 192.0.2.44:5090;branch=z9hG4bKold" }));
  bed.clock.advance(2);

  assert.equal(listening.count("200"), 1);
  assert.equal(source.count("200"), 0);
});

test("matches the ACK of a peer without the magic cookie (RFC 3261 §17.2.3)", async () => {
  const bed = await setUp();
  const via = "SIP/2.0/UDP 192.0.2.9:5060;branch=1";
  bed.send(aRequest({ via }));
  bed.calls[0]?.call.reject(486);
  bed.clock.advance(2);

  bed.send(aRequest({ method: "ACK", via, toTag: tagOf(sipHeader(bed.peer.last("486"), "To")) }));
  bed.clock.advance(30_000);

  assert.equal(bed.peer.count("486"), 1);
});

test("keeps nothing of four hundred hostile requests after their time", async () => {
  const bed = await setUp();

  for (let index = 0; index < 200; index++) {
    bed.peer.send(aRequest({ method: "OPTIONS", branch: `o${index}`, callId: "same" }));
    bed.peer.send(aRequest({ branch: `i${index}`, maxForwards: "0", callId: `c${index}` }));
    if (index % 100 === 0) bed.clock.advance(1);
  }
  bed.clock.advance(100_000);

  assert.deepEqual(bed.agent.ledger(), { transactions: 0, dialogs: 0, timers: 0, sockets: 2 });
});
