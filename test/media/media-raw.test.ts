import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { errorCode, silentLogger } from "../../src/kernel/index.ts";
import { createMedia, encodeWav, pcmFromSamples, type Media, type MediaSession } from "../../src/media/index.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import { dominantFrequencyHz, tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { openIn } from "./media-kit.ts";

let media: Media;

before(async () => {
  media = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger });
});

after(() => media.close());

/** A far end that is only a socket. */
async function aSocket(
  type: "udp4" | "udp6" = "udp4",
): Promise<{ socket: Socket; port: number; next(): Promise<Buffer> }> {
  const socket = createSocket(type);
  socket.bind(0, type === "udp4" ? "127.0.0.1" : "::1");
  await once(socket, "listening");
  const next = async () => ((await once(socket, "message")) as [Buffer])[0];
  return { socket, port: socket.address().port, next };
}

const towards = (port: number, change: Partial<NegotiatedAudio> = {}): NegotiatedAudio => ({
  remoteAddress: "127.0.0.1",
  remotePort: port,
  remoteRtcpAddress: "127.0.0.1",
  remoteRtcpPort: port,
  codec: { name: "PCMU", payloadType: 0 },
  telephoneEventPayloadType: 101,
  ptimeMs: 20,
  direction: "sendrecv",
  ...change,
});

/** An RTP packet of the mu-law 1 kHz test sequence (ITU-T G.711 §4), 20 ms. */
function milliwatt(index: number): Buffer {
  const packet = Buffer.alloc(172);
  packet[0] = 0x80;
  packet.writeUInt16BE((65_530 + index) & 0xffff, 2);
  packet.writeUInt32BE((0xffff_ff00 + index * 160) >>> 0, 4);
  packet.writeUInt32BE(0xabcd, 8);
  const sequence = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e];
  for (let at = 0; at < 160; at++) packet[12 + at] = sequence[at % 8] ?? 0;
  return packet;
}

/** Starts a session. What is sent to it before its worker has heard of that is nobody's. */
async function start(session: MediaSession, audio: NegotiatedAudio): Promise<void> {
  session.start(audio);
  await session.stats();
}

/** Waits until the session has counted so many packets. */
async function received(session: MediaSession, count: number): Promise<void> {
  while ((await session.stats()).packetsReceived < count) await new Promise((resolve) => setImmediate(resolve));
}

test("a capture holds losses and reordering on the far end's timeline", async () => {
  const far = await aSocket();
  const session = await media.openSession({});
  await start(session, towards(far.port));
  session.startCapture();
  await session.stats(); // The capture has begun by then.

  for (const index of [0, 1, 2, 5, 6, 9, 8, 7, 10]) {
    far.socket.send(milliwatt(index), session.localPort, "127.0.0.1");
    await received(session, 1);
  }
  await received(session, 9);
  const heard = await session.stopCapture();
  const stats = await session.close();
  far.socket.close();

  assert.equal(heard.samples.length, 11 * 160);
  assert.ok(heard.samples.subarray(3 * 160, 5 * 160).every((sample) => sample === 0));
  for (const [fromMs, toMs] of [
    [0, 60],
    [100, 220],
  ] as const) {
    assert.ok(Math.abs(toneLevelDbfs(heard, 1000, fromMs, toMs) + 3.15) < 0.3);
  }
  assert.equal(stats.packetsLost, 2);
});

test("a stranger is not heard while the far end speaks", async () => {
  const far = await aSocket();
  const stranger = await aSocket();
  const session = await media.openSession({});
  await start(session, towards(far.port));
  far.socket.send(milliwatt(0), session.localPort, "127.0.0.1");
  await received(session, 1);

  for (let index = 100; index < 110; index++) stranger.socket.send(milliwatt(index), session.localPort, "127.0.0.1");
  far.socket.send(milliwatt(1), session.localPort, "127.0.0.1");
  await received(session, 2);
  const packet = await far.next();
  const stats = await session.close();
  far.socket.close();
  stranger.socket.close();

  assert.equal(packet[0], 0x80);
  assert.equal(stats.packetsReceived, 2);
});

test("packets on the wire count on by one, marked at the first, and end with RTCP BYE", async () => {
  const far = await aSocket();
  const session = await media.openSession({});
  await start(session, towards(far.port));

  const packets = [await far.next(), await far.next(), await far.next(), await far.next()];
  const goodbye = far.next();
  const closed = session.close();
  let last = await goodbye;
  // A packet of audio may still have been on its way.
  while (last[1] === 0) last = await far.next();
  await closed;
  far.socket.close();

  let before: Buffer | undefined;
  for (const packet of packets) {
    const ahead = before === undefined ? 0 : (packet.readUInt32BE(4) - before.readUInt32BE(4)) >>> 0;
    assert.equal(ahead % 160, 0);
    // Only the first packet and one after a skipped tick are marked.
    assert.equal(packet[1], ahead === 160 ? 0 : 0x80);
    if (before !== undefined) assert.equal((packet.readUInt16BE(2) - before.readUInt16BE(2)) & 0xffff, 1);
    assert.equal(packet.length, 172);
    before = packet;
  }
  assert.equal(last[1], 200);
  assert.deepEqual([...last.subarray(-8, -4)], [0x81, 203, 0, 1]);
});

test("sessions speak IPv6", async (t) => {
  const far = await aSocket("udp6").catch(() => undefined);
  if (far === undefined) return t.skip("this machine has no IPv6");
  const other = await createMedia({ address: "::1", portRange: { min: 0, max: 0 }, log: silentLogger });
  const session = await other.openSession({});
  await start(session, towards(far.port, { remoteAddress: "::1", remoteRtcpAddress: "::1" }));

  const packet = await far.next();
  far.socket.send(milliwatt(0), session.localPort, "::1");
  await received(session, 1);
  await other.close();
  far.socket.close();

  assert.equal(packet.length, 172);
});

test("decodes WAV files beside the calls, refuses others with what they are, and copies only the bytes it was given", async () => {
  const own = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger });
  const file = encodeWav(tone(440, 250, -6));
  const inside = Buffer.concat([Buffer.alloc(10), file, Buffer.alloc(10)]).subarray(10, 10 + file.length);
  assert.equal(own.ledger().workers, 1);

  const [one, other] = await Promise.all([own.decodeWav(file), own.decodeWav(inside)]);
  await assert.rejects(own.decodeWav(Buffer.from("ID3 not a wave")), {
    code: "MEDIA_UNSUPPORTED_AUDIO",
    message: /^found an MP3 file; a WAV file is needed: PCM of 8, 16, 24 or 32 bits/,
  });

  assert.equal(dominantFrequencyHz(one), 440);
  assert.deepEqual(one.samples, other.samples);
  assert.ok(one.samples.buffer instanceof SharedArrayBuffer);
  assert.equal(file.length, 44 + 4000);
  assert.deepEqual(openIn(own), { sessions: 0, sockets: 0, workers: 2, mixers: 0, members: 0 });
  await own.close();
  assert.deepEqual(openIn(own), { sessions: 0, sockets: 0, workers: 0, mixers: 0, members: 0 });
  await assert.rejects(own.decodeWav(file), { code: "MEDIA_CLOSED" });
});

test("a long file can be played while it is decoded, and a short one does not wait for it", async () => {
  const own = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger });
  const minutes = pcmFromSamples(Array.from({ length: 8000 * 600 }, (_, index) => ((index * 7919) % 20_000) - 10_000));
  const order: string[] = [];
  const long = await own.beginWav(encodeWav(minutes));
  void long.growth?.whole.then(() => order.push("long"));
  const short = await own.beginWav(encodeWav(tone(440, 250, -6)));
  order.push("short");
  const whole = await long.growth?.whole;

  assert.equal(long.samples.length, minutes.samples.length);
  assert.equal(short.growth, undefined);
  assert.deepEqual(order, ["short", "long"]);
  assert.deepEqual(whole?.samples, minutes.samples);
  await own.close();
});

test("closing the room closes its sessions, and those being opened", async () => {
  const own = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger, workers: 2 });
  const session = await own.openSession({});
  await start(session, towards(9));
  const opening = own.openSession({}).then(() => "opened", errorCode);

  await own.close();

  assert.deepEqual(openIn(own), { sessions: 0, sockets: 0, workers: 0, mixers: 0, members: 0 });
  assert.equal(await opening, "MEDIA_CLOSED");
  assert.equal((await session.stats()).packetsReceived, 0);
  assert.equal((await session.stopCapture()).samples.length, 0);
});

test("an owner that throws at an event is logged, and its calls go on", async () => {
  const errors: object[] = [];
  const log = { ...silentLogger, error: (facts: object) => void errors.push(facts) };
  const own = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log });
  const finished = new Promise<void>((resolve, reject) => {
    own
      .openSession({
        onPlaybackStarted() {
          throw new Error("mine");
        },
        onPlaybackFinished: () => resolve(),
      })
      .then((session) => {
        session.start(towards(9));
        session.play("p", tone(440, 20, -6), 1);
      }, reject);
  });

  await finished;
  await own.close();

  assert.deepEqual(errors, [{ error: "mine", event: "playback-started" }]);
});
