import type { Generated, Kysely } from "kysely";
import type { RecordOrigin, SipRuleTriggerType } from "./types.ts";

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

/** All tables, as the newest migration leaves them. */
export interface Tables {
  applications: ApplicationRow;
  rules: RuleRow;
  rule_targets: RuleTargetRow;
}

/** A connection to our tables. */
export type Db = Kysely<Tables>;
