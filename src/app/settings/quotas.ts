import type { SettingNode } from "./setting-node.ts";

/** `api.quotas` of the configuration. */
export const quotas = {
  description:
    "How many records there may be of each kind before the API refuses to make more with ResourceLimitExceededException. Those of this file count, and are never refused.",
  type: "object",
  additionalProperties: false,
  properties: {
    applications: {
      description: "SIP media applications. The quota of the original is 30 until it is raised.",
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
      default: 1_000,
    },
    rules: {
      description: "SIP rules. Default: no quota, as in the original.",
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
    },
    voiceConnectors: {
      description: "Voice Connectors. The quota of the original is 3 until it is raised.",
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
      default: 1_000,
    },
    voiceConnectorGroups: {
      description: "Groups of Voice Connectors. The quota of the original is 3 until it is raised.",
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
      default: 1_000,
    },
    phoneNumbers: {
      description:
        "Phone numbers of the inventory, without the deletion queue. The quota of the original is 5 until it is raised.",
      type: "integer",
      minimum: 0,
      maximum: 10_000_000,
      default: 100_000,
    },
  },
  default: {},
} as const satisfies SettingNode;
