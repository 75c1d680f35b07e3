import assert from "node:assert/strict";
import { test } from "node:test";
import { aBrowserWorld, dropped, word } from "../../../test/webrtc/browser-world.ts";
import { MOST_SOURCES } from "../srtp/crypto-context.ts";

/** A code that is loud, and one that is no less loud and only of the hostile one. */
const [loud, hostile] = [0x10, 0x90];

/** A room with a browser that speaks, one that listens, and a hostile one. */
async function aRoom() {
  const world = await aBrowserWorld();
  const mixer = world.media.openMixer({});
  const member = async (address: string) => {
    const leg = await world.connect({ address }, mixer);
    mixer.add(leg.session, { isHeard: true, hears: true });
    return leg;
  };
  const [speaker, listener, mad] = [
    await member("203.0.113.5"),
    await member("203.0.113.6"),
    await member("203.0.113.66"),
  ];
  /** What the listener hears while 20 ms pass so many times. */
  const hear = (turns: number, each: (turn: number) => void) => {
    listener.browser.heard.length = 0;
    for (let turn = 0; turn < turns; turn++) {
      each(turn);
      world.pass(20);
    }
    return listener.browser.heard.length;
  };
  return { world, mixer, speaker, listener, mad, hear };
}

test("genuine packets of a member that are sent again, by it or by another from its own place or the member's, are heard once", async () => {
  const { world, speaker, mad, hear } = await aRoom();
  let spoken = 0;
  const heard = hear(100, () => {
    speaker.browser.say(word(loud));
    spoken++;
    const kept = speaker.browser.lastSent;
    for (let copy = 0; copy < 20; copy++) {
      speaker.browser.sendRaw(kept);
      mad.browser.sendRaw(kept);
    }
  });

  assert.ok(heard >= 98, String(heard));
  const causes = dropped(world);
  assert.equal(causes["srtp-replayed"], 20 * spoken);
  assert.equal(causes["srtp-not-authentic"], 20 * spoken);
  const stats = await world.settled(speaker.session.close());
  assert.deepEqual([stats.packetsReceived, stats.packetsDuplicated], [spoken, 0]);
  assert.deepEqual(world.faults, []);
});

test("a member whose source changes with each packet takes no memory beyond some sources, and the others are heard as before", async () => {
  const { world, speaker, mad, hear } = await aRoom();
  const heard = hear(200, (turn) => {
    speaker.browser.say(word(loud));
    for (let packet = 0; packet < 10; packet++) {
      mad.browser.ssrc = turn * 10 + packet + 1;
      mad.browser.forgetNumbers();
      mad.browser.say(word(hostile));
    }
  });

  assert.ok(heard >= 198, String(heard));
  const { packetsReceived } = await world.settled(mad.session.close());
  assert.equal(packetsReceived, MOST_SOURCES);
  assert.equal(dropped(world)["srtp-too-many-sources"], 2000 - MOST_SOURCES);
  assert.equal((await world.settled(speaker.session.close())).packetsReceived, 200);
  assert.deepEqual(world.faults, []);
});

test("a member that jumps between sources, numbers and times is one bad voice, and the others go on", async () => {
  const { world, speaker, mad, hear } = await aRoom();
  const heard = hear(300, (turn) => {
    speaker.browser.say(word(loud));
    for (let packet = 0; packet < 4; packet++) {
      mad.browser.ssrc = (turn + packet) % MOST_SOURCES;
      mad.browser.say(word(hostile), 1 + turn * 200 + packet * 50);
    }
  });

  assert.ok(heard >= 298, String(heard));
  assert.equal((await world.settled(speaker.session.close())).packetsReceived, 300);
  assert.deepEqual(world.faults, []);
});
