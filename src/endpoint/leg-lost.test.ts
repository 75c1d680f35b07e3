import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaDelegate } from "../media/index.ts";
import type { CallDelegate, IncomingCall, OutgoingCallRequest } from "../sip/index.ts";
import { createLegWorld } from "../testing/internal/leg-world.ts";
import { InboundLeg } from "./inbound-leg.ts";
import { OutboundLeg } from "./outbound-leg.ts";

type Inbound = Readonly<Record<string, { readonly offer?: string; reach(leg: InboundLeg, call: IncomingCall): void }>>;
const inbound: Inbound = {
  ringing: { offer: "sdp", reach: (leg) => leg.ring() },
  "in early media": { offer: "sdp", reach: (leg) => leg.openEarlyMedia() },
  "ringing again after early media": {
    offer: "sdp",
    reach: (leg) => {
      leg.openEarlyMedia();
      leg.closeEarlyMedia();
    },
  },
  "being answered, its ACK still to come": { reach: (leg) => leg.answer() },
  up: { offer: "sdp", reach: (leg) => leg.answer() },
};
for (const [state, { offer, reach }] of Object.entries(inbound)) {
  test(`a media worker that dies while a caller is ${state} ends the leg, and the caller gets its final answer`, async () => {
    const { reported, parts, openMedia, media, aCaller } = createLegWorld();
    const call = aCaller(offer);
    const leg = new InboundLeg({ ...parts, call, offer, openMedia });
    await leg.open();
    reach(leg, call);
    const before = reported.splice(0);
    media().onLost?.();
    leg.answer();

    const word = before.includes("200") ? "BYE for 500" : "500";
    assert.deepEqual(reported, ["closed", word, "ended: its media worker ended"]);
  });
}

test("a media worker that dies while the RTP session of a caller is opened ends the leg, and the session is closed", async () => {
  const { reported, parts, openMedia, media, aCaller } = createLegWorld();
  const openAndLose = (delegate: MediaDelegate) => {
    const opening = openMedia(delegate);
    media().onLost?.();
    return opening;
  };
  const leg = new InboundLeg({ ...parts, call: aCaller("sdp"), offer: "sdp", openMedia: openAndLose });
  await leg.open();
  await leg.whenReleased();

  assert.deepEqual(reported, ["500", "ended: its media worker ended", "closed", "heard 7"]);
});

const outbound: Readonly<Record<string, (delegate: CallDelegate) => void>> = {
  dialled: () => undefined,
  ringing: (delegate) => delegate.onProgress?.({ status: 180, sdp: undefined }),
  "in early media": (delegate) => delegate.onProgress?.({ status: 183, sdp: "sdp" }),
  up: (delegate) => delegate.onAnswered?.({ sdp: "sdp" }),
};
for (const [state, reach] of Object.entries(outbound)) {
  test(`a media worker that dies while a called party is ${state} ends the leg once, and the called party is hung up`, async () => {
    const { reported, parts, openMedia, media } = createLegWorld();
    const requests: OutgoingCallRequest[] = [];
    const nextHop = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
    const own = { bound: "192.0.2.1", advertised: () => "192.0.2.1" };
    const leg = new OutboundLeg({
      ...parts,
      openMedia,
      findPlan: () => ({
        hops: [{ nextHop, to: "sip:1@192.0.2.9", from: "sip:2@192.0.2.1", media: own, headers: [] }],
      }),
      placeCall: (request) => {
        requests.push(request);
        return {
          sipCallId: "2",
          hangUp: (reason) => void reported.push(`hung up for ${reason?.status}`),
          renegotiate: () => undefined,
        };
      },
    });
    leg.dial();
    while (requests.length === 0) await Promise.resolve();
    const delegate = requests[0]?.delegate as CallDelegate;
    reach(delegate);
    reported.splice(0);
    media().onLost?.();
    delegate.onAnswered?.({ sdp: "sdp" });

    assert.deepEqual(reported, ["closed", "hung up for 500", "ended: its media worker ended"]);
  });
}
