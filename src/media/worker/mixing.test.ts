import assert from "node:assert/strict";
import { test } from "node:test";
import { audioTo, createMediaScene, type MediaScene } from "../../testing/internal/media-scene.ts";
import { slicePcm, tone, toneLevelDbfs } from "../../testing/tones.ts";
import type { AudioCodec, NegotiatedAudio } from "../../sdp/index.ts";
import type { MediaMixer, MediaSession, MemberLevel, MixerDelegate, MixerPart, Pcm } from "../types.ts";

const payloadTypes: Readonly<Record<AudioCodec["name"], number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };
const all: MixerPart = { isHeard: true, hears: true };

interface Phone {
  readonly hz: number;
  readonly session: MediaSession;
  readonly leg: MediaSession;
}

interface Room extends MediaScene {
  readonly mixer: MediaMixer;
  readonly phones: readonly Phone[];
}

/** A mixer with phones, each with a tone of its own; none speaks yet. */
async function aRoom(
  codecs: readonly AudioCodec["name"][],
  delegate: MixerDelegate = {},
  change: Partial<NegotiatedAudio> = {},
): Promise<Room> {
  const scene = await createMediaScene();
  const mixer = scene.media.openMixer(delegate);
  const phones: Phone[] = [];
  for (const [index, name] of codecs.entries()) {
    const { session } = await scene.open();
    const leg = await scene.settled(scene.media.openSession({}));
    const codec = { name, payloadType: payloadTypes[name] };
    session.start(audioTo(leg.localPort, { codec, ...change }));
    leg.start(audioTo(session.localPort, { codec, ...change }));
    mixer.add(leg, all);
    phones.push({ hz: 500 + 300 * index, session, leg });
  }
  scene.pass(100);
  return { ...scene, mixer, phones };
}

/** Some phones say their tones for a time; gives what each phone hears once it has settled. */
async function talk(room: Room, speaking: readonly Phone[], ms = 1000, levelDbfs = -20): Promise<readonly Pcm[]> {
  for (const { session, hz } of speaking) session.play("tone", tone(hz, ms, levelDbfs), 1);
  for (const { session } of room.phones) session.startCapture();
  room.pass(ms);
  const heard = await room.settled(Promise.all(room.phones.map(({ session }) => session.stopCapture())));
  return heard.map((pcm) => slicePcm(pcm, 300, ms - 50));
}

for (const codecs of [
  ["PCMU", "PCMU", "PCMA", "PCMA"],
  ["PCMU", "PCMA", "G722", "opus"],
  ["opus", "opus", "opus", "PCMU"],
] as const) {
  test(`in a room of ${codecs.join(", ")} each hears all others at their level, and itself not at all`, async (t) => {
    const room = await aRoom(codecs);

    const heard = await talk(room, room.phones);

    let worst = Infinity;
    for (const [index, pcm] of heard.entries()) {
      for (const [other, { hz }] of room.phones.entries()) {
        const level = toneLevelDbfs(pcm, hz);
        if (other === index) worst = Math.min(worst, -20 - level);
        else assert.ok(Math.abs(level + 20) < 2.5, `${codecs[index]} hears ${codecs[other]} at ${level} dBFS`);
      }
    }
    t.diagnostic(`itself ${worst.toFixed(1)} dB below the others`);
    assert.ok(worst > 30, `itself ${worst} dB below the others`);
    await room.settled(room.media.close());
  });
}

test("who is muted is heard by nobody, hears the others, and is heard again", async () => {
  const room = await aRoom(["PCMU", "opus", "PCMA"]);
  const [muted, second, third] = room.phones;
  assert.ok(muted !== undefined && second !== undefined && third !== undefined);
  room.mixer.set(muted.leg, { isHeard: false, hears: true });

  const [heard, ...byOthers] = await talk(room, room.phones);

  for (const pcm of byOthers) assert.ok(toneLevelDbfs(pcm, muted.hz) < -55);
  for (const { hz } of [second, third]) assert.ok(toneLevelDbfs(heard ?? slicePcm(assert.fail(), 0), hz) > -23);
  room.mixer.set(muted.leg, all);
  for (const pcm of (await talk(room, room.phones)).slice(1)) assert.ok(toneLevelDbfs(pcm, muted.hz) > -23);
  await room.settled(room.media.close());
});

test("who does not hear gets silence, 50 packets a second, and is heard", async () => {
  const room = await aRoom(["PCMU", "PCMU"]);
  const [deaf, other] = room.phones;
  assert.ok(deaf !== undefined && other !== undefined);
  room.mixer.set(deaf.leg, { isHeard: true, hears: false });
  const before = await room.settled(deaf.leg.stats());

  const [heard, byOther] = await talk(room, room.phones);

  assert.ok(heard?.samples.every((sample) => Math.abs(sample) < 10));
  assert.ok(toneLevelDbfs(byOther ?? assert.fail(), deaf.hz) > -23);
  const after = await room.settled(deaf.leg.stats());
  assert.ok(Math.abs(after.packetsSent - before.packetsSent - 50) <= 2);
  await room.settled(room.media.close());
});

// Acceptance: 24
test("in a silent room everybody gets 50 packets a second, which are silence", async () => {
  const room = await aRoom(["PCMU", "opus", "G722"]);
  room.pass(1000);
  const before = await room.settled(Promise.all(room.phones.map(({ leg }) => leg.stats())));

  const heard = await talk(room, [], 15_000);

  const after = await room.settled(Promise.all(room.phones.map(({ leg }) => leg.stats())));
  for (const [index, pcm] of heard.entries()) {
    assert.ok(pcm.samples.every((sample) => Math.abs(sample) < 16));
    const sent = (after[index]?.packetsSent ?? 0) - (before[index]?.packetsSent ?? 0);
    assert.ok(Math.abs(sent - 750) <= 2, `${sent} packets`);
  }
  await room.settled(room.media.close());
});

test("a prompt to one phone is heard by it over the room, and by nobody else; the room goes on behind it", async () => {
  const room = await aRoom(["PCMU", "PCMA", "opus"]);
  const [first] = room.phones;
  assert.ok(first !== undefined);
  first.leg.play("prompt", tone(2500, 500, -20), 1);
  const during = await talk(room, room.phones, 800);
  const behind = await talk(room, room.phones);

  const [heard, ...byOthers] = during;
  assert.ok(toneLevelDbfs(heard ?? assert.fail(), 2500, 0, 150) > -23);
  for (const { hz } of room.phones.slice(1)) assert.ok(toneLevelDbfs(heard ?? assert.fail(), hz, 0, 150) < -50);
  for (const pcm of byOthers) {
    assert.ok(toneLevelDbfs(pcm, 2500) < -50);
    assert.ok(toneLevelDbfs(pcm, first.hz) > -23);
  }
  for (const { hz } of room.phones.slice(1)) assert.ok(toneLevelDbfs(behind[0] ?? assert.fail(), hz) > -23);
  await room.settled(room.media.close());
});

test("who leaves hears nobody and is heard by nobody, and enters again", async () => {
  const room = await aRoom(["PCMU", "opus", "PCMA"]);
  const [first] = room.phones;
  assert.ok(first !== undefined);
  room.mixer.remove(first.leg);

  const [heard, ...byOthers] = await talk(room, room.phones);

  assert.ok(heard?.samples.every((sample) => Math.abs(sample) < 10));
  for (const pcm of byOthers) assert.ok(toneLevelDbfs(pcm, first.hz) < -55);
  room.mixer.add(first.leg, all);
  assert.throws(() => room.mixer.add(first.leg, all), { code: "MEDIA_ALREADY_BRIDGED" });
  for (const pcm of (await talk(room, room.phones)).slice(1)) assert.ok(toneLevelDbfs(pcm, first.hz) > -23);
  await room.settled(room.media.close());
});

// Acceptance: 28
test("a session that closes leaves, and a mixer that closes leaves all in silence; nothing is left", async () => {
  const room = await aRoom(["PCMU", "PCMA", "opus"]);
  const [first] = room.phones;
  assert.deepEqual([room.media.ledger().mixers, room.media.ledger().members], [1, 3]);
  await room.settled(first?.leg.close() ?? assert.fail());
  assert.equal(room.media.ledger().members, 2);

  room.mixer.close();
  room.mixer.close();

  assert.deepEqual([room.media.ledger().mixers, room.media.ledger().members], [0, 0]);
  const [, second] = await talk(room, room.phones.slice(1));
  assert.ok(second?.samples.every((sample) => Math.abs(sample) < 10));
  await room.settled(room.media.close());
});

test("levels are told five times a second while somebody speaks, of those who do, and for ten seconds more that nobody does", async () => {
  const events: (readonly MemberLevel[])[] = [];
  const room = await aRoom(["PCMU", "opus", "PCMA"], { onLevels: (levels) => void events.push(levels) });
  room.pass(1000);
  assert.equal(events.length, 0);

  await talk(room, room.phones.slice(0, 2), 1000);
  room.pass(15_000);

  const told = events.map((levels) => ({
    hz: levels.map(({ session }) => room.phones.find(({ leg }) => leg === session)?.hz),
    levels: levels.map(({ belowFullScaleDb }) => belowFullScaleDb),
  }));
  const speaking = told.filter(({ hz }) => hz.length === 2);
  // A level goes down by 29 dB in a second.
  assert.ok(Math.abs(speaking.length - 8) <= 1, `${speaking.length} of ${told.length}`);
  assert.deepEqual(speaking[1]?.hz, [500, 800]);
  // A sine of -20 dBFS is 3 dB below a square wave of that peak.
  for (const { levels } of speaking.slice(1, 5)) {
    for (const level of levels) assert.ok(Math.abs(level - 23) <= 1, `${level} dB`);
  }
  assert.deepEqual(told.at(-1), { hz: [], levels: [] });
  assert.equal(told.filter(({ hz }) => hz.length === 0).length, 50);
  await room.settled(room.media.close());
});

test("media of a member flows with its first packet, is lost after ten silent seconds, and flows again", async () => {
  const told: string[] = [];
  const room = await aRoom(["PCMU", "PCMU"], {
    onMediaFlows: () => void told.push("flows"),
    onMediaLost: () => void told.push("lost"),
  });
  assert.deepEqual(told, ["flows", "flows"]);
  const [first] = room.phones;
  const audio = audioTo(first?.leg.localPort ?? 0);
  first?.session.start({ ...audio, direction: "recvonly" });
  room.pass(9900);
  assert.equal(told.length, 2);
  room.pass(300);
  assert.deepEqual(told.slice(2), ["lost"]);

  first?.session.start(audio);
  room.pass(100);

  assert.deepEqual(told.slice(2), ["lost", "flows"]);
  await room.settled(room.media.close());
});

for (const [name, ptimeMs] of [
  ["PCMU", 10],
  ["PCMA", 30],
  ["G722", 60],
  ["opus", 40],
] as const) {
  test(`phones of ${name} in packets of ${ptimeMs} ms hear each other`, async () => {
    const room = await aRoom([name, name], {}, { ptimeMs });

    const heard = await talk(room, room.phones);

    const [first, second] = room.phones;
    assert.ok(toneLevelDbfs(heard[0] ?? assert.fail(), second?.hz ?? 0) > -23);
    assert.ok(toneLevelDbfs(heard[1] ?? assert.fail(), first?.hz ?? 0) > -23);
    assert.ok(toneLevelDbfs(heard[0] ?? assert.fail(), first?.hz ?? 0) < -53);
    const gaps = (heard[0] ?? assert.fail()).samples.reduce(
      (longest, sample) => {
        const run = Math.abs(sample) < 100 ? longest.run + 1 : 0;
        return { run, longest: Math.max(longest.longest, run) };
      },
      { run: 0, longest: 0 },
    );
    assert.ok(gaps.longest < 8 * 3, `${gaps.longest / 8} ms of silence`);
    await room.settled(room.media.close());
  });
}

test("what a phone says is with the others within two ticks of what the network and the wait for late packets take", async (t) => {
  const room = await aRoom(["PCMU", "PCMA", "opus"]);
  const [speaker, ...others] = room.phones;
  assert.ok(speaker !== undefined);
  // Both ways take a millisecond each, a packet is 20 ms long, and a playout waits for 20 ms at least.
  room.pass(2000);
  for (const { session } of room.phones) session.startCapture();
  speaker.session.play("tone", tone(speaker.hz, 500, -10), 1);

  room.pass(600);

  const heard = await room.settled(Promise.all(others.map(({ session }) => session.stopCapture())));
  for (const [index, pcm] of heard.entries()) {
    const delayMs = pcm.samples.findIndex((sample) => Math.abs(sample) > 2000) / 8;
    t.diagnostic(`${index === 0 ? "PCMA" : "opus"}: ${delayMs} ms`);
    assert.ok(delayMs > 0 && delayMs < 105, `${delayMs} ms`);
  }
  await room.settled(room.media.close());
});
