import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import {
  createMedia,
  measureSpeech,
  pcmFromSamples,
  type Media,
  type MediaSession,
  type Pcm,
  type RecordedAudio,
} from "../../src/media/index.ts";
import { dominantFrequencyHz, slicePcm, tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { createMemoryPackets } from "../../src/testing/internal/memory-packets.ts";
import { startVirtualTime } from "../../src/testing/internal/virtual-time.ts";
import { agreedWith, aParty, connect, type Party } from "./media-kit.ts";

const time = startVirtualTime();
/** Workers and sockets of the machine. */
const onSockets = { address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger };
/** One thread, virtual time, a network in memory: no packet is late. */
const options = { ...onSockets, local: { clock: time.clock, io: createMemoryPackets(time.clock) } };
let folder: string;
let server: Media;
let phones: Media;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "offhook-record-"));
  server = await createMedia({ ...options, recordingsFolder: folder });
  phones = await createMedia(options);
});

after(async () => {
  await server.close();
  await phones.close();
  time.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The channels of a finished file, after its form, length and checksum were compared with what was told of it. */
async function channelsOf(audio: RecordedAudio): Promise<readonly Pcm[]> {
  const bytes = await readFile(audio.path);
  assert.equal(createHash("sha256").update(bytes).digest("hex"), audio.sha256);
  assert.equal(bytes.toString("latin1", 0, 4) + bytes.toString("latin1", 8, 16), "RIFFWAVEfmt ");
  assert.deepEqual(
    [bytes.readUInt32LE(24), bytes.readUInt16LE(34), bytes.readUInt16LE(22)],
    [8000, 16, audio.channels],
  );
  assert.equal(bytes.readUInt32LE(40), bytes.length - 44);
  assert.equal(bytes.length - 44, audio.samples * 2 * audio.channels);
  assert.equal(audio.durationMs, audio.samples / 8);
  assert.equal((await server.decodeWav(bytes)).samples.length, audio.samples);
  return Array.from({ length: audio.channels }, (_, channel) =>
    pcmFromSamples(
      Int16Array.from({ length: audio.samples }, (__, index) =>
        bytes.readInt16LE(44 + 2 * (index * audio.channels + channel)),
      ),
    ),
  );
}

interface Scene {
  readonly phone: Party;
  readonly leg: Party;
}

/** Plays a scene. */
async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const opened = { phone: await aParty(phones), leg: await aParty(server) };
  connect(opened.phone.session, opened.leg.session);
  try {
    await play(opened);
  } finally {
    await Promise.all([opened.phone.session.close(), opened.leg.session.close()]);
  }
}

async function say(party: Party, hz: number, durationMs: number): Promise<void> {
  const id = `${hz} ${party.reported.length}`;
  party.session.play(id, tone(hz, durationMs, hz === 0 ? -200 : -12), 1);
  await party.heard(`finished ${id}`);
}

/** Lets time pass. */
const wait = (party: Party, durationMs: number) => say(party, 0, durationMs);

function assertPart(pcm: Pcm, hz: number, fromMs: number, toMs: number): void {
  assert.equal(dominantFrequencyHz(pcm, fromMs, toMs), hz);
  assert.ok(Math.abs(toneLevelDbfs(pcm, hz, fromMs, toMs) + 12) < 1);
}

test("stereo has what the far end said on the left and what it heard on the right, at the same time", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.startRecording({ track: "both" });
    await Promise.all([say(phone, 500, 400), say(leg, 1000, 400)]);
    await wait(leg, 100);
    const audio = await recording.stop();
    const [left, right] = await channelsOf(audio);

    for (const [pcm, hz] of [
      [left, 500],
      [right, 1000],
    ] as const) {
      assert.ok(pcm !== undefined);
      const segments = measureSpeech(pcm).segments;
      assert.equal(segments.length, 1);
      const [{ startMs, endMs } = { startMs: 0, endMs: 0 }] = segments;
      assert.ok(Math.abs(endMs - startMs - 400) <= 20, `${endMs - startMs} ms`);
      assertPart(pcm, hz, startMs, endMs);
    }
    assert.deepEqual(audio.gaps, []);
    assert.deepEqual(await recording.stop(), audio);
    assert.deepEqual(await recording.ended, audio);
  }));

for (const track of ["incoming", "outgoing"] as const) {
  test(`the ${track} track is mono and has only that side`, () =>
    scene(async ({ phone, leg }) => {
      const recording = leg.session.startRecording({ track });
      await Promise.all([say(phone, 500, 300), say(leg, 1000, 300)]);
      await wait(leg, 60);
      const audio = await recording.stop();
      const [pcm] = await channelsOf(audio);

      assert.equal(audio.channels, 1);
      assert.ok(pcm !== undefined);
      assert.equal(dominantFrequencyHz(slicePcm(pcm, 60, 260)), track === "incoming" ? 500 : 1000);
      assert.ok(toneLevelDbfs(pcm, track === "incoming" ? 1000 : 500) < -50);
    }));
}

test("a pause is silence between tones, and takes nothing from the length", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.startRecording({ track: "incoming" });
    const unbroken = leg.session.startRecording({ track: "incoming" });
    const said = say(phone, 500, 2000);
    await wait(leg, 400);
    recording.pause();
    await wait(leg, 800);
    recording.resume();
    await said;
    const [audio, whole] = await Promise.all([recording.stop(), unbroken.stop()]);
    const [pcm] = await channelsOf(audio);
    await channelsOf(whole);

    assert.ok(pcm !== undefined);
    assert.ok(Math.abs(audio.samples - whole.samples) <= 80, `${audio.samples} and ${whole.samples} samples`);
    const isTone = (ms: number) => toneLevelDbfs(pcm, 1400, ms, ms + 20) > -14;
    const at = Array.from({ length: Math.floor(audio.durationMs / 20) }, (_, index) => index * 20).filter(isTone);
    const [first = 0, last = 0] = [at[0], at.at(-1)];
    assert.ok(at.length >= 16 && at.length <= 20, `tones at ${String(at)} ms`);
    assert.ok(last - first >= 700 && last - first <= 860, `tones at ${first} and ${last} ms`);
    assert.equal(measureSpeech(slicePcm(pcm, first + 240, last - 240)).speechMs, 0);
    assertPart(pcm, 500, 100, first - 20);
    assertPart(pcm, 500, last + 40, last + 500);
  }));

test("keys are heard as tones in both directions, though they travel as events", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.startRecording({ track: "both" });
    phone.session.sendDigits("from", "5", 200, 60);
    leg.session.sendDigits("to", "9", 200, 60);
    await Promise.all([leg.heard("digit 5 200"), phone.heard("digit 9 200")]);
    await wait(leg, 60);
    const channels = await channelsOf(await recording.stop());

    channels.forEach((pcm, index) => {
      const [key] = measureSpeech(pcm).segments;
      assert.ok(key !== undefined && Math.abs(key.endMs - key.startMs - 200) <= 20);
      for (const hz of [index === 0 ? 770 : 852, index === 0 ? 1336 : 1477]) {
        assert.ok(toneLevelDbfs(pcm, hz, key.startMs, key.endMs) > -12);
      }
    });
  }));

test("a message ends at its duration, to the sample", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.recordUntil({ maxMs: 700, terminators: ["#"] });
    const said = say(phone, 500, 900);
    const { audio, end, terminator } = await recording.ended;
    const [pcm] = await channelsOf(audio);
    await said;

    assert.deepEqual([audio.samples, audio.channels, end, terminator], [5600, 1, "duration", undefined]);
    assert.ok(pcm !== undefined);
    assertPart(pcm, 500, 100, 700);
  }));

test("a message ends at a terminator, which is not in it", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.recordUntil({ maxMs: 60_000, terminators: ["*", "#"] });
    await say(phone, 500, 300);
    phone.session.sendDigits("keys", "1#", 100, 60);
    const { audio, end, terminator } = await recording.ended;
    const [pcm] = await channelsOf(audio);

    assert.deepEqual([end, terminator], ["terminator", "#"]);
    assert.ok(pcm !== undefined);
    const { segments } = measureSpeech(pcm);
    const key = segments.at(-1) ?? { startMs: 0, endMs: 0 };
    assert.ok(toneLevelDbfs(pcm, 697, key.endMs - 100, key.endMs) > -12, "the key 1");
    assert.ok(toneLevelDbfs(pcm, 941, key.endMs - 100) < -40, "the key #");
    assert.deepEqual(leg.reported.slice(-2), ["digit 1 100", "digit # 100"]);
  }));

test("a message ends after silence that lasts; a shorter one does not end it", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.recordUntil({ maxMs: 60_000, silenceMs: 500 });
    await say(phone, 500, 300);
    await wait(phone, 300);
    await say(phone, 500, 300);
    const { audio, end } = await recording.ended;
    const [pcm] = await channelsOf(audio);

    assert.equal(end, "silence");
    assert.ok(pcm !== undefined);
    const { segments } = measureSpeech(pcm);
    assert.equal(segments.length, 2);
    const tail = audio.durationMs - (segments.at(-1)?.endMs ?? 0);
    assert.ok(tail >= 480 && tail <= 560, `${tail} ms of silence`);
  }));

test("a recording ends with its session, and is whole", () =>
  scene(async ({ phone, leg }) => {
    const recording = leg.session.startRecording({ track: "incoming" });
    const message = leg.session.recordUntil({ maxMs: 60_000 });
    await say(phone, 500, 200);
    await leg.session.close();
    const [pcm] = await channelsOf(await recording.stop());
    const { audio, end } = await message.ended;
    await channelsOf(audio);

    assert.equal(end, "closed");
    assert.ok(pcm !== undefined);
    assert.ok(measureSpeech(pcm).speechMs > 100);
    await assert.rejects(leg.session.startRecording({ track: "both" }).stop(), { code: "MEDIA_SESSION_CLOSED" });
  }));

/** A far end that is only a socket. */
async function aSocket(
  media: Media,
): Promise<{ socket: Socket; session: MediaSession; send(index: number): Promise<void> }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const session = await media.openSession({});
  session.start(agreedWith(socket.address().port));
  const send = async (index: number): Promise<void> => {
    const packet = Buffer.alloc(172, 0x90);
    packet[0] = 0x80;
    packet[1] = 0;
    packet.writeUInt16BE((65_530 + index) & 0xffff, 2);
    packet.writeUInt32BE((0xffff_ff00 + index * 160) >>> 0, 4);
    const before = (await session.stats()).packetsReceived;
    socket.send(packet, session.localPort, "127.0.0.1");
    while ((await session.stats()).packetsReceived === before) await new Promise((resolve) => setImmediate(resolve));
  };
  return { socket, session, send };
}

test("dropped packets are listed where they were, are concealed, and the length is that of the time", async () => {
  const media = await createMedia({ ...onSockets, recordingsFolder: folder });
  const far = await aSocket(media);
  const before = performance.now();
  const recording = far.session.startRecording({ track: "incoming" });
  await far.session.stats();
  const begun = performance.now();
  for (const index of [0, 1, 4, 3, 5, 8, 9]) await far.send(index);
  // The machine may be slow: all of the packets' time must have passed.
  while (performance.now() - begun < 250) await new Promise((resolve) => setImmediate(resolve));
  const ending = performance.now();
  const audio = await recording.stop();
  const after = performance.now();
  const [pcm] = await channelsOf(audio);
  await media.close();
  far.socket.close();

  const start = audio.gaps[0]?.atSample ?? 0;
  assert.deepEqual(
    audio.gaps.map(({ atSample, samples }) => [atSample - start, samples]),
    [
      [0, 160],
      [640, 320],
    ],
  );
  assert.equal(audio.lostSamples, 480);
  assert.ok(pcm !== undefined);
  const at = start - 320;
  assert.ok(pcm.samples.subarray(at, at + 1600).every((sample) => sample !== 0));
  assert.ok(pcm.samples.subarray(at + 1600).every((sample) => sample === 0));
  assert.ok(audio.durationMs >= ending - begun - 1 && audio.durationMs <= after - before + 1);
});

test("a folder that cannot be made is reported by what ends", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const media = await createMedia({ ...options, recordingsFolder: join(file, "inside") });
  const session = await media.openSession({});
  const recording = session.startRecording({ track: "both" });

  await assert.rejects(recording.stop(), {
    code: "MEDIA_RECORDING_FAILED",
    details: { systemCode: "ENOTDIR", path: undefined, samples: 0 },
  });
  await session.close();
  await media.close();
});

test("nothing unfinished is left, and nothing open", async () => {
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith(".part")),
    [],
  );
  assert.equal(server.ledger().sessions, 0);
});
