import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import type { MediaSession } from "../media/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { LegCore, type LegParts } from "./leg.ts";

const agreedAudio: Parameters<LegCore["startMedia"]>[0] = {
  codec: { name: "PCMU", payloadType: 0 },
  remoteAddress: "192.0.2.9",
  remotePort: 4002,
  remoteRtcpAddress: "192.0.2.9",
  remoteRtcpPort: 4003,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  direction: "sendrecv",
};

/** Takes every offer but "bad", and answers with the version that it was given. */
const sessionDescriptions: LegParts["sessionDescriptions"] = {
  createOffer: ({ sessionVersion }) => `offer ${sessionVersion}`,
  answerOffer: (offer, { sessionVersion }) =>
    offer === "bad"
      ? { type: "no-audio", why: "it is bad", warningCode: 304 }
      : { type: "agreed", answer: `answer ${sessionVersion} to ${offer}`, audio: agreedAudio },
  readAnswer: (answer) =>
    answer === "found" ? { type: "agreed", audio: agreedAudio } : { type: "no-common-codec", offered: [] },
  audioAddress: () => undefined,
  describedHosts: () => [],
  withAddresses: (description, addresses) => addresses.get(description) ?? description,
  warningOf: () => ({ code: 304, text: "it is bad" }),
};

/** A leg that is up with 20 ms packets, and what its dialog and its session were told. */
function aLeg() {
  const clock = createManualClock();
  const reported: string[] = [];
  const heard: number[] = [];
  const nothing = () => undefined;
  const leg = new LegCore({
    sessionDescriptions,
    events: {
      ...{ ringing: nothing, answered: () => void reported.push("answered") },
      ...{ ended: ({ type }) => void reported.push(type), signalled: nothing },
      ...{
        playbackStarted: nothing,
        earlyMedia: nothing,
        playbackFinished: nothing,
        digit: nothing,
        digitsSent: nothing,
        withoutEvents: () => void reported.push("without events"),
        heard: ({ packetsReceived }) => void heard.push(packetsReceived),
      },
    },
    clock,
    log: silentLogger,
    at: 0,
    hosts: {
      replace: (description) => (description === "named" ? "numbered" : description),
      hasUnknown: (description) => description === "unknown",
      lookUp: async () => "found",
    },
  });
  const close = async () => {
    reported.push("closed");
    return { packetsReceived: 7 };
  };
  const session = { localPort: 4000, start: nothing, close };
  leg.attachMedia(session as unknown as MediaSession, "192.0.2.1");
  leg.attachCall({ sipCallId: "call-1", hangUp: () => void reported.push("bye") });
  leg.startMedia(agreedAudio);
  return { clock, reported, heard, leg };
}

test("a BYE right behind a prompt waits until the far end can have heard the last packet", () => {
  for (const event of ["onPlaybackFinished", "onDigitsSent"] as const) {
    const { clock, reported, leg } = aLeg();

    leg.mediaEvents[event]?.("1");
    leg.hangUp();
    clock.advance(19);
    assert.deepEqual(reported, ["closed"]);
    clock.advance(1);

    assert.deepEqual(reported, ["closed", "bye"]);
    assert.equal(leg.isOver, true);
  }
});

test("a BYE at another time waits for nothing", () => {
  const { clock, reported, leg } = aLeg();

  leg.mediaEvents.onPlaybackFinished?.("1");
  clock.advance(20);
  leg.hangUp();

  assert.deepEqual(reported, ["closed", "bye"]);
});

test("a new description has the version after the last one that was sent, whatever was refused between them (RFC 3264 §8)", () => {
  const { leg } = aLeg();
  const offer = (sdp: string | undefined) => leg.sipEvents.onOffer?.(sdp);

  assert.equal(offer("one"), "answer 1 to one");
  assert.deepEqual(offer("bad"), { warning: { code: 304, text: "it is bad" } });
  assert.deepEqual(offer("bad"), { warning: { code: 304, text: "it is bad" } });
  assert.equal(offer("two"), "answer 2 to two");
  assert.equal(offer(undefined), "offer 3");
  assert.equal(offer("three"), "answer 4 to three");
});

test("a later offer may name a host that the first one named", () => {
  assert.equal(aLeg().leg.sipEvents.onOffer?.("named"), "answer 1 to numbered");
});

// Contract: sip-and-media-keys-in-audio
test("a far end that agrees to no telephone-events is said to be such: its keys may never be heard", () => {
  const { reported, leg } = aLeg();

  leg.startMedia({ ...agreedAudio, telephoneEventPayloadType: undefined });

  assert.deepEqual(reported, ["without events"]);
});

test("an answer, also one in an ACK, waits until its host names are looked up", async () => {
  const { reported, leg } = aLeg();

  leg.sipEvents.onOffer?.(undefined);
  leg.sipEvents.onAcknowledged?.({ sdp: "unknown" });
  assert.deepEqual(reported, []);
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual(reported, ["answered"]);
});

test("a leg that ends while a host name is looked up is not answered", async () => {
  const { reported, leg } = aLeg();

  leg.sipEvents.onOffer?.(undefined);
  leg.sipEvents.onAcknowledged?.({ sdp: "unknown" });
  leg.sipEvents.onEnded({ type: "bye" });
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual(reported, ["closed", "bye"]);
});

test("the counts of a leg's RTP session are told when it is closed, whoever ended the leg", async () => {
  const [byUs, byThem] = [aLeg(), aLeg()];

  byUs.leg.hangUp();
  byThem.leg.sipEvents.onEnded({ type: "bye" });
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual([byUs.heard, byThem.heard], [[7], [7]]);
});
