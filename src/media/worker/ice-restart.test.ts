import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmFromSamples } from "../pcm.ts";
import { aBrowserWorld, agreed, codesOf, dropped, word } from "../../../test/webrtc/browser-world.ts";
import type { BrowserPeer } from "../../../test/webrtc/browser-peer.ts";
import type { BrowserSession } from "../types.ts";

/** A browser that is spoken to. */
async function aConnectedBrowser() {
  const world = await aBrowserWorld();
  const leg = await world.connect();
  leg.session.play("prompt", pcmFromSamples(new Int16Array(8000 * 120).fill(3000)), 1);
  return { world, ...leg };
}

/** Takes on an offer that begins ICE anew. @returns what the answer says */
function renew(session: BrowserSession, browser: BrowserPeer) {
  browser.rename();
  const near = session.newNames();
  const { ufrag: iceUfrag, certificate } = browser;
  session.start({ ...agreed, browser: { iceUfrag, fingerprint: certificate.fingerprint, sections: [], near } });
  return near;
}

test("a browser that begins ICE anew goes on from its other network, with the keys that it has", async () => {
  const { world, browser, session, told } = await aConnectedBrowser();
  await browser.restart(renew(session, browser));
  world.pass(100);
  browser.heard.length = 0;
  session.startCapture();
  for (let count = 0; count < 25; count++) {
    browser.say(word(0x10));
    world.pass(20);
  }

  const { samples } = await world.settled(session.stopCapture());
  assert.ok(samples.filter((sample) => sample < -10_000).length > 160 * 20);
  assert.ok(browser.heard.length >= 24, `${browser.heard.length} packets`);
  assert.equal(codesOf(browser.heard).length, 1);
  // Its consent is asked for by the new names from now on.
  world.pass(70_000);
  assert.deepEqual([told, browser.failure], [["connected"], undefined]);
  assert.deepEqual(dropped(world), {});
});

test("until the browser checks by its new names, its old ones are good, and then they are not", async () => {
  const { world, browser, session } = await aConnectedBrowser();
  const old = browser.checkOf();
  const near = renew(session, browser);
  browser.sendRaw(old);
  world.pass(30);
  assert.deepEqual(dropped(world), {});

  await browser.restart(near);
  world.pass(100);
  browser.sendRaw(old);
  world.pass(30);

  assert.deepEqual(dropped(world), { "stun-unknown-user": 1 });
});

test("a browser that begins anew a thousand times and checks by none of these is known by two names", async () => {
  const { world, browser, session, told } = await aConnectedBrowser();
  const old = browser.checkOf();
  const all = Array.from({ length: 1000 }, () => renew(session, browser));
  browser.sendRaw(old);
  world.pass(30);
  assert.deepEqual(dropped(world), {});

  const [first] = all;
  const latest = all.at(-1);
  assert.ok(first !== undefined && latest !== undefined);
  await browser.restart(first);
  world.pass(20);
  assert.ok((dropped(world)["stun-unknown-user"] ?? 0) > 0);
  await browser.restart(latest);
  world.pass(100);
  browser.heard.length = 0;
  world.pass(200);
  assert.ok(browser.heard.length >= 9);
  await world.settled(session.close());
  assert.deepEqual(told, ["connected"]);
});

test("who knows the new name and not its password gets no way, and the browser keeps its own", async () => {
  const { world, browser, session } = await aConnectedBrowser();
  const near = renew(session, browser);
  const stranger = await world.connect();
  stranger.browser.ufrag = browser.ufrag;
  await stranger.browser.restart({ ...near, icePassword: "guessed" });
  world.pass(200);
  browser.heard.length = 0;
  world.pass(200);

  assert.ok((dropped(world)["stun-not-authentic"] ?? 0) > 0, JSON.stringify(dropped(world)));
  assert.ok(browser.heard.length >= 9);
});
