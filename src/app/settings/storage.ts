import type { SettingNode } from "./setting-node.ts";

/** `objects` of the configuration. */
export const objects = {
  description: "Prompts and recordings.",
  type: "object",
  additionalProperties: false,
  properties: {
    folder: {
      description: "Folder that holds a folder for each bucket.",
      type: "string",
      minLength: 1,
      default: "objects",
    },
    createBuckets: {
      description:
        "Whether recording into a bucket that does not exist makes its folder, with a warning; else the action fails.",
      type: "boolean",
      default: true,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `dataFolder` of the configuration. */
export const dataFolder = {
  description: "Folder for the database, the speech cache, histories of calls and recordings that are not done.",
  type: "string",
  minLength: 1,
  default: ".offhook",
} as const satisfies SettingNode;

/** `histories` of the configuration. */
export const histories = {
  description: "What happened in each call and each meeting, one file each; offhook replay runs those of calls again.",
  type: "object",
  additionalProperties: false,
  properties: {
    write: { description: "Whether they are written. Default: true in development mode, else false.", type: "boolean" },
    folder: {
      description: "Folder for them; those of meetings are in its folder meetings. Default: calls in dataFolder.",
      type: "string",
      minLength: 1,
    },
    redact: {
      description:
        "Whether numbers, keys, texts and names in them are replaced by stand-ins. Default: false in development mode, else true.",
      type: "boolean",
    },
    keepCalls: {
      description: "Most files of calls, and as many of meetings; the oldest go. 0: all stay.",
      type: "integer",
      minimum: 0,
      maximum: 10000000,
      default: 1000,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `log` of the configuration. */
export const log = {
  description: "The log.",
  type: "object",
  additionalProperties: false,
  properties: {
    level: {
      description: "Least severity that is logged.",
      type: "string",
      enum: ["debug", "info", "warn", "error", "silent"],
      default: "info",
    },
  },
  default: {},
} as const satisfies SettingNode;
