import type { SchemaNode } from "./schema-node.ts";
import { anyObject, count, moment, notes } from "./words.ts";

const summaryProperties = {
  id: { type: "string", description: "The transaction's id; of a refused call that of its ladder." },
  state: { type: "string", enum: ["live", "ended", "refused"] },
  startedAt: moment,
  endedAt: moment,
  durationMs: count,
  direction: { type: "string", enum: ["Inbound", "Outbound"] },
  from: { type: "string" },
  to: { type: "string" },
  applicationId: { type: "string" },
  sipRuleId: { type: "string" },
  endType: { type: "string", description: "How it ended, or the cause of its refusal, in one word." },
  cause: { type: "string", description: "The same for people." },
  isRedacted: { type: "boolean", description: "Whether numbers and texts are stand-ins." },
  node: { type: "string", description: "The `id` of the node that has it, in a list of what several have." },
  place: { type: "string", description: "Of a refused call: what `after` of the page behind it is." },
} as const;

/** Names a call. */
export const callId = {
  type: "string",
  minLength: 1,
  maxLength: 256,
  description: "The transaction's id.",
} as const satisfies SchemaNode;

/** A call in short. */
export const callSummary = {
  type: "object",
  additionalProperties: false,
  required: ["id", "state", "startedAt", "isRedacted"],
  properties: summaryProperties,
} as const satisfies SchemaNode;

/** A page of calls. */
export const callPage = {
  type: "object",
  additionalProperties: false,
  required: ["calls", "notes"],
  properties: {
    calls: { type: "array", items: callSummary },
    next: {
      type: "string",
      description:
        "What `after` of the next page is; absent: there is none. A page may have fewer calls than asked for and still go on.",
    },
    notes,
  },
} as const satisfies SchemaNode;

const leg = {
  type: "object",
  additionalProperties: false,
  required: ["callId", "direction", "from", "to", "startedAt"],
  properties: {
    participantTag: { type: "string", enum: ["LEG-A", "LEG-B"] },
    callId: { type: "string" },
    kind: { type: "string", enum: ["telephone", "meeting"] },
    direction: { type: "string", enum: ["Inbound", "Outbound"] },
    from: { type: "string" },
    to: { type: "string" },
    startedAt: moment,
    ringingAt: moment,
    answeredAt: moment,
    endedAt: moment,
    cause: { type: "string", description: "Why it ended, for people." },
    sipStatus: {
      type: "integer",
      minimum: 200,
      description: "The final status of its INVITE; 487: it was cancelled. Absent: there is none, or none yet.",
    },
    sipCallId: { type: "string", description: "The Call-ID of its latest dialog. Absent where the call is redacted." },
    trunk: { type: "string", description: "By which its far end was called." },
    state: {
      type: "string",
      enum: ["offered", "answering", "created", "dialing", "ringing", "answered", "ended"],
    },
    recording: { type: "string", enum: ["recording", "paused", "stopped"] },
  },
} as const satisfies SchemaNode;

const invocation = {
  type: "object",
  additionalProperties: false,
  required: ["sequence", "eventType", "at"],
  properties: {
    sequence: count,
    eventType: { type: "string" },
    at: moment,
    event: anyObject,
    tookMs: { type: "number", description: "Absent: there is no reply." },
    reply: { description: "What the function replied." },
    failure: {
      type: "object",
      additionalProperties: false,
      required: ["reason", "message"],
      properties: { reason: { type: "string" }, message: { type: "string" } },
    },
    target: { type: "string", description: "Name or ARN of the function that was asked." },
    outcome: { type: "string", description: '"replied", or the reason why there is no reply.' },
    mayRepeat: {
      type: "boolean",
      description: "Whether the event may have been told before, by a server that is gone.",
    },
  },
} as const satisfies SchemaNode;

/** Something in the course of a call. */
const step = {
  type: "object",
  additionalProperties: false,
  required: ["at", "sinceBeginMs", "what"],
  properties: {
    at: moment,
    sinceBeginMs: count,
    what: {
      type: "string",
      enum: [
        ...(["began", "dialled", "asked", "replied", "not-replied", "ringing", "answered", "left"] as const),
        ...(["audio", "encrypted"] as const),
        ...(["action-started", "action-ended", "recording-stored", "recording-lost", "problem", "ended"] as const),
      ],
    },
    participantTag: { type: "string" },
    detail: { type: "string", description: "Such as the event, the action with its outcome, or why." },
  },
} as const satisfies SchemaNode;

const action = {
  type: "object",
  additionalProperties: false,
  required: ["type", "startedAt"],
  properties: {
    type: { type: "string" },
    participantTag: { type: "string" },
    startedAt: moment,
    endedAt: moment,
    tookMs: count,
    outcome: { type: "string", enum: ["succeeded", "failed", "interrupted", "dropped"] },
    errorType: { type: "string" },
    message: { type: "string" },
  },
} as const satisfies SchemaNode;

const recording = {
  type: "object",
  additionalProperties: false,
  required: ["participantTag", "bucket", "key", "state", "at"],
  properties: {
    participantTag: { type: "string" },
    bucket: { type: "string" },
    key: { type: "string" },
    state: {
      type: "string",
      enum: ["stored", "delayed", "lost"],
      description: "`delayed`: it is kept and tried again (GET /spool).",
    },
    at: moment,
    durationMs: { type: "number" },
    samples: count,
    lostSamples: { type: "integer", minimum: 0, description: "Samples that never came; absent: not known." },
    sha256: { type: "string", description: "Of the file." },
    message: { type: "string", description: "Why it is not stored." },
  },
} as const satisfies SchemaNode;

/** Something that happened in a call. */
export const callEvent = {
  type: "object",
  additionalProperties: true,
  required: ["id", "at", "callId", "type"],
  properties: {
    id: { type: "string", description: "For Last-Event-ID." },
    at: moment,
    callId: { type: "string", description: "The transaction's id." },
    type: {
      type: "string",
      description: "Such as call-started, leg-changed, invoked, replied, action-ended, call-ended.",
    },
    participantTag: { type: "string" },
  },
} as const satisfies SchemaNode;

/** One call with all that is known of it. */
export const callDetail = {
  type: "object",
  additionalProperties: false,
  required: [
    ...callSummary.required,
    "legs",
    "steps",
    "actions",
    "invocations",
    "audio",
    "recordings",
    "events",
    "notes",
  ],
  properties: {
    ...summaryProperties,
    nodeId: { type: "string", description: "The server that has the call, or had it last." },
    sentence: { type: "string", description: "Who ended it, and why, in one sentence." },
    endedBy: {
      type: "string",
      enum: ["LEG-A", "LEG-B", "application", "server"],
      description: "Whose end was the end of the call.",
    },
    steps: { type: "array", items: step, description: "Its course, in order." },
    actions: { type: "array", items: action, description: "What its function had it do, and what became of it." },
    recordings: { type: "array", items: recording },
    legs: { type: "array", items: leg },
    action: {
      type: "object",
      description: "The action that runs.",
      additionalProperties: false,
      required: ["type"],
      properties: { type: { type: "string" }, participantTag: { type: "string" }, parameters: anyObject },
    },
    waitingActions: { type: "array", items: { type: "string" }, description: "The actions behind it." },
    waitsFor: {
      type: "object",
      description: "The event that the function is being asked about.",
      additionalProperties: false,
      required: ["sequence", "eventType", "askedAt"],
      properties: { sequence: count, eventType: { type: "string" }, askedAt: moment },
    },
    invocations: {
      type: "array",
      items: invocation,
      description: "Each time that its function was asked; events and replies are of the history, where there is one.",
    },
    audio: {
      type: "array",
      items: anyObject,
      description: "How the audio of each leg was that has ended.",
    },
    events: { type: "array", items: callEvent, description: "Of a live call: what happened in it lately." },
    notes,
  },
} as const satisfies SchemaNode;

/** The messages of a call, and what the server decided. */
export const ladder = {
  type: "object",
  additionalProperties: false,
  required: ["id", "isRedacted", "isRefused", "rows"],
  properties: {
    id: { type: "string" },
    isRedacted: { type: "boolean" },
    isRefused: { type: "boolean", description: "Whether the call was refused before it began." },
    rows: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["type", "at"],
        properties: {
          type: { type: "string", enum: ["message", "decision"] },
          at: { type: "number", description: "Epoch milliseconds." },
          participantTag: { type: "string" },
          from: { type: "string", description: 'Of a message; "offhook" is this server.' },
          to: { type: "string" },
          local: { type: "string", description: "Address and port of this server, where they are kept." },
          transport: { type: "string" },
          startLine: { type: "string" },
          again: { type: "boolean", description: "Whether it came, or was sent, before." },
          text: { type: "string", description: "Of a message: all of it, without secrets. Of a decision: its words." },
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** What was deleted of a call. */
export const deletedCall = {
  type: "object",
  additionalProperties: false,
  required: ["callId", "deleted", "notes"],
  properties: {
    callId: { type: "string" },
    deleted: { type: "array", items: { type: "string" } },
    notes,
  },
} as const satisfies SchemaNode;
