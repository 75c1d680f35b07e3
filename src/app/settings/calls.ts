import { hostNamePattern, longestHostName } from "../../sip-syntax/index.ts";
import { e164, recordName, regionName } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** `numbers` of the configuration. */
export const numbers = {
  description: "The number inventory, E.164 with plus, in quotes: numbers that rules may have and calls may come from.",
  type: "array",
  items: { ...e164 },
  default: [],
} as const satisfies SettingNode;

/** `numberPool` of the configuration. */
export const numberPool = {
  description:
    'Numbers that CreatePhoneNumberOrder can move into the inventory, E.164 with plus, in quotes: single ones, or ranges such as "+12065550110-+12065550119". Default: in development the numbers of films (555-0100 to 555-0199 in each area code of North America), in production none.',
  type: "array",
  items: {
    type: "string",
    pattern: "^\\+[1-9]\\d{1,14}(-\\+[1-9]\\d{1,14})?$",
    "x-rule": 'a number such as "+12065550110", or two with a dash, in quotes',
  },
} as const satisfies SettingNode;

/** `functionsMustLoad` of the configuration. */
export const functionsMustLoad = {
  description:
    "Whether offhook serve ends when the function of one of applications cannot be loaded at the start. false: the log says so, and its calls fail.",
  type: "boolean",
  default: true,
} as const satisfies SettingNode;

/** `applications` of the configuration. */
export const applications = {
  description: "SIP media applications that exist from the start.",
  type: "array",
  default: [],
  items: {
    description: "One application.",
    type: "object",
    additionalProperties: false,
    required: ["name", "function"],
    properties: {
      id: {
        description: "Id of the application. Default: made from the name, the same at each start.",
        type: "string",
        pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        "x-rule": "a UUID in lower case",
      },
      name: { description: "Name of the application.", ...recordName },
      function: { description: "Name or ARN of one of functions.", type: "string", minLength: 1 },
      region: {
        description: "Region of the application. Default: that of the function's ARN, else region.",
        ...regionName,
      },
    },
  },
} as const satisfies SettingNode;

/** `rules` of the configuration. */
export const rules = {
  description:
    "SIP rules that exist from the start: a number or a host name, and the applications that take its calls.",
  type: "array",
  default: [],
  items: {
    description: "One rule; it has either number or hostname.",
    type: "object",
    additionalProperties: false,
    required: ["name", "applications"],
    oneOf: [{ required: ["number"] }, { required: ["hostname"] }],
    "x-rule": "a rule has either number or hostname",
    properties: {
      name: { description: "Name of the rule.", ...recordName },
      number: { description: "The called number, one of numbers.", ...e164 },
      hostname: {
        description: "The host of the Request-URI of calls.",
        type: "string",
        minLength: 1,
        maxLength: longestHostName,
        pattern: hostNamePattern.source,
        "x-rule": "a host name, for example pbx.example.com",
      },
      disabled: { description: "Whether the rule is out of use.", type: "boolean", default: false },
      applications: {
        description: "Names of applications, or objects, in the order in which they are tried.",
        type: "array",
        minItems: 1,
        maxItems: 25,
        items: {
          description: "The name of an application, or an object.",
          type: ["string", "object"],
          minLength: 1,
          additionalProperties: false,
          required: ["application"],
          "x-rule": "the name of an application, or an object with application",
          properties: {
            application: { description: "Name of an application.", type: "string", minLength: 1 },
            priority: {
              description: "Lower numbers are tried first. Default: the place in the list, from 1.",
              type: "integer",
              minimum: 1,
              maximum: 2147483647,
            },
          },
        },
      },
    },
  },
} as const satisfies SettingNode;
