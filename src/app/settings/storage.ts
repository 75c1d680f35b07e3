import { awsCredentials } from "./aws-credentials.ts";
import { passwordFile } from "./credentials.ts";
import { regionName } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** `objects` of the configuration. */
export const objects = {
  description: "Prompts and recordings.",
  type: "object",
  additionalProperties: false,
  properties: {
    folder: {
      description: "Folder that holds a folder for each bucket.",
      type: "string",
      minLength: 1,
      default: "objects",
    },
    createBuckets: {
      description:
        "Whether recording into a bucket that does not exist makes its folder, with a warning; else the action fails.",
      type: "boolean",
      default: true,
    },
    s3: {
      description: "Stores with the S3 API, and which buckets are there; all others are folders. Default: none.",
      type: "array",
      default: [],
      items: {
        description: "One store.",
        type: "object",
        additionalProperties: false,
        required: ["buckets"],
        properties: {
          buckets: {
            description: "Names of buckets, or beginnings with * behind; * alone means all.",
            type: "array",
            minItems: 1,
            maxItems: 1000,
            items: {
              type: "string",
              pattern: "^[A-Za-z0-9._-]{0,255}\\*?$",
              "x-rule": "the name of a bucket, or its beginning with * behind",
            },
          },
          region: { description: "Its Region. Default: region of the configuration.", ...regionName },
          endpoint: {
            description: "Its endpoint, where it is none of AWS.",
            type: "string",
            minLength: 1,
            "x-rule": "a URL that begins with https:// or http://, for example https://minio.example.com:9000",
          },
          pathStyle: {
            description:
              "Whether the bucket stands in the path and not in the host's name, as most servers want it. Default: true where there is an endpoint.",
            type: "boolean",
          },
          ...awsCredentials,
          encryption: {
            description: "How the server is asked to encrypt recordings. Default: as the bucket says.",
            type: "string",
            enum: ["AES256", "aws:kms"],
          },
          kmsKeyId: {
            description: "Key of encryption aws:kms. Default: that of AWS for S3.",
            type: "string",
            minLength: 1,
          },
          staleSeconds: {
            description:
              "While the store cannot be asked, a prompt that is kept decoded is played as it was last seen, for so many seconds; 0: its action fails. Default: 3600.",
            type: "integer",
            minimum: 0,
            maximum: 604800,
          },
          checksums: {
            description:
              "Whether all requests have the SDK's checksums, or only those that must: Garage, older MinIO and Ceph refuse the newer form. Default: when-supported.",
            type: "string",
            enum: ["when-supported", "when-required"],
          },
        },
      },
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `store` of the configuration. */
export const store = {
  description: "The database.",
  type: "object",
  additionalProperties: false,
  properties: {
    url: {
      description:
        "A PostgreSQL database in place of the SQLite file in dataFolder: postgresql://user@host/database, with the parameters of libpq. It may have a password.",
      type: "string",
      pattern: "^postgres(ql)?://\\S+$",
      "x-rule": "a URL that begins with postgresql://, for example postgresql://offhook@db.example.com/offhook",
      "x-secret": true,
    },
    passwordFile: {
      ...passwordFile,
      description:
        "File whose only line is the password for store.url, in place of one in it; it is read at the start.",
    },
    keepCallsDays: {
      description: "Days that calls are kept after their end, with their legs and invocations. 0: for good.",
      type: "integer",
      minimum: 0,
      maximum: 36500,
      default: 30,
    },
    redactCalls: {
      description:
        "Whether numbers of calls in it are stand-ins, and texts left out. What a call still owes is whole until it is told. Default: as histories.redact.",
      type: "boolean",
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `dataFolder` of the configuration. */
export const dataFolder = {
  description: "Folder for the database, the speech cache, histories of calls and recordings that are not done.",
  type: "string",
  minLength: 1,
  default: ".offhook",
} as const satisfies SettingNode;

/** `messageLogs` of the configuration. */
export const messageLogs = {
  description:
    "Logs of messages, which PutSipMediaApplicationLoggingConfiguration and PutVoiceConnectorLoggingConfiguration switch on: one file a day for each application and Voice Connector.",
  type: "object",
  additionalProperties: false,
  properties: {
    folder: { description: "Folder for them. Default: logs in dataFolder.", type: "string", minLength: 1 },
    keepDays: {
      description: "Days that their files are kept. 0: for good.",
      type: "integer",
      minimum: 0,
      maximum: 36500,
      default: 30,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `histories` of the configuration. */
export const histories = {
  description: "What happened in each call and each meeting, one file each; offhook replay runs those of calls again.",
  type: "object",
  additionalProperties: false,
  properties: {
    write: { description: "Whether they are written. Default: true in development mode, else false.", type: "boolean" },
    folder: {
      description: "Folder for them; those of meetings are in its folder meetings. Default: calls in dataFolder.",
      type: "string",
      minLength: 1,
    },
    redact: {
      description:
        "Whether numbers, keys, texts and names in them are replaced by stand-ins. Default: false in development mode, else true.",
      type: "boolean",
    },
    keepCalls: {
      description: "Most files of calls, and as many of meetings; the oldest go. 0: all stay.",
      type: "integer",
      minimum: 0,
      maximum: 10000000,
      default: 1000,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `drainSeconds` of the configuration. */
export const drainSeconds = {
  description:
    "How long a server that is told to stop waits for calls that are up to end by themselves, seconds; new ones are refused meanwhile. A second signal ends them at once. In development nobody waits.",
  type: "integer",
  minimum: 0,
  maximum: 86_400,
  default: 25,
} as const satisfies SettingNode;

/** `log` of the configuration. */
export const log = {
  description: "The log.",
  type: "object",
  additionalProperties: false,
  properties: {
    level: {
      description: "Least severity that is logged.",
      type: "string",
      enum: ["debug", "info", "warn", "error", "silent"],
      default: "info",
    },
  },
  default: {},
} as const satisfies SettingNode;
