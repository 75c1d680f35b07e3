import { password, passwordFile, username } from "./credentials.ts";
import type { SettingNode } from "./setting-node.ts";

/** What is right as an address that calls go to. */
export const targetRule =
  "sip: and an IP address or a host name, for example sip:192.0.2.1:5060 or sip:carrier.example.com";

/** What is right as what a Voice Connector leads to. */
const connectorRule = `the name of one of trunks, ${targetRule}`;

/** Which of several addresses or trunks goes first. */
export const priority = { type: "integer", minimum: 1, maximum: 100 } as const satisfies SettingNode;

/** The share of one among several. */
export const weight = { type: "integer", minimum: 1, maximum: 100, default: 1 } as const satisfies SettingNode;

/** One address, or several of which one that fails is followed by the next. */
export const addresses = {
  type: ["string", "array"],
  minLength: 1,
  minItems: 1,
  maxItems: 20,
  "x-rule": `${targetRule}, or a list of such`,
  items: {
    description: "An address, or an object.",
    type: ["string", "object"],
    minLength: 1,
    additionalProperties: false,
    required: ["address"],
    "x-rule": `${targetRule}, or an object with address`,
    properties: {
      address: {
        description: "The address, as in trunk.address.",
        type: "string",
        minLength: 1,
        "x-rule": targetRule,
      },
      priority: {
        ...priority,
        description: "Lower numbers are tried first. Default: the place in the list, from 1.",
      },
      weight: { ...weight, description: "Share of the calls among addresses of one priority." },
    },
  },
} as const satisfies SettingNode;

/** `trunk` of the configuration. */
export const trunk = {
  description:
    "Where calls to numbers go, in short: one of trunks, of which there are no others then. Without both, in development to the built-in test phone, in production nowhere.",
  type: "object",
  additionalProperties: false,
  properties: {
    address: {
      description:
        "Host, port and transport: sip:192.0.2.1:5060, udp://192.0.2.1:5060, tcp://pbx.example.com:5060 or sip:carrier.example.com. Of a host name without port and transport the DNS tells both (RFC 3263); each of its addresses is tried.",
      type: "string",
      minLength: 1,
      "x-rule": targetRule,
    },
    username: {
      description:
        "Our name at the trunk, for digest authentication: an INVITE, re-INVITE, UPDATE or BYE that it refuses with 401 or 407 is sent again with credentials (MD5, SHA-256 or SHA-512-256, the strongest that it offers). Default: a 401 or 407 is a refusal.",
      ...username,
    },
    password: {
      description:
        "The password that belongs to trunk.username. It is in no log, history or message; outside of development the variable or trunk.passwordFile keep it out of this file too.",
      ...password,
    },
    passwordFile: {
      ...passwordFile,
      description: "File whose only line is the password, in place of trunk.password; it is read at the start.",
    },
    symmetric: {
      description: "As sip.symmetric, for the trunk: calls to its address and from it. Default: sip.symmetric.",
      type: "boolean",
    },
    shortNumbers: {
      description:
        "Whether numbers of less than eight digits, such as the extensions of an exchange, are called; they go out as they are, never with a plus. Emergency numbers are not (limits.emergencyNumbers). Default: false; the built-in test phone takes them.",
      type: "boolean",
    },
  },
} as const satisfies SettingNode;

/** `voiceConnectors` of the configuration. */
export const voiceConnectors = {
  description:
    'Where CallAndBridge with an Arn calls: by ARN, by the id at its end, or "*" for every other. Empty, in development the built-in test phone, in production nowhere.',
  type: "object",
  default: {},
  propertyNames: {
    pattern: "^(\\*|[a-zA-Z0-9-]{1,64}|arn:[a-zA-Z0-9-]+:[a-zA-Z0-9-]+:[a-z0-9-]*:[0-9]*:(vc|vcg)/[a-zA-Z0-9-]{1,64})$",
    "x-rule": 'the ARN of a Voice Connector or group (arn:aws:chime:<Region>:<account>:vc/<id>), its id, or "*"',
  },
  additionalProperties: {
    description:
      "The name of one of trunks or an address, or a list of names, addresses and objects of which one that fails is followed by the next.",
    type: ["string", "array"],
    minLength: 1,
    minItems: 1,
    maxItems: 20,
    "x-rule": `${connectorRule}, or a list of such`,
    items: {
      description: "The name of one of trunks, an address, or an object.",
      type: ["string", "object"],
      minLength: 1,
      additionalProperties: false,
      required: ["address"],
      "x-rule": `${connectorRule}, or an object with address`,
      properties: {
        address: {
          description: "The name of one of trunks, or an address as in trunk.address.",
          type: "string",
          minLength: 1,
          "x-rule": connectorRule,
        },
        priority: {
          ...priority,
          description: "Lower numbers are tried first. Default: the place in the list, from 1.",
        },
        weight: {
          ...weight,
          description: "Share of the calls among addresses of one priority.",
        },
        symmetric: {
          description:
            "As sip.symmetric, for calls to this address and from it; not for one of trunks, which has its own. Default: sip.symmetric.",
          type: "boolean",
        },
      },
    },
  },
} as const satisfies SettingNode;

/** The share of an address or trunk that is written without one. */
export const defaultWeight = weight.default;
