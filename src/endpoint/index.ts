/** One leg: its SIP dialog and its RTP session as one thing, with offers and answers, and one end with one cause. */
export { readInboundOffer, type InboundOffer } from "./inbound-offer.ts";
export { createDescribedHosts } from "./described-hosts.ts";
export { InboundLeg } from "./inbound-leg.ts";
export { tellFarEnd, type LegEvents, type LegHandle, type LegParts } from "./leg.ts";
export type { LegEnd } from "./leg-end.ts";
export { chooseMediaAddress } from "./media-address.ts";
export { OutboundLeg, type DialPlan } from "./outbound-leg.ts";
export { legRefusalCauses } from "./refusal-causes.ts";
export type { LookUpHost, SessionDescriptions } from "./session-descriptions.ts";
