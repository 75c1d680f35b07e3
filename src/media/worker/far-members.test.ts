import assert from "node:assert/strict";
import { test } from "node:test";
import { audioTo, createMediaScene, sceneHost, type MediaScene } from "../../testing/internal/media-scene.ts";
import { slicePcm, tone, toneLevelDbfs } from "../../testing/tones.ts";
import { createRingMemory } from "../node/mixer/audio-ring.ts";
import { createRtpHost, type RtpHost } from "./rtp-host.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { MediaSession, MixerPart, Pcm } from "../types.ts";
import type { RtpEvent } from "./messages.ts";

const all: MixerPart = { isHeard: true, hears: true };
const MIXER = 7;

interface Phone {
  readonly hz: number;
  readonly session: MediaSession;
  readonly member: number;
}

/** Two hosts as two workers have them: the mixer and the first phone are in one, the other phones in the other. */
async function aDividedRoom(codecs: readonly Partial<NegotiatedAudio>[]) {
  const scene = await createMediaScene();
  const events: RtpEvent[] = [];
  const hosts = [0, 1].map(() =>
    createRtpHost(
      scene.packets,
      scene.clock,
      { rtpTimeoutMs: 0, holdTimeoutMs: 0 },
      (event) => void events.push(event),
    ),
  );
  const [near, far] = hosts;
  assert.ok(near !== undefined && far !== undefined);
  near.handle({ type: "open-mixer", mixer: MIXER, rateHz: 16_000 });
  const phones: Phone[] = [];
  for (const [index, change] of codecs.entries()) {
    const host: RtpHost = index === 0 ? near : far;
    const { session, port } = await scene.open();
    const member = index + 1;
    const legPort = 40_000 + 2 * index;
    host.handle({ type: "open", request: member, session: member, address: sceneHost, port: legPort });
    scene.pass(5);
    for (let step = 0; step < 20; step++) await Promise.resolve();
    session.start(audioTo(legPort, change));
    host.handle({ type: "start", session: member, audio: audioTo(port, change) });
    if (host === near) near.handle({ type: "add-member", mixer: MIXER, member, part: all });
    else addFar(near, far, member);
    phones.push({ hz: 500 + 300 * index, session, member });
  }
  scene.pass(200);
  return { ...scene, near, far, phones, events };
}

function addFar(near: RtpHost, far: RtpHost, member: number): void {
  const rings = { toMixer: createRingMemory(), fromMixer: createRingMemory() };
  near.handle({ type: "add-member", mixer: MIXER, member, part: all, rings });
  far.handle({ type: "sit-far", session: member, mixer: MIXER, rings, rateHz: 16_000 });
}

async function talk({ settled, pass }: MediaScene, phones: readonly Phone[], ms = 1000): Promise<readonly Pcm[]> {
  for (const { session, hz } of phones) session.play("tone", tone(hz, ms, -20), 1);
  for (const { session } of phones) session.startCapture();
  pass(ms);
  const heard = await settled(Promise.all(phones.map(({ session }) => session.stopCapture())));
  return heard.map((pcm) => slicePcm(pcm, 300, ms - 50));
}

test("members whose sessions are in another worker hear all others and are heard, without a hole", async () => {
  const room = await aDividedRoom([
    {},
    { codec: { name: "PCMA", payloadType: 8 } },
    { codec: { name: "G722", payloadType: 9 }, ptimeMs: 30 },
  ]);

  for (const [index, pcm] of (await talk(room, room.phones)).entries()) {
    for (const [other, { hz }] of room.phones.entries()) {
      const level = toneLevelDbfs(pcm, hz);
      if (other === index) assert.ok(level < -53, `phone ${index} hears itself at ${level} dBFS`);
      else assert.ok(Math.abs(level + 20) < 2.5, `phone ${index} hears phone ${other} at ${level} dBFS`);
    }
    let run = 0;
    for (const sample of pcm.samples) {
      run = Math.abs(sample) < 20 ? run + 1 : 0;
      assert.ok(run < 40, "5 ms of silence");
    }
  }
  await room.settled(room.media.close());
});

test("a member of another worker is muted at once, and what it said meanwhile is not heard later", async () => {
  const room = await aDividedRoom([{}, {}]);
  const [first, second] = room.phones;
  assert.ok(first !== undefined && second !== undefined);
  await talk(room, room.phones);
  room.near.handle({ type: "set-member", mixer: MIXER, member: second.member, part: { isHeard: false, hears: true } });
  room.pass(100);
  const [during] = await talk(room, room.phones);
  room.pass(300);
  room.near.handle({ type: "set-member", mixer: MIXER, member: second.member, part: all });
  first.session.startCapture();
  room.pass(500);
  const behind = await room.settled(first.session.stopCapture());

  assert.ok(toneLevelDbfs(during ?? assert.fail(), second.hz) < -55);
  assert.ok(toneLevelDbfs(behind, second.hz) < -60);
  await room.settled(room.media.close());
});

test("media of a member of another worker is told by that worker, and its levels by the mixer's", async () => {
  const room = await aDividedRoom([{}, {}]);

  await talk(room, room.phones);

  const flowing = room.events.flatMap((event) => (event.type === "media-flows" ? [event.session] : []));
  assert.deepEqual(flowing, [1, 2]);
  const speaking = room.events.flatMap((event) => (event.type === "levels" ? [event.levels] : []));
  assert.ok(speaking.some((levels) => levels.length === 2 && levels.every(({ belowFullScaleDb: db }) => db === 23)));
  await room.settled(room.media.close());
});

test("who stands up hears silence", async () => {
  const room = await aDividedRoom([{}, {}]);
  room.near.handle({ type: "remove-member", mixer: MIXER, member: 2 });
  room.far.handle({ type: "stand-up", session: 2 });

  const heard = await talk(room, room.phones);

  for (const pcm of heard) assert.ok(pcm.samples.every((sample) => Math.abs(sample) < 10));
  await room.settled(room.media.close());
});
