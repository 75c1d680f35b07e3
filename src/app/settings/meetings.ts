import { webhookSecret } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** `meetings` of the configuration. */
export const meetings = {
  description: "Meetings of browsers and phones.",
  type: "object",
  additionalProperties: false,
  properties: {
    publicUrl: {
      description:
        "URL that browsers reach the API by, where that is not how the program reaches it that makes meetings: a proxy that keeps TLS, or another name. What stands in MediaPlacement begins with it. Default: the host that the request was sent to, without TLS.",
      type: "string",
      minLength: 1,
      "x-rule": "a URL that begins with http:// or https://, for example https://meet.example.com",
    },
    allowedOrigins: {
      description:
        "Origins of the pages that may take part, such as https://www.example.com. Default: pages of any origin, since each client has a join token.",
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", "x-rule": "scheme, host and port of a page, for example https://www.example.com" },
    },
    maxMeetings: {
      description: "Most meetings at one time; further ones get LimitExceededException.",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 1_000,
    },
    sampleRate: {
      description:
        "Samples per second of the rooms. At 16000 all of speech is heard; 48000 carries music too, at about twice the processor time. Telephones hear the same at both.",
      type: "integer",
      enum: [16_000, 48_000],
      default: 16_000,
    },
    webhook: {
      description:
        "Where the events of meetings are posted, in the form of EventBridge. Default: nowhere. They are in the log in any case.",
      type: "object",
      additionalProperties: false,
      properties: {
        url: {
          description: "URL that each event is posted to, one after another.",
          type: "string",
          minLength: 1,
          "x-rule": "a URL that begins with http:// or https://, for example https://hooks.example.com/meetings",
        },
        secret: {
          description:
            "What requests are signed with, as Standard Webhooks says: whsec_ and 24 to 64 bytes in base64. Default: they are not signed.",
          type: "string",
          pattern: webhookSecret.source,
          "x-rule": "whsec_ and 24 to 64 bytes in base64",
          "x-secret": true,
        },
      },
    },
  },
  default: {},
} as const satisfies SettingNode;
