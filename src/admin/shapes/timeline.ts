import type { SchemaNode } from "./schema-node.ts";
import { moment, notes } from "./words.ts";

/** What happened in a call, in order. */
export const callTimeline = {
  type: "object",
  additionalProperties: false,
  required: ["id", "isLive", "isRedacted", "isWhole", "entries", "notes"],
  properties: {
    id: { type: "string" },
    isLive: { type: "boolean" },
    isRedacted: { type: "boolean", description: "Whether numbers and texts are stand-ins." },
    isWhole: { type: "boolean", description: "Whether the end of the call is in it." },
    entries: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: true,
        required: ["at", "type"],
        properties: {
          at: moment,
          type: {
            type: "string",
            description:
              "call-started, leg-changed, invoked (event), replied (response), function-failed, response-findings (findings), response-invalid, action-started (parameters), action-ended (outcome), audio-started (the first packet left), audio-problem, audio-ended (how the audio of a leg was), recording-stored, call-ended; from outside: digit, update-requested, hang-up-requested; and others.",
          },
          participantTag: { type: "string" },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;
