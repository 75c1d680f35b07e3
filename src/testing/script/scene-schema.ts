import type { FromSchema } from "json-schema-to-ts";
import { compatibilitySettings, type SettingNode } from "../../app/index.ts";
import { documentedLimits } from "../../call/index.ts";

const longestMs = 7 * 24 * 3_600_000;
const milliseconds = {
  type: "integer",
  minimum: 0,
  maximum: longestMs,
  "x-rule": `milliseconds, a whole number from 0 to ${longestMs}`,
} as const satisfies SettingNode;
const text = { type: "string", minLength: 1, maxLength: 10_000 } as const satisfies SettingNode;
const texts = {
  type: "object",
  additionalProperties: { type: "string", "x-rule": "text in quotes" },
} as const satisfies SettingNode;
const anything = { type: "object", additionalProperties: true } as const satisfies SettingNode;
const yes = { type: "boolean", enum: [true], "x-rule": "true" } as const satisfies SettingNode;
const partyName = {
  type: "string",
  pattern: "^[A-Za-z][\\w-]{0,63}$",
  "x-rule": 'a name: a letter, then letters, digits, "_" and "-"',
} as const satisfies SettingNode;
const address = {
  type: "string",
  pattern: "^(\\+[1-9]\\d{1,14}|sips?:\\S{1,500})$",
  "x-rule": 'a number in quotes, such as "+12065550100", or a SIP URI',
} as const satisfies SettingNode;
const keys = {
  type: "string",
  pattern: "^[0-9*#A-D]{1,1000}$",
  "x-rule": "keys out of 0-9, *, # and A-D, in quotes",
} as const satisfies SettingNode;
const lengths = {
  type: "object",
  additionalProperties: {
    type: ["integer", "string"],
    minimum: 0,
    maximum: longestMs,
    pattern: "^missing$",
    "x-rule": "its length in milliseconds, or missing",
  },
} as const satisfies SettingNode;

const fault = {
  type: ["string", "object"],
  pattern: "^(throws|silent|answer-lost|unusable)$",
  additionalProperties: false,
  required: ["slowMs"],
  properties: { slowMs: milliseconds },
  "x-rule": "throws, silent, answer-lost, unusable or { slowMs: milliseconds }",
} as const satisfies SettingNode;

/** How a call begins: `dial` and `placeCall` have the same. */
const beginning = {
  type: "object",
  additionalProperties: false,
  properties: {
    from: { description: "Who calls.", ...address },
    to: { description: "Who is called.", ...address },
    numbers: {
      description:
        "The numbers of the inventory, the call's own among them. Default: the call's own, and no other number may be shown.",
      type: "array",
      minItems: 1,
      maxItems: 1_000,
      items: address,
    },
    headers: { description: "X- headers of the INVITE.", ...texts },
    arguments: { description: "ArgumentsMap of CreateSipMediaApplicationCall.", ...texts },
    objects: {
      description: "Of a real call: the folder with a folder for each bucket, relative to this file.",
      ...text,
    },
    speechEngines: {
      description: "Of a real call: engines that speak, in order. Default: as a server that names none.",
      type: "array",
      minItems: 1,
      items: { type: "string", enum: ["polly", "flite", "espeak-ng"] },
    },
    prompts: { description: "How long prompts are, by key, in milliseconds; or missing. Others: 1,500.", ...lengths },
    speech: {
      description: "How long words are said, by text, in milliseconds; or missing. Others: fifteen letters a second.",
      ...lengths,
    },
    functionMs: {
      description: "What the function takes to answer, in virtual milliseconds; a list: each time in turn.",
      type: ["integer", "array"],
      minimum: 0,
      maximum: longestMs,
      items: milliseconds,
      maxItems: 10_000,
      "x-rule": "milliseconds, or a list of them",
    },
    faults: {
      description: "What invocations come to, by their number from 1, the retried ones counted.",
      type: "object",
      propertyNames: { pattern: "^[1-9]\\d{0,3}$", "x-rule": "a number from 1" },
      additionalProperties: fault,
    },
    startAt: {
      description: "When the call begins, in milliseconds since 1970.",
      type: "integer",
      minimum: 0,
      maximum: 8_640_000_000_000_000,
    },
    transactionId: { description: "TransactionId of the events.", ...text },
    callId: { description: "CallId of LEG-A in events.", ...text },
    meeting: {
      description: "Which meeting join tokens let in, and as whom.",
      type: "object",
      additionalProperties: false,
      required: ["meetingId", "attendeeId"],
      properties: { meetingId: text, attendeeId: text },
    },
    limits: settingsNode({
      description: "Limits that are not as documented.",
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(documentedLimits).map(limitNode)),
    }),
    compatibility: settingsNode(withoutDefaults(compatibilitySettings)),
  },
} as const satisfies SettingNode;

/** What each step takes. Those without a value have `true`, or stand alone as a word. */
export const stepNodes = {
  hears: {
    description: "The next that this party hears: words, or a part of them; { prompt: key }; { pattern: expression }.",
    type: ["string", "object"],
    minLength: 1,
    maxLength: 10_000,
    additionalProperties: false,
    properties: { prompt: text, pattern: { ...text, maxLength: 1_000 } },
    "x-rule": "words in quotes, { prompt: key } or { pattern: expression }",
  },
  hearsNothing: { description: "Nothing begins to be heard for so many milliseconds.", ...milliseconds },
  presses: { description: "Presses keys.", ...keys },
  speaks: { description: "Speaks from now on for so many milliseconds.", ...milliseconds },
  waits: { description: "Lets so many milliseconds pass.", ...milliseconds },
  hangsUp: { description: "Hangs up.", ...yes },
  vanishes: { description: "Its audio stops without a word.", ...yes },
  isHungUp: { description: "The server hangs this party up.", ...yes },
  isBridged: { description: "Whether its audio is joined with another party's.", type: "boolean" },
  receivedKeys: { description: "All keys that SendDigits sent to this party so far.", ...text },
  rings: { description: "Rings.", ...yes },
  startsEarlyAudio: { description: "Lets its audio be heard before it answers.", ...yes },
  answers: { description: "Answers.", ...yes },
  isBusy: { description: "Is busy (486).", ...yes },
  refuses: { description: "Refuses with a SIP status.", type: "integer", minimum: 400, maximum: 699 },
  dials: { description: "The server calls this number next; `as` names who is there.", ...address },
  isTold: {
    description: "The function gets an event of this type, and of its members those of `with`.",
    ...text,
    "x-rule": "a type of event",
  },
  asksFor: { description: "The function's next action that begins is of this type; `with`: parameters.", ...text },
  updates: { description: "UpdateSipMediaApplicationCall with these arguments.", ...texts },
  meetingEnds: { description: "The meeting that the call has joined is over for it.", ...yes },
  nextAnswer: { description: "What the function's next invocation comes to.", ...fault },
  hasAttributes: { description: "The attributes of the call are exactly these.", ...anything },
  hasRecorded: { description: "A recording lies at this bucket/key, or a part of it.", ...text },
  hasNoFindings: { description: "Nothing is wrong in the function's replies so far.", ...yes },
  isAnswered: { description: "The call is answered.", ...yes },
  nobodyIsLeft: {
    description: "No telephone is in silence with nothing to come.",
    ...yes,
  },
  nothingElse: {
    description: "All events and actions so far were named, by isTold and asksFor.",
    ...yes,
  },
  ends: { description: "The call comes to its end.", ...yes },
} as const satisfies Readonly<Record<string, SettingNode>>;

/** What steps may have beside their value. */
export const stepOptionNodes = {
  who: { description: "Who does it: a name by `as`. Default: the caller, or who the API called.", ...partyName },
  as: { description: "A name for who was called.", ...partyName },
  with: { description: "Members that the event, or parameters that the action, must have.", ...anything },
  withinMs: { description: "How long is waited. Default 60,000.", ...milliseconds },
  toTheEnd: { description: "Goes on when the sound is over.", type: "boolean" },
  gapMs: { description: "Time before each key. Default 200.", ...milliseconds },
  lateMs: { description: "Further time before the first key.", ...milliseconds },
  doubled: { description: "Each key comes twice.", type: "boolean" },
  early: { description: "The keys come while the function is still at work on its next event.", type: "boolean" },
  showing: { description: "The number that who is called is shown.", ...address },
  headers: { description: "Headers that who is called gets.", ...texts },
} as const satisfies Readonly<Record<string, SettingNode>>;

const written = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Scenes of calls (*.scene.yaml)",
  description: "Calls by script for a function: offhook test runs them, docs/testing.md describes them.",
  type: "object",
  additionalProperties: false,
  required: ["function", "scenes"],
  properties: {
    function: { description: "The function's file, relative to this one.", ...text },
    handler: { description: "The exported handler.", ...text },
    environment: { description: "Variables of the function; it then runs in a process of its own.", ...texts },
    scenes: {
      description: "The scenes, each with a call of its own.",
      type: "array",
      minItems: 1,
      maxItems: 10_000,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["title", "steps"],
        properties: {
          title: { description: "What is shown, in a sentence.", ...text, maxLength: 1_000 },
          dial: { description: "Somebody calls a number of the function; this is how a scene begins.", ...beginning },
          placeCall: { description: "The API places the call instead.", ...beginning },
          real: { description: "Plays it over SIP and RTP; offhook test does so with --real.", type: "boolean" },
          eachWay: { description: "Plays it in each position of the compatibility switches.", type: "boolean" },
          steps: {
            description: "What happens, in order.",
            type: "array",
            minItems: 1,
            maxItems: 100_000,
            items: { type: "object", additionalProperties: false, properties: { ...stepNodes, ...stepOptionNodes } },
          },
        },
      },
    },
  },
} as const satisfies SettingNode;

/** A file of scenes as it is written, with each step an object. */
export type WrittenScenes = FromSchema<typeof written>;
export type WrittenScene = WrittenScenes["scenes"][number];
export type WrittenStep = WrittenScene["steps"][number];
export type WrittenBeginning = NonNullable<WrittenScene["dial"]>;
export type StepName = keyof typeof stepNodes;

/** Names of all steps. */
export const stepNames = Object.keys(stepNodes) as StepName[];

/** The one declaration of scenes in YAML: types, checks and `schemas/scene.schema.json` come from it. */
export const sceneSchema: SettingNode = written;

/** Text of `schemas/scene.schema.json`: there a step may be a word too, for those that take no value. */
export function printSceneSchema(): string {
  const words = stepNames.filter((name) => isWord(name));
  const { scenes } = written.properties;
  const { steps } = scenes.items.properties;
  const printed = {
    ...written,
    properties: {
      ...written.properties,
      scenes: {
        ...scenes,
        items: {
          ...scenes.items,
          properties: {
            ...scenes.items.properties,
            steps: { ...steps, items: { oneOf: [{ type: "string", enum: words }, steps.items] } },
          },
        },
      },
    },
  };
  return `${JSON.stringify(printed, undefined, 2)}\n`;
}

/** Whether a step takes no value. */
export function isWord(name: StepName): boolean {
  return (stepNodes[name] as SettingNode).enum?.[0] === true;
}

function limitNode([name, value]: readonly [string, unknown]): [string, SettingNode] {
  if (typeof value === "number") return [name, { type: "integer", minimum: 0 }];
  if (typeof value === "boolean") return [name, { type: "boolean" }];
  return [name, Array.isArray(value) ? { type: "array", items: { type: "string" } } : { type: "object" }];
}

/** A switch that is not named stands where the scene's own default is. */
function withoutDefaults({ default: _none, ...node }: SettingNode): SettingNode {
  const properties = Object.entries(node.properties ?? {}).map(([name, { default: _first, ...one }]) => [name, one]);
  return { ...node, properties: Object.fromEntries(properties) as Record<string, SettingNode> };
}

/** A node that is made by lists of ours: what is in it has its own types. */
function settingsNode(node: SettingNode): { readonly type: "object" } {
  return { ...node, type: "object" };
}
