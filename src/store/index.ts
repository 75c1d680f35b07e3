/** Records that outlive the process: SIP media applications and SIP rules, with queries, paging and migrations. */
export { createStore, type StoreOptions } from "./create-store.ts";
export { rememberLookUps } from "./remember-look-ups.ts";
export { storeErrors, type StoreErrorCode } from "./errors.ts";
export type {
  ApplicationRecords,
  Page,
  PageRequest,
  RecordOrigin,
  RuleRecords,
  SipMediaApplication,
  SipRule,
  SipRuleTarget,
  SipRuleTriggerType,
  Store,
} from "./types.ts";
