import assert from "node:assert/strict";
import { test } from "node:test";
import { createFarEnd } from "./far-end.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

const home = { address: "198.51.100.7", port: 4000 };
const ownAddress = "192.0.2.9";

const agreed = (remoteAddress: string, remotePort: number, change: Partial<NegotiatedAudio> = {}): NegotiatedAudio => ({
  codec: { name: "PCMU", payloadType: 0 },
  remoteAddress,
  remotePort,
  remoteRtcpAddress: remoteAddress,
  remoteRtcpPort: remotePort + 1,
  telephoneEventPayloadType: 101,
  ptimeMs: 20,
  direction: "sendrecv",
  ...change,
});

/** A far end of a session on ports 5000 and 5001, and a way to send to it. */
function aFarEnd(signalled = home, signalledFrom: string | undefined = signalled.address) {
  const farEnd = createFarEnd({ ports: [5000, 5001], isOwnAddress: (address) => address === ownAddress });
  farEnd.configure(agreed(signalled.address, signalled.port), signalledFrom, 0);
  let atMs = 0;
  let sequence = 0;
  /** @returns how many of `count` packets were heard */
  const send = (from: { address: string; port: number }, count = 20, ssrc = 7) => {
    let heard = 0;
    for (let index = 0; index < count; index++) {
      atMs += 20;
      if (farEnd.hears(from, ssrc, sequence++ & 0xffff, atMs)) heard++;
    }
    return heard;
  };
  const show = (at: { address: string; port: number } | undefined) => at && `${at.address}:${at.port}`;
  return {
    farEnd,
    send,
    destination: () => show(farEnd.rtpDestination()),
    reports: () => show(farEnd.rtcpDestination()),
  };
}

test("packets go to the signalled address until the source is known, RTCP beside them (RFC 4961)", () => {
  const { send, destination, reports } = aFarEnd({ address: "10.0.0.5", port: 4000 }, "203.0.113.5");
  assert.deepEqual([destination(), reports()], ["10.0.0.5:4000", "10.0.0.5:4001"]);

  send({ address: "203.0.113.5", port: 61_000 });

  assert.deepEqual([destination(), reports()], ["203.0.113.5:61000", "203.0.113.5:61001"]);
});

test("another port of the signalled address is learnt soon, but not where that is this machine, whose other users share it", () => {
  for (const [address, heard] of [
    [home.address, 11],
    [ownAddress, 0],
    ["127.0.0.1", 0],
  ] as const) {
    const { send } = aFarEnd({ address, port: 4000 });

    assert.equal(send({ address, port: 4444 }), heard);
  }
});

test("hold by 0.0.0.0 keeps the source, and nothing is sent while it lasts", () => {
  const { farEnd, send, destination, reports } = aFarEnd({ address: "10.0.0.5", port: 4000 }, "203.0.113.5");
  send({ address: "203.0.113.5", port: 61_000 });
  farEnd.configure(agreed("0.0.0.0", 4000, { direction: "recvonly" }), "203.0.113.5", 1000);
  assert.deepEqual([destination(), reports()], [undefined, undefined]);
  farEnd.configure(agreed("10.0.0.5", 4000), "203.0.113.5", 2000);

  assert.equal(destination(), "203.0.113.5:61000");
  assert.equal(send({ address: "203.0.113.5", port: 61_000 }, 5), 5);
});

test("an offer with another address is followed at once, and the source before it is not heard any more", () => {
  const { farEnd, send, destination } = aFarEnd();
  send(home);
  farEnd.configure(agreed("198.51.100.8", 4100), "198.51.100.8", 1000);

  assert.equal(destination(), "198.51.100.8:4100");
  assert.equal(send(home), 0);
  assert.equal(send({ address: "198.51.100.8", port: 4100 }), 20);
});

test("the same address written in another way is the same (RFC 5952)", () => {
  const { send } = aFarEnd({ address: "2001:DB8:0::7", port: 4000 });

  assert.equal(send({ address: "2001:db8::7", port: 4000 }), 20);
});

const tricks = [
  { title: "this machine's loopback", signalled: { address: "127.0.0.1", port: 53 } },
  { title: "this machine's address", signalled: { address: ownAddress, port: 5060 } },
  { title: "broadcast", signalled: { address: "255.255.255.255", port: 4000 } },
  { title: "multicast", signalled: { address: "239.1.2.3", port: 4000 } },
];
for (const { title, signalled } of tricks) {
  test(`a far end elsewhere that names ${title} is sent nothing there, and is not heard from there`, () => {
    const { send, destination, reports } = aFarEnd(signalled, "203.0.113.5");

    assert.equal(send(signalled, 400), 0);
    assert.deepEqual([destination(), reports()], [undefined, undefined]);
  });
}

test("a far end that names our own ports would make us talk to ourselves", () => {
  const { send, destination } = aFarEnd({ address: ownAddress, port: 5000 }, ownAddress);

  assert.equal(send({ address: ownAddress, port: 5000 }, 400), 0);
  assert.equal(destination(), undefined);
});

test("calls inside this machine are none of these tricks", () => {
  for (const address of ["127.0.0.1", ownAddress]) {
    const { send, destination } = aFarEnd({ address, port: 4000 }, address);

    assert.equal(destination(), `${address}:4000`);
    assert.equal(send({ address, port: 4000 }), 20);
  }
});

test("a host name as the origin of signalling says nothing, and a link-local address keeps its zone (RFC 4007 §11)", () => {
  const named = aFarEnd(home, "phone.example");
  assert.equal(named.send(home), 20);
  const local = { address: "fe80::1%eth0", port: 4000 };

  const { send } = aFarEnd({ address: "fe80::1", port: 4000 }, local.address);
  assert.equal(send(local), 17);
});

test("reports count from the signalled port, and from beside the stream with its SSRC, and from one place only", () => {
  const { farEnd, send, reports } = aFarEnd({ address: "10.0.0.5", port: 4000 }, "203.0.113.5");
  const place = { address: "203.0.113.5", port: 62_222 };
  assert.equal(farEnd.hearsReport(place, 7), false);
  send({ address: "203.0.113.5", port: 61_000 });

  assert.equal(farEnd.hearsReport({ address: "203.0.113.66", port: 61_001 }, 7), false);
  assert.equal(farEnd.hearsReport(place, 8), false);
  assert.equal(farEnd.hearsReport(place, 7), true);
  assert.equal(farEnd.hearsReport({ ...place, port: 62_224 }, 7), false);
  assert.equal(reports(), "203.0.113.5:62222");
});

test("where one port is for both, reports go where RTP goes, also to a source that was learnt (RFC 5761 §5.1.1)", () => {
  const { farEnd, send, reports } = aFarEnd({ address: "10.0.0.5", port: 4000 }, "203.0.113.5");
  farEnd.configure(agreed("10.0.0.5", 4000, { isMultiplexed: true, remoteRtcpPort: 4000 }), "203.0.113.5", 0);
  assert.equal(reports(), "10.0.0.5:4000");

  send({ address: "203.0.113.5", port: 61_000 });

  assert.equal(reports(), "203.0.113.5:61000");
});

test("a report of somebody else on this machine is not the far end's, though it knows the SSRC; beside a translator it may be", () => {
  for (const [address, from, heard] of [
    ["127.0.0.1", "127.0.0.1", false],
    [ownAddress, ownAddress, false],
    ["10.0.0.5", "203.0.113.5", true],
  ] as const) {
    const { farEnd, send } = aFarEnd({ address, port: 4000 }, from);
    send({ address: from, port: 4000 });

    assert.equal(farEnd.hearsReport({ address: "203.0.113.66", port: 4444 }, 7), false);
    assert.equal(farEnd.hearsReport({ address: from, port: 4444 }, 8), false);
    assert.equal(farEnd.hearsReport({ address: from, port: 4444 }, 7), heard, address);
  }
});

test("what may be the far end's is told without learning from it", () => {
  const { farEnd, send } = aFarEnd({ address: "10.0.0.5", port: 4000 }, "203.0.113.5");
  const nat = { address: "203.0.113.5", port: 61_000 };
  const stranger = { address: "198.51.100.66", port: 4000 };

  for (let count = 0; count < 100; count++) {
    assert.deepEqual(
      [farEnd.mayHear(nat, 7, count, 20 * count), farEnd.mayHear(stranger, 7, count, 20 * count)],
      [true, false],
    );
  }
  assert.deepEqual([farEnd.mayHearReport(nat), farEnd.mayHearReport(stranger)], [false, false]);
  send(nat);
  assert.deepEqual([farEnd.mayHearReport(nat), farEnd.mayHearReport(stranger)], [true, false]);
  assert.equal(farEnd.mayHear({ ...nat, port: 61_001 }, 8, 1, 600), false);
});
