import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { writeEvent } from "../stream/telephone-event.ts";
import { readUint32, stampHeader, writeHeader } from "../stream/packet.ts";
import { encodeReport } from "../stream/rtcp/rtcp.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import type { RtpCommand, RtpEvent } from "./messages.ts";

const far = { address: "192.0.2.1", port: 4000 };
const agreed: NegotiatedAudio = {
  remoteAddress: far.address,
  remotePort: far.port,
  remoteRtcpAddress: far.address,
  remoteRtcpPort: 4001,
  codec: { name: "PCMU", payloadType: 0 },
  telephoneEventPayloadType: 101,
  ptimeMs: 20,
  direction: "sendrecv",
};

/** A host on a network that keeps what is sent and a clock that stands still. Session 1 is open on port 5000. */
async function aHost(rtpTimeoutMs = 60_000, holdTimeoutMs = 3_600_000) {
  const sent: { from: number; to: string; packet: Uint8Array; atMs: number }[] = [];
  const clock = createManualClock();
  const { io, open } = createMemoryIo((packet, to, from) =>
    sent.push({ from, to: `${to.address}:${to.port}`, packet: packet.slice(), atMs: clock.monotonicMs() }),
  );
  const events: RtpEvent[] = [];
  const patience: boolean[] = [];
  const setPatient = (isPatient: boolean) => void patience.push(isPatient);
  const host = createRtpHost(io, clock, { rtpTimeoutMs, holdTimeoutMs }, (event) => events.push(event), { setPatient });
  const tell = async (command: RtpCommand) => {
    host.handle(command);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  await tell({ type: "open", request: 1, session: 1, address: "192.0.2.9", port: 5000 });
  const run = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  const receive = (packet: Uint8Array, source = far, port = 5000) => open.get(port)?.(packet, source);
  const rtp = () => sent.filter(({ from }) => from === 5000);
  const rtcp = () => sent.filter(({ from }) => from === 5001);
  return { tell, run, receive, sent, rtp, rtcp, events, open, patience };
}

function aPacket(sequence: number, change: { type?: number; ssrc?: number; payload?: number } = {}): Uint8Array {
  const packet = new Uint8Array(172).fill(change.payload ?? 0x20);
  writeHeader(packet, change.type ?? 0, change.ssrc ?? 77);
  stampHeader(packet, false, change.type ?? 0, sequence, sequence * 160);
  return packet;
}

const start = (audio: Partial<NegotiatedAudio> = {}): RtpCommand => ({
  type: "start",
  session: 1,
  audio: { ...agreed, ...audio },
});

test("binds an even port and the next one, and answers with the system's code when one is taken", async () => {
  const { tell, events, open } = await aHost();
  await tell({ type: "open", request: 2, session: 2, address: "192.0.2.9", port: 5000 });
  await tell({ type: "open", request: 3, session: 3, address: "192.0.2.9", port: 4999 });

  assert.deepEqual(events[0], { type: "reply", request: 1, reply: { type: "opened", port: 5000 } });
  assert.deepEqual(events.slice(1), [
    { type: "reply", request: 2, reply: { type: "open-failed", systemCode: "EADDRINUSE", why: "in use" } },
    { type: "reply", request: 3, reply: { type: "opened", port: 4998 } },
  ]);
  assert.deepEqual(new Set(open.keys()), new Set([4998, 4999, 5000, 5001]));
});

// Contract: sip-and-media-silence-between-prompts
test("sends silence from 20 ms after the start on, one packet each 20 ms, to the signalled address", async () => {
  const { tell, run, rtp } = await aHost();
  await tell(start());
  run(220);

  assert.equal(rtp().length, 10);
  assert.ok(
    rtp().every(({ to, packet }) => to === "192.0.2.1:4000" && packet.subarray(12).every((code) => code === 0xff)),
  );
});

test("a playback into silence leaves at once, and the old rhythm returns after it", async () => {
  const { tell, run, rtp } = await aHost();
  await tell(start());
  run(69);
  const samples = new Int16Array(new SharedArrayBuffer(640)).fill(3000);
  await tell({ type: "play", session: 1, playbackId: "p", samples, repeat: 1 });
  run(80);

  const times = rtp().map(({ atMs }) => Math.round(atMs));
  const ticks = rtp().map(
    ({ packet }, index) => readUint32(packet, 4) - readUint32(rtp()[0]?.packet ?? packet, 4) - index * 160,
  );
  assert.deepEqual(times, [22, 42, 62, 69, 88, 108, 142]);
  assert.ok(ticks.every((drift) => drift === 0 || drift === -0x1_0000_0000));
  assert.ok(
    rtp()
      .slice(1)
      .every(({ packet }) => (packet[1] ?? 0) === 0),
  );
});

test("what is played within a packet time of the start begins the stream, with no silence before it", async () => {
  const { tell, run, rtp } = await aHost();
  await tell(start());
  run(12);
  const samples = new Int16Array(new SharedArrayBuffer(640)).fill(3000);
  await tell({ type: "play", session: 1, playbackId: "p", samples, repeat: 1 });
  run(30);

  assert.deepEqual(
    rtp().map(({ atMs }) => Math.round(atMs)),
    [12, 32],
  );
  assert.ok(rtp().every(({ packet }) => packet.subarray(12).every((code) => code !== 0xff)));
  assert.equal((rtp()[0]?.packet[1] ?? 0) >> 7, 1);
});

test("a playback that comes with the start leaves at once, however many sessions share the turns", async () => {
  const { tell, run, sent } = await aHost();
  const samples = new Int16Array(new SharedArrayBuffer(640)).fill(3000);
  for (let session = 2; session <= 15; session++) {
    await tell({ type: "open", request: session, session, address: "192.0.2.9", port: 5000 + 2 * session });
    await tell({ ...start(), session } as RtpCommand);
  }
  await tell(start());
  await tell({ type: "play", session: 1, playbackId: "p", samples, repeat: 1 });
  run(25);

  const times = sent.filter(({ from }) => from === 5000).map(({ atMs }) => Math.round(atMs));
  assert.deepEqual(times, [0, 20]);
});

const behindNat = { address: "203.0.113.5", port: 61_000 };
const startBehindNat = (audio: Partial<NegotiatedAudio> = {}): RtpCommand =>
  ({ ...start(audio), signalledFrom: behindNat.address }) as RtpCommand;

test("follows the far end to where its packets come from, RTCP too (RFC 4961)", async () => {
  const { tell, run, receive, rtp, rtcp } = await aHost();
  await tell(startBehindNat());
  for (let index = 1; index <= 4; index++) {
    receive(aPacket(index), behindNat);
    run(20);
  }
  run(8000);

  assert.equal(rtp().at(-1)?.to, "203.0.113.5:61000");
  assert.equal(rtcp().at(-1)?.to, "203.0.113.5:61001");
});

test("a new offer with another address is followed at once, the same address keeps the latch", async () => {
  const { tell, run, receive, rtp } = await aHost();
  await tell(startBehindNat());
  for (let index = 1; index <= 4; index++) {
    receive(aPacket(index), behindNat);
    run(20);
  }
  await tell(startBehindNat({ direction: "sendonly" }));
  run(25);
  assert.equal(rtp().at(-1)?.to, "203.0.113.5:61000");

  await tell(start({ remotePort: 4444 }));
  run(25);

  assert.equal(rtp().at(-1)?.to, "192.0.2.1:4444");
});

// Contract: sip-and-media-audio-source
test("a stranger is not heard and gets nothing, before the far end's first packet and after its silence", async () => {
  const { tell, run, receive, sent, events } = await aHost();
  const stranger = { address: "203.0.113.66", port: 9999 };
  const intrude = (from: number) => {
    for (let index = 0; index < 150; index++) {
      const digit = aPacket(from + index, { type: 101, ssrc: 77 });
      writeEvent(digit, 12, 9, true, 800);
      receive(digit, stranger);
      receive(encodeReport({ ssrc: 77, cname: "x", sender: undefined, block: undefined, bye: false }), stranger, 5001);
      run(20);
    }
  };
  await tell(start());
  intrude(1);
  receive(aPacket(1));
  run(10_000);
  intrude(30_000);
  await tell({ type: "stats", request: 9, session: 1 });

  assert.deepEqual(new Set(sent.map(({ to }) => to)), new Set(["192.0.2.1:4000", "192.0.2.1:4001"]));
  assert.deepEqual(
    events.filter(({ type }) => type === "digit"),
    [],
  );
  const reply = events.at(-1);
  assert.equal(reply?.type === "reply" && reply.reply.type === "stats" && reply.reply.stats.packetsReceived, 1);
});

test("counts only RTP of known types, and tells a digit with its length", async () => {
  const { tell, receive, events } = await aHost();
  await tell(start());
  const digit = aPacket(3, { type: 101 });
  writeEvent(digit, 12, 9, true, 800);
  receive(aPacket(1));
  receive(aPacket(2, { type: 34 }));
  receive(Uint8Array.of(0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42));
  receive(new Uint8Array(0));
  receive(digit);
  await tell({ type: "stats", request: 9, session: 1 });

  assert.deepEqual(events[1], { type: "digit", session: 1, digit: "9", durationMs: 100 });
  const reply = events[2]?.type === "reply" && events[2].reply.type === "stats" ? events[2].reply.stats : undefined;
  assert.equal(reply?.packetsReceived, 2);
  assert.equal(reply?.packetsLost, 1);
});

test("captures what is heard with losses as silence", async () => {
  const { tell, receive, events } = await aHost();
  await tell(start());
  receive(aPacket(1));
  await tell({ type: "start-capture", session: 1 });
  receive(aPacket(2));
  receive(aPacket(4));
  await tell({ type: "stop-capture", request: 9, session: 1 });

  const reply = events.at(-1);
  const samples = reply?.type === "reply" && reply.reply.type === "captured" ? reply.reply.samples : undefined;
  assert.equal(samples?.length, 480);
  assert.deepEqual(samples === undefined ? [] : [samples[0] === 0, samples[160], samples[319], samples[320] === 0], [
    false,
    0,
    0,
    false,
  ]);
});

// Contract: sip-and-media-audio-stops
test("silence of the far end is reported once after the limit; RTCP is life, and so is a direction that hears nothing", async () => {
  const { tell, run, receive, events } = await aHost(1000);
  const timeouts = () => events.filter(({ type }) => type === "rtp-timeout").length;
  await tell(start());
  run(900);
  receive(encodeReport({ ssrc: 77, cname: "x", sender: undefined, block: undefined, bye: false }), far, 5001);
  run(900);
  await tell(start({ direction: "sendonly" }));
  run(3000);
  await tell(start());
  run(900);
  assert.equal(timeouts(), 0);

  run(200);
  assert.equal(timeouts(), 1);
  run(5000);
  assert.equal(timeouts(), 1);
});

const holds: readonly (readonly [string, Partial<NegotiatedAudio>])[] = [
  ["sendonly", { direction: "recvonly" }],
  ["inactive", { direction: "inactive" }],
  ["0.0.0.0", { direction: "recvonly", remoteAddress: "0.0.0.0", remoteRtcpAddress: "0.0.0.0" }],
];
for (const [title, audio] of holds) {
  // Contract: sip-and-media-hold, sip-and-media-audio-stops
  test(`a hold by ${title} may be silent for its own time, and the call after it for the usual one`, async () => {
    const { tell, run, events } = await aHost(1000, 5000);
    const timeouts = () => events.filter(({ type }) => type === "rtp-timeout").length;
    await tell(start());
    await tell(start(audio));
    run(4900);
    assert.equal(timeouts(), 0);
    await tell(start());
    run(900);
    assert.equal(timeouts(), 0);
    await tell(start(audio));
    run(5100);

    assert.equal(timeouts(), 1);
  });
}

test("a limit of 0 never tells silence", async () => {
  const { tell, run, events } = await aHost(0);
  await tell(start());
  run(70_000);

  assert.ok(!events.some(({ type }) => type === "rtp-timeout"));
});

test("reports by RTCP while it lives and says BYE when it closes (RFC 3550 §6.6)", async () => {
  const { tell, run, rtcp, events, open } = await aHost();
  await tell(start());
  run(20_000);
  const before = rtcp().length;
  await tell({ type: "close", request: 9, session: 1 });

  assert.ok(before >= 2 && before <= 9, String(before));
  assert.ok(rtcp().every(({ packet, to }) => packet[1] === 200 && to === "192.0.2.1:4001"));
  assert.equal(rtcp().at(-1)?.packet.at(-7), 203);
  assert.equal(events.at(-1)?.type, "reply");
  assert.equal(open.size, 0);
  const count = rtcp().length;
  run(1000);
  assert.equal(rtcp().length, count);
});

test("sends nothing to the unspecified address", async () => {
  const { tell, run, sent } = await aHost();
  await tell(start({ remoteAddress: "0.0.0.0", remoteRtcpAddress: "0.0.0.0" }));
  run(10_000);
  await tell({ type: "close", request: 9, session: 1 });

  assert.deepEqual(sent, []);
});

test("another packet time takes effect with the next offer", async () => {
  const { tell, run, rtp } = await aHost();
  await tell(start({ ptimeMs: 60 }));
  run(182);
  assert.deepEqual(
    rtp().map(({ packet }) => packet.length),
    [492, 492, 492],
  );
  await tell(start({ ptimeMs: 10 }));
  run(30);

  assert.deepEqual(
    rtp()
      .slice(3)
      .map(({ packet }) => packet.length),
    [92, 92, 92],
  );
});

test("random datagrams on either port harm nothing", async () => {
  const { tell, run, receive, rtp, events } = await aHost();
  await tell(start());
  await tell({ type: "start-capture", session: 1 });
  for (let round = 0; round < 3000; round++) {
    const packet = randomBytes(round % 200);
    if (packet.length > 1) packet[0] = 0x80 | ((packet[0] ?? 0) & 0x3f);
    if (packet.length > 1 && round % 2 === 0) packet[1] = [0, 8, 13, 101, 200, 201, 203][round % 7] ?? 0;
    receive(packet, far, 5000 + (round % 2));
  }
  run(100);
  await tell({ type: "stop-capture", request: 9, session: 1 });

  assert.deepEqual(
    events.filter(({ type }) => type === "fault"),
    [],
  );
  assert.equal(rtp().length, 4);
});

test("sends nothing once it is closed", async () => {
  const { tell, run, sent, events } = await aHost();
  await tell(start());
  run(100);
  await tell({ type: "close", request: 2, session: 1 });
  const count = sent.length;
  run(100);

  assert.equal(sent.length, count);
  assert.deepEqual(
    events.filter(({ type }) => type === "fault"),
    [],
  );
});

test("packets may wait but while two sessions hear each other", async () => {
  const { tell, patience } = await aHost();
  await tell({ type: "open", request: 2, session: 2, address: "192.0.2.9", port: 5002 });
  assert.deepEqual(patience, [true]);

  await tell({ type: "join", session: 1, other: 2 });
  assert.deepEqual(patience, [true, false]);
  await tell({ type: "close", request: 3, session: 2 });
  assert.deepEqual(patience, [true, false, true]);
});
