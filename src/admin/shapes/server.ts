import type { SchemaNode } from "./schema-node.ts";
import { count, countsByName, moment } from "./words.ts";

/** The nodes of the system. */
export const nodeList = {
  type: "object",
  additionalProperties: false,
  required: ["nodes"],
  properties: {
    nodes: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "isThis", "state", "version", "startedAt", "lastSignAt", "calls", "maxCalls", "sip", "api"],
        properties: {
          id: { type: "string" },
          isThis: { type: "boolean", description: "Whether it is the one that answers." },
          state: {
            type: "string",
            enum: ["starting", "up", "draining", "silent"],
            description:
              "silent: it gave no sign of life for over 3 seconds; after 5 it is gone, and another one tells what it owed.",
          },
          version: { type: "string" },
          startedAt: moment,
          lastSignAt: { ...moment, description: "Its last sign of life. Others give one each second." },
          calls: count,
          maxCalls: count,
          whyNoCalls: { type: "string", description: "Why it takes no call now; absent: it does." },
          sip: { type: "array", items: { type: "string" }, description: "Where it listens." },
          api: { type: "string", description: "Where the others reach its API." },
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** What is open, and what was counted. */
export const ledger = {
  type: "object",
  additionalProperties: false,
  required: ["open", "rtpPackets", "refusals", "sipMessages", "functions"],
  properties: {
    open: {
      ...countsByName,
      description: "What is open now: all zero on an idle server but listeners and warm processes.",
    },
    rtpPackets: {
      type: "object",
      description: "Of all calls since the start.",
      additionalProperties: false,
      required: ["sent", "received", "dropped"],
      properties: { sent: count, received: count, dropped: countsByName },
    },
    refusals: {
      ...countsByName,
      description: "Messages of SIP, and who came to meetings, that were refused or dropped, by cause.",
    },
    sipMessages: { ...countsByName, description: 'Such as "received INVITE" and "sent INVITE 200".' },
    functions: {
      type: "object",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["answered", "failed"],
        properties: { answered: count, failed: countsByName },
      },
    },
  },
} as const satisfies SchemaNode;

/** What is owed, and not delivered yet. */
export const spool = {
  type: "object",
  additionalProperties: false,
  required: ["recordings", "detailRecords"],
  properties: {
    detailRecords: {
      type: "object",
      description: "Call detail records that are owed to a bucket; of all servers on one database.",
      additionalProperties: false,
      required: ["waiting", "why"],
      properties: {
        waiting: count,
        why: { type: "array", items: { type: "string" }, description: "Why buckets took none the last time." },
      },
    },
    recordings: {
      type: "array",
      description: "Recordings that the object store has not taken yet.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["path", "bucket", "key", "callId", "tries", "why", "isTriedAgain"],
        properties: {
          path: { type: "string" },
          bucket: { type: "string" },
          key: { type: "string" },
          callId: { type: "string" },
          tries: { ...count, description: "That have failed." },
          why: { type: "string" },
          isTriedAgain: { type: "boolean", description: "false: the next start tries it again." },
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** The functions that are asked. */
export const targetList = {
  type: "object",
  additionalProperties: false,
  required: ["targets"],
  properties: {
    targets: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "circuit", "answered", "failed"],
        properties: {
          name: { type: "string" },
          circuit: {
            type: "string",
            enum: ["none", "closed", "open", "trying"],
            description: "open: it is not asked, after failures in a row. none: it always is.",
          },
          why: { type: "string", description: "Of a circuit that is not closed: the last failure." },
          askedAgainInMs: { ...count, description: "Of an open circuit: until one event is let through." },
          answered: count,
          failed: countsByName,
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** Carriers and exchanges. */
export const trunkList = {
  type: "object",
  additionalProperties: false,
  required: ["trunks"],
  properties: {
    trunks: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "state", "calls", "addresses"],
        properties: {
          name: { type: "string" },
          state: { type: "string", enum: ["up", "down"], description: "down: none of its addresses is called." },
          calls: count,
          maxCalls: count,
          registration: {
            type: "object",
            description: "Absent: we do not register there.",
            additionalProperties: false,
            required: ["state"],
            properties: {
              state: { type: "string", enum: ["registering", "registered", "failing", "leaving"] },
              why: { type: "string", description: "Of one that is failing." },
              heldUntil: { ...moment, description: "Until then the registrar keeps our contact." },
            },
          },
          addresses: {
            type: "array",
            items: {
              type: "object",
              additionalProperties: false,
              required: ["address", "state"],
              properties: {
                address: { type: "string" },
                state: { type: "string", enum: ["up", "down"] },
                why: { type: "string", description: "Why it is not called now." },
                probe: {
                  type: "object",
                  description: "The last OPTIONS; absent: there was none.",
                  additionalProperties: false,
                  required: ["at"],
                  properties: { at: moment, failure: { type: "string" } },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** Phones that are registered. */
export const registrationList = {
  type: "object",
  additionalProperties: false,
  required: ["registrations"],
  properties: {
    registrations: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["account", "contact", "source", "expiresAt"],
        properties: {
          account: { type: "string" },
          contact: { type: "string" },
          source: { type: "string", description: "Where its REGISTER came from." },
          expiresAt: moment,
        },
      },
    },
  },
} as const satisfies SchemaNode;

/** Whether new calls are taken. */
export const drainState = {
  type: "object",
  additionalProperties: false,
  required: ["state", "calls"],
  properties: {
    state: { type: "string", enum: ["starting", "up", "draining"] },
    calls: { ...count, description: "That are still up." },
  },
} as const satisfies SchemaNode;
