import { checkConfig, compileSchema, parseConfigText, type Problem, type SettingNode } from "../../app/index.ts";
import { AppError, nearestWord } from "../../kernel/index.ts";
import { stepNodes, stepOptionNodes, type WrittenStep } from "../script/scene-schema.ts";

const text = { type: "string", minLength: 1, maxLength: 2_000, "x-rule": "words in quotes" } as const;
/** A caller is at work for minutes, not for days. */
const shortWhile = { type: "integer", minimum: 0, maximum: 600_000, "x-rule": "milliseconds, at most 600000" } as const;

/** What a caller does, in the words of scenes; `says` is of callers alone, who have a voice. */
const words = {
  hears: stepNodes.hears,
  hearsNothing: { ...stepNodes.hearsNothing, ...shortWhile },
  presses: stepNodes.presses,
  says: { description: "Says these words, to their end.", ...text },
  speaks: { ...stepNodes.speaks, ...shortWhile },
  waits: { ...stepNodes.waits, ...shortWhile },
  hangsUp: stepNodes.hangsUp,
  isHungUp: stepNodes.isHungUp,
} as const satisfies Readonly<Record<string, SettingNode>>;

const { toTheEnd, gapMs } = stepOptionNodes;
const options = { withinMs: { ...stepOptionNodes.withinMs, ...shortWhile }, toTheEnd, gapMs } as const;
const optionsOf: Readonly<Record<string, readonly CallerWord[]>> = {
  withinMs: ["hears", "isHungUp"],
  toTheEnd: ["hears"],
  gapMs: ["presses"],
};

/** A word that a caller knows. */
export type CallerWord = keyof typeof words;
const callerWords = Object.keys(words) as CallerWord[];

/** One step of a caller, as it is played and as it is shown. */
export interface CallerStep {
  readonly word: CallerWord;
  readonly written: WrittenStep & { readonly says?: string };
  /** In one line. */
  readonly text: string;
}

const schema: SettingNode = {
  type: "object",
  additionalProperties: false,
  required: ["steps"],
  properties: {
    steps: {
      type: "array",
      minItems: 1,
      maxItems: 200,
      items: { type: "object", additionalProperties: false, properties: { ...words, ...options } },
    },
  },
};
const kept: { validate?: ReturnType<typeof compileSchema>["validate"] } = {};
/** What the text of a script is put behind, so that it is a file of settings: one line more. */
const head = "steps:\n";

/** Reads a caller's script: a list in YAML, a step each.
 * @throws AppError TESTING_BAD_SCENE with every problem, its line and column, and the nearest word that would be right */
export function readCallerScript(script: string): readonly CallerStep[] {
  const parsed = parseConfigText(`${head}${script}`, "line");
  if ("problems" in parsed) throw badScript(parsed.problems);
  const { document } = parsed;
  const values = withStepsAsObjects(document.values);
  if (!isObject(values) || !Array.isArray(values["steps"]))
    throw badScript([document.problemAt(["steps"], 'it must be a list: "- hears: Welcome" is a step')]);
  const validate = (kept.validate ??= compileSchema(schema).validate);
  const checked = checkConfig<{ readonly steps: readonly CallerStep["written"][] }>(
    { ...document, values },
    { validate },
  );
  if ("problems" in checked) throw badScript(checked.problems);
  const { steps } = checked.raw;
  const problems = steps.flatMap((step, index) => {
    const wrong = problemOf(step, steps.slice(0, index));
    return wrong === undefined ? [] : [document.problemAt(["steps", index], wrong)];
  });
  if (problems.length > 0) throw badScript(problems);
  return steps.map((written) => {
    const word = callerWords.find((name) => written[name] !== undefined) ?? "waits";
    const value = written[word];
    const shown = value === true ? "" : ` ${typeof value === "string" ? value : JSON.stringify(value)}`;
    return { word, written, text: `${word}${shown}` };
  });
}

/** `- hangsUp` is `- hangsUp: true`. */
function withStepsAsObjects(values: unknown): unknown {
  if (!isObject(values) || !Array.isArray(values["steps"])) return values;
  const steps = (values["steps"] as readonly unknown[]).map((step) =>
    typeof step === "string" ? { [step]: true } : step,
  );
  return { ...values, steps };
}

function problemOf(step: CallerStep["written"], before: readonly CallerStep["written"][]): string | undefined {
  const found = callerWords.filter((name) => step[name] !== undefined);
  const [word] = found;
  if (word === undefined || found.length > 1) {
    const has = found.length === 0 ? "it has none" : `it has ${found.join(" and ")}; begin a new step with "-"`;
    return `it must be one step, such as hears; ${has}`;
  }
  const other = Object.keys(step).find((name) => name !== word && optionsOf[name]?.includes(word) !== true);
  if (other !== undefined) return `${other} is not for ${word}`;
  if (before.some(({ hangsUp, isHungUp }) => hangsUp === true || isHungUp === true)) return `the call is over by then`;
  if (typeof step.hears !== "object") return undefined;
  const { prompt, pattern } = step.hears;
  if ((prompt === undefined) === (pattern === undefined))
    return "hears: it must be { prompt: key } or { pattern: expression }";
  try {
    new RegExp(pattern ?? "", "i");
    return undefined;
  } catch (error) {
    return `hears: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Words of other languages of scripts, and what they are here. */
const meant: Readonly<Record<string, CallerWord>> = {
  ...{
    wait: "waits",
    sleep: "waits",
    pause: "waits",
    press: "presses",
    dtmf: "presses",
    digits: "presses",
    keys: "presses",
  },
  ...{ say: "says", speak: "says", expect: "hears", hear: "hears", hangup: "hangsUp", bye: "hangsUp" },
};

function badScript(problems: readonly Problem[]): AppError {
  const lines = problems
    .toSorted((a, b) => a.order - b.order)
    .slice(0, 20)
    .map(({ location, path, message }) => `${placeOf(location)}: ${hintedOf(path, message)}`);
  return new AppError("TESTING_BAD_SCENE", `The script cannot be played. ${lines.join(" ")}`);
}

/** "line:3:5", of the file that the script was put into. */
function placeOf(location: string): string {
  const [, line = "1", column = "1"] = /:(\d+):(\d+)$/.exec(location) ?? [];
  return `Line ${Math.max(1, Number(line) - 1)}, column ${column}`;
}

/** With the word that was meant, where only we know it. */
function hintedOf(path: string, message: string): string {
  const word = path.split(".").at(-1) ?? "";
  const known = meant[word.toLowerCase()] ?? nearestWord(word, callerWords);
  const hint =
    known === undefined || known === word || message.includes("did you mean") ? "" : `; did you mean "${known}"?`;
  const shown = /^steps\[\d+\]\.?/.exec(path)?.[0] ?? "";
  const rest = path.slice(shown.length);
  return `${rest === "" || rest === "steps" ? "" : `${rest}: `}${message}${hint}.`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
