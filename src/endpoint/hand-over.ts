import type { CallEnd, IncomingCall } from "../sip/index.ts";
import type { InboundOffer } from "./inbound-offer.ts";
import { InboundLeg } from "./inbound-leg.ts";
import type { EndpointEnd } from "./leg-end.ts";
import type { LegCore } from "./leg.ts";
import { OutboundLeg, type OutboundLegParts } from "./outbound-leg.ts";
import type { LegEvents } from "./types.ts";

/** How a hand-over goes. */
export interface HandOver {
  /** A provisional response of the new far end. */
  progress(status: number): void;
  /** The new far end has answered: it has the leg's audio, and the old one is hung up next. */
  taken(): void;
  /** It has not; the leg is as it was. */
  failed(end: EndpointEnd, dialog: CallEnd): void;
}

/** Calls another party for a leg, with the leg's RTP session. When that answers it takes the place of the far end that there was, which is hung
 * up, and what the leg's owner is told comes from it; else the leg is as it was. Gives the leg that is to be in place of this one. */
export function handOver(
  leg: LegCore,
  { findPlan, placeCall }: Pick<OutboundLegParts, "findPlan" | "placeCall">,
  on: HandOver,
): OutboundLeg {
  const heir = new OutboundLeg({
    ...leg.legacy,
    ...{ findPlan, placeCall, heirOf: leg, events: eventsOfHeir(leg, on) },
    openMedia: () => Promise.reject(new Error("the leg has no RTP session")),
  });
  leg.promise(heir);
  heir.dial();
  return heir;
}

/** The same for a party that calls to take the place, once the leg that this gives is told to answer. A leg that still rings counts as answered by it. */
export function takeIn(
  leg: LegCore,
  call: IncomingCall,
  { offer, hosts, own, codecs, srtp, sourceRule }: InboundOffer,
  on: Omit<HandOver, "progress">,
): InboundLeg {
  const heir = new InboundLeg({
    ...{ ...leg.legacy, ...codecs, srtp, sourceRule, hosts, call, offer },
    ...{ heirOf: leg, events: eventsOfHeir(leg, { ...on, progress: () => undefined }) },
    openMedia: () => Promise.reject(new Error("the leg has no RTP session")),
  });
  leg.promise(heir);
  heir.inherit(own.advertised);
  return heir;
}

/** What the owner of a leg is told of the one that is to take its place. */
function eventsOfHeir(leg: LegCore, on: HandOver): Required<LegEvents> {
  const { events } = leg.legacy;
  let hasTaken = false;
  return {
    encrypted: (encryption) => events.encrypted?.(encryption),
    audioFlows: (session) => events.audioFlows?.(session),
    transfer: events.transfer?.bind(events),
    replace: events.replace?.bind(events),
    signalled: (sipCallId, trunk) => events.signalled?.(sipCallId, trunk),
    playbackStarted: (playbackId) => events.playbackStarted?.(playbackId),
    playbackFinished: (playbackId) => events.playbackFinished?.(playbackId),
    digit: (digit) => events.digit?.(digit),
    digitsSent: (sendId) => events.digitsSent?.(sendId),
    heard: (stats) => events.heard?.(stats),
    audioProblem: (problem) => events.audioProblem?.(problem),
    answered: () => {
      const wasUp = leg.isUp;
      hasTaken = true;
      // The far end hears of it before its BYE.
      on.taken();
      leg.giveAway();
      if (!wasUp) events.answered();
    },
    earlyMedia: () => undefined,
    progress: (status) => on.progress(status),
    ending: (session) => hasTaken && events.ending?.(session),
    ended: (end, dialog) => {
      if (hasTaken) return events.ended(end, dialog);
      leg.keep();
      return on.failed(end, dialog);
    },
  };
}
