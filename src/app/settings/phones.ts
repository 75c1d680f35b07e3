import { password, passwordFile } from "./credentials.ts";
import { e164 } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** `phones` of the configuration. */
export const phones = {
  description:
    "Phones that may register here by SIP (REGISTER), are called there, and call with their number. In development any other may register too, without a password, under any name or number.",
  type: "array",
  default: [],
  items: {
    description: "One phone, or all the phones of one person.",
    type: "object",
    additionalProperties: false,
    required: ["name"],
    properties: {
      name: {
        description:
          "The user name that is typed into the phone. A SIP URI with it and the host of this server calls the phone, and so does the name where it is a number.",
        type: "string",
        minLength: 1,
        maxLength: 64,
        pattern: "^[A-Za-z0-9_.!~*'()&=+$,-]+$",
        "x-rule":
          'up to 64 letters, digits and marks out of _.!~*\'()&=+$,- without blanks, a number in quotes, for example "1001"',
      },
      password: {
        ...password,
        description:
          "Its password, for digest authentication (SHA-256 or MD5). It is in no log, history or message; passwordFile keeps it out of this file too. Default: none, which only development takes.",
      },
      passwordFile,
      numbers: {
        description:
          "Numbers that call it, and that functions see as caller when it calls: the one that it names, else the first. Several phones may have one number; then all ring.",
        type: "array",
        items: { ...e164 },
        uniqueItems: true,
        default: [],
      },
      srtp: {
        description:
          "Whether the audio of its calls is encrypted (SRTP): never, optional (calls to it offer that first, and audio in the clear where it refuses), required. Default: as all calls, sip.srtp.",
        enum: ["never", "optional", "required"],
      },
    },
  },
} as const satisfies SettingNode;

/** `softphone` of the configuration. */
export const softphone = {
  description:
    "The phone in the pages of the console. It speaks SIP at the port of the API (sip.webSocket.onApi), and asks for no password: whoever has signed in with a key that allows offhook:OpenSoftphone has it.",
  type: "object",
  additionalProperties: false,
  properties: {
    numbers: {
      description:
        "Numbers that ring in all pages that have the phone, as those of phones do; functions see the first as the caller. Default: none, so that pages have no phone; in development one of +12065550101 to +12065550197.",
      type: "array",
      items: { ...e164 },
      uniqueItems: true,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `registrations` of the configuration. */
export const registrations = {
  description: "How phones register: for how long, and how they prove who they are.",
  type: "object",
  additionalProperties: false,
  properties: {
    shortestSeconds: {
      description: "A REGISTER for less gets 423 with Min-Expires.",
      type: "integer",
      minimum: 1,
      maximum: 86_400,
      default: 60,
    },
    algorithms: {
      description:
        "How phones are asked for their password, in this order. MD5 is first since there are phones that look at the first alone, or give up where it is SHA-256; one that knows both takes its own choice. SHA-256 alone is stricter. baresip, which gives up wherever SHA-256 is, is offered MD5 alone.",
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", enum: ["SHA-256", "MD5"], "x-rule": "SHA-256 or MD5" },
      default: ["MD5", "SHA-256"],
    },
    longestSeconds: {
      description:
        "A REGISTER for more gets this. Default: 3600, in development 60 and no less than shortestSeconds, so that phones are soon known again after a restart.",
      type: "integer",
      minimum: 1,
      maximum: 604_800,
    },
  },
  default: {},
} as const satisfies SettingNode;
