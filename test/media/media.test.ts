import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createMedia, measureSpeech, type Media, type MediaOptions, type Pcm } from "../../src/media/index.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import { concatPcm, dominantFrequencyHz, slicePcm, tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { createMemoryPackets } from "../../src/testing/internal/memory-packets.ts";
import { startVirtualTime } from "../../src/testing/internal/virtual-time.ts";
import { agreedWith, aParty, connect, openIn, type Party } from "./media-kit.ts";

const time = startVirtualTime();
/** Workers and sockets of the machine. */
const onSockets = { address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger };
/** Workers, on packets of either way; without the calls for it, "batched" falls back. */
const onBoth = (title: string, body: (setting: MediaOptions) => Promise<void>) => {
  for (const packets of ["dgram", "batched"] as const)
    void test(`${packets}: ${title}`, () => body({ ...onSockets, packets }));
};
/** One thread, virtual time, a network in memory: no packet is late. */
const options = { ...onSockets, local: { clock: time.clock, io: createMemoryPackets(time.clock) } };
let here: Media;
let there: Media;

before(async () => {
  here = await createMedia(options);
  there = await createMedia(options);
});

after(async () => {
  await here.close();
  await there.close();
  time.stop();
});

async function aConnectedPair(change: Partial<NegotiatedAudio> = {}): Promise<[Party, Party]> {
  const one = await aParty(here);
  const other = await aParty(there);
  connect(one.session, other.session, change);
  return [one, other];
}

const close = (...parties: Party[]) => Promise.all(parties.map((party) => party.session.close()));

/** Plays a scene between two parties. */
async function scene(
  play: (one: Party, other: Party) => Promise<void>,
  change: Partial<NegotiatedAudio> = {},
): Promise<void> {
  const [one, other] = await aConnectedPair(change);
  try {
    await play(one, other);
  } finally {
    await close(one, other);
  }
}

/** What the far end heard between the first and the last sound. */
function heardPart(pcm: Pcm): Pcm {
  const { segments } = measureSpeech(pcm);
  return slicePcm(pcm, segments[0]?.startMs ?? 0, segments.at(-1)?.endMs ?? 0);
}

/** Longest run of samples near zero, in samples. A tone crosses zero, but does not stay. */
function longestQuietRun(pcm: Pcm): number {
  let longest = 0;
  let run = 0;
  for (const sample of pcm.samples) {
    run = Math.abs(sample) < 200 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

const near = (actual: number | undefined, expected: number, tolerance: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

for (const name of ["PCMU", "PCMA"] as const) {
  test(`two parties hear each other's tones in frequency, level and length (${name})`, () => {
    const codec = { name, payloadType: name === "PCMU" ? 0 : 8 };
    return scene(
      async (one, other) => {
        one.session.startCapture();
        other.session.startCapture();

        one.session.play("low", tone(440, 500, -12), 1);
        other.session.play("high", tone(1000, 300, -20), 1);
        await Promise.all([one.heard("finished low"), other.heard("finished high"), one.heard("started low")]);
        one.session.play("end", tone(440, 20, -60), 1);
        other.session.play("end", tone(440, 20, -60), 1);
        await Promise.all([one.heard("finished end"), other.heard("finished end")]);
        const [atOne, atOther] = [await one.session.stopCapture(), await other.session.stopCapture()];

        const [high, low] = [heardPart(atOne), heardPart(atOther)];
        assert.equal(dominantFrequencyHz(low), 440);
        assert.equal(dominantFrequencyHz(high), 1000);
        near(toneLevelDbfs(low, 440), -12, 1);
        near(toneLevelDbfs(high, 1000), -20, 1);
        near(measureSpeech(low).durationMs, 500, 10);
        near(measureSpeech(high).durationMs, 300, 10);
      },
      { codec },
    );
  });
}

test("consecutive playbacks join without a gap, also when they end inside a packet", () =>
  scene(async (one, other) => {
    other.session.startCapture();

    // 203 and 207 ms are not whole packets.
    one.session.play("first", tone(400, 203, -6), 1);
    one.session.play("second", tone(800, 207, -6), 1);
    one.session.play("third", tone(400, 203, -6), 1);
    await one.heard("finished third");
    one.session.play("end", tone(440, 20, -60), 1);
    await one.heard("finished end");

    const heard = heardPart(await other.session.stopCapture());
    near(measureSpeech(heard).durationMs, 613, 10);
    assert.equal(measureSpeech(heard).segments.length, 1);
    assert.ok(
      longestQuietRun(slicePcm(heard, 10, 600)) < 8,
      `quiet for ${longestQuietRun(slicePcm(heard, 10, 600))} samples`,
    );
    assert.equal(dominantFrequencyHz(heard, 20, 180), 400);
    assert.equal(dominantFrequencyHz(heard, 230, 390), 800);
    assert.deepEqual(
      one.reported.filter((event) => event !== "started end" && event !== "finished end"),
      ["started first", "finished first", "started second", "finished second", "started third", "finished third"],
    );
  }));

test("a repeated playback joins itself and finishes once", () =>
  scene(async (one, other) => {
    other.session.startCapture();

    one.session.play("ring", tone(500, 110, -6), 3);
    await one.heard("finished ring");
    one.session.play("end", tone(440, 20, -60), 1);
    await one.heard("finished end");

    const heard = heardPart(await other.session.stopCapture());
    near(measureSpeech(heard).durationMs, 330, 10);
    assert.ok(longestQuietRun(slicePcm(heard, 10, 320)) < 8);
    assert.equal(one.reported.filter((event) => event === "finished ring").length, 1);
  }));

test("a stopped playback ends at the next packet without a finish, and the next one follows", () =>
  scene(async (one, other) => {
    other.session.startCapture();

    one.session.play("long", tone(400, 60_000, -6), 1);
    one.session.play("dropped", tone(2000, 60_000, -6), 1);
    await one.heard("started long");
    one.session.stopPlayback("dropped");
    one.session.stopPlayback("long");
    one.session.play("next", tone(1200, 300, -6), 1);
    await one.heard("finished next");
    one.session.play("end", tone(440, 20, -60), 1);
    await one.heard("finished end");

    const heard = heardPart(await other.session.stopCapture());
    assert.equal(dominantFrequencyHz(slicePcm(heard, measureSpeech(heard).durationMs - 250)), 1200);
    assert.ok(toneLevelDbfs(heard, 2000) < -50);
    assert.ok(!one.reported.some((event) => event === "finished long" || event.endsWith("dropped")));
  }));

test("digits travel both ways as telephone-events, each told once with its length (RFC 4733)", () =>
  scene(async (one, other) => {
    one.session.sendDigits("a", "19*#", 60, 40);
    other.session.sendDigits("b", "D,0", 100, 60);
    await Promise.all([one.heard("sent a"), other.heard("sent b")]);
    await Promise.all([one.heard("digit 0 100"), other.heard("digit # 60")]);

    assert.deepEqual(
      other.reported.filter((event) => event.startsWith("digit")),
      ["digit 1 60", "digit 9 60", "digit * 60", "digit # 60"],
    );
    assert.deepEqual(
      one.reported.filter((event) => event.startsWith("digit")),
      ["digit D 100", "digit 0 100"],
    );
  }));

test("digits become audible tones for a far end without telephone-event", () =>
  scene(
    async (one, other) => {
      other.session.startCapture();

      one.session.sendDigits("tones", "5", 200, 50);
      await one.heard("sent tones");
      const heard = heardPart(await other.session.stopCapture());

      assert.ok(toneLevelDbfs(heard, 770) > -15 && toneLevelDbfs(heard, 1336) > -15);
      assert.ok(toneLevelDbfs(heard, 697) < -35);
    },
    { telephoneEventPayloadType: undefined },
  ));

test("starting again sends to the new far end, and the old one hears no more", async () => {
  const [one, first] = await aConnectedPair();
  const second = await aParty(there);
  one.session.play("forever", tone(700, 200, -6), 1_000_000);
  await one.heard("started forever");

  second.session.start(agreedWith(one.session.localPort));
  one.session.start(agreedWith(second.session.localPort));
  second.session.startCapture();
  first.session.sendDigits("wait", ",", 50, 50);
  await first.heard("sent wait");
  const before = (await first.session.stats()).packetsReceived;
  first.session.sendDigits("again", ",", 50, 50);
  await first.heard("sent again");

  assert.equal((await first.session.stats()).packetsReceived, before);
  assert.equal(dominantFrequencyHz(heardPart(await second.session.stopCapture())), 700);
  await close(one, first, second);
});

test("audio is sent to where packets come from, when the far end is behind a translator (RFC 4961)", async () => {
  const one = await aParty(here);
  const other = await aParty(there);
  other.session.start(agreedWith(one.session.localPort));
  const inside = {
    remoteAddress: "127.0.0.9",
    remoteRtcpAddress: "127.0.0.9",
    remotePort: 9,
    remoteRtcpPort: 10,
  };
  one.session.start(agreedWith(9, inside), "127.0.0.1");
  other.session.startCapture();

  other.session.sendDigits("first", "1", 200, 40);
  await one.heard("digit 1 200");
  one.session.play("answer", tone(900, 300, -6), 1);
  await one.heard("finished answer");

  assert.equal(dominantFrequencyHz(heardPart(await other.session.stopCapture())), 900);
  await close(one, other);
});

test("a direction without sending is silent on the wire, and playbacks still run their time", async () => {
  const one = await aParty(here);
  const other = await aParty(there);
  one.session.start(agreedWith(other.session.localPort, { direction: "recvonly" }));
  other.session.start(agreedWith(one.session.localPort));

  one.session.play("unheard", tone(400, 100, -6), 1);
  await one.heard("finished unheard");

  assert.equal((await one.session.stats()).packetsSent, 0);
  assert.equal((await other.session.stats()).packetsReceived, 0);
  await close(one, other);
});

test("closing frees every socket and says nothing afterwards", async () => {
  const [one, other] = await aConnectedPair();
  one.session.play("endless", tone(400, 100, -6), 1_000_000);
  await one.heard("started endless");
  assert.equal(here.ledger().sockets >= 2, true);

  const stats = await one.session.close();
  const count = one.reported.length;
  assert.deepEqual(await one.session.close(), stats);
  await other.session.close();

  assert.ok(stats.packetsSent > 0);
  assert.equal(one.reported.length, count);
  assert.deepEqual(openIn(here), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 1 });
  assert.deepEqual(openIn(there), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 1 });
});

test("a far end that is silent is reported once, after the time that was set", async () => {
  const media = await createMedia({ ...options, rtpTimeoutMs: 100 });
  const lonely = await aParty(media);

  lonely.session.start(agreedWith(lonely.session.localPort, { remotePort: 9, remoteRtcpPort: 10 }));
  await lonely.heard("timeout");
  lonely.session.play("after", tone(400, 300, -20), 1);
  await lonely.heard("finished after");

  assert.equal(lonely.reported.filter((event) => event === "timeout").length, 1);
  await media.close();
  assert.deepEqual(openIn(media), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 0 });
});

onBoth(
  "a session is opened as soon as the only worker has died, and again a pause later when that one dies too",
  async (setting) => {
    const media = await createMedia(setting);
    const fail = async (party: Party) => {
      party.session.start({ codec: {} } as NegotiatedAudio);
      await party.heard("lost");
      await party.session.close();
    };

    await fail(await aParty(media));
    const next = await aParty(media);
    await fail(next);
    await assert.rejects(aParty(media), { code: "MEDIA_OVERLOADED", message: /none runs/ });
    while (media.ledger().workers < 1) await new Promise((resolve) => setImmediate(resolve));
    const last = await aParty(media);

    assert.equal(last.reported.includes("lost"), false);
    await media.close();
  },
);

onBoth(
  "a worker that dies takes its sessions along, and another and then a new one take its place",
  async (setting) => {
    const media = await createMedia({ ...setting, workers: 2 });
    const lost = [await aParty(media), await aParty(media)] as const;
    // A codec that is none is what a worker cannot begin with: it ends.
    lost[0].session.start({ codec: {} } as NegotiatedAudio);
    await Promise.all(lost.map((party) => party.heard("lost")));
    const other = await aParty(media);
    const stats = await lost[0].session.close();
    await lost[1].session.close();

    assert.equal(stats.isUnknown, true);
    while (media.ledger().workers < 2) await new Promise((resolve) => setImmediate(resolve));
    const later = await aParty(media);
    connect(other.session, later.session);
    for (const party of [other, later]) {
      party.session.play("later", tone(400, 100, -20), 1);
      await party.heard("finished later");
      assert.equal(party.reported.includes("lost"), false);
    }
    await media.close();
    assert.deepEqual(openIn(media), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 0 });
  },
);

onBoth("a port that another holds is passed over, and an exhausted range is refused", async (setting) => {
  const other = await createMedia(setting);
  const holder = await aParty(other);
  const held = holder.session.localPort;
  const media = await createMedia({ ...setting, portRange: { min: held, max: held + 1 } });

  await assert.rejects(media.openSession({}), {
    code: "MEDIA_NO_PORTS",
    message: `no free pair of UDP ports from ${held} to ${held + 1}: of 1 pairs, 0 carry legs, and other programs use 1; widen media.ports`,
  });
  await holder.session.close();
  const session = await media.openSession({});
  assert.equal(session.localPort, held);
  await assert.rejects(media.openSession({}), {
    code: "MEDIA_NO_PORTS",
    message: `no free pair of UDP ports from ${held} to ${held + 1}: of 1 pairs, 1 carry legs; widen media.ports`,
  });
  await session.close();
  assert.equal((await media.openSession({})).localPort, held);

  await Promise.all([media.close(), other.close()]);
  await assert.rejects(media.openSession({}), { code: "MEDIA_CLOSED" });
});

onBoth("an address that is not of this machine is refused with its reason", async (setting) => {
  const media = await createMedia({ ...setting, address: "192.0.2.1" });

  await assert.rejects(media.openSession({}), { code: "MEDIA_BIND_FAILED", message: /192\.0\.2\.1/ });
  assert.deepEqual(openIn(media), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 1 });
  await media.close();
});

test("captured audio of two tones keeps their order", () =>
  scene(async (one, other) => {
    other.session.startCapture();

    one.session.play("both", concatPcm(tone(600, 200, -6), tone(1500, 200, -6)), 1);
    await one.heard("finished both");
    one.session.play("end", tone(440, 20, -60), 1);
    await one.heard("finished end");
    const heard = heardPart(await other.session.stopCapture());

    assert.equal(dominantFrequencyHz(heard, 10, 190), 600);
    assert.equal(dominantFrequencyHz(heard, 210, 390), 1500);
  }));
