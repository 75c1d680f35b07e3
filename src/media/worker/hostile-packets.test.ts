import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { silentLogger, type Logger } from "../../kernel/index.ts";
import { settle } from "../../testing/internal/settle.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createHostilePackets } from "../../testing/internal/hostile-packets.ts";
import { audioTo } from "../../testing/internal/media-scene.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { pcmu } from "../codec/g711.ts";
import { createMedia } from "../media.ts";
import { pcmFromSamples } from "../pcm.ts";
import { stampHeader, writeHeader } from "../stream/packet.ts";

import type { DroppedPackets } from "../stream/quality/packet-counts.ts";
import type { MediaSession } from "../types.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const folder = mkdtempSync(join(tmpdir(), "offhook-hostile-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ours = "192.0.2.9";
const farAddress = "203.0.113.5";
/** The far ends say this all the time. */
const honestSample = 4000;

/** A media room on a network in memory, with strangers in it. */
async function aWorld(seed: number) {
  const clock = createManualClock();
  const packets = createMemoryPackets(clock);
  const random = createRandom(seed);
  const errors: string[] = [];
  const log: Logger = {
    ...silentLogger,
    error: (facts, message) => void errors.push(`${message} ${JSON.stringify(facts)}`),
  };
  const media = await createMedia({
    ...{ address: ours, portRange: { min: 0, max: 0 }, recordingsFolder: folder, log },
    local: { clock, io: packets },
  });
  const ticking: (() => void)[] = [];
  const pass = (ms: number) => {
    for (let step = 0; step < ms; step++) {
      clock.advance(1);
      if (clock.monotonicMs() % 20 === 0) for (const tick of ticking) tick();
    }
  };
  const settled = <Value>(work: Promise<Value>) => settle(work, () => pass(1));

  /** A session, and its far end, which sends from `start` on. */
  const open = async (near?: MediaSession) => {
    const digits: string[] = [];
    const session = await settled(
      media.openSession({ onDigit: (digit) => void digits.push(digit) }, near === undefined ? {} : { near }),
    );
    const address = farAddress;
    const heard: Uint8Array[] = [];
    const socket = await packets.open(address, 0, (packet) => void heard.push(packet.slice()));
    await packets.open(address, socket.port + 1, () => undefined);
    const stream = { ssrc: 4711, sequence: 100, sent: 0 };
    const packet = new Uint8Array(172);
    pcmu.createEncoder().encode(new Int16Array(160).fill(honestSample), 0, 160, packet, 12);
    writeHeader(packet, 0, stream.ssrc);
    const speak = () => {
      stampHeader(packet, false, 0, stream.sequence, stream.sequence * 160);
      stream.sequence = (stream.sequence + 1) & 0xffff;
      stream.sent++;
      socket.send(packet, socket.prepare(ours, session.localPort));
    };
    const agreed = audioTo(socket.port, { remoteAddress: address, remoteRtcpAddress: address });
    return { session, socket, heard, digits, stream, agreed, speak: () => void ticking.push(speak) };
  };
  /** All far ends fall silent, and what they have sent arrives. */
  const hush = () => {
    ticking.length = 0;
    pass(5);
  };
  return { clock, packets, media, random, errors, pass, settled, open, hush };
}

type World = Awaited<ReturnType<typeof aWorld>>;
type Leg = Awaited<ReturnType<World["open"]>>;

/** Three strangers, of which those at other addresses know the stream; `flood` sends so many datagrams of each to both ports of a session. */
async function strangersOf(world: World) {
  const sockets = await Promise.all(
    ["198.51.100.1", "198.51.100.2", farAddress].map(async (address) => ({
      address,
      socket: await world.packets.open(address, 7, () => undefined),
    })),
  );
  return (legs: readonly Leg[], each: number): void => {
    const makers = legs.map(({ stream }) => {
      const knowing = createHostilePackets(world.random, { ssrc: () => stream.ssrc, sequence: () => stream.sequence });
      const guessing = createHostilePackets(world.random);
      return (address: string) => (address === farAddress ? guessing : knowing).next();
    });
    for (let count = 0; count < each; count++) {
      legs.forEach(({ session }, index) => {
        for (const { address, socket } of sockets) {
          const port = session.localPort + (world.random() < 0.3 ? 1 : 0);
          socket.send(makers[index]?.(address) ?? new Uint8Array(0), socket.prepare(ours, port));
        }
      });
      world.pass(2);
    }
  };
}

const sumOf = (dropped: DroppedPackets) => Object.values(dropped).reduce((sum, count) => sum + count, 0);
const isHonest = (samples: Int16Array) => samples.every((sample) => sample > -1000);

const states: Readonly<Record<string, (leg: Leg, world: World) => void>> = {
  "that was opened only": () => undefined,
  "in early media": ({ session, agreed, speak }) => {
    session.start(agreed);
    speak();
  },
  "that plays": ({ session, agreed, speak }) => {
    session.start(agreed);
    session.answered();
    session.play("prompt", pcmFromSamples(new Int16Array(8000).fill(3000)), 1000);
    speak();
  },
  "that sends keys": ({ session, agreed, speak }) => {
    session.start(agreed);
    session.sendDigits("keys", "0123456789*#".repeat(20), 100, 100);
    speak();
  },
  "that is held": ({ session, agreed, speak }, { pass }) => {
    session.start(agreed);
    session.answered();
    speak();
    pass(200);
    session.start({ ...agreed, direction: "inactive" });
  },
  "that is held in the old way": ({ session, agreed, speak }, { pass }) => {
    session.start(agreed);
    speak();
    pass(200);
    session.start({ ...agreed, remoteAddress: "0.0.0.0", direction: "sendonly" });
  },
};
for (const [name, reach] of Object.entries(states)) {
  test(`a session ${name} counts what strangers send, each with a cause, and lets none of it through`, async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    context.diagnostic(`seed ${seed}`);
    const world = await aWorld(seed);
    const leg = await world.open();
    reach(leg, world);
    leg.session.startCapture();
    world.pass(500);
    const flood = await strangersOf(world);
    flood([leg], 400);
    world.pass(100);

    assert.ok(isHonest((await world.settled(leg.session.stopCapture())).samples));
    world.hush();
    const stats = await world.settled(leg.session.close());
    assert.equal(sumOf(stats.dropped), 3 * 400, JSON.stringify(stats.dropped));
    assert.deepEqual(world.media.ledger().packets.dropped, stats.dropped);
    assert.ok(Math.abs(stats.packetsReceived - (name.includes("opened") ? 0 : leg.stream.sent)) <= 2);
    assert.deepEqual([leg.digits, world.errors], [[], []]);
    assert.equal(stats.reportsReceived, 0);
  });
}

test("nothing of strangers is in a recording or passes a bridge, and the streams go on", async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  const world = await aWorld(seed);
  const one = await world.open();
  const other = await world.open(one.session);
  for (const { session, agreed, speak } of [one, other]) {
    session.start(agreed);
    session.answered();
    speak();
  }
  world.pass(500);
  const recordings = [
    one.session.startRecording({ track: "both" }),
    other.session.startRecording({ track: "incoming" }),
  ];
  const timed = one.session.recordUntil({ maxMs: 1500, terminators: ["#"] });
  world.media.bridge(one.session, other.session);
  const before = [one.heard.length, other.heard.length];
  const flood = await strangersOf(world);
  flood([one, other], 800);
  world.pass(100);

  const files = await world.settled(Promise.all([...recordings.map((one_) => one_.stop()), timed.ended]));
  for (const file of files) {
    const { path } = "audio" in file ? file.audio : file;
    const { samples } = await world.media.decodeWav(readFileSync(path));
    assert.ok(samples.length > 8000 && isHonest(samples), path);
    assert.ok(samples.filter((sample) => Math.abs(sample - honestSample) < 200).length > samples.length * 0.9);
  }
  for (const [index, { heard, digits }] of [one, other].entries()) {
    const later = heard.slice((before[index] ?? 0) + 5).filter((packet) => (packet[1] ?? 0) < 192);
    assert.ok(later.length > 75, String(later.length));
    const audio = later.filter((packet) => ((packet[1] ?? 0) & 0x7f) === 0);
    assert.equal(audio.length, later.length);
    for (const packet of audio) {
      const samples = new Int16Array(160);
      pcmu.createDecoder().decode(packet, 12, packet.length, samples, 0);
      assert.ok(isHonest(samples));
    }
    assert.deepEqual(digits, []);
  }
  assert.deepEqual(world.errors, []);
});

for (const codec of [
  { name: "PCMU", payloadType: 0 },
  { name: "PCMA", payloadType: 8 },
  { name: "G722", payloadType: 9 },
] as const) {
  test(`a far end of ${codec.name} out of its mind costs its own call only, and is heard again when it comes round`, async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    context.diagnostic(`seed ${seed}`);
    const world = await aWorld(seed);
    const mad = await world.open();
    mad.session.start({ ...mad.agreed, codec });
    mad.session.answered();
    mad.session.startRecording({ track: "both" });
    const timed = mad.session.recordUntil({ maxMs: 60_000, silenceMs: 30_000, terminators: [] });
    const { stream, socket, session } = mad;
    const hostile = createHostilePackets(world.random, {
      ssrc: () => stream.ssrc,
      sequence: () => stream.sequence++ & 0xffff,
    });
    for (let count = 0; count < 4000; count++) {
      socket.send(hostile.next(), socket.prepare(ours, session.localPort + (count % 4 === 0 ? 1 : 0)));
      if (count % 4 === 0) world.pass(1);
    }
    world.pass(2000);
    stream.sequence &= 0xffff;
    session.startCapture();
    mad.speak();
    world.pass(3000);

    const { samples } = await world.settled(session.stopCapture());
    world.hush();
    assert.ok(samples.filter((sample) => Math.abs(sample - honestSample) < 200).length > 8000 * 2.5);
    timed.stop();
    await world.settled(timed.ended);
    const stats = await world.settled(session.close());
    const { received, dropped } = world.media.ledger().packets;
    assert.equal(received + sumOf(dropped) + stats.reportsReceived, 4000 + stream.sent, JSON.stringify(stats));
    assert.ok(stats.mos === undefined || (stats.mos >= 1 && stats.mos <= 4.5));
    assert.deepEqual(world.errors, []);
  });
}

test("what strangers send takes no memory, however much it is", async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  const world = await aWorld(seed);
  const legs = [await world.open(), await world.open()];
  for (const { session, agreed, speak } of legs) {
    session.start(agreed);
    session.answered();
    speak();
  }
  const flood = await strangersOf(world);
  const held = () => {
    for (const { heard } of legs) heard.length = 0;
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  flood(legs, 1000);
  const before = held();
  flood(legs, 3000);
  const grownBytes = held() - before;

  context.diagnostic(`${legs.length * 3 * 3000} datagrams, ${grownBytes} bytes`);
  assert.ok(grownBytes < 500_000, String(grownBytes));
});

test("what comes for a call that is over reaches no session", async () => {
  const world = await aWorld(1);
  const first = await world.open();
  first.session.start(first.agreed);
  first.speak();
  world.pass(500);
  const port = first.session.localPort;
  await world.settled(first.session.close());
  world.pass(500);
  const before = world.media.ledger().packets;
  world.pass(500);

  assert.deepEqual(world.media.ledger().packets, before);
  assert.ok(first.stream.sent > 70 && port > 0);
});
