import { silentLogger } from "../../kernel/index.ts";
import type { LegEvents, LegMedia, LegParts, SessionDescriptions } from "../../endpoint/index.ts";
import type { MediaDelegate, MediaSession } from "../../media/index.ts";
import * as sdp from "../../sdp/index.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { IncomingCall } from "../../sip/index.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";

/** What both ends of a leg in a test agree on: packets of 20 ms. */
const agreedAudio: NegotiatedAudio = {
  codec: { name: "PCMU", payloadType: 0 },
  remoteAddress: "192.0.2.9",
  remotePort: 4002,
  remoteRtcpAddress: "192.0.2.9",
  remoteRtcpPort: 4003,
  ptimeMs: 20,
  telephoneEventPayloadType: 101,
  direction: "sendrecv",
};

/** Descriptions in words: every one can be used but "bad", and ours say their version. */
const descriptionsInWords: SessionDescriptions = {
  createOffer: ({ sessionVersion, direction = "sendrecv", codecs }) =>
    `offer ${sessionVersion}${direction === "sendrecv" ? "" : ` ${direction}`}${codecs[0] === "PCMU" ? "" : ` of ${codecs.join()}`}`,
  isOfBrowser: () => false,
  readDescription: (text) => text,
  answerOffer: (offer, { sessionVersion }) =>
    typeof offer !== "string" || offer === "bad"
      ? { type: "no-audio", why: "it is bad", warningCode: 304 }
      : { type: "agreed", answer: `answer ${sessionVersion} to ${offer}`, audio: agreedAudio },
  whyNoAnswer: () => undefined,
  readAnswer: (answer, { direction = "sendrecv" }) =>
    answer === "bad"
      ? { type: "no-common-codec", offered: ["G729"] }
      : { type: "agreed", audio: { ...agreedAudio, direction } },
  audioAddress: () => undefined,
  describedHosts: () => [],
  withAddresses: (description) => description,
  warningOf: () => ({ code: 304, text: "it is bad" }),
};

/** The world of one leg in a test. */
export interface LegWorld {
  readonly clock: ManualClock;
  /** What reached the leg's owner, its far end and its RTP session, in order. */
  readonly reported: string[];
  /** What its RTP session was started with, in order. */
  readonly started: NegotiatedAudio[];
  readonly parts: LegParts;
  /** Opens its RTP session. */
  readonly openMedia: (delegate: MediaDelegate) => Promise<LegMedia>;
  /** Our address is another from now on. */
  readonly moveTo: (address: string) => void;
  /** What its RTP session tells. */
  readonly media: () => MediaDelegate;
  /** A caller, as the user agent shows him: a final response is sent once, and a BYE afterwards. */
  readonly aCaller: (offer: string | undefined) => IncomingCall;
}

/** Descriptions as they are in calls. */
export const writtenDescriptions: SessionDescriptions = sdp;

/** Makes the world of one leg. The host "named" has an address that is known, that of "unknown" is found when it is looked up. */
export function createLegWorld(): LegWorld {
  const clock = createManualClock();
  const reported: string[] = [];
  const started: NegotiatedAudio[] = [];
  const events: LegEvents = {
    answered: () => void reported.push("answered"),
    ended: (end) => void reported.push(end.type === "failed" ? `ended: ${end.why}` : `ended by ${end.type}`),
    heard: ({ packetsReceived }) => void reported.push(`heard ${packetsReceived}`),
  };
  let delegate: MediaDelegate = {};
  const state = { address: "192.0.2.1" };
  const session = {
    localAddress: "192.0.2.1",
    localPort: 4000,
    start: (audio: NegotiatedAudio) => void started.push(audio),
    answered: () => undefined,
    close: async () => {
      reported.push("closed");
      return { packetsReceived: 7 };
    },
  } as unknown as MediaSession;
  return {
    ...{ clock, reported, started },
    parts: {
      ...{ events, clock, log: silentLogger, at: 0, codecs: ["PCMU"], sessionDescriptions: descriptionsInWords },
      hosts: {
        replace: (description) => (description === "named" ? "numbered" : description),
        hasUnknown: (description) => description === "unknown",
        lookUp: async () => "found",
      },
    },
    openMedia: async (given) => {
      delegate = given;
      return { session, address: () => state.address };
    },
    moveTo: (address) => void (state.address = address),
    media: () => delegate,
    aCaller: (offer) => callerWith(reported, offer),
  };
}

function callerWith(reported: string[], offer: string | undefined): IncomingCall {
  let state: "open" | "answered" | "over" = "open";
  return {
    sipCallId: "1",
    headers: [],
    ...{ offer, source: { transport: "udp", host: "192.0.2.9", port: 5060 } },
    ring: () => undefined,
    progress: () => undefined,
    answer: () => {
      if (state !== "open") return;
      reported.push("200");
      state = "answered";
    },
    reject: (status: number) => {
      if (state !== "open") return;
      reported.push(String(status));
      state = "over";
    },
    renegotiate: () => void reported.push("wants to offer"),
    hangUp: (reason?: { readonly status: number }) => {
      if (state !== "over") reported.push(reason === undefined ? "BYE" : `BYE for ${reason.status}`);
      state = "over";
    },
  } as unknown as IncomingCall;
}
