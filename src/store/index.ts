/** Records that outlive the process: SIP media applications, SIP rules, phone numbers, Voice Connectors, meetings and their attendees, with queries, paging and migrations. */
export { createStore, type StoreOptions } from "./create-store.ts";
export { whyNoDatabase } from "./postgres/why-no-database.ts";
export { rememberLookUps } from "./remember-look-ups.ts";
export { storeErrors, type StoreErrorCode } from "./errors.ts";
export type {
  AccountSettings,
  Origination,
  OriginationRoute,
  Termination,
  VoiceConnector,
  VoiceConnectorGroup,
} from "./connector-types.ts";
export type {
  CallChange,
  CallFilter,
  CallRecords,
  CallSearch,
  FoundCalls,
  KeptCall,
  KeptInvocation,
  KeptLeg,
  KeptNode,
  OrphanedCall,
  DetailRecord,
  DetailRecords,
  SignOfLife,
  WholeCall,
} from "./call-types.ts";
export type { DocumentRecords } from "./document-types.ts";
export type {
  FoundNumber,
  NumberFilter,
  NumberOwner,
  PhoneNumber,
  PhoneNumberOrder,
  PhoneNumberProduct,
  PhoneNumberRecords,
} from "./number-types.ts";
export type {
  ApplicationRecords,
  OwnedRecords,
  RuleRecords,
  SipMediaApplication,
  SipRule,
  SipRuleTarget,
  SipRuleTriggerType,
  Store,
  StoredRegistration,
} from "./types.ts";
export type { Page, PageRequest } from "./page.ts";
export type { RecordOrigin, ResourceTag } from "./record-types.ts";
export type {
  Attendee,
  AttendeeCapabilities,
  AttendeeRecords,
  MediaCapability,
  Meeting,
  MeetingFeatures,
  MeetingNotifications,
  MeetingRecords,
} from "./meeting-types.ts";
