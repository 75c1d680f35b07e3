import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import type { MediaSession } from "../media/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { LegCore } from "./leg.ts";

/** A leg that is up with 20 ms packets, and what its dialog and its session were told. */
function aLeg() {
  const clock = createManualClock();
  const told: string[] = [];
  const nothing = () => undefined;
  const leg = new LegCore({
    sessionDescriptions: {
      createOffer: () => "",
      answerOffer: () => ({ type: "no-common-codec", offered: [] }),
      readAnswer: () => ({ type: "no-common-codec", offered: [] }),
    },
    events: {
      ...{ ringing: nothing, answered: nothing, ended: nothing, signalled: nothing },
      ...{
        playbackStarted: nothing,
        earlyMedia: nothing,
        playbackFinished: nothing,
        digit: nothing,
        infoDigit: nothing,
        digitsSent: nothing,
      },
    },
    clock,
    log: silentLogger,
    at: 0,
  });
  const session = { localPort: 4000, start: nothing, close: async () => void told.push("closed") };
  leg.attachMedia(session as unknown as MediaSession, "192.0.2.1");
  leg.attachCall({ sipCallId: "call-1", hangUp: () => void told.push("bye") });
  leg.startMedia({
    codec: { name: "PCMU", payloadType: 0 },
    remoteAddress: "192.0.2.9",
    remotePort: 4002,
    remoteRtcpAddress: "192.0.2.9",
    remoteRtcpPort: 4003,
    ptimeMs: 20,
    telephoneEventPayloadType: 101,
    direction: "sendrecv",
  });
  return { clock, told, leg };
}

test("a BYE right behind a prompt waits until the far end can have heard the last packet", () => {
  for (const event of ["onPlaybackFinished", "onDigitsSent"] as const) {
    const { clock, told, leg } = aLeg();

    leg.mediaEvents[event]?.("1");
    leg.hangUp();
    clock.advance(19);
    assert.deepEqual(told, ["closed"]);
    clock.advance(1);

    assert.deepEqual(told, ["closed", "bye"]);
    assert.equal(leg.isOver, true);
  }
});

test("a BYE at another time waits for nothing", () => {
  const { clock, told, leg } = aLeg();

  leg.mediaEvents.onPlaybackFinished?.("1");
  clock.advance(20);
  leg.hangUp();

  assert.deepEqual(told, ["closed", "bye"]);
});
