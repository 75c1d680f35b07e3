import type { SchemaNode } from "./schema-node.ts";

/** A moment. */
export const moment = {
  type: "string",
  format: "date-time",
  description: "ISO 8601, UTC.",
} as const satisfies SchemaNode;

/** A number of things since the start, or now. */
export const count = { type: "integer", minimum: 0 } as const satisfies SchemaNode;

/** Numbers of things by a word. */
export const countsByName = {
  type: "object",
  additionalProperties: count,
} as const satisfies SchemaNode;

/** Sentences for people. */
export const notes = {
  type: "array",
  items: { type: "string" },
  description: "What the reader should know of this answer, a sentence each.",
} as const satisfies SchemaNode;

/** An object as it is: of the contract of functions, or of a history. */
export const anyObject = { type: "object", additionalProperties: true } as const satisfies SchemaNode;

/** A moment as it is written. */
export function showTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
