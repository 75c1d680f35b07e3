import assert from "node:assert/strict";
import { test } from "node:test";
import type { NegotiatedAudio } from "../sdp/index.ts";
import { createLegWorld } from "../testing/internal/leg-world.ts";
import { InboundLeg } from "./inbound-leg.ts";

/** A leg whose caller has no offer and requires reliable provisional responses; what is sent and which direction audio has is reported. */
async function aRingingLeg() {
  const world = createLegWorld();
  const { reported } = world;
  const call = Object.assign(world.aCaller(undefined), {
    ringsWithOffer: true,
    ring: (sdp: string | undefined) => void reported.push(`180 ${sdp ?? "-"}`),
    answer: (sdp: string | undefined) => void reported.push(`200 ${sdp ?? "-"}`),
  });
  const openMedia: typeof world.openMedia = async (delegate) => {
    const media = await world.openMedia(delegate);
    const start = ({ direction }: NegotiatedAudio) => void reported.push(direction);
    return { ...media, session: Object.assign(media.session, { start }) };
  };
  const leg = new InboundLeg({ ...world.parts, call, offer: undefined, openMedia });
  await leg.open();
  leg.ring();
  call.ringsWithOffer = false;
  return { reported, leg, takePrack: (sdp: string) => call.delegate.onEarlyAnswer?.({ sdp }) };
}

test("a caller without an offer who wants ours early hears nothing of us until the answer (RFC 3262 §5, RFC 3960 §3.2)", async () => {
  const { reported, leg, takePrack } = await aRingingLeg();
  takePrack("theirs");
  leg.answer();

  assert.deepEqual(reported, ["180 offer 1", "recvonly", "200 -", "sendrecv", "answered"]);
});

test("an answer before that PRACK is no second offer, and the leg is up once the PRACK has come", async () => {
  const { reported, leg, takePrack } = await aRingingLeg();
  leg.answer();
  assert.deepEqual(reported, ["180 offer 1", "200 -"]);
  takePrack("theirs");

  assert.deepEqual(reported.slice(2), ["recvonly", "sendrecv", "answered"]);
});

test("early media flows as soon as both sides have agreed, and stops when it is closed", async () => {
  const { reported, leg, takePrack } = await aRingingLeg();
  takePrack("theirs");
  leg.openEarlyMedia();
  leg.closeEarlyMedia();

  assert.deepEqual(reported.slice(1), ["recvonly", "sendrecv", "recvonly", "180 -"]);
});

test("a PRACK with an answer that has nothing in common ends the leg", async () => {
  const { reported, takePrack } = await aRingingLeg();
  takePrack("bad");

  assert.deepEqual(reported.slice(1), ["closed", "488", "ended by no-common-codec"]);
});
