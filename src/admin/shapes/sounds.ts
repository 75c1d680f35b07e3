import type { SchemaNode } from "./schema-node.ts";
import { moment, notes } from "./words.ts";

/** What can be heard of a call. */
export const soundList = {
  type: "object",
  additionalProperties: false,
  required: ["tracks", "notes"],
  properties: {
    tracks: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "participantTag", "direction", "startedAt", "durationMs", "sampleRateHz", "isGrowing"],
        properties: {
          id: { type: "string" },
          participantTag: { type: "string", enum: ["LEG-A", "LEG-B"] },
          direction: {
            type: "string",
            enum: ["heard", "said"],
            description: "heard: what the far end says. said: what is said to it.",
          },
          startedAt: moment,
          durationMs: { type: "number" },
          sampleRateHz: { type: "integer" },
          isGrowing: { type: "boolean", description: "Whether the leg is up." },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;

/** How loud a track is over time. */
export const peakList = {
  type: "object",
  additionalProperties: false,
  required: ["fromMs", "toMs", "peaks"],
  properties: {
    fromMs: { type: "number", description: "Since the track's begin." },
    toMs: { type: "number" },
    peaks: {
      type: "array",
      items: { type: "number", minimum: 0, maximum: 1 },
      description: "The loudest sample of each of so many equal parts; 1 is full scale.",
    },
  },
} as const satisfies SchemaNode;
