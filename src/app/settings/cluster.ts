import type { SettingNode } from "./setting-node.ts";

/** `cluster` of the configuration. */
export const cluster = {
  description: "This server among those that share its database (store.url).",
  type: "object",
  additionalProperties: false,
  properties: {
    url: {
      description:
        "URL that the other servers on the database reach the API of this one by. With https its certificate must be valid for the name in it. Default: api.listen; where that is every address, the first of this machine that other hosts reach.",
      type: "string",
      minLength: 1,
      "x-rule": "a URL that begins with http:// or https://, for example https://node-1.example.com:8443",
    },
  },
  default: {},
} as const satisfies SettingNode;
