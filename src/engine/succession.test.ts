import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InboundLeg, type LegCore, type SessionDescriptions } from "../endpoint/index.ts";
import { silentLogger } from "../kernel/index.ts";
import type { Description } from "../sdp/index.ts";
import type { IncomingCall, TransferReply } from "../sip/index.ts";
import { createLegWorld } from "../testing/internal/leg-world.ts";
import { successionOf, type SuccessionParts } from "./succession.ts";

/** Descriptions of the world of legs, read before they are answered. */
function readingTexts(inWords: SessionDescriptions): SessionDescriptions {
  return {
    ...inWords,
    readDescription: (text) => (text === "bad" ? "it is bad" : ({ text } as unknown as Description)),
    answerOffer: (offer, next) =>
      inWords.answerOffer(typeof offer === "string" ? offer : (offer as unknown as { text: string }).text, next),
  };
}

/** A leg of a call, up or ringing, and what takes its place. */
async function setUp({ isUp = true, hasAddress = true, isKnown = true, trunk = undefined as object | undefined } = {}) {
  const world = createLegWorld();
  const call = world.aCaller("offer of the first");
  const { codecs } = world.parts;
  const sessionDescriptions = readingTexts(world.parts.sessionDescriptions);
  const parts = { ...world.parts, sessionDescriptions };
  const leg = new InboundLeg({ ...parts, call, offer: "offer of the first", openMedia: world.openMedia });
  await leg.open();
  if (isUp) leg.answer();
  const state: { leg: LegCore | undefined } = { leg };
  const address = { bound: "192.0.2.1", local: "192.0.2.1", advertised: "192.0.2.1" };
  const succession = successionOf({
    ports: {
      ...{ log: silentLogger, clock: world.clock, sessionDescriptions, lookUpHost: async () => "192.0.2.9" },
      store: { rules: { findByTrigger: async (_: string, to: string) => (to === "+12065550102" ? {} : undefined) } },
      userAgent: {
        ownAddress: () => (hasAddress ? address : undefined),
        hasDialog: () => false,
        contactsOf: (user: string) => (user === "+15105550177" ? [{}] : []),
        call: () => {
          throw new Error("nobody is called here");
        },
      },
    } as unknown as SuccessionParts["ports"],
    settings: {
      ...{ codecs: { codecs }, srtp: "never", mediaAddress: undefined, trunkOf: () => trunk },
      machine: { config: { limits: { closedPrefixes: [], emergencyNumbers: [], ringTimeoutMs: 30_000 } } },
      whyNoRoute: () => "there is no trunk",
      isPhone: () => false,
    } as unknown as SuccessionParts["settings"],
    leg: () => state.leg,
    known: () => (isKnown ? { direction: "Inbound", from: "+12065550100", to: "+12065550101" } : undefined),
    forwardsLeft: () => undefined,
    onTaken: (heir) => (state.leg = heir),
  });
  const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));
  /** Lets another party call to take the place. */
  const replace = async (offer: string | undefined): Promise<{ whyNot: string | undefined; other: IncomingCall }> => {
    const other = world.aCaller(offer);
    const { whyNot } = succession.replace(other);
    await settle();
    return { whyNot, other };
  };
  /** Asks for a transfer, and gives what the one who asked is told first. */
  const transfer = async (target: string, replaces?: string): Promise<string> => {
    const told: string[] = [];
    const reply: TransferReply = {
      take: () => void told.push("taken"),
      refuse: (why) => void told.push(why),
      tell: (status) => void told.push(String(status)),
    };
    succession.transfer({ target, replaces, referredBy: undefined }, reply);
    await settle();
    return told[0] ?? "";
  };
  return { ...world, leg, state, succession, replace, transfer, settle };
}

describe("another party that calls to take a far end's place", () => {
  it("is answered, has the leg's audio from then on, and the far end that there was is hung up; the call hears nothing of it", async () => {
    const bed = await setUp();

    assert.equal((await bed.replace("its offer")).whyNot, undefined);

    assert.deepEqual(bed.reported, ["200", "answered", "200", "BYE"]);
    assert.equal(bed.started.length, 2);
    assert.notEqual(bed.state.leg, bed.leg);
    bed.state.leg?.hangUp();
    assert.deepEqual(bed.reported.slice(4), ["closed", "BYE", "ended by local"]);
  });

  it("of a leg that rings is the answer to that", async () => {
    const bed = await setUp({ isUp: false });

    await bed.replace("its offer");

    assert.equal(bed.reported.filter((one) => one === "answered").length, 1);
    assert.notEqual(bed.state.leg, bed.leg);
  });

  it("without an offer has the place with its ACK, and not before", async () => {
    const bed = await setUp();
    const { other } = await bed.replace(undefined);
    assert.equal(bed.state.leg, bed.leg);

    other.delegate.onAcknowledged?.({ sdp: "its answer" });

    assert.deepEqual(bed.reported, ["200", "answered", "200", "BYE"]);
    assert.notEqual(bed.state.leg, bed.leg);
  });

  it("that has nothing in common is refused or hung up, and the leg goes on as it was", async () => {
    const bed = await setUp();
    await bed.replace("bad");
    const { other } = await bed.replace(undefined);
    other.delegate.onAcknowledged?.({ sdp: "bad" });

    assert.deepEqual(bed.reported, ["200", "answered", "488", "200", "BYE for 488"]);
    assert.equal(bed.state.leg, bed.leg);
    assert.equal(bed.leg.isOver, false);
  });

  it("is refused where this server has no address for it, by the rules of its trunk", async () => {
    const bed = await setUp({ hasAddress: false, trunk: { srtp: "never", codecs: { codecs: ["PCMA"] } } });
    await bed.replace("its offer");
    assert.deepEqual(bed.reported, ["200", "answered", "488"]);
  });

  it("is refused while another one is on its way, and where the leg is over or has no audio", async () => {
    const bed = await setUp();
    await bed.replace(undefined);
    assert.match((await bed.replace("another")).whyNot ?? "", /same place/);
    assert.match(await bed.transfer("sip:a@b"), /same place/);
    bed.leg.hangUp();
    assert.match((await bed.replace("another")).whyNot ?? "", /no audio/);
    bed.state.leg = undefined;
    assert.match((await bed.replace("another")).whyNot ?? "", /not here/);
  });

  it("finds a leg that has ended meanwhile over, and one that gave up itself is not answered", async () => {
    const bed = await setUp();
    const other = bed.aCaller("its offer");
    bed.succession.replace(other);
    bed.leg.hangUp();
    await bed.settle();
    assert.deepEqual(bed.reported.slice(-1), ["603"]);

    const gone = await setUp();
    const leaving = gone.aCaller("its offer");
    gone.succession.replace(leaving);
    leaving.delegate.onEnded({ type: "cancelled" });
    await gone.settle();
    assert.equal(gone.state.leg, gone.leg);
    assert.deepEqual(gone.reported, ["200", "answered"]);
  });
});

describe("a transfer", () => {
  for (const [what, target, replaces, why] of [
    ["to nobody", "sip:@", undefined, /no usable URI/],
    ["to a number without a trunk", "sip:+15105550101@192.0.2.9", undefined, /no trunk/],
    ["to a telephone that is in a dialog", "tel:+15105550101", "x;to-tag=1;from-tag=2", /names no dialog|cannot/],
  ] as const)
    it(`${what} is not taken`, async () => {
      const bed = await setUp();
      assert.match(await bed.transfer(target, replaces), why);
    });

  for (const [what, target] of [
    ["a number that a rule of this server takes", "sip:+12065550102@192.0.2.9"],
    ["the same as tel:", "tel:+1-206-555-0102"],
    ["the number of a phone that is registered", "sip:+15105550177@192.0.2.9"],
  ] as const)
    it(`to ${what} needs no trunk`, async () => {
      const bed = await setUp();
      assert.equal(await bed.transfer(target), "taken");
    });

  it("of a leg that is not up, or not known, is not taken", async () => {
    const ringing = await setUp({ isUp: false });
    assert.match(await ringing.transfer("sip:a@b"), /not up/);
    const unknown = await setUp({ isKnown: false });
    assert.match(await unknown.transfer("sip:a@b"), /not up/);
  });

  it("of a leg that has ended while the way to the other party was looked up is not taken", async () => {
    const bed = await setUp();
    const asked = bed.transfer("sip:+12065550102@192.0.2.9");
    bed.leg.hangUp();
    assert.match(await asked, /not there/);
  });
});
