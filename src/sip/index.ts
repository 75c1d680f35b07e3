/** SIP: opens a user agent that takes and makes calls over each transport, and the few helpers that other rooms need to read
 * and write URIs and headers. RFC 3261 and the extensions named in the files. */
export { SipCredentials } from "./agent/credentials.ts";
export { SipAccount, type AccountParts } from "./digest/account.ts";
export { createUserAgent } from "./agent/user-agent.ts";
export { headerValue, parseSipUri, printSipUri, type SipHeader, type SipUri } from "../sip-syntax/index.ts";
export { addressTowards } from "./transport/node-network.ts";
export { describeRefusal } from "./agent/refusal-log.ts";
export { refusalCauses, type RefusalCause } from "./refusal-causes.ts";
export type { GuardOptions, Standing } from "./guard/guard-options.ts";
export { sipErrors, type SipErrorCode } from "./errors.ts";
export type { NaptrRecord, SipResolver, SrvRecord } from "./resolver.ts";
export type {
  CallDelegate,
  CallEnd,
  IncomingCall,
  InviteRefusal,
  KeptRegistration,
  OptionsQuery,
  OfferOutcome,
  OfferReply,
  OutgoingCall,
  OutgoingCallRequest,
  OutsideOutcome,
  OutsideRequest,
  OwnAddress,
  OwnCertificate,
  Refusal,
  RegisteredContact,
  RegisteredFlow,
  RegisteredPhone,
  RegistrationChange,
  RegistrationKeeper,
  RejectOptions,
  SipAddress,
  SipAdvertised,
  SipCertificates,
  SipDatagramSocket,
  SipLedger,
  SipListener,
  SipNetwork,
  SipPhones,
  SipReason,
  SipStream,
  SipStreamHandlers,
  SipTarget,
  SipTimers,
  SipTraceEntry,
  TransferReply,
  TransferRequest,
  SipWarning,
  UserAgent,
  UserAgentOptions,
  WebSocketRules,
} from "./types.ts";
