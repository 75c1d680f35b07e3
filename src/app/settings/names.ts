import type { SettingNode } from "./setting-node.ts";

/** A secret of Standard Webhooks: 24 to 64 bytes. */
export const webhookSecret = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** The name of a Region. */
export const regionName = {
  type: "string",
  pattern: "^[a-z]{2}(-[a-z]+)+-\\d$",
  "x-rule": "the name of a Region, for example us-east-1",
} as const satisfies SettingNode;

/** A telephone number. */
export const e164 = {
  type: "string",
  pattern: "^\\+[1-9]\\d{1,14}$",
  "x-rule": 'a phone number in E.164 form in quotes, for example "+12065550100"',
} as const satisfies SettingNode;

/** The name of an application or a rule. */
export const recordName = {
  type: "string",
  minLength: 1,
  maxLength: 256,
  pattern: "^[a-zA-Z0-9 _.-]+$",
  "x-rule": '1 to 256 characters out of letters, digits, space, "_", "." and "-"',
} as const satisfies SettingNode;
