import type { Generated, Kysely } from "kysely";
import type { MediaCapability } from "./meeting-types.ts";
import type { NumberOwner, PhoneNumberProduct } from "./number-types.ts";
import type { RecordOrigin } from "./record-types.ts";
import type { SipRuleTriggerType } from "./types.ts";

/** A row of `applications`. `seq` grows with each insert and is the order of creation. */
export interface ApplicationRow {
  seq: Generated<number>;
  id: string;
  name: string;
  region: string;
  function_arn: string;
  /** JSON: a list of `{ key, value }`. */
  tags: string;
  origin: RecordOrigin;
  /** Epoch milliseconds. */
  created_at: number;
  updated_at: number;
  /** 0 or 1. */
  message_logs: number;
}

/** A row of `rules`. `trigger_type` with `trigger_key` is unique. */
export interface RuleRow {
  seq: Generated<number>;
  id: string;
  name: string;
  /** 0 or 1. */
  disabled: number;
  trigger_type: SipRuleTriggerType;
  trigger_value: string;
  trigger_key: string;
  origin: RecordOrigin;
  /** Epoch milliseconds. */
  created_at: number;
  updated_at: number;
}

/** A row of `rule_targets`: `position` keeps the order in which targets were given. */
export interface RuleTargetRow {
  rule_id: string;
  position: number;
  application_id: string;
  priority: number;
  region: string;
}

/** A row of `meetings`; those that ended have none. */
export interface MeetingRow {
  seq: Generated<number>;
  id: string;
  external_id: string | null;
  media_region: string;
  host_id: string | null;
  /** JSON, as the members of `Meeting` with these names; so are the next three. */
  features: string;
  notifications: string;
  tenant_ids: string;
  tags: string;
  /** Hex of SHA-256, unique. */
  token_hash: string;
  request_hash: string;
  /** Epoch milliseconds. */
  created_at: number;
}

/** A row of `attendees`. `meeting_id` with `external_user_id` is unique. There is nothing here by which anybody could join. */
export interface AttendeeRow {
  seq: Generated<number>;
  id: string;
  meeting_id: string;
  external_user_id: string;
  audio: MediaCapability;
  video: MediaCapability;
  content: MediaCapability;
}

/** A row of `phone_numbers`. Times are epoch milliseconds. */
export interface PhoneNumberRow {
  seq: Generated<number>;
  e164: string;
  product: PhoneNumberProduct;
  name: string;
  calling_name: string;
  calling_name_at: number | null;
  owner_kind: NumberOwner["kind"] | null;
  owner_id: string | null;
  owner_at: number | null;
  order_id: string | null;
  /** JSON: a list of `{ key, value }`. */
  tags: string;
  origin: RecordOrigin;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** A row of a table whose records are found by id alone. */
export interface DocumentRow {
  seq: Generated<number>;
  id: string;
  /** JSON of the record. */
  document: string;
}

/** The tables of such records. */
export type DocumentTable =
  | "phone_number_orders"
  | "voice_connectors"
  | "voice_connector_groups"
  | "account_settings"
  | "registrations";

/** A row of `calls`. Times are epoch milliseconds. */
export interface CallRow {
  seq: Generated<number>;
  transaction_id: string;
  node_id: string;
  application_id: string;
  sip_rule_id: string | null;
  direction: "Inbound" | "Outbound";
  from_number: string;
  to_number: string;
  started_at: number;
  ended_at: number | null;
  cause: string | null;
  end_type: string | null;
  /** 0 or 1; so is the next. */
  is_redacted: number;
  is_taken_over: number;
  /** JSON; null: nothing is owed. */
  state: string | null;
  /** Unique. */
  request_key: string | null;
}

/** A row of `call_facts`: what was told of a call, a piece at a time. */
export interface CallFactsRow {
  seq: Generated<number>;
  transaction_id: string;
  /** JSON: a list. */
  facts: string;
}

/** A row of `detail_records`: the record of a leg that is to be put into a bucket. */
export interface DetailRecordRow {
  /** Of the leg. */
  id: string;
  transaction_id: string;
  node_id: string;
  bucket: string;
  object_key: string;
  document: string;
}

/** A row of `legs`. Times are epoch milliseconds. */
export interface LegRow {
  transaction_id: string;
  id: string;
  tag: string;
  kind: string;
  direction: "Inbound" | "Outbound";
  from_number: string;
  to_number: string;
  started_at: number;
  answered_at: number | null;
  ended_at: number | null;
  cause: string | null;
  /** Of its latest dialog; where the call is redacted what stands for it. */
  sip_call_id: string | null;
  trunk: string | null;
  sip_status: number | null;
}

/** A row of `invocations`: one time that a function was asked, once it is over. */
export interface InvocationRow {
  seq: Generated<number>;
  transaction_id: string;
  sequence: number;
  event: string;
  target: string;
  asked_at: number;
  took_ms: number;
  outcome: string;
  why: string | null;
  /** 0 or 1. */
  may_repeat: number;
}

/** All tables, as the newest migration leaves them. */
export interface Tables {
  /** Of the migrator: what it has done. */
  kysely_migration: { readonly name: string };
  applications: ApplicationRow;
  rules: RuleRow;
  rule_targets: RuleTargetRow;
  meetings: MeetingRow;
  attendees: AttendeeRow;
  phone_numbers: PhoneNumberRow;
  phone_number_orders: DocumentRow;
  voice_connectors: DocumentRow;
  voice_connector_groups: DocumentRow;
  account_settings: DocumentRow;
  registrations: DocumentRow;
  calls: CallRow;
  legs: LegRow;
  invocations: InvocationRow;
  call_facts: CallFactsRow;
  detail_records: DetailRecordRow;
  /** Processes that run calls, their last sign of life, epoch milliseconds, and what they say of themselves, JSON. */
  nodes: { id: string; seen_at: number; card: string | null };
}

/** A connection to our tables. */
export type Db = Kysely<Tables>;
