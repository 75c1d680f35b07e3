import { callSummary } from "./calls.ts";
import type { SchemaNode } from "./schema-node.ts";
import { count, moment, notes } from "./words.ts";

/** What a server is. */
export const serverFacts = {
  type: "object",
  additionalProperties: false,
  required: ["version", "mode", "startedAt", "node", "region", "accountId", "features"],
  properties: {
    version: { type: "string" },
    mode: { type: "string", enum: ["development", "production"] },
    startedAt: moment,
    node: { type: "string" },
    region: { type: "string" },
    accountId: { type: "string" },
    features: {
      type: "object",
      description: "What can be had here.",
      additionalProperties: false,
      required: ["histories", "audio", "replay", "saveAsTest", "functionOutput", "softphone", "caller"],
      properties: {
        histories: { type: "boolean", description: "Whether events, replies and ladders of calls are kept." },
        audio: { type: "boolean", description: "Whether what there is of their sound can be heard." },
        replay: { type: "boolean" },
        saveAsTest: { type: "boolean" },
        functionOutput: { type: "boolean" },
        softphone: { type: "boolean" },
        caller: { type: "boolean", description: "Whether callers by script can be had." },
      },
    },
  },
} as const satisfies SchemaNode;

/** What a node can carry. */
export const capacity = {
  type: "object",
  additionalProperties: false,
  required: ["calls", "maxCalls", "limits"],
  properties: {
    calls: count,
    maxCalls: count,
    whyNoCalls: { type: "string", description: "Why no call is taken now; absent: calls are." },
    limits: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "words", "now", "isFull"],
        properties: {
          name: { type: "string" },
          words: { type: "string", description: "What is limited, and why." },
          now: { type: "number" },
          most: { type: "number", description: "Absent: there is no fixed limit." },
          unit: { type: "string" },
          isFull: { type: "boolean", description: "Whether calls are refused for it now." },
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** The account of the page's telephone. */
export const softphone = {
  type: "object",
  additionalProperties: false,
  required: ["url", "user", "password", "domain", "numbers"],
  properties: {
    url: { type: "string", description: "Where it connects, ws or wss." },
    user: { type: "string", description: "Of its SIP URI." },
    password: { type: "string" },
    domain: { type: "string" },
    numbers: { type: "array", items: { type: "string" }, description: "Functions see the first where it calls." },
  },
} as const satisfies SchemaNode;

/** What was refused. */
export const refusalList = {
  type: "object",
  additionalProperties: false,
  required: ["causes", "calls", "notes"],
  properties: {
    causes: {
      type: "array",
      description: "Since the start, the most frequent first.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["cause", "count"],
        properties: { cause: { type: "string", description: "docs/refusals.md says what it means." }, count },
      },
    },
    calls: { type: "array", items: callSummary, description: "The latest calls that were refused; each has a ladder." },
    notes,
  },
} as const satisfies SchemaNode;
