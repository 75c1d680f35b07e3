import assert from "node:assert/strict";
import { test } from "node:test";
import { createLegWorld, type LegWorld } from "../testing/internal/leg-world.ts";
import { InboundLeg } from "./inbound-leg.ts";

/** A leg of a caller who made an offer, and has been answered. */
async function aLeg(offer = "sdp") {
  const world = createLegWorld();
  const { leg, sip } = await legIn(world, offer);
  leg.answer();
  world.reported.splice(0);
  return { ...world, leg, sip };
}

async function legIn(world: LegWorld, offer: string | undefined) {
  const call = world.aCaller(offer);
  const leg = new InboundLeg({ ...world.parts, call, offer, openMedia: world.openMedia });
  await leg.open();
  return { leg, sip: call.delegate };
}

test("a BYE right behind a prompt waits until the far end can have heard the last packet", async () => {
  for (const event of ["onPlaybackFinished", "onDigitsSent"] as const) {
    const { clock, reported, leg, media } = await aLeg();

    media()[event]?.("1");
    leg.hangUp();
    clock.advance(19);
    assert.deepEqual(reported.splice(0), ["closed", "ended by local"]);
    await Promise.resolve();
    clock.advance(1);

    assert.ok(reported.includes("BYE"));
    assert.equal(leg.isOver, true);
  }
});

test("a leg that waits with its BYE is released when that has gone", async () => {
  const { clock, reported, leg, media } = await aLeg();

  media().onPlaybackFinished?.("1");
  leg.hangUp();
  const released = leg.whenReleased().then(() => reported.push("released"));
  await settled();
  assert.ok(!reported.includes("released"));
  clock.advance(20);
  await released;

  assert.deepEqual(reported.slice(-2), ["BYE", "released"]);
});

test("a BYE at another time waits for nothing", async () => {
  const { clock, reported, leg, media } = await aLeg();

  media().onPlaybackFinished?.("1");
  clock.advance(20);
  leg.hangUp();

  assert.deepEqual(reported, ["closed", "BYE", "ended by local"]);
});

test("a new description has the version after the last one that was sent, whatever was refused between them (RFC 3264 §8)", async () => {
  const { sip } = await legIn(createLegWorld(), "sdp");
  const offer = (sdp: string | undefined) => sip.onOffer?.(sdp);

  assert.equal(offer("one"), "answer 1 to one");
  assert.deepEqual(offer("bad"), { warning: { code: 304, text: "it is bad" } });
  assert.deepEqual(offer("bad"), { warning: { code: 304, text: "it is bad" } });
  assert.equal(offer("two"), "answer 2 to two");
  assert.equal(offer(undefined), "offer 3");
  assert.equal(offer("three"), "answer 4 to three");
});

test("a later offer may name a host that the first one named", async () => {
  const { sip } = await aLeg();

  assert.equal(sip.onOffer?.("named"), "answer 2 to numbered");
});

test("an answer, also one in an ACK, waits until its host names are looked up", async () => {
  const world = createLegWorld();
  const { leg, sip } = await legIn(world, undefined);

  leg.answer();
  sip.onAcknowledged?.({ sdp: "unknown" });
  assert.deepEqual(world.reported, ["200"]);
  await settled();

  assert.deepEqual(world.reported, ["200", "answered"]);
});

test("a leg that ends while a host name is looked up is not answered", async () => {
  const world = createLegWorld();
  const { leg, sip } = await legIn(world, undefined);

  leg.answer();
  sip.onAcknowledged?.({ sdp: "unknown" });
  sip.onEnded({ type: "bye" });
  await settled();

  assert.deepEqual(world.reported, ["200", "closed", "ended by bye", "heard 7"]);
});

test("an answer that cannot be used ends the leg, and the far end is reported", async () => {
  const world = createLegWorld();
  const { leg, sip } = await legIn(world, undefined);

  leg.answer();
  sip.onAcknowledged?.({ sdp: "bad" });

  assert.deepEqual(world.reported, ["200", "closed", "BYE for 488", "ended by no-common-codec"]);
});

test("an offer that cannot be answered is refused with 488", async () => {
  const world = createLegWorld();
  const { leg } = await legIn(world, "bad");

  leg.answer();

  assert.deepEqual(world.reported, ["closed", "488", "ended by no-common-codec"]);
});

test("the counts of a leg's RTP session are reported when it is closed, whoever ended the leg", async () => {
  const [byUs, byThem] = [await aLeg(), await aLeg()];

  byUs.leg.hangUp();
  byThem.sip.onEnded({ type: "bye" });
  await settled();

  assert.deepEqual([byUs.reported.at(-1), byThem.reported.at(-1)], ["heard 7", "heard 7"]);
});

const ends: Readonly<Record<string, (world: Awaited<ReturnType<typeof aLeg>>) => void>> = {
  "its owner hangs up": ({ leg }) => leg.hangUp(),
  "its owner refuses it": ({ leg }) => leg.reject(603),
  "the far end hangs up": ({ sip }) => sip.onEnded({ type: "bye" }),
  "the far end is silent": ({ media }) => media().onRtpTimeout?.(),
  "its media worker ends": ({ media }) => media().onLost?.(),
  "its owner gives it up": ({ leg }) => leg.fail({ type: "failed", why: "no reason" }),
};
for (const [first, end] of Object.entries(ends)) {
  test(`a leg that has ended since ${first} ends by nothing else`, async () => {
    const world = await aLeg();

    for (const next of [end, ...Object.values(ends)]) next(world);
    world.leg.answer();
    await settled();

    const count = (word: RegExp) => world.reported.filter((one) => word.test(one)).length;
    assert.deepEqual([count(/^ended/), count(/^closed/), count(/^heard/), count(/^answered/)], [1, 1, 1, 0]);
    assert.ok(count(/^BYE/) <= 1);
  });
}

/** What is settled by now has been reported. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
