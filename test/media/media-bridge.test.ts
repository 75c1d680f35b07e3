import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { after, before, test, type TestContext } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createMedia, measureSpeech, type Media, type MediaSession, type PacketWay } from "../../src/media/index.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import { dominantFrequencyHz, slicePcm, tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { createMemoryPackets } from "../../src/testing/internal/memory-packets.ts";
import { startVirtualTime } from "../../src/testing/internal/virtual-time.ts";
import { agreedWith, aParty, connect, openIn, type Party } from "./media-kit.ts";

const time = startVirtualTime();
/** Workers and sockets of the machine. */
const onSockets = { address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger };
/** One thread, virtual time, a network in memory: no packet is late. */
const options = { ...onSockets, local: { clock: time.clock, io: createMemoryPackets(time.clock) } };
let server: Media;
let phones: Media;

before(async () => {
  server = await createMedia({ ...options, workers: 2 });
  phones = await createMedia(options);
});

after(async () => {
  await server.close();
  await phones.close();
  time.stop();
});

/** Two far ends and the two bridged sessions that they are connected to. */
interface Scene {
  readonly caller: Party;
  readonly callee: Party;
  readonly callerLeg: Party;
  readonly calleeLeg: Party;
}

interface SceneOptions {
  readonly caller?: Partial<NegotiatedAudio>;
  readonly callee?: Partial<NegotiatedAudio>;
}

async function aScene(change: SceneOptions): Promise<Scene> {
  const callerLeg = await aParty(server);
  const calleeLeg = await aParty(server, { near: callerLeg.session });
  const [caller, callee] = [await aParty(phones), await aParty(phones)];
  connect(caller.session, callerLeg.session, change.caller);
  connect(callee.session, calleeLeg.session, change.callee);
  return { caller, callee, callerLeg, calleeLeg };
}

const parties = ({ caller, callee, callerLeg, calleeLeg }: Scene) => [caller, callee, callerLeg, calleeLeg];

/** Plays a scene. */
async function scene(play: (scene: Scene) => Promise<void>, change: SceneOptions = {}): Promise<void> {
  const opened = await aScene(change);
  try {
    await play(opened);
  } finally {
    await Promise.all(parties(opened).map(({ session }) => session.close()));
  }
}

/** Plays tones from some to all ends, and gives what each far end heard meanwhile, from the first sound to the last. */
async function exchange(scene: Scene, plays: readonly (readonly [Party, number])[], durationMs = 400) {
  const { caller, callee } = scene;
  caller.session.startCapture();
  callee.session.startCapture();
  for (const [party, hz] of plays) party.session.play(`tone ${hz}`, tone(hz, durationMs, -12), 1);
  await Promise.all(plays.map(([party, hz]) => party.heard(`finished tone ${hz}`)));
  // What is under way still has to come: some more packets from each. From a leg they would take the place of what it passes on.
  const speakers = [...new Set([caller, callee, ...plays.map(([party]) => party)])];
  for (const { session } of speakers) session.play("end", tone(440, 40, -90), 1);
  await Promise.all(speakers.map((party) => party.heard("finished end")));
  return { atCaller: await caller.session.stopCapture(), atCallee: await callee.session.stopCapture() };
}

function assertHeard(pcm: Parameters<typeof measureSpeech>[0], hz: number, durationMs: number): void {
  const { segments } = measureSpeech(pcm);
  const [first, last] = [segments[0], segments.at(-1)];
  assert.ok(first !== undefined && last !== undefined, `silence instead of ${hz} Hz`);
  const part = slicePcm(pcm, first.startMs, last.endMs);
  assert.equal(dominantFrequencyHz(part), hz);
  assert.ok(Math.abs(toneLevelDbfs(part, hz) + 12) < 1);
  assert.ok(Math.abs(last.endMs - first.startMs - durationMs) <= 20, `${last.endMs - first.startMs} ms`);
}

const aLaw = { codec: { name: "PCMA", payloadType: 8 } } as const;
for (const [what, change] of [
  ["u-law to u-law", {}],
  ["A-law to A-law", { caller: aLaw, callee: aLaw }],
  ["u-law to A-law", { callee: aLaw }],
  ["20 ms to 30 ms packets", { callee: { ptimeMs: 30 } }],
] as const) {
  test(`two far ends hear each other's tones both ways, in frequency, level and length (${what})`, () =>
    scene(async (scene) => {
      server.bridge(scene.callerLeg.session, scene.calleeLeg.session);
      const { atCaller, atCallee } = await exchange(scene, [
        [scene.caller, 500],
        [scene.callee, 1000],
      ]);

      assertHeard(atCallee, 500, 400);
      assertHeard(atCaller, 1000, 400);
    }, change));
}

test("a prompt to one leg is heard by that far end only, then both hear each other again", () =>
  scene(async (scene) => {
    server.bridge(scene.callerLeg.session, scene.calleeLeg.session);
    const { atCaller, atCallee } = await exchange(scene, [
      [scene.caller, 500],
      [scene.callee, 1000],
      [scene.callerLeg, 1500],
    ]);
    assertHeard(atCaller, 1500, 400);
    // Some packets of the caller came before the prompt began, none after.
    const early = measureSpeech(atCallee).segments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    assert.ok(early <= 100, `the callee heard ${early} ms of the caller`);

    const again = await exchange(scene, [
      [scene.caller, 600],
      [scene.callee, 1100],
    ]);
    assertHeard(again.atCallee, 600, 400);
    assertHeard(again.atCaller, 1100, 400);
  }));

test("digits pass as events and are told of the leg that they came from; digits to one leg reach it alone", () =>
  scene(async (scene) => {
    server.bridge(scene.callerLeg.session, scene.calleeLeg.session);
    scene.caller.session.sendDigits("keys", "12#", 80, 60);
    await scene.caller.heard("sent keys");
    await scene.callee.heard("digit # 80");
    await scene.callerLeg.heard("digit # 80");
    assert.deepEqual(scene.callee.reported, ["digit 1 80", "digit 2 80", "digit # 80"]);
    assert.deepEqual(scene.callerLeg.reported, scene.callee.reported);

    scene.calleeLeg.session.sendDigits("more", "9", 80, 60);
    await Promise.all([scene.callee.heard("digit 9 80"), scene.calleeLeg.heard("sent more")]);
    assert.deepEqual(scene.calleeLeg.reported, ["sent more"]);
    assert.ok(!scene.caller.reported.includes("digit 9 80"));
  }));

test("a digit is a tone for a far end that takes no events", () =>
  scene(
    async (scene) => {
      server.bridge(scene.callerLeg.session, scene.calleeLeg.session);
      scene.callee.session.startCapture();
      scene.caller.session.sendDigits("key", "5", 100, 60);
      await scene.callerLeg.heard("digit 5 100");
      scene.callee.session.play("a while", tone(440, 300, -90), 1);
      await scene.callee.heard("finished a while");

      const heard = await scene.callee.session.stopCapture();
      const [part] = measureSpeech(heard).segments;
      assert.ok(part !== undefined && Math.abs(part.endMs - part.startMs - 100) <= 20);
      assert.ok(toneLevelDbfs(heard, 770, part.startMs, part.endMs) > -12);
      assert.ok(toneLevelDbfs(heard, 1336, part.startMs, part.endMs) > -12);
    },
    { callee: { telephoneEventPayloadType: undefined } },
  ));

test("closing the bridge, in whichever order with the sessions, leaves silence, and nothing open", async () => {
  const idle = { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 2 };
  for (const order of ["bridge", "caller", "callee"] as const) {
    await scene(async (scene) => {
      const bridge = server.bridge(scene.callerLeg.session, scene.calleeLeg.session);
      await exchange(scene, [[scene.caller, 500]], 60);
      if (order === "bridge") bridge.close();
      if (order === "caller") await scene.callerLeg.session.close();
      if (order === "callee") await scene.calleeLeg.session.close();
      bridge.close();
      bridge.close();
      scene.caller.session.startCapture();
      scene.callee.session.startCapture();
      for (const end of [scene.caller, scene.callee]) end.session.play("late", tone(700, 200, -12), 1);
      await Promise.all([scene.caller.heard("finished late"), scene.callee.heard("finished late")]);

      assert.equal(measureSpeech(await scene.caller.session.stopCapture()).speechMs, 0);
      assert.equal(measureSpeech(await scene.callee.session.stopCapture()).speechMs, 0);
      const left = order === "caller" ? scene.calleeLeg : scene.callerLeg;
      const before = (await left.session.stats()).packetsSent;
      left.session.play("still", tone(440, 40, -30), 1);
      await left.heard("finished still");
      assert.ok((await left.session.stats()).packetsSent > before);
    });
    assert.deepEqual(openIn(server), idle);
  }
});

test("refuses sessions of different workers, in a bridge, or closed", async () => {
  const one = await server.openSession({});
  const near = await server.openSession({}, { near: one });
  const far = await server.openSession({});
  const foreign = await phones.openSession({});

  const bridge = server.bridge(one, near);
  assert.throws(() => server.bridge(one, far), { code: "MEDIA_ALREADY_BRIDGED" });
  bridge.close();
  assert.throws(() => server.bridge(one, far), { code: "MEDIA_BRIDGE_APART" });
  assert.throws(() => server.bridge(one, one), { code: "MEDIA_BRIDGE_APART" });
  assert.throws(() => server.bridge(one, foreign), { code: "MEDIA_SESSION_CLOSED" });
  server.bridge(one, near).close();
  const closing = near.close();
  assert.throws(() => server.bridge(one, near), { code: "MEDIA_SESSION_CLOSED" });
  await Promise.all([closing, one.close(), far.close(), foreign.close()]);
});

/** A far end that is only a socket, and its session. */
async function aSocket(media: Media, near?: MediaSession): Promise<{ socket: Socket; session: MediaSession }> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const session = await media.openSession({}, near === undefined ? {} : { near });
  session.start(agreedWith(socket.address().port));
  return { socket, session };
}

for (const packets of ["dgram", "batched"] as const) {
  void test(`${packets}: a packet is passed on before the next one comes: nothing waits in the bridge`, (context) =>
    passesAtOnce(packets, context));
}

async function passesAtOnce(packets: PacketWay, context: TestContext): Promise<void> {
  const media = await createMedia({ ...onSockets, packets });
  const one = await aSocket(media);
  const other = await aSocket(media, one.session);
  media.bridge(one.session, other.session);
  // What is sent before the worker has heard of that is nobody's.
  await one.session.stats();
  const packet = Buffer.alloc(172, 0x31);
  packet[0] = 0x80;
  packet[1] = 0;
  const delaysMs: number[] = [];
  for (let index = 0; index < 200; index++) {
    packet.writeUInt16BE(index, 2);
    packet.writeUInt32BE(index * 160, 4);
    packet[12] = index;
    const come = new Promise<void>((resolve) => {
      const look = (received: Buffer) => {
        if (received.length !== 172 || received[13] !== 0x31 || received[12] !== index) return;
        other.socket.off("message", look);
        resolve();
      };
      other.socket.on("message", look);
    });
    const sentAt = performance.now();
    one.socket.send(packet, one.session.localPort, "127.0.0.1");
    await come;
    delaysMs.push(performance.now() - sentAt);
  }
  await Promise.all([one.session.close(), other.session.close()]);
  one.socket.close();
  other.socket.close();
  await media.close();

  delaysMs.sort((a, b) => a - b);
  const [median, most] = [delaysMs[100] ?? 0, delaysMs[197] ?? 0];
  context.diagnostic(`delay of the bridge: median ${median.toFixed(2)} ms, p99 ${most.toFixed(2)} ms`);
  assert.equal(delaysMs.length, 200);
}
