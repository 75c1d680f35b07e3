import type { SchemaNode } from "./schema-node.ts";
import { moment } from "./words.ts";

/** Who is signed in. */
export const sessionState = {
  type: "object",
  additionalProperties: false,
  required: ["isRequired", "isSignedIn", "may"],
  properties: {
    isRequired: { type: "boolean", description: "false: this server asks nobody for a key." },
    isSignedIn: {
      type: "boolean",
      description: "Whether requests of this browser are taken; also where no key is asked for.",
    },
    who: { type: "string", description: "The id of the access key." },
    csrfToken: {
      type: "string",
      description: "What requests that change something have in the header x-offhook-csrf.",
    },
    expiresAt: moment,
    may: { type: "array", items: { type: "string" }, description: "Operations that it may use." },
  },
} as const satisfies SchemaNode;
