import { e164 } from "./names.ts";
import { password, passwordFile, username } from "./credentials.ts";
import { addresses, priority, weight } from "./routes.ts";
import type { SettingNode } from "./setting-node.ts";

const numberForms = ["e164", "digits", "international", "national"] as const;
const forms =
  "e164 with plus, digits without, international with internationalPrefix, national as people dial in its country and international abroad";
const dialDigits = { type: "string", pattern: "^\\d{0,8}$", "x-rule": "up to eight digits in quotes" } as const;

/** `trunks` of the configuration. */
export const trunks = {
  description:
    "Carriers and exchanges by name: where calls to numbers go, and who calls (docs/trunks.md). With them there is no trunk.",
  type: "object",
  default: {},
  propertyNames: {
    pattern: "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$",
    "x-rule": 'a name of up to 64 letters, digits, "-", "_" and "."',
  },
  additionalProperties: {
    description: "One trunk.",
    type: "object",
    additionalProperties: false,
    required: ["address"],
    "x-rule": "an object with address",
    properties: {
      address: {
        description:
          "Where it is called, as trunk.address, or a list of addresses of which one that fails is followed by the next.",
        ...addresses,
      },
      domain: {
        description:
          "The host in Request-URIs, To and From towards it, where that is not the address, as with an outbound proxy. Default: the address; From has this server's own.",
        type: "string",
        minLength: 1,
        "x-rule": "a host name or an IP address, without port",
      },
      username: {
        ...username,
        description: "Our name there, for digest authentication of what we send, and for register.",
      },
      password: { ...password, description: "The password that belongs to username. It is in no log." },
      passwordFile,
      register: {
        description:
          "Whether we register there, so that it knows where to send its calls. It is done again before it expires, at another address where one fails, and taken back at the end.",
        type: "boolean",
        default: false,
      },
      registerSeconds: {
        description: "How long a registration is asked for.",
        type: "integer",
        minimum: 60,
        maximum: 86_400,
        default: 3_600,
      },
      sources: {
        description:
          "Networks, such as 192.0.2.0/24, or single addresses that its calls come from, besides those of address. A call of several trunks' networks is of the one with the smallest.",
        type: "array",
        uniqueItems: true,
        items: { type: "string", "x-rule": "a network such as 192.0.2.0/24 or 2001:db8::/32, or an IP address" },
        default: [],
      },
      callers: {
        description:
          "Accounts of which its calls have to prove one, by digest authentication; a call that proves one from elsewhere is of it too. Default: none, so that its calls are known by where they come from alone.",
        type: "array",
        default: [],
        items: {
          description: "One account.",
          type: "object",
          additionalProperties: false,
          required: ["username"],
          "x-rule": "an object with username, and password or passwordFile",
          properties: {
            username: { ...username, description: "The user name of its credentials." },
            password: { ...password, description: "The password that belongs to it. It is in no log." },
            passwordFile,
          },
        },
      },
      numbers: {
        description:
          "Numbers, E.164, that it brings calls for; calls for others get 404. The only one is called where a call names none. Default: any.",
        type: "array",
        uniqueItems: true,
        items: { ...e164 },
        default: [],
      },
      prefixes: {
        description:
          'What numbers begin with that go out by it, such as +44, or 2 for short ones; "" takes all, an empty list none. Of trunks that take a number, those with the longest prefix are tried first.',
        type: "array",
        uniqueItems: true,
        items: {
          type: "string",
          pattern: "^(|\\+[1-9]\\d{0,14}|\\d{1,7})$",
          "x-rule": 'a plus and digits, the first digits of short numbers, or "", in quotes',
        },
        default: [""],
      },
      priority: {
        ...priority,
        description: "Lower numbers are tried first, among trunks with a prefix of one length.",
        default: 1,
      },
      weight: { ...weight, description: "Share of the calls among trunks of one priority." },
      symmetric: {
        description: "As sip.symmetric, for its calls. Default: sip.symmetric.",
        type: "boolean",
      },
      shortNumbers: { description: "As trunk.shortNumbers.", type: "boolean", default: false },
      numberForm: {
        description: `How called numbers are written: ${forms}.`,
        enum: numberForms,
        default: "e164",
      },
      country: {
        description:
          "Country code of the trunk, such as 49: numbers of its calls are then read as people dial in its country, and national has a meaning.",
        type: "string",
        pattern: "^[1-9]\\d{0,2}$",
        "x-rule": 'a country code in quotes, for example "49"',
      },
      nationalPrefix: {
        ...dialDigits,
        description: 'What national numbers begin with there, "" where nothing does.',
        default: "0",
      },
      internationalPrefix: {
        ...dialDigits,
        description: "What international numbers begin with there in place of the plus.",
        default: "00",
      },
      callerId: {
        description: "How it is told who calls.",
        type: "object",
        additionalProperties: false,
        default: {},
        "x-rule": "an object with form, from, identity or fallback",
        properties: {
          form: {
            description: `How the caller's number is written: ${forms}.`,
            enum: numberForms,
            default: "e164",
          },
          from: {
            description:
              "What From has as user: the caller's number, or username, as many carriers that one registers at want it; the number is in identity then.",
            enum: ["number", "username"],
            default: "number",
          },
          identity: {
            description: "The header that has the caller's number too.",
            enum: ["none", "P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID"],
            default: "none",
          },
          fallback: {
            ...e164,
            description: "The number of callers who have none. Default: they are anonymous, with Privacy: id.",
          },
        },
      },
      codecs: {
        description: "As media.codecs, for its calls. Default: as all calls.",
        type: "array",
        minItems: 1,
        uniqueItems: true,
        items: { type: "string", enum: ["PCMU", "PCMA", "G722", "opus"], "x-rule": "PCMU, PCMA, G722 or opus" },
      },
      srtp: {
        description:
          "Whether the audio of its calls is encrypted by SRTP with keys in the session description (SDES): never, optional (calls to it offer that first, and audio in the clear where it refuses), required. Default: as all calls, sip.srtp.",
        enum: ["never", "optional", "required"],
      },
      authorities: {
        description:
          "File in PEM with the authorities of its certificate, in place of sip.tls.authorities. Whoever connects over TLS from its address or sources then has to show a certificate of theirs (mutual TLS).",
        type: "string",
        minLength: 1,
        "x-rule": "a file in PEM",
      },
      callsPerSecond: {
        description:
          "Calls that may begin in a second, in and out. Further ones from it get 503 with Retry-After, further ones to it go by another. Default: no limit.",
        type: "integer",
        minimum: 1,
        maximum: 1_000,
      },
      maxCalls: {
        description: "The same for calls at one time. Default: no limit.",
        type: "integer",
        minimum: 1,
        maximum: 1_000_000,
      },
      maxForwards: {
        description:
          "Servers that may pass a call on (Max-Forwards). Default: 70, and one less than in the call that it belongs to.",
        type: "integer",
        minimum: 1,
        maximum: 255,
      },
      responseSeconds: {
        description:
          "How long it may say nothing at all before the next address or trunk is tried, and before an OPTIONS (probeSeconds) has failed.",
        type: "integer",
        minimum: 1,
        maximum: 32,
        default: 4,
      },
      probeSeconds: {
        description:
          "Seconds between two OPTIONS, by which it is known to be up before a call needs it. Default: none are sent; it is known by its calls.",
        type: "integer",
        minimum: 5,
        maximum: 3_600,
      },
    },
  },
} as const satisfies SettingNode;
