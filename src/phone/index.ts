/** A softphone without a screen, on our own SIP and RTP: for `offhook phone`, for the first call, for tests.
 * What its owner needs of the rooms below (media, WAV files, speech) is handed on here. */
export { createPhone } from "./create-phone.ts";
export { dialledUri } from "./destination.ts";
export { phoneErrors } from "./errors.ts";
export { findListen } from "./find-listen.ts";
export { explainCallEnd as explainEnd, summarizeReport } from "./summary.ts";
export { createMedia, encodeWav, measureSpeech, type Media, type Pcm } from "../media/index.ts";
export { createSpeech, type Speech } from "../speech/index.ts";
export type { SrtpPolicy } from "../sdp/index.ts";
export type { CallEnd, SipAddress, SipHeader, SipTraceEntry } from "../sip/index.ts";
export type { ToldRegistration } from "../trunks/index.ts";
export type {
  DialOptions,
  Greeting,
  Phone,
  PhoneCall,
  PhoneCallReport,
  PhoneLedger,
  PhoneOptions,
  PhoneRegistrar,
} from "./types.ts";
