import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audioTo,
  createMediaScene,
  type MediaScene,
  type SceneSession,
} from "../../../testing/internal/media-scene.ts";
import { pcmFromSamples } from "../../pcm.ts";

interface Two {
  readonly scene: MediaScene;
  readonly far: SceneSession;
  /** Ours, which is watched. */
  readonly near: SceneSession;
}

/** Two sessions of which each expects the other; neither is started. */
async function two(): Promise<Two> {
  const scene = await createMediaScene();
  return { scene, far: await scene.open(), near: await scene.open() };
}

/** Both are started, and ours is answered. */
async function talking(): Promise<Two> {
  const all = await two();
  all.far.session.start(audioTo(all.near.port));
  all.near.session.start(audioTo(all.far.port));
  all.near.session.answered();
  return all;
}

const found = ({ near }: Two) => near.problems.map(({ type, cause }) => `${type} ${cause}`);
const tone = (ms: number, amplitude = 6000) =>
  pcmFromSamples(
    Array.from({ length: ms * 8 }, (_, index) =>
      Math.max(-32_768, Math.min(32_767, Math.round(amplitude * Math.sin(index / 3)))),
    ),
  );

test("a far end that never sends is told six seconds after the answer, with the address that it signalled", async () => {
  const all = await two();
  all.near.session.start(audioTo(all.far.port));
  all.scene.pass(20_000);
  assert.deepEqual(found(all), []);

  all.near.session.answered();
  all.near.session.play("prompt", tone(30_000), 1);
  all.scene.pass(5_900);
  assert.deepEqual(found(all), []);
  all.scene.pass(1_200);
  assert.deepEqual(found(all), ["one-way no-packets"]);
  assert.match(all.near.problems[0]?.message ?? "", new RegExp(`signalled address 127\\.0\\.0\\.1:${all.far.port}$`));
  all.scene.pass(10_000);
  assert.equal(all.near.problems.length, 1);
});

test("packets of a stranger are told as the cause, with where they came from", async () => {
  const all = await two();
  const stranger = await all.scene.packets.open("127.0.0.1", 0, () => undefined);
  all.near.session.start(audioTo(all.far.port));
  all.near.session.answered();
  all.near.session.play("prompt", tone(30_000), 1);
  const packet = Uint8Array.from({ length: 172 }, (_, index) => (index === 0 ? 0x80 : index < 12 ? 0 : 0x20));
  // One after the other with the same number is no stream.
  for (let count = 0; count < 80; count++) {
    stranger.send(packet, stranger.prepare("127.0.0.1", all.near.port));
    all.scene.pass(100);
  }

  assert.deepEqual(found(all), ["one-way strangers"]);
  assert.match(all.near.problems[0]?.message ?? "", new RegExp(`came from 127\\.0\\.0\\.1:${stranger.port} and`));
  const { dropped } = await all.scene.settled(all.near.session.stats());
  assert.deepEqual(dropped, { stranger: 80 });
});

test("a far end that is heard late is told, and its call does not end with that fault", async () => {
  const all = await two();
  all.near.session.start(audioTo(all.far.port));
  all.near.session.answered();
  all.near.session.play("prompt", tone(30_000), 1);
  all.scene.pass(8_000);
  all.far.session.start(audioTo(all.near.port));
  all.far.session.play("answer", tone(10_000), 1);
  all.scene.pass(8_000);

  assert.deepEqual(found(all), ["one-way no-packets"]);
  assert.deepEqual((await all.scene.settled(all.near.session.close())).problems, []);
});

test("a far end whose reports say nothing of our packets does not hear us", async () => {
  const all = await talking();
  all.scene.packets.treat(all.near.port, { lossRatio: 1 });
  all.far.session.play("caller", tone(30_000), 1);
  all.scene.pass(20_000);

  assert.deepEqual(found(all), ["one-way not-reported"]);
});

test("a way that breaks during the call is told by reports that no longer grow", async () => {
  const all = await talking();
  all.far.session.play("caller", tone(60_000), 1);
  all.scene.pass(15_000);
  assert.deepEqual(found(all), []);
  all.scene.packets.treat(all.near.port, { lossRatio: 1 });
  all.scene.pass(30_000);

  assert.deepEqual(found(all), ["one-way not-arriving"]);
});

test("ten seconds without a sound of either side are dead air, and told once", async () => {
  const all = await talking();
  all.far.session.play("hello", tone(1_000), 1);
  all.near.session.play("prompt", tone(4_000), 1);
  all.scene.pass(13_000);
  assert.deepEqual(found(all), []);
  all.scene.pass(2_500);
  assert.deepEqual(found(all), ["dead-air both-silent"]);
  all.near.session.play("prompt", tone(1_000), 1);
  all.scene.pass(18_000);

  assert.equal(all.near.problems.length, 1);
  const { longestQuietMs } = await all.scene.settled(all.near.session.stats());
  assert.ok(longestQuietMs > 15_000 && longestQuietMs < 19_000, String(longestQuietMs));
});

test("keys, and somebody who speaks now and then, are no dead air", async () => {
  const all = await talking();
  for (let second = 0; second < 40; second += 8) {
    if (second % 16 === 0) all.far.session.sendDigits(`key ${second}`, "5", 200, 100);
    else all.far.session.play(`word ${second}`, tone(400), 1);
    all.scene.pass(8_000);
  }

  assert.deepEqual(found(all), []);
});

test("a call that is held is silent by intent, and counts anew when it goes on", async () => {
  const all = await talking();
  all.far.session.play("hello", tone(1_000), 1);
  all.scene.pass(5_000);
  all.near.session.start(audioTo(all.far.port, { direction: "inactive" }));
  all.scene.pass(60_000);
  all.near.session.start(audioTo(all.far.port));
  all.scene.pass(9_000);

  assert.deepEqual(found(all), []);
});

test("a muted microphone is told while something is played to it", async () => {
  const all = await talking();
  all.near.session.play("music", tone(30_000), 1);
  all.scene.pass(19_000);
  assert.deepEqual(found(all), []);
  all.scene.pass(3_000);

  assert.deepEqual(found(all), ["dead-air digital-silence"]);
});

test("sound at full scale is clipping, whoever makes it", async () => {
  const all = await talking();
  all.far.session.play("shouting", tone(8_000, 60_000), 1);
  all.near.session.play("prompt", tone(8_000, 60_000), 1);
  all.scene.pass(8_000);

  assert.deepEqual(
    all.near.problems.map(({ type, direction }) => `${type} ${direction}`),
    ["clipping incoming", "clipping outgoing"],
  );
});

test("in a bridge the sound of the one is what the other hears", async () => {
  const scene = await createMediaScene();
  const [caller, agent] = [await scene.open(), await scene.open()];
  const one = await scene.open();
  const other = { problems: [] as string[] };
  const beside = await scene.settled(
    scene.media.openSession({ onAudioProblem: ({ type }) => void other.problems.push(type) }, { near: one.session }),
  );
  caller.session.start(audioTo(one.port));
  one.session.start(audioTo(caller.port));
  agent.session.start(audioTo(beside.localPort));
  beside.start(audioTo(agent.port));
  scene.media.bridge(one.session, beside);
  one.session.answered();
  beside.answered();
  caller.session.play("talk", tone(30_000), 1);
  scene.pass(18_000);

  assert.deepEqual([one.problems.map(({ type }) => type), other.problems], [[], []]);
});
