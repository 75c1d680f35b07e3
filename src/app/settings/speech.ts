import { awsCredentials } from "./aws-credentials.ts";
import { regionName } from "./names.ts";
import type { SettingNode } from "./setting-node.ts";

/** `speech` of the configuration. */
export const speech = {
  description: "Who speaks the texts of Speak and SpeakAndGetDigits.",
  type: "object",
  additionalProperties: false,
  properties: {
    engines: {
      description:
        "Engines in order: the first that knows the language of a voice speaks, and the next stands in when it fails. flite knows English, espeak-ng (where the program is installed) many languages, polly those of its voices.",
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", enum: ["polly", "flite", "espeak-ng"] },
      default: ["flite", "espeak-ng"],
    },
    polly: {
      description: "Amazon Polly, where engines has it.",
      type: "object",
      additionalProperties: false,
      properties: {
        region: { description: "Its Region. Default: region of the configuration.", ...regionName },
        endpoint: {
          description: "Its endpoint, where it is none of AWS.",
          type: "string",
          minLength: 1,
          "x-rule": "a URL that begins with https:// or http://, for example https://polly.example.com",
        },
        ...awsCredentials,
        sampleRate: {
          description:
            "Samples per second that it is asked for. Far ends with G.722 or Opus hear 16000, telephones 8000 of them.",
          type: "integer",
          enum: [8000, 16000],
          default: 16000,
        },
        timeoutMilliseconds: {
          description:
            "How long it may give no sound, at the beginning of a text or within it, until the next engine speaks.",
          type: "integer",
          minimum: 100,
          maximum: 20000,
          default: 2000,
        },
      },
      default: {},
    },
    espeakProgram: {
      description: "Name or path of the program espeak-ng.",
      type: "string",
      minLength: 1,
      default: "espeak-ng",
    },
  },
  default: {},
} as const satisfies SettingNode;
