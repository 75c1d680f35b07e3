import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { openDatagramLink } from "./datagram-link.ts";
import { createPacketBuffers } from "./packet-buffer.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

const HOME = "198.51.100.7";
const OURS = "192.0.2.10";
const apart: NegotiatedAudio = {
  ...{ remoteAddress: HOME, remotePort: 4000, remoteRtcpAddress: HOME, remoteRtcpPort: 4001 },
  codec: { name: "PCMU", payloadType: 0 },
  telephoneEventPayloadType: 101,
  ptimeMs: 20,
  direction: "sendrecv",
};
const shared: NegotiatedAudio = { ...apart, remoteRtcpPort: 4000, isMultiplexed: true };
/** An empty receiver report: version 2, type 201. */
const report = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7);

/** A link on port 5000 of a network in memory, and what came to the two ports of its far end. */
async function aLink() {
  const clock = createManualClock();
  const io = createMemoryPackets(clock);
  const heard: string[] = [];
  const come: string[] = [];
  const far = await Promise.all(
    [4000, 4001].map((port) => io.open(HOME, port, (_packet, source) => void come.push(`${source.port} to ${port}`))),
  );
  const outcome = await openDatagramLink(
    io,
    {
      address: OURS,
      port: 5000,
      isOwnAddress: () => false,
      buffers: createPacketBuffers(),
      nowMs: () => clock.monotonicMs(),
    },
    {
      receiveRtp: (packet) => void heard.push(`RTP ${packet[3]}`),
      receiveRtcp: (_packet, { port }) => void heard.push(`RTCP ${port}`),
      dropped: (cause) => void heard.push(cause),
    },
  );
  assert.ok(outcome.type === "open");
  /** Whether somebody else could bind the port of RTCP. */
  const isFree = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    const socket = await io.open(OURS, 5001, () => undefined).catch(() => undefined);
    await socket?.close();
    return socket !== undefined;
  };
  return { clock, far, heard, come, link: outcome.link, isFree };
}

test("where one port is for both, reports go by it both ways, and the other port is given back (RFC 5761 §5.1.1)", async () => {
  const { clock, far, heard, come, link, isFree } = await aLink();
  assert.equal(await isFree(), false);

  link.configure(shared, HOME, 0);
  link.sendReport(report);
  far[0]?.send(report, far[0].prepare(OURS, 5000));
  clock.advance(1);

  assert.deepEqual([come, heard], [["5000 to 4000"], ["RTCP 4000"]]);
  assert.equal(await isFree(), true);
});

test("a later agreement without it opens the other port again", async () => {
  const { clock, come, link, isFree } = await aLink();
  link.configure(shared, HOME, 0);
  link.configure(apart, HOME, 0);
  assert.equal(await isFree(), false);

  link.sendReport(report);
  clock.advance(1);

  assert.deepEqual(come, ["5001 to 4001"]);
});

test("a link that is closed leaves no port, however it was agreed", async () => {
  for (const agreements of [[], [apart], [shared], [shared, apart], [shared, apart, shared]]) {
    const { link, isFree } = await aLink();
    for (const audio of agreements) link.configure(audio, HOME, 0);

    await link.close();

    assert.equal(await isFree(), true);
  }
});

/** An RTP packet of a G.711 stream. */
const packetOf = (sequence: number) => {
  const packet = new Uint8Array(172);
  packet.set([0x80, 0, 0, sequence, 0, 0, sequence, 0, 1, 2, 3, 4]);
  return packet;
};

test("packets that overtake the answer are taken with the first one after it, in their order; the newest of them, and the others are counted", async () => {
  const { clock, far, heard, link } = await aLink();
  const send = (sequence: number) => {
    far[0]?.send(packetOf(sequence), far[0].prepare(OURS, 5000));
    clock.advance(1);
  };
  for (let sequence = 1; sequence <= 10; sequence++) send(sequence);
  assert.deepEqual(heard, ["not-started", "not-started"]);

  link.configure(apart, HOME, 0);
  assert.equal(heard.length, 2);
  send(11);

  assert.deepEqual(
    heard.slice(2),
    [3, 4, 5, 6, 7, 8, 9, 10, 11].map((sequence) => `RTP ${sequence}`),
  );
});

test("packets of a link for which nothing was agreed are counted when it closes", async () => {
  const { clock, far, heard, link } = await aLink();
  far[0]?.send(packetOf(1), far[0].prepare(OURS, 5000));
  clock.advance(1);

  await link.close();

  assert.deepEqual(heard, ["not-started"]);
});
