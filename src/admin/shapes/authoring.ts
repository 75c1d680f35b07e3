import type { SchemaNode } from "./schema-node.ts";
import { moment, notes } from "./words.ts";

const differences = {
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["path"],
    properties: {
      path: { type: "string" },
      recorded: { description: "What it was; absent: nothing." },
      now: { description: "What it is; absent: nothing." },
    },
  },
} as const satisfies SchemaNode;

/** A call that was run again. */
export const replayReport = {
  type: "object",
  additionalProperties: false,
  required: ["invocations", "engine", "isWhole", "output", "notes"],
  properties: {
    invocations: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["sequence", "eventType", "verdict", "differences"],
        properties: {
          sequence: { type: "integer" },
          eventType: { type: "string" },
          actionType: { type: "string" },
          verdict: {
            type: "string",
            enum: ["same", "differs", "unknown"],
            description: "unknown: what is kept breaks off before the reply.",
          },
          differences,
        },
      },
    },
    engine: {
      type: "array",
      description: "Steps in which this server decides otherwise than the one that recorded the call.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["input", "differences"],
        properties: { input: { type: "string" }, differences },
      },
    },
    isWhole: { type: "boolean" },
    output: {
      type: "array",
      description: "What the function wrote to its console.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["line"],
        properties: { line: { type: "string" } },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;

/** A call that was written as a test. */
export const savedTest = {
  type: "object",
  additionalProperties: false,
  required: ["testFile", "historyFile", "notes"],
  properties: {
    testFile: { type: "string", description: "Relative to the folder of the function." },
    historyFile: { type: "string", description: "The history that it was written from." },
    notes,
  },
} as const satisfies SchemaNode;

/** What functions wrote to their consoles. */
export const outputLines = {
  type: "object",
  additionalProperties: false,
  required: ["lines", "notes"],
  properties: {
    lines: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["at", "functionName", "line", "isError"],
        properties: {
          at: moment,
          functionName: { type: "string" },
          callId: { type: "string" },
          line: { type: "string" },
          isError: { type: "boolean", description: "Whether it went to standard error." },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;
