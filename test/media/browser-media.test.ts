import assert from "node:assert/strict";
import { after, test } from "node:test";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createDgramIo } from "../../src/media/io/dgram.ts";
import { createMedia, type BrowserSession, type Media } from "../../src/media/index.ts";
import { answerBrowserOffer, readBrowserOffer } from "../../src/sdp/index.ts";
import { BrowserPeer } from "../webrtc/browser-peer.ts";
import { openIn } from "./media-kit.ts";

const host = "127.0.0.1";

/** Resolves when a condition holds; the deadline only guards against hanging. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!holds()) {
    assert.ok(Date.now() < deadlineMs, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function join(media: Media, near?: BrowserSession) {
  const browser = new BrowserPeer({ io: createDgramIo(), clock: systemClock, address: host });
  const offer = readBrowserOffer(browser.offer(), { codecs: ["PCMU"] });
  assert.ok(!("why" in offer));
  const told: string[] = [];
  const delegate = { onConnected: () => void told.push("connected"), onLost: (why = "") => void told.push(why) };
  const session = await media.openBrowserSession(delegate, offer, near === undefined ? {} : { near });
  await browser.connect(
    answerBrowserOffer(offer, { ...session.transport, cname: "x", sessionId: "1", sessionVersion: 1 }),
  );
  await until(() => browser.hasKeys && told.includes("connected"), "the handshake");
  return { browser, session, told };
}

for (const packets of ["dgram", "batched"] as const) {
  const rooms: Media[] = [];
  after(() => Promise.all(rooms.map((media) => media.close())));

  test(`two browsers hear each other through the sockets of a media worker (${packets})`, async () => {
    const media = await createMedia({ address: host, portRange: { min: 0, max: 0 }, packets, log: silentLogger });
    rooms.push(media);
    const one = await join(media);
    const other = await join(media, one.session);
    assert.equal(one.session.localPort, other.session.localPort);
    assert.equal(openIn(media).sockets, 0);
    media.bridge(one.session, other.session);
    const speaking = setInterval(() => {
      one.browser.say(new Uint8Array(160).fill(0x10));
      other.browser.say(new Uint8Array(160).fill(0x20));
    }, 20);
    const hears = ({ browser }: typeof one, code: number) =>
      browser.heard.some((packet) => packet.subarray(12).every((byte) => byte === code));
    await until(() => hears(one, 0x20) && hears(other, 0x10), "hearing each other");
    clearInterval(speaking);
    await other.browser.leave();
    await until(() => other.told.includes("the browser closed the connection"), "the end");
    const stats = await one.session.close();
    assert.ok(stats.packetsReceived > 0);
    assert.deepEqual([stats.dropped, one.browser.refused], [{}, []]);
    await until(() => one.browser.isClosed, "a goodbye");
    await one.browser.vanish();
    await other.session.close();
    assert.equal(openIn(media).sessions, 0);
  });
}

test("a port for browsers that is taken is named by the error", async () => {
  const taken = await createDgramIo().open(host, 0, () => undefined);
  const media = await createMedia({
    ...{ address: host, portRange: { min: 0, max: 0 }, browserPort: taken.port, packets: "dgram" },
    log: silentLogger,
  });
  const offer = readBrowserOffer(new BrowserPeer({ io: createDgramIo(), clock: systemClock, address: host }).offer(), {
    codecs: ["PCMU"],
  });
  assert.ok(!("why" in offer));

  await assert.rejects(media.openBrowserSession({}, offer), (error: Error & { code?: string }) => {
    assert.equal(error.code, "MEDIA_BIND_FAILED");
    assert.match(error.message, new RegExp(`browsers on ${host}:${taken.port}: .*EADDRINUSE`));
    return true;
  });
  await taken.close();
  const session = await media.openBrowserSession({}, offer);
  assert.equal(session.transport.port, taken.port);
  await media.close();
});
