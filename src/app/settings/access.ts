import type { SettingNode } from "./setting-node.ts";

/** A name that stands in the configuration alone. */
const shortName = {
  type: "string",
  pattern: "^[a-zA-Z0-9_.-]{1,64}$",
  "x-rule": '1 to 64 letters, digits, "_", "." and "-"',
} as const satisfies SettingNode;

/** `api.keys` of the configuration. */
export const keys = {
  description:
    "Access keys by which requests must be signed (Signature Version 4), as the official clients sign them. Needed where the API listens on more than loopback. In development any signature is taken. Default: none, and whoever reaches the API may use it.",
  type: "array",
  items: {
    description: "An access key, with one of secret, secretFile and secretVariable.",
    type: "object",
    additionalProperties: false,
    required: ["id"],
    "x-rule": "an object with id, and secret, secretFile or secretVariable",
    properties: {
      id: {
        description: "The access key id, as clients have it.",
        type: "string",
        pattern: "^[a-zA-Z0-9_.-]{1,128}$",
        "x-rule": '1 to 128 letters, digits, "_", "." and "-", in quotes when they are digits alone',
      },
      secret: {
        description: "The secret itself; better kept out of this file by the other two.",
        type: "string",
        minLength: 1,
        maxLength: 256,
        pattern: "^[\\u0021-\\u007e]+$",
        "x-rule": "1 to 256 printable ASCII characters without blanks",
        "x-secret": true,
      },
      secretFile: {
        description:
          "File with the secret, or several, one a line, of which each counts: the old and the new while it is replaced. It is read again when it changes.",
        type: "string",
        minLength: 1,
        "x-rule": "a file with one secret a line",
      },
      secretVariable: {
        description: "Name of the environment variable that holds the secret, or several with blanks between.",
        type: "string",
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$",
        "x-rule": "the name of an environment variable",
      },
      roles: {
        description: "Names of api.roles: what the key may be used for. Default: everything.",
        type: "array",
        uniqueItems: true,
        items: shortName,
      },
      requestsPerSecond: {
        description:
          "Requests with the key that are served in a second. Further ones get 429 ThrottledClientException.",
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 100,
      },
    },
  },
  default: [],
} as const satisfies SettingNode;

/** `api.roles` of the configuration. */
export const roles = {
  description: "What access keys may be used for, by name.",
  type: "object",
  default: {},
  propertyNames: { pattern: shortName.pattern, "x-rule": shortName["x-rule"] },
  additionalProperties: {
    description: "Operations, and the resources on which they are allowed.",
    type: "object",
    additionalProperties: false,
    required: ["operations"],
    "x-rule": "an object with operations, and resources",
    properties: {
      operations: {
        description:
          'Names of operations, such as CreateSipMediaApplicationCall, chime:Get* or offhook:ListCalls; "*" stands for any characters. Those of /offhook/v1 need the prefix, or "*" alone.',
        type: "array",
        minItems: 1,
        items: {
          type: "string",
          pattern: "^((chime|offhook):)?[A-Za-z0-9*]{1,128}$",
          "x-rule": "the name of an operation, or a pattern such as Get*",
        },
      },
      resources: {
        description:
          'ARNs, such as "arn:aws:chime:*:*:sma/*"; "*" stands for any characters. Operations that name nothing, such as lists, need "*" itself. Default: everything.',
        type: "array",
        minItems: 1,
        items: {
          type: "string",
          pattern: "^(\\*|arn:[^\\s]{1,1000})$",
          "x-rule": 'an ARN, in which "*" stands for any characters, or "*", in quotes',
        },
        default: ["*"],
      },
    },
  },
} as const satisfies SettingNode;
