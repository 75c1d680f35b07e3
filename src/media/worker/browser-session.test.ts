import assert from "node:assert/strict";
import { test } from "node:test";
import { readStrictly } from "../../testing/internal/strict-report.ts";
import { createHostilePackets } from "../../testing/internal/hostile-packets.ts";
import { audioTo } from "../../testing/internal/media-scene.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { BrowserPeer } from "../../../test/webrtc/browser-peer.ts";
import { aBrowserWorld, agreed, codesOf, dropped, home, ours, word } from "../../../test/webrtc/browser-world.ts";
import { createCertificate } from "../dtls/certificate.ts";
import { CONSENT_MS } from "../ice/ice-agent.ts";
import { pcmFromSamples } from "../pcm.ts";

test("a browser finds its session, shakes hands and hears it, with the source and codec of the answer", async () => {
  const world = await aBrowserWorld();
  const { browser, session, told } = await world.connect();
  session.play("prompt", pcmFromSamples(new Int16Array(8000).fill(3000)), 1);
  world.pass(500);

  assert.deepEqual(told, ["connected"]);
  assert.deepEqual([browser.failure, browser.refused], [undefined, []]);
  assert.ok(browser.heard.length > 20, String(browser.heard.length));
  const view = new DataView(browser.heard[0]!.slice().buffer);
  assert.deepEqual([view.getUint8(1) & 0x7f, view.getUint32(8)], [0, session.transport.ssrc]);
  assert.ok(codesOf(browser.heard).length > 1);
  assert.deepEqual(dropped(world), {});
});

test("what a browser says is heard, and packets that overtake each other and come twice are one stream", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  session.startCapture();
  for (let count = 0; count < 50; count++) {
    // Every second pair in the other order, every fifth twice.
    browser.say(word(0x10), 10 + (count % 4 < 2 ? count : count ^ 1));
    if (count % 5 === 0) browser.say(word(0x10), 10 + (count % 4 < 2 ? count : count ^ 1));
    world.pass(20);
  }

  const { samples } = await world.settled(session.stopCapture());
  assert.ok(samples.filter((sample) => sample < -10_000).length > 160 * 40, String(samples.length));
  const stats = await world.settled(session.close());
  assert.equal(stats.packetsReceived, 50);
  assert.deepEqual(stats.dropped, {});
});

test("packets of padding, by which a browser tries out its way, are no loss and no sound", async () => {
  const world = await aBrowserWorld();
  const codec = { payloadType: 111, map: "opus/48000/2", ticks: 960 };
  const { browser, session } = await world.connect({ codec });
  session.start({ ...agreed, codec: { name: "opus", payloadType: 111 } });
  session.startCapture();
  for (let count = 0; count < 50; count++) {
    // Silence of 20 ms in Opus.
    browser.say(Uint8Array.of(0xf8, 0xff, 0xfe));
    if (count % 10 === 0) browser.pad(200);
    world.pass(20);
  }

  const { samples } = await world.settled(session.stopCapture());
  const stats = await world.settled(session.close());
  assert.deepEqual([stats.packetsReceived, stats.packetsLost, stats.dropped], [55, 0, {}]);
  assert.ok(Math.abs(samples.length - 8000) <= 480, String(samples.length));
});

test("a browser that numbers all that it sends is told when it arrived", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  session.start({ ...agreed, transportFeedbackExtension: 3 });
  for (let count = 0; count < 50; count++) {
    browser.say(word(0x10), undefined, [0xbe, 0xde, 0, 1, 0x31, count >> 8, count & 0xff, 0]);
    world.pass(20);
  }

  // Behind a report and its CNAME, since reports of reduced size were not agreed. RFC 4585 §3.1, RFC 5506 §5
  const feedback = browser.reports.filter((report) => readStrictly(report).further.includes(205));
  assert.ok(feedback.length >= 4 && feedback.length <= 6, String(feedback.length));
  const numbers = feedback.map((report) => {
    const at = report.findIndex((byte, index) => byte === 0x8f && report[index + 1] === 205 && index % 4 === 0);
    return new DataView(report.buffer, report.byteOffset).getUint16(at + 14);
  });
  assert.ok(numbers.reduce((sum, count) => sum + count, 0) >= 40);
  assert.equal((await world.settled(session.close())).packetsReceived, 50);
});

test("a browser and a phone in one bridge hear each other", async () => {
  const world = await aBrowserWorld();
  const phone = await world.settled(world.media.openSession({}));
  const heard: Uint8Array[] = [];
  const socket = await world.io.open(home, 0, (packet) => void heard.push(packet.slice()));
  phone.start(audioTo(socket.port, { remoteAddress: home, remoteRtcpAddress: home }));
  const { browser, session } = await world.connect({}, phone);
  world.media.bridge(phone, session);
  const packet = new Uint8Array(172).fill(0x20, 12);
  for (let count = 0; count < 50; count++) {
    browser.say(word(0x10));
    packet.set([0x80, 0, 0, count, 0, 0, count >> 8, (count * 160) & 0xff, 0, 0, 0, 7]);
    new DataView(packet.buffer).setUint32(4, count * 160);
    socket.send(packet, socket.prepare(ours, phone.localPort));
    world.pass(20);
  }

  assert.ok(codesOf(heard.filter((one) => one[1] === 0)).includes(0x10));
  assert.ok(codesOf(browser.heard.slice(-10)).includes(0x20));
  assert.deepEqual([browser.refused, world.faults], [[], []]);
});

test("many browsers on one port each hear and are heard as themselves", async () => {
  const world = await aBrowserWorld();
  const legs = [];
  for (let count = 0; count < 6; count++) legs.push(await world.connect());
  assert.equal(new Set(legs.map(({ session }) => session.localPort)).size, 1);
  for (const [index, { session }] of legs.entries()) {
    session.startCapture();
    session.play("own", pcmFromSamples(new Int16Array(8000).fill(1000 * (index + 1))), 1);
  }
  for (let count = 0; count < 30; count++) {
    for (const [index, { browser }] of legs.entries()) browser.say(word(0x10 + index));
    world.pass(20);
  }

  const captured = await world.settled(Promise.all(legs.map(({ session }) => session.stopCapture())));
  const levels = captured.map(({ samples }) => new Set(samples.slice(800, 1600)));
  assert.ok(levels.every((level) => level.size === 1));
  assert.equal(new Set(levels.map((level) => [...level][0])).size, 6);
  const prompts = legs.map(({ browser }) => codesOf(browser.heard.slice(-10)).join());
  assert.equal(new Set(prompts).size, 6);
  assert.deepEqual(dropped(world), {});
});

test("before the keys nothing leaves, and no packet of the browser is let through", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.open();
  const seen: number[] = [];
  await browser.connectTo(session.transport);
  for (let count = 0; count < 3; count++) {
    browser.sendRaw(Uint8Array.from({ length: 182 }, (_, at) => (at === 0 ? 0x80 : 1)));
    world.pass(1);
    seen.push(browser.heard.length, browser.refused.length);
  }

  assert.ok(seen.every((count) => count === 0));
  world.pass(300);
  const stats = await world.settled(session.close());
  assert.ok((stats.dropped["srtp-no-keys"] ?? 0) > 0, JSON.stringify(stats.dropped));
  assert.equal(stats.packetsReceived, 0);
});

test("a browser that is not the one of its offer gets no keys, and the session is lost with the reason", async () => {
  const world = await aBrowserWorld();
  const { browser, session, told } = await world.open();
  const other = new BrowserPeer({ io: world.io, clock: world.clock, address: home, certificate: createCertificate(0) });
  Object.defineProperty(other, "ufrag", { value: browser.ufrag });
  await other.connectTo(session.transport);
  world.pass(1000);

  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /^lost: the DTLS handshake failed/);
  assert.ok(other.failure !== undefined);
  assert.equal(other.heard.length, 0);
});

test("a browser that moves to another port is heard and hears there after its next check", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  world.pass(500);
  await browser.move();
  world.pass(100);
  const before = browser.heard.length;
  session.startCapture();
  for (let count = 0; count < 20; count++) {
    browser.say(word(0x10));
    world.pass(20);
  }

  assert.ok(browser.heard.length - before >= 19);
  assert.ok((await world.settled(session.stopCapture())).samples.some((sample) => sample < -10_000));
  assert.deepEqual(browser.refused, []);
});

test("whoever forges the source of another browser takes nothing from it", async () => {
  const world = await aBrowserWorld();
  const [victim, attacker] = [await world.connect(), await world.connect({ address: "203.0.113.66" })];
  victim.session.startCapture();
  for (let count = 0; count < 100; count++) {
    victim.browser.say(word(0x10));
    // A check of the attacker's own session, as if from the victim's socket.
    if (count % 5 === 0) victim.browser.sendRaw(attacker.browser.checkOf());
    world.pass(20);
  }

  const { samples } = await world.settled(victim.session.stopCapture());
  assert.ok(samples.filter((sample) => sample < -10_000).length > 160 * 95, String(samples.length));
  // One who has been silent for long takes it back with its next check.
  world.pass(10_000);
  victim.browser.sendRaw(attacker.browser.checkOf());
  world.pass(5_000);
  victim.browser.say(word(0x10));
  world.pass(20);
  assert.equal((await world.settled(victim.session.close())).packetsReceived, 101);
});

test("a browser that closes its connection is known to be gone at once", async () => {
  const world = await aBrowserWorld();
  const { browser, told } = await world.connect();
  await browser.leave();
  world.pass(10);

  assert.deepEqual(told, ["connected", "lost: the browser closed the connection"]);
});

test("a browser that vanishes is lost when it has consented to nothing for 30 s, and gets nothing from then on", async () => {
  const world = await aBrowserWorld();
  const { browser, session, told } = await world.connect();
  browser.fallSilent();
  world.pass(CONSENT_MS - 5_000);
  assert.deepEqual(told, ["connected"]);
  world.pass(7_000);

  assert.deepEqual(told, ["connected", "lost: no connectivity check has come from the browser for 30 s"]);
  const before = browser.heard.length;
  world.pass(1000);
  assert.equal(browser.heard.length, before);
  assert.ok((await world.settled(session.close())).packetsSent > 1000);
});

test("a session whose browser never comes is lost in the same time", async () => {
  const world = await aBrowserWorld();
  const { told } = await world.open();
  world.pass(CONSENT_MS + 2_000);
  assert.deepEqual(told, ["lost: no connectivity check has come from the browser for 30 s"]);
});

test("closing a session says goodbye to its browser and leaves nothing behind", async () => {
  const world = await aBrowserWorld();
  const leg = await world.connect();
  const other = await world.open();
  await world.settled(leg.session.close());
  world.pass(20);
  assert.equal(leg.browser.isClosed, true);
  assert.equal(leg.browser.reports.length, 1);
  await world.settled(other.session.close());
  leg.browser.say(word(1));
  await leg.browser.vanish();
  await world.settled(world.media.close());
  world.pass(10);

  assert.deepEqual([world.media.ledger().sessions, world.media.ledger().sockets], [0, 0]);
  assert.equal(world.clock.pendingTimers(), 0);
});

test("a second agreement with the same browser is taken on, and held audio is silent", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  world.pass(500);
  session.start({ ...agreed, direction: "recvonly" });
  world.pass(50);
  const before = browser.heard.length;
  world.pass(500);
  assert.equal(browser.heard.length, before);
  session.start(agreed);
  world.pass(500);

  assert.ok(browser.heard.length > before + 20);
  assert.deepEqual(browser.refused, []);
});

test("reports of the browser are taken, and ours are opened by it", async () => {
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  for (let count = 0; count < 400; count++) {
    browser.say(word(0x10));
    world.pass(20);
  }
  const block = new Uint8Array(32);
  const view = new DataView(block.buffer);
  view.setUint16(0, 0x81c9);
  view.setUint16(2, 7);
  view.setUint32(4, 99);
  view.setUint32(8, session.transport.ssrc);
  view.setUint32(16, 1);
  browser.report(block);
  world.pass(10);

  const stats = await world.settled(session.close());
  assert.equal(stats.reportsReceived, 1);
  assert.ok(browser.reports.length >= 1);
  assert.deepEqual(stats.dropped, {});
});

test("whatever strangers send to the port of browsers is counted with a cause, and browsers go on", async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  const random = createRandom(seed);
  const world = await aBrowserWorld();
  const { browser, session } = await world.connect();
  const hostile = createHostilePackets(random);
  const stranger = await world.io.open("198.51.100.1", 7, () => undefined);
  const to = stranger.prepare(ours, session.localPort);
  const firsts = [0, 1, 3, 16, 20, 22, 63, 64, 100, 128, 191, 192, 255];
  const sent = 1500;
  for (let count = 0; count < sent; count++) {
    const packet = hostile.next().slice();
    if (random() < 0.7 && packet.length > 0) packet[0] = firsts[Math.floor(random() * firsts.length)]!;
    stranger.send(packet, to);
    if (count % 20 === 0) browser.say(word(0x10));
    if (count % 2 === 0) world.pass(1);
  }
  world.pass(100);

  const causes = dropped(world);
  const counted = Object.values(causes).reduce((sum, count) => sum + count, 0);
  assert.equal(counted, sent, JSON.stringify(causes));
  for (const cause of ["unknown-protocol", "unknown-source", "stun-malformed"] as const)
    assert.ok(causes[cause]! > 0, cause);
  const stats = await world.settled(session.close());
  assert.deepEqual(stats.dropped, {});
  assert.equal(stats.packetsReceived, sent / 20);
  assert.deepEqual([world.faults, browser.refused], [[], []]);
});

test("a browser out of its mind costs its own session only, and each of its packets has a cause", async (context) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  const random = createRandom(seed);
  const world = await aBrowserWorld();
  const [mad, sane] = [await world.connect(), await world.connect()];
  const hostile = createHostilePackets(random);
  for (let count = 0; count < 1500; count++) {
    const packet = hostile.next().slice();
    if (packet.length > 0 && random() < 0.5) packet[0] = [0x80, 0x16, 0x14, 0x15, 0x17, 0x00][count % 6]!;
    mad.browser.sendRaw(packet);
    if (count % 20 === 0) {
      sane.browser.say(word(0x10));
      world.pass(20);
    }
  }
  world.pass(100);

  const stats = await world.settled(sane.session.close());
  assert.deepEqual([stats.packetsReceived, stats.dropped], [75, {}]);
  assert.ok(sane.browser.heard.length > 70);
  const causes = dropped(world);
  assert.ok(causes["srtp-not-authentic"]! > 0 && causes["dtls-unused"]! > 0, JSON.stringify(causes));
  assert.deepEqual(world.faults, []);
});

// Acceptance: 25
test("a browser joins in 5 s over a network that loses a quarter of all packets, and is heard", async (context) => {
  // The same losses each time: of thousands of joins with others, some take longer.
  const random = createRandom(1);
  const world = await aBrowserWorld(() => random() < 0.25);
  const took: number[] = [];
  for (let count = 0; count < 20; count++) {
    const { browser, session, told } = await world.open();
    const startMs = world.clock.monotonicMs();
    await browser.connectTo(session.transport);
    while (!(browser.hasKeys && told.length > 0) && world.clock.monotonicMs() - startMs < 5_000) world.pass(10);
    took.push(world.clock.monotonicMs() - startMs);
    assert.deepEqual([browser.hasKeys, told], [true, ["connected"]], `${count}`);
    for (let words = 0; words < 50; words++) {
      browser.say(word(0x10));
      world.pass(20);
    }
    assert.ok((await world.settled(session.close())).packetsReceived > 20);
    await browser.vanish();
  }
  context.diagnostic(`slowest ${Math.max(...took)} ms`);
});

test("a check that names no open session is not answered", async () => {
  const world = await aBrowserWorld();
  const { session } = await world.open();
  const browser = new BrowserPeer({ io: world.io, clock: world.clock, address: home });
  await browser.connectTo({ ...session.transport, iceUfrag: "nobody" });
  world.pass(500);

  assert.equal(browser.isConnected, false);
  assert.ok(dropped(world)["stun-unknown-user"]! >= 10);
});

test("handshakes under way from one place are limited, which costs nobody elsewhere anything, and those refused have their turn", async () => {
  const world = await aBrowserWorld();
  for (let count = 0; count < 30; count++) {
    const { browser, session } = await world.open();
    // It takes our certificate for another's, and says no more.
    await browser.connectTo({ ...session.transport, fingerprint: browser.certificate.fingerprint });
  }
  world.pass(500);
  const late = await world.open();
  await late.browser.connectTo(late.session.transport);
  world.pass(1000);
  assert.deepEqual(late.told, []);
  assert.ok(dropped(world)["dtls-limit"]! > 0);

  await world.connect({ address: "203.0.113.6" });
  world.pass(60_000);
  assert.deepEqual(late.told, ["connected"]);
});

test("many browsers that join at once all get their keys", async () => {
  const world = await aBrowserWorld();
  const legs = [];
  for (let count = 0; count < 25; count++) legs.push(await world.open());
  for (const { browser, session } of legs) await browser.connectTo(session.transport);
  world.pass(2000);

  assert.deepEqual([...new Set(legs.map(({ told }) => told.join()))], ["connected"]);
});

test("a session may be opened before its browser is known: what names it is its answer, and another's certificate is none", async () => {
  for (const [what, isOther] of [
    ["the browser of the answer", false],
    ["another", true],
  ] as const) {
    const world = await aBrowserWorld();
    const told: string[] = [];
    const session = await world.settled(
      world.media.openBrowserSession(
        { onConnected: () => void told.push("connected"), onLost: () => void told.push("lost") },
        undefined,
      ),
    );
    world.pass(CONSENT_MS + 2_000);
    const browser = new BrowserPeer({ io: world.io, clock: world.clock, address: home });
    const named = isOther ? createCertificate(0) : browser.certificate;
    await browser.connectTo(session.transport);
    world.pass(500);
    assert.deepEqual(told, [], `${what} before the answer`);
    const far = { iceUfrag: browser.ufrag, fingerprint: named.fingerprint, sections: [] };
    session.start({ ...agreed, browser: far });
    world.pass(5_000);

    assert.deepEqual(told, [isOther ? "lost" : "connected"], what);
  }
});
