import assert from "node:assert/strict";
import { test } from "node:test";
import { createLegWorld, writtenDescriptions } from "../testing/internal/leg-world.ts";
import type { MediaDirection } from "../sdp/index.ts";
import { InboundLeg } from "./inbound-leg.ts";
import type { AudioWish } from "./types.ts";

const keyOf = (fill: number) => Buffer.alloc(30, fill).toString("base64");

/** What the far end says of its audio. */
interface Says {
  readonly direction?: MediaDirection;
  /** Its key; absent: in the clear. */
  readonly key?: number;
  readonly payload?: number;
}

function described({ direction = "sendrecv", key, payload = 0 }: Says = {}): string {
  return [
    ...["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0"],
    `m=audio 4002 ${key === undefined ? "RTP/AVP" : "RTP/SAVP"} ${payload}`,
    ...(key === undefined ? [] : [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${keyOf(key)}`]),
    ...[`a=${direction}`, ""],
  ].join("\r\n");
}

const lineOf = (sdp: unknown, pattern: RegExp) => pattern.exec(String(sdp))?.[0];
const directionOf = (sdp: unknown) => lineOf(sdp, /(?<=^a=)(?:sendrecv|sendonly|recvonly|inactive)/m);
const formatsOf = (sdp: unknown) => lineOf(sdp, /(?<=^m=audio \d+ \S+ ).*/m)?.trim();
const versionOf = (sdp: unknown) => Number(lineOf(sdp, /(?<=^o=- \d+ )\d+/m));
const keysOf = (sdp: unknown) =>
  [...String(sdp).matchAll(/^a=crypto:\d+ (\S+) inline:(\S+)/gm)].map(([, suite, key]) => [suite, key]);

/** A leg that was answered. */
async function aLeg(says: Says = {}) {
  const world = createLegWorld();
  const offer = described(says);
  const answers: string[] = [];
  const call = { ...world.aCaller(offer), answer: (sdp: string) => void answers.push(sdp) };
  const leg = new InboundLeg({
    ...{ ...world.parts, codecs: ["PCMU", "PCMA"], srtp: "optional", sessionDescriptions: writtenDescriptions },
    ...{ call, offer, openMedia: world.openMedia },
  });
  await leg.open();
  leg.answer();
  world.reported.splice(0);
  const settled: string[] = [];
  const change = (wish: AudioWish) => leg.change(wish, (whyNot = "changed") => void settled.push(whyNot));
  /** Wishes it, and the far end answers. */
  const agree = (wish: AudioWish, answered: Says) => {
    change(wish);
    const sdp = call.delegate.onOfferDue?.();
    call.delegate.onOfferSettled?.({ type: "answered", sdp: described(answered) });
    return sdp;
  };
  return { ...world, leg, sip: call.delegate, answers, settled, change, agree, heard: () => world.started.at(-1) };
}

// RFC 3264 8.4: what our offer says, by what was agreed before.
for (const [theirs, offered] of [
  ["sendrecv", "sendonly"],
  ["recvonly", "sendonly"],
  ["sendonly", "inactive"],
  ["inactive", "inactive"],
] as const) {
  test(`a far end that said ${theirs} is held by an offer that says ${offered}, and resumed by one both ways`, async () => {
    const { agree, settled, heard } = await aLeg({ direction: theirs });

    assert.equal(
      directionOf(agree({ isHeld: true }, { direction: offered === "sendonly" ? "recvonly" : "inactive" })),
      offered,
    );
    assert.equal(heard()?.direction, offered);
    assert.equal(directionOf(agree({ isHeld: false }, {})), "sendrecv");
    assert.equal(heard()?.direction, "sendrecv");
    assert.deepEqual(settled, ["changed", "changed"]);
  });
}

test("a far end that answers a hold as if it were none is held all the same", async () => {
  const { agree, heard } = await aLeg();

  agree({ isHeld: true }, { direction: "sendrecv" });

  assert.equal(heard()?.direction, "sendonly");
});

test("an offer of a far end that is held does not resume it, whatever it says", async () => {
  const { agree, sip } = await aLeg();
  agree({ isHeld: true }, { direction: "recvonly" });

  const answers = (["sendrecv", "sendonly", "recvonly", "inactive"] as const).map((direction) =>
    directionOf(sip.onOffer?.(described({ direction }))),
  );

  assert.deepEqual(answers, ["sendonly", "inactive", "sendonly", "inactive"]);
  assert.equal(directionOf(sip.onOffer?.(undefined)), "sendonly");
});

test("what the far end refuses stays as it was, and the next description counts on (RFC 3264 §8)", async () => {
  const { change, sip, settled, heard, answers } = await aLeg();

  change({ isHeld: true, codecs: ["PCMA"] });
  const refused = sip.onOfferDue?.();
  sip.onOfferSettled?.({ type: "refused", status: 488 });
  const next = sip.onOffer?.(described());

  assert.deepEqual(settled, ["the far end refused it with 488"]);
  assert.equal(heard()?.direction, "sendrecv");
  assert.deepEqual([directionOf(next), formatsOf(next)], ["sendrecv", "0"]);
  assert.deepEqual([answers[0], refused, next].map(versionOf), [1, 2, 3]);
});

test("an offer that is asked for again after the far end's is written anew, after the answer to that", async () => {
  const { change, sip, settled } = await aLeg();

  change({ isHeld: true });
  const first = sip.onOfferDue?.();
  const answer = sip.onOffer?.(described({ direction: "sendonly" }));
  const second = sip.onOfferDue?.();
  sip.onOfferSettled?.({ type: "answered", sdp: described({ direction: "inactive" }) });

  assert.deepEqual([first, answer, second].map(versionOf), [2, 3, 4]);
  assert.deepEqual([first, answer, second].map(directionOf), ["sendonly", "recvonly", "inactive"]);
  assert.deepEqual(settled, ["changed"]);
});

test("another list of codecs is offered as it stands, and is what is taken from then on", async () => {
  const { agree, sip, heard } = await aLeg();

  assert.equal(formatsOf(agree({ codecs: ["PCMA"] }, { payload: 8 })), "8 101");
  assert.equal(heard()?.codec.name, "PCMA");
  assert.equal(formatsOf(sip.onOffer?.(undefined)), "8 101");
});

test("the key of the suite that is spoken is offered again, and others are new (RFC 4568 §7.1.4)", async () => {
  const { agree, answers, heard } = await aLeg({ key: 7 });
  const [before] = keysOf(answers[0]);

  const first = keysOf(agree({ isHeld: true }, { key: 7, direction: "recvonly" }));
  const second = keysOf(agree({ isHeld: false }, { key: 8 }));

  assert.deepEqual([first[0], second[0]], [before, before]);
  assert.ok(first.length > 1 && first.slice(1).every(([, key], at) => key !== second[at + 1]?.[1]));
  assert.equal(Buffer.from(heard()?.security?.received ?? []).toString("base64"), keyOf(8));
});

test("an answer that cannot be used ends the call, as in any other exchange", async () => {
  for (const sdp of [undefined, "nonsense", described({ payload: 18 })]) {
    const { change, sip, settled, reported } = await aLeg();

    change({ isHeld: true });
    sip.onOfferDue?.();
    sip.onOfferSettled?.({ type: "answered", sdp });

    assert.deepEqual(settled, ["the call is over"]);
    assert.ok(reported.some((one) => one.startsWith("ended")));
  }
});

test("one wish is on its way at a time, and none before the answer or after the end", async () => {
  const { change, leg, settled, sip } = await aLeg();

  change({ isHeld: true });
  change({ isHeld: false });
  assert.deepEqual(settled.splice(0), ["another change is on its way"]);
  sip.onEnded({ type: "bye" });
  change({ isHeld: true });
  assert.deepEqual(settled, ["the call is over", "the call is over"]);
  assert.equal(leg.isOver, true);

  const world = createLegWorld();
  const early = new InboundLeg({
    ...world.parts,
    call: world.aCaller("sdp"),
    offer: "sdp",
    openMedia: world.openMedia,
  });
  early.change({ isHeld: true }, (whyNot = "") => void settled.push(whyNot));
  assert.equal(settled.at(-1), "the call is not answered");
});

const addressesOf = (sdp: unknown) =>
  [lineOf(sdp, /(?<=^c=IN IP4 ).*/m), lineOf(sdp, /(?<=^o=- .* IN IP4 ).*/m)].map((one) => one?.trim());

// Contract: sip-and-media-own-address
test("a far end is offered the other address that this server has from now on, once; the origin stays (RFC 3264 §8, §8.3.1)", async () => {
  const { leg, sip, clock, moveTo, reported, heard } = await aLeg();
  clock.advance(60_000);
  assert.deepEqual(reported, []);

  moveTo("192.0.2.77");
  clock.advance(20_000);
  const offer = sip.onOfferDue?.();
  sip.onOfferSettled?.({ type: "answered", sdp: described() });
  clock.advance(60_000);

  assert.deepEqual(addressesOf(offer), ["192.0.2.77", "192.0.2.1"]);
  assert.deepEqual([versionOf(offer), directionOf(offer), heard()?.direction], [2, "sendrecv", "sendrecv"]);
  assert.deepEqual(reported, ["wants to offer"]);
  assert.deepEqual(addressesOf(sip.onOffer?.(described())), ["192.0.2.77", "192.0.2.1"]);
  leg.hangUp();
  assert.equal(clock.pendingTimers(), 0);
});

test("a far end that is held stays so when our address changes, and one that refuses it is asked again", async () => {
  const { agree, sip, clock, moveTo, reported } = await aLeg();
  agree({ isHeld: true }, { direction: "recvonly" });
  reported.splice(0);

  moveTo("192.0.2.77");
  clock.advance(20_000);
  assert.equal(directionOf(sip.onOfferDue?.()), "sendonly");
  sip.onOfferSettled?.({ type: "refused", status: 500 });
  clock.advance(20_000);

  assert.deepEqual(reported, ["wants to offer", "wants to offer"]);
});

test("an offer of the far end that comes first tells it our other address", async () => {
  const { sip, clock, moveTo, reported } = await aLeg();

  moveTo("192.0.2.77");
  assert.equal(addressesOf(sip.onOffer?.(described()))[0], "192.0.2.77");
  clock.advance(60_000);

  assert.deepEqual(reported, []);
});

test("another answer to a refresh counts as in any other exchange (RFC 4028 §7.4, RFC 3264 §8)", async () => {
  const { sip, heard, reported } = await aLeg();

  sip.onRefreshed?.({ sdp: described({ direction: "sendonly" }).replace("4002", "5002") });
  assert.deepEqual([heard()?.direction, heard()?.remotePort], ["recvonly", 5002]);
  sip.onRefreshed?.({ sdp: described({ payload: 8 }) });
  assert.deepEqual([heard()?.direction, heard()?.codec.name], ["sendrecv", "PCMA"]);
  for (const sdp of ["nonsense", described({ payload: 18 })]) sip.onRefreshed?.({ sdp });

  assert.deepEqual([heard()?.codec.name, reported], ["PCMA", []]);
});

test("another answer to a refresh may have another key of the suite that is spoken, and not be in the clear", async () => {
  const { sip, heard, answers, started } = await aLeg({ key: 7 });
  const ours = keysOf(answers[0])[0]?.[1];

  sip.onRefreshed?.({ sdp: described({ key: 8 }).replace("a=crypto:1 ", "a=crypto:3 ") });
  const { received, sent } = heard()?.security ?? {};
  assert.deepEqual(
    [received, sent].map((key) => Buffer.from(key ?? []).toString("base64")),
    [keyOf(8), ours],
  );
  const before = started.length;
  sip.onRefreshed?.({ sdp: described() });
  assert.equal(started.length, before);
});
