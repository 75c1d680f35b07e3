/** Records that outlive the process: SIP media applications, SIP rules, meetings and their attendees, with queries, paging and migrations. */
export { createStore, type StoreOptions } from "./create-store.ts";
export { rememberLookUps } from "./remember-look-ups.ts";
export { storeErrors, type StoreErrorCode } from "./errors.ts";
export type {
  ApplicationRecords,
  RecordOrigin,
  RuleRecords,
  SipMediaApplication,
  SipRule,
  SipRuleTarget,
  SipRuleTriggerType,
  Store,
} from "./types.ts";
export type { Page, PageRequest } from "./page.ts";
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
