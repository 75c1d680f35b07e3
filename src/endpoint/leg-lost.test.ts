import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import type { MediaDelegate, MediaSession } from "../media/index.ts";
import type { NegotiatedAudio } from "../sdp/index.ts";
import type { CallDelegate, IncomingCall, OutgoingCallRequest } from "../sip/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { InboundLeg } from "./inbound-leg.ts";
import type { LegEvents, LegParts } from "./leg.ts";
import { OutboundLeg } from "./outbound-leg.ts";

const audio: NegotiatedAudio = {
  codec: { name: "PCMU", payloadType: 0 },
  remoteAddress: "192.0.2.9",
  remotePort: 4002,
  remoteRtcpAddress: "192.0.2.9",
  remoteRtcpPort: 4003,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  direction: "sendrecv",
};
const address = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;

/** What a leg is made with; `told` gets what reaches its call, its far end and its RTP session. */
function aWorld() {
  const reported: string[] = [];
  const nothing = () => undefined;
  const events: LegEvents = {
    ...{
      ringing: nothing,
      earlyMedia: nothing,
      signalled: nothing,
      playbackStarted: nothing,
      playbackFinished: nothing,
    },
    ...{
      digit: nothing,
      digitsSent: nothing,
      withoutEvents: nothing,
      heard: nothing,
      answered: () => void reported.push("answered"),
    },
    ended: (end) => void reported.push(end.type === "failed" ? `ended: ${end.why}` : `ended by ${end.type}`),
  };
  const parts: LegParts = {
    sessionDescriptions: {
      createOffer: () => "offer",
      answerOffer: () => ({ type: "agreed", audio, answer: "answer" }),
      readAnswer: () => ({ type: "agreed", audio }),
      audioAddress: () => undefined,
      describedHosts: () => [],
      withAddresses: (description) => description,
      warningOf: () => ({ code: 304, text: "" }),
    },
    hosts: {
      replace: (description) => description,
      hasUnknown: () => false,
      lookUp: async (description) => description,
    },
    ...{ events, clock: createManualClock(), log: silentLogger, at: 0 },
  };
  let delegate: MediaDelegate = {};
  const session = {
    localAddress: "192.0.2.1",
    localPort: 4000,
    start: nothing,
    close: async () => void reported.push("closed"),
  };
  return {
    ...{ reported, parts },
    open: async (given: MediaDelegate) => {
      delegate = given;
      return session as unknown as MediaSession;
    },
    lose: () => delegate.onLost?.(),
  };
}

/** A caller, as the user agent shows him: a final response is sent once, and a BYE afterwards. */
function aCaller(reported: string[], offer: string | undefined): IncomingCall {
  let isOpen = true;
  const final = (what: string) => {
    if (isOpen) reported.push(what);
    isOpen = false;
  };
  let isOver = false;
  return {
    ...({ sipCallId: "1", headers: [], offer, source: address } as unknown as IncomingCall),
    ring: () => undefined,
    progress: () => undefined,
    answer: () => final("200"),
    reject: (status) => {
      if (isOpen) isOver = true;
      final(String(status));
    },
    hangUp: (reason) => {
      if (!isOver) reported.push(`BYE for ${reason?.status}`);
      isOver = true;
    },
  };
}

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
  test(`a media worker that dies while a caller is ${state} ends the leg, and the caller is told`, async () => {
    const { reported, parts, open, lose } = aWorld();
    const call = aCaller(reported, offer);
    const leg = new InboundLeg({ ...parts, call, offer, openSession: open, mediaAddress: "192.0.2.1" });
    await leg.open();
    reach(leg, call);
    const before = reported.splice(0);
    lose();
    leg.answer();

    const word = before.includes("200") ? "BYE for 500" : "500";
    assert.deepEqual(reported.sort(), [word, "closed", "ended: its media worker ended"].sort());
  });
}

test("a media worker that dies while the RTP session of a caller is opened ends the leg, and the session is closed", async () => {
  const { reported, parts, open, lose } = aWorld();
  const call = aCaller(reported, "sdp");
  const openAndLose = (delegate: MediaDelegate) => {
    const session = open(delegate);
    lose();
    return session;
  };
  await new InboundLeg({ ...parts, call, offer: "sdp", openSession: openAndLose, mediaAddress: "192.0.2.1" }).open();

  assert.deepEqual(reported, ["500", "ended: its media worker ended", "closed"]);
});

const outbound: Readonly<Record<string, (delegate: CallDelegate) => void>> = {
  dialled: () => undefined,
  ringing: (delegate) => delegate.onProgress?.({ status: 180, sdp: undefined }),
  "in early media": (delegate) => delegate.onProgress?.({ status: 183, sdp: "sdp" }),
  up: (delegate) => delegate.onAnswered?.({ sdp: "sdp" }),
};
for (const [state, reach] of Object.entries(outbound)) {
  test(`a media worker that dies while a called party is ${state} ends the leg once, and the called party is told`, async () => {
    const { reported, parts, open, lose } = aWorld();
    const requests: OutgoingCallRequest[] = [];
    const leg = new OutboundLeg({
      ...parts,
      openSession: open,
      findPlan: async () => ({
        ...{
          to: "+12065550100",
          user: "+12065550100",
          from: "+12065550111",
          headers: {},
          uri: undefined,
          maxForwards: undefined,
        },
        ...{
          hops: [
            {
              nextHop: address,
              local: address,
              media: { local: "192.0.2.1", bound: "192.0.2.1", advertised: "192.0.2.1" },
            },
          ],
        },
      }),
      printSipUri: ({ user, host }) => `sip:${user}@${host}`,
      placeCall: (request) => {
        requests.push(request);
        return { sipCallId: "2", hangUp: (reason) => void reported.push(`hung up for ${reason?.status}`) };
      },
    });
    leg.dial();
    while (requests.length === 0) await Promise.resolve();
    const delegate = requests[0]?.delegate as CallDelegate;
    reach(delegate);
    reported.splice(0);
    lose();
    delegate.onAnswered?.({ sdp: "sdp" });

    assert.deepEqual(reported, ["closed", "hung up for 500", "ended: its media worker ended"]);
  });
}
