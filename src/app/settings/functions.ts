import { regionName, webhookSecret } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** The keys that say what a function is; each has one of them, and those behind it. */
export const functionKinds = {
  file: ["handler", "environment", "maxProcesses"],
  command: ["folder", "handler", "environment", "maxProcesses"],
  lambda: ["region", "endpoint", "profile"],
  url: ["secrets", "secretsFile", "authorities", "proxy", "maxReplyBytes"],
} as const;

/** The keys that a function of any kind has. */
export const commonFunctionKeys: readonly string[] = ["timeoutSeconds", "fallback", "fallbackActions", "circuit"];

/** `functions` of the configuration. */
export const functions = {
  description:
    "Functions by name or Lambda ARN: the path of the handler's file, or an object with file, command, lambda or url.",
  type: "object",
  default: {},
  propertyNames: {
    pattern:
      "^(\\*|[a-zA-Z0-9-_]{1,64}|arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d:\\d{12}:function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?)$",
    "x-rule": 'a name of letters, digits, "-" and "_", the ARN of a Lambda function, or "*" for every other ARN',
  },
  additionalProperties: {
    description: "The path of the handler's file, or an object with file, command, lambda or url.",
    type: ["string", "object"],
    minLength: 1,
    additionalProperties: false,
    "x-rule": "the path of a file, or an object with file, command, lambda or url",
    properties: {
      file: {
        description: "Path of the file that exports the handler, in JavaScript, TypeScript or Python.",
        type: "string",
        minLength: 1,
      },
      command: {
        description:
          "A program that speaks the AWS Lambda Runtime API, and its arguments: a bootstrap in any language, or a runtime interface client. A program with a slash is relative to folder, others are looked for in PATH.",
        type: "array",
        minItems: 1,
        maxItems: 100,
        items: { type: "string", "x-rule": "text: write it in quotes" },
      },
      folder: {
        description: "Where command runs, and its LAMBDA_TASK_ROOT. Default: the folder of the configuration.",
        type: "string",
        minLength: 1,
      },
      handler: {
        description:
          "Name of the exported handler, with or without the file's name in front. A file without a handler of the default name may have lambdaHandler or lambda_handler. For command it is what _HANDLER says. Default: handler.",
        type: "string",
        minLength: 1,
      },
      environment: {
        description: "Environment variables of the function, by name.",
        type: "object",
        properties: {
          inherit: {
            description:
              "Variables that the function has as the server has them: names, or beginnings of names with * behind. Default: AWS_* in development mode, else none.",
            type: "array",
            maxItems: 1000,
            items: {
              type: "string",
              pattern: "^[A-Za-z_][A-Za-z0-9_]*\\*?$",
              "x-rule": "the name of a variable, or its beginning with * behind, such as AWS_*",
            },
          },
        },
        additionalProperties: { type: "string", "x-rule": "text: write it in quotes" },
      },
      maxProcesses: {
        description:
          "Most processes of the function at one time, each with one event; more than one start only while all are busy. Default: 10.",
        type: "integer",
        minimum: 1,
        maximum: 1000,
      },
      lambda: {
        description:
          'A function on AWS Lambda, or at an endpoint that speaks its Invoke API: name, partial ARN or ARN, with or without alias or version. "*" of the entry "*": every function that has no other entry, by the ARN of its application.',
        type: "string",
        pattern:
          "^\\*$|^(arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}(-[a-z]+)+-\\d:\\d{12}:function:|(\\d{12}:)?function:)?[a-zA-Z0-9-_]{1,64}(:(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?$",
        "x-rule": "the name or ARN of a Lambda function, with or without alias or version, for example menu:live",
      },
      region: {
        description: "Region of lambda. Default: that of its ARN, else region of the configuration.",
        ...regionName,
      },
      endpoint: {
        description:
          "Endpoint of lambda: SAM local, LocalStack, serverless-offline or a runtime interface emulator, or one in a private network. Default: that of AWS.",
        type: "string",
        minLength: 1,
        "x-rule": "a URL that begins with https:// or http://, for example http://127.0.0.1:3001",
      },
      profile: {
        description:
          "Profile of the shared AWS files whose credentials lambda is invoked with. Default: what the SDK's chain of credentials finds, and stand-in credentials for an endpoint of http.",
        type: "string",
        minLength: 1,
      },
      url: {
        description: "Where events are posted; the body of the answer is the reply.",
        type: "string",
        minLength: 1,
        "x-rule": "a URL that begins with https:// or http://, for example https://calls.example.com/menu",
      },
      secrets: {
        description:
          "What requests to url are signed with, as Standard Webhooks says: whsec_ and 24 to 64 bytes in base64. Of several each makes a signature, so that a new one can be taken before the old one goes. Default: they are not signed.",
        type: "array",
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        items: {
          type: "string",
          pattern: webhookSecret.source,
          "x-rule": "whsec_ and 24 to 64 bytes in base64",
          "x-secret": true,
        },
      },
      secretsFile: {
        description: "File with the secrets, one a line, in place of secrets; it is read at the start and at a reload.",
        type: "string",
        minLength: 1,
      },
      authorities: {
        description:
          "File in PEM with the authorities that the certificate of url is verified by, in place of those that Node knows.",
        type: "string",
        minLength: 1,
      },
      proxy: {
        description:
          "URL of the proxy to url. Default: what the server's variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.",
        type: "string",
        minLength: 1,
        "x-rule": "a URL that begins with http:// or https://, for example http://proxy.example.com:3128",
      },
      maxReplyBytes: {
        description: "Most bytes of an answer of url. Default: 6291556, as on Lambda.",
        type: "integer",
        minimum: 1000,
        maximum: 6291556,
      },
      timeoutSeconds: {
        description: "Seconds that one invocation may take. Default: limits.functionTimeoutSeconds.",
        type: "integer",
        minimum: 1,
        maximum: 900,
      },
      fallback: {
        description:
          "Name or ARN of the function that gets the event when this one fails, within limits.functionTimeoutSeconds of both together.",
        type: "string",
        minLength: 1,
      },
      fallbackActions: {
        description:
          "Actions for a call whose function fails, and its fallback and the next application of its rule too, as in a reply. Default: the call ends.",
        type: "array",
        minItems: 1,
        maxItems: 10,
        items: {
          description: "One action.",
          type: "object",
          additionalProperties: false,
          required: ["Type"],
          properties: {
            Type: { description: "Type of the action.", type: "string", minLength: 1 },
            Parameters: { description: "Parameters of the action.", type: "object", additionalProperties: true },
          },
        },
      },
      circuit: {
        description:
          "When the function is left alone: after some failures in a row to reach it or to be answered, events fail at once for a while. Default: 5 and 10 for lambda and url, never for file and command.",
        type: "object",
        additionalProperties: false,
        properties: {
          failures: {
            description: "Failures in a row; 0: it is always asked.",
            type: "integer",
            minimum: 0,
            maximum: 1000,
            default: 5,
          },
          pauseSeconds: {
            description: "Seconds until one event is let through.",
            type: "integer",
            minimum: 1,
            maximum: 3600,
            default: 10,
          },
        },
      },
    },
  },
} as const satisfies SettingNode;
