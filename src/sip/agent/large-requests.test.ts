import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryNetwork } from "../../testing/memory-network.ts";
import {
  aRequest,
  aResponse,
  createRecordingDelegate,
  openRawSipPeer,
  openTestAgent,
  sipHeader,
  tagOf,
} from "../../testing/internal/sip-testbed.ts";
import type { SipStream } from "../types.ts";

/* Requests of more than 1,300 bytes, RFC 3261 §18.1.1. */

const peer = { host: "192.0.2.9", port: 5060 };
const nextHop = { transport: "udp", ...peer } as const;
const usual = { requestUri: "sip:+1@192.0.2.9", to: "sip:+1@192.0.2.9", from: "sip:a@192.0.2.1", nextHop };

async function setUp(isTaken: boolean) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const { agent } = await openTestAgent({ network, clock });
  const streams: SipStream[] = [];
  const received: { readonly over: "TCP" | "UDP"; readonly text: string }[] = [];
  const socket = await network.openDatagram(peer.host, peer.port, (bytes) =>
    received.push({ over: "UDP", text: bytes.toString() }),
  );
  if (isTaken) {
    await network.listenStream(peer.host, peer.port, (stream) => {
      streams.push(stream);
      const onBytes = (bytes: Buffer) => void received.push({ over: "TCP", text: bytes.toString() });
      stream.start({ onBytes, onClosed: () => undefined });
    });
  }
  const call = (padding: number) => {
    const delegate = createRecordingDelegate();
    const headers = [{ name: "X-Padding", value: "x".repeat(padding) }];
    return { delegate, call: agent.call({ ...usual, headers, offer: "v=0\r\n", delegate }) };
  };
  const seen = () => received.map(({ over, text }) => `${text.split(" ", 1)[0]} ${over}`);
  const answer = (text: string) => {
    const bytes = Buffer.from(aResponse(text, "200 OK", { toTag: "t", body: "v=0", contact: "sip:p@192.0.2.9" }));
    if (streams[0] === undefined) socket.send(bytes, "192.0.2.1", 5060, () => undefined);
    else streams[0].write(bytes);
  };
  return { clock, network, agent, streams, received, call, seen, answer };
}

test("a request of up to 1,300 bytes is a datagram", async () => {
  const { clock, call, seen, received } = await setUp(true);
  call(700);
  clock.advance(5);

  assert.deepEqual(seen(), ["INVITE UDP"]);
  assert.ok((received[0]?.text.length ?? 0) < 1_300);
});

test("a larger INVITE goes over TCP and says so in Via; what follows in the dialog goes by its own size", async () => {
  const { clock, call, seen, received, answer } = await setUp(true);
  const { call: large, delegate } = call(2_000);
  clock.advance(5);
  const [invite = { text: "" }] = received;
  answer(invite.text);
  clock.advance(5);
  large.hangUp();
  clock.advance(5);

  assert.deepEqual(seen(), ["INVITE TCP", "ACK UDP", "BYE UDP"]);
  assert.match(sipHeader(invite.text, "Via"), /^SIP\/2\.0\/TCP 192\.0\.2\.1:5060;/);
  assert.equal(sipHeader(invite.text, "Contact"), "<sip:a@192.0.2.1:5060>");
  assert.match(sipHeader(received[1]?.text ?? "", "Via"), /^SIP\/2\.0\/UDP /);
  assert.deepEqual(delegate.reported, ["answered", "ended local"]);
});

test("a CANCEL goes the way of its INVITE", async () => {
  const { clock, call, seen, received, streams } = await setUp(true);
  const { call: large } = call(2_000);
  clock.advance(5);
  streams[0]?.write(Buffer.from(aResponse(received[0]?.text ?? "", "180 Ringing", { toTag: "t" })));
  clock.advance(5);
  large.hangUp();
  clock.advance(5);

  assert.deepEqual(seen(), ["INVITE TCP", "CANCEL TCP"]);
  const via = (index: number) => sipHeader(received[index]?.text ?? "", "Via");
  assert.equal(via(0), via(1));
});

test("a peer that refuses the connection gets the datagram at once, and further ones without a try for ten minutes", async () => {
  const { clock, call, seen, received, answer, network } = await setUp(false);
  const { delegate } = call(2_000);
  clock.advance(5);
  assert.deepEqual(seen(), ["INVITE UDP"]);
  assert.match(sipHeader(received[0]?.text ?? "", "Via"), /^SIP\/2\.0\/UDP /);
  answer(received[0]?.text ?? "");
  clock.advance(5);
  assert.deepEqual(delegate.reported, ["answered"]);

  const attempts = () => network.packets.filter(({ kind }) => kind === "stream").length;
  const before = attempts();
  call(2_000);
  clock.advance(5);
  assert.equal(attempts(), before);
  clock.advance(600_000);
  call(2_000);
  clock.advance(5);
  assert.ok(attempts() > before);
});

test("a peer that never takes the connection gets the datagram after a second and a half", async () => {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const never: SipStream = {
    ...{ local: () => ({ host: "", port: 0 }), peer, write: () => undefined, close: () => undefined },
    start: () => undefined,
  };
  const { agent } = await openTestAgent({ network: { ...network, connectStream: () => never }, clock });
  const got: string[] = [];
  await network.openDatagram(peer.host, peer.port, (bytes) => got.push(bytes.toString()));
  const headers = [{ name: "X-Padding", value: "x".repeat(2_000) }];
  agent.call({ ...usual, headers, offer: "v=0\r\n", delegate: createRecordingDelegate() });
  clock.advance(1_450);
  assert.equal(got.length, 0);
  clock.advance(100);

  assert.match(got[0] ?? "", /^INVITE [^]*\r\nVia: SIP\/2\.0\/UDP /);
});

test("a connection that breaks after the peer was heard ends the call and sends nothing twice", async () => {
  const { clock, call, seen, received, streams } = await setUp(true);
  const { delegate } = call(2_000);
  clock.advance(5);
  streams[0]?.write(Buffer.from(aResponse(received[0]?.text ?? "", "180 Ringing", { toTag: "t" })));
  clock.advance(5);
  streams[0]?.close();
  clock.advance(50_000);

  assert.deepEqual(seen(), ["INVITE TCP"]);
  assert.deepEqual(delegate.reported, ["progress 180", "ended transport"]);
});

for (const [what, isSymmetric, over] of [
  ["may be reached at the address that it names gets a large BYE over TCP", false, "TCP"],
  ["is reached only where its datagrams come from gets it there", true, "UDP"],
] as const) {
  test(`a caller that ${what}`, async () => {
    const clock = createManualClock();
    const network = createMemoryNetwork(clock);
    const onCall = (call: { answer(sdp: string): void }) => call.answer("v=0");
    const { calls } = await openTestAgent({ network, clock, onCall, isSymmetric: () => isSymmetric });
    const byes: string[] = [];
    await network.listenStream(peer.host, peer.port, (stream) =>
      stream.start({ onBytes: (bytes) => void byes.push(bytes.toString()), onClosed: () => undefined }),
    );
    const caller = await openRawSipPeer(network);
    const lines = [`Record-Route: <sip:192.0.2.9;lr;x=${"y".repeat(1_400)}>`];
    caller.send(aRequest({ lines }));
    clock.advance(2);
    caller.send(aRequest({ method: "ACK", toTag: tagOf(sipHeader(caller.last("200"), "To")) }));
    clock.advance(2);
    calls[0]?.call.hangUp();
    clock.advance(5);

    assert.deepEqual([byes.length, caller.count("BYE")], over === "TCP" ? [1, 0] : [0, 1]);
  });
}
