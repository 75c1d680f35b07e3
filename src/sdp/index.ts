/** Session descriptions: makes offers and answers for one audio stream and reads what the far end described (RFC 3264).
 * Pure functions; bad input is an outcome, never an exception. */
export { createOffer } from "./create-offer.ts";
export { answerOffer, audioAddress, whyNoAnswer } from "./answer-offer.ts";
export { isOfBrowser, readBrowserOffer, type BrowserOffer, type BrowserOfferRefusal } from "./browser-offer.ts";
export { answerBrowserOffer, type BrowserAnswerSetting } from "./browser-answer.ts";
export { readDescription, type Description } from "./description.ts";
export { readAnswer } from "./read-answer.ts";
export { warningOf } from "./refusal.ts";
export { describedHosts, withAddresses, type DescribedHost } from "./host-names.ts";
export { type CryptoSuite } from "./crypto-suites.ts";
export type {
  AskedMediaKey,
  AudioCodec,
  BrowserFarEnd,
  BrowserNearEnd,
  IceNames,
  BrowserSection,
  CodecPreferences,
  LocalAudio,
  MediaDirection,
  MediaSecurity,
  NegotiatedAudio,
  Negotiation,
  SessionWarning,
  SrtpPolicy,
} from "./types.ts";
