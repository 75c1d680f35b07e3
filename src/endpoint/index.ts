/** One leg: its SIP dialog and its RTP session as one thing, with offers and answers, and one end with one cause. */
export { isBrowserTransport } from "./browser-codecs.ts";
export { createDescribedHosts, type DescribedHosts } from "./described-hosts.ts";
export { readInboundOffer, type InboundOffer } from "./inbound-offer.ts";
export { InboundLeg, legRefusalCauses, type InboundLegParts } from "./inbound-leg.ts";
export { endOfDialog, explainEnd, tellFarEnd, type EndpointEnd, type LegEnd } from "./leg-end.ts";
export { handOver, takeIn, type HandOver } from "./hand-over.ts";
export type { LegCore } from "./leg.ts";
export { sourceRuleOf } from "./source-rule.ts";
export { chooseMediaAddress, type MediaAddress } from "./media-address.ts";
export { OutboundLeg, type DialHop, type DialPlan, type DialTarget, type HopUse, type NoWay } from "./outbound-leg.ts";
export type { LookUpHost, SessionDescriptions } from "./session-descriptions.ts";
export type { AudioWish, LegEncryption, LegEvents, LegHandle, LegMedia, LegParts, OpenMedia } from "./types.ts";
