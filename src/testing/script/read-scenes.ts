import { checkConfig, compileSchema, parseConfigText, type ConfigDocument, type Problem } from "../../app/index.ts";
import { eventTypes } from "../../contract/index.ts";
import { actions } from "../../actions/index.ts";
import { AppError, nearestWord } from "../../kernel/index.ts";
import { usualCaller, usualNumber } from "../scene/index.ts";
import {
  sceneSchema,
  stepNames,
  type stepOptionNodes,
  type StepName,
  type WrittenScene,
  type WrittenScenes,
  type WrittenStep,
} from "./scene-schema.ts";

/** A scene, with the places of its steps. */
export interface ReadScene extends WrittenScene {
  /** File, line and column of a step. */
  readonly placeOf: (step: number) => string;
}

/** The scenes of a file. */
export interface ReadScenes extends Omit<WrittenScenes, "scenes"> {
  readonly scenes: readonly ReadScene[];
}

/** The numbers that scenes have which name none themselves. */
export interface Inventory {
  readonly numbers: readonly string[];
  /** Where they are written, for messages. */
  readonly source: string;
}

const longestFile = 4_000_000;
const mostLines = 50;
const kept: { validate?: ReturnType<typeof compileSchema>["validate"] } = {};

/** Reads scenes in YAML and checks them by the schema and against what can be.
 * @param name of the file, for positions
 * @param inventory of the project; scenes with numbers of their own do not ask it
 * @throws AppError TESTING_BAD_SCENE with every problem and its place, one a line */
export function readScenes(text: string, name: string, inventory?: Inventory): ReadScenes {
  if (text.length > longestFile)
    throw new AppError("TESTING_BAD_SCENE", `${name} has more than ${longestFile} letters; write several files.`);
  const parsed = parseConfigText(text, name);
  if ("problems" in parsed) throw badScene(parsed.problems);
  const { document } = parsed;
  const validate = (kept.validate ??= compileSchema(sceneSchema).validate);
  const checked = checkConfig<WrittenScenes>(
    { ...document, values: withStepsAsObjects(document.values) },
    { validate },
  );
  if ("problems" in checked) throw badScene(checked.problems);
  const scenes = checked.raw.scenes.map((scene) => withInventory(scene, inventory));
  const problems = scenes.flatMap((scene, index) => checkScene(scene, index, document, inventory));
  if (problems.length > 0) throw badScene(problems);
  return {
    ...checked.raw,
    scenes: scenes.map((scene, index) => ({
      ...scene,
      placeOf: (step) => document.problemAt(["scenes", index, "steps", step], "").location,
    })),
  };
}

/** The name of the one step that a written step is. */
export function stepNameOf(step: WrittenStep): StepName {
  return stepNames.find((name) => step[name] !== undefined) ?? "waits";
}

/** A step that takes no value may be a word: `answers` is `{ answers: true }`. */
function withStepsAsObjects(values: unknown): unknown {
  if (!isObject(values) || !Array.isArray(values["scenes"])) return values;
  const scenes = (values["scenes"] as readonly unknown[]).map((scene) => {
    if (!isObject(scene) || !Array.isArray(scene["steps"])) return scene;
    const steps = (scene["steps"] as readonly unknown[]).map((step) =>
      typeof step === "string" ? { [step]: true } : step,
    );
    return { ...scene, steps };
  });
  return { ...values, scenes };
}

/** Steps that only check what there was; they may come after the end. */
const looksBack: readonly StepName[] = [
  ...([
    "isTold",
    "asksFor",
    "hasAttributes",
    "hasRecorded",
    "hasNoFindings",
    "nothingElse",
    "nobodyIsLeft",
    "receivedKeys",
    "isHungUp",
    "waits",
  ] as const),
  "ends",
];
const leaves: readonly StepName[] = ["hangsUp", "vanishes", "isHungUp", "isBusy", "refuses"];
/** Steps of the call, which are nobody's. */
const ofCall: readonly StepName[] = [
  ...([
    "dials",
    "isTold",
    "asksFor",
    "updates",
    "meetingEnds",
    "nextAnswer",
    "hasAttributes",
    "hasRecorded",
    "hasNoFindings",
    "nothingElse",
    "nobodyIsLeft",
    "isAnswered",
  ] as const),
  "ends",
];
const waiting: readonly StepName[] = ["isAnswered", "hears", "isHungUp", "dials", "isTold", "asksFor", "ends"];
const optionsOf: Readonly<Record<keyof typeof stepOptionNodes, readonly StepName[]>> = {
  who: stepNames.filter((name) => !ofCall.includes(name)),
  as: ["dials"],
  with: ["isTold", "asksFor"],
  withinMs: waiting,
  toTheEnd: ["hears"],
  gapMs: ["presses"],
  lateMs: ["presses"],
  doubled: ["presses"],
  early: ["presses"],
  showing: ["dials"],
  headers: ["dials"],
};

interface Known {
  /** Who has left, with the place. */
  readonly left: Map<string, string>;
  readonly names: Set<string>;
  ended: string | undefined;
}

/** How a scene begins, and which number there is the function's own. */
function beginningOf({ dial, placeCall }: WrittenScene) {
  if (placeCall !== undefined) return { begins: "placeCall", own: "from", beginning: placeCall } as const;
  return { begins: "dial", own: "to", beginning: dial ?? {} } as const;
}

/** A scene that names no numbers has those of the project. */
function withInventory(scene: WrittenScene, inventory: Inventory | undefined): WrittenScene {
  const { begins, own, beginning } = beginningOf(scene);
  if (inventory === undefined || beginning.numbers !== undefined) return scene;
  const { numbers } = inventory;
  const usual = numbers.includes(usualNumber) ? usualNumber : numbers[0];
  return { ...scene, [begins]: { [own]: usual, ...beginning, numbers: [...numbers] } };
}

/** What no schema says: one step each, options that belong to it, names that are known, nothing after an end. */
function checkScene(
  scene: WrittenScene,
  index: number,
  document: ConfigDocument,
  inventory: Inventory | undefined,
): readonly Problem[] {
  const at = ["scenes", index] as const;
  const problems: Problem[] = [];
  if (scene.dial !== undefined && scene.placeCall !== undefined)
    problems.push(
      document.problemAt([...at, "placeCall"], "a scene begins by dial or by placeCall, not by both", "key"),
    );
  problems.push(...checkInventory(scene, at, document, inventory));
  const known: Known = { left: new Map(), names: new Set(), ended: undefined };
  scene.steps.forEach((step, number) => {
    const path = [...at, "steps", number];
    const problem = checkStep(step, known, document.problemAt(path, "").location);
    if (problem === undefined) return;
    const { key, message } = problem;
    const hasKey = key !== undefined && step[key as keyof WrittenStep] !== undefined;
    problems.push(document.problemAt(hasKey ? [...path, key] : path, message));
  });
  return problems;
}

/** The call's own number is in the inventory, and what others are shown is too, or is the caller's, where one is given. */
function checkInventory(
  scene: WrittenScene,
  at: readonly (string | number)[],
  document: ConfigDocument,
  inventory: Inventory | undefined,
): readonly Problem[] {
  const { begins, own, beginning } = beginningOf(scene);
  const { numbers, [own]: number, from } = beginning;
  if (numbers === undefined) return [];
  const where = numbers.join() === inventory?.numbers.join() ? inventory.source : "numbers";
  const tell = (path: readonly (string | number)[], wrong: string): Problem => {
    const nearest = nearestWord(wrong, numbers) ?? numbers[0] ?? "";
    return document.problemAt(path, `${wrong} is not in the inventory (${where}); did you mean ${nearest}?`);
  };
  const outside = scene.steps.flatMap(({ showing }, step) =>
    showing === undefined || numbers.includes(showing) || showing === (from ?? usualCaller)
      ? []
      : [tell([...at, "steps", step, "showing"], showing)],
  );
  return number === undefined || numbers.includes(number) ? outside : [tell([...at, begins, own], number), ...outside];
}

function checkStep(step: WrittenStep, known: Known, place: string): { key?: string; message: string } | undefined {
  const found = stepNames.filter((name) => step[name] !== undefined);
  const [name] = found;
  if (name === undefined || found.length > 1) {
    const has = name === undefined ? "there is none" : `there are ${found.join(" and ")}`;
    return { message: `it must be one step, such as hears; ${has}` };
  }
  for (const option of Object.keys(step)) {
    if (option === name || optionsOf[option as keyof typeof optionsOf].includes(name)) continue;
    return { key: option, message: `${option} is not for ${name}` };
  }
  return checkWords(step, name) ?? checkOrder(step, name, known, place);
}

/** Types and patterns that exist. */
function checkWords(step: WrittenStep, name: StepName): { key: string; message: string } | undefined {
  const { isTold, asksFor, hears } = step;
  if (isTold !== undefined && !eventTypes.includes(isTold))
    return { key: name, message: unknownWord("type of event", isTold, eventTypes) };
  if (asksFor !== undefined && !actions.has(asksFor))
    return { key: name, message: unknownWord("action", asksFor, [...actions.keys()]) };
  if (typeof hears !== "object") return undefined;
  if ((hears.prompt === undefined) === (hears.pattern === undefined))
    return { key: name, message: "it must be { prompt: key } or { pattern: expression }" };
  try {
    new RegExp(hears.pattern ?? "", "i");
    return undefined;
  } catch (error) {
    return { key: name, message: error instanceof Error ? error.message : String(error) };
  }
}

function unknownWord(kind: string, found: string, allowed: readonly string[]): string {
  const nearest = nearestWord(found, allowed);
  const hint = nearest === undefined ? `there are ${allowed.join(", ")}` : `did you mean ${nearest}?`;
  return `there is no ${kind} named ${JSON.stringify(found)}: ${hint}`;
}

function checkOrder(
  step: WrittenStep,
  name: StepName,
  known: Known,
  place: string,
): { key: string; message: string } | undefined {
  const { who, as } = step;
  if (who !== undefined && !known.names.has(who)) {
    const nearest = nearestWord(who, [...known.names]);
    const hint = nearest === undefined ? "a step before must name it: dials, as" : `did you mean ${nearest}?`;
    return { key: "who", message: `nobody is named ${who}: ${hint}` };
  }
  if (known.ended !== undefined && !looksBack.includes(name))
    return { key: name, message: `the call is over by then (${known.ended})` };
  const party = who ?? "";
  const gone = ofCall.includes(name) ? undefined : known.left.get(party);
  if (gone !== undefined && !looksBack.includes(name))
    return { key: name, message: `${who ?? "the caller"} has left by then (${gone})` };
  if (leaves.includes(name)) known.left.set(party, place);
  if (name === "ends") known.ended = place;
  if (as !== undefined) {
    known.names.add(as);
    known.left.delete(as);
  }
  return undefined;
}

function badScene(problems: readonly Problem[]): AppError {
  const lines = problems
    .toSorted((a, b) => a.order - b.order)
    .map(({ location, path, message }) => `  ${location}: ${path === "" ? "" : `${path}: `}${message}`);
  const more = lines.length - mostLines;
  if (more > 0) lines.splice(mostLines, more, `  and ${more} more`);
  return new AppError("TESTING_BAD_SCENE", [`The scenes cannot be played:`, ...lines].join("\n"));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
