import type { SettingNode } from "./setting-node.ts";

/** Text that can stand in a header. */
const printable = "^[^\\u0000-\\u001f\\u007f]+$";

/** A user name. */
export const username = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  pattern: printable,
  "x-rule": 'text without control characters, a number in quotes, for example "1001"',
} as const satisfies SettingNode;

/** A password. */
export const password = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  pattern: printable,
  "x-rule": "text without control characters, up to 255, a number in quotes",
  "x-secret": true,
} as const satisfies SettingNode;

/** A password in a file of its own. */
export const passwordFile = {
  description: "File whose only line is the password, in place of password; it is read at the start.",
  type: "string",
  minLength: 1,
  "x-rule": "a file with one line",
} as const satisfies SettingNode;
