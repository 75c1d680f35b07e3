import { isDeepStrictEqual } from "node:util";
import { errorMessage } from "../kernel/index.ts";
import {
  answerAtOnce,
  createCallMachine,
  createPatternMatcher,
  searchTexts,
  type Answer,
  type AnswerSource,
  type CallEffect,
  type CallState,
  type FunctionReply,
  type MachineRules,
  type Question,
} from "../call/index.ts";
import { compareReplies } from "./compare-replies.ts";
import { equality, findDifferences, type Difference } from "./differences.ts";
import { keepEffects, type History, type KeptEffect, type RecordedStep } from "./format.ts";
import { createRedactedSameness } from "./redacted-sameness.ts";
import { replyRedaction } from "./reply-redaction.ts";

/** An invocation of the function. */
export type Invocation = Extract<CallEffect, { do: "invoke" }>;

/** What came of one invocation. */
export interface InvocationReport {
  readonly sequence: number;
  /** `InvocationEventType`, and the `Type` of `ActionData`. */
  readonly eventType: string;
  readonly actionType: string | undefined;
  /** "unknown": the file ends before the recorded reply. */
  readonly verdict: "same" | "differs" | "unknown";
  readonly differences: readonly Difference[];
}

/** A step in which the machine's effects differ from the recorded ones. */
export interface EngineReport {
  /** Of the file. */
  readonly line: number;
  /** `type` of the input. */
  readonly input: string;
  readonly differences: readonly Difference[];
}

/** What came of a whole replay. */
export interface ReplayReport {
  readonly invocations: readonly InvocationReport[];
  readonly engine: readonly EngineReport[];
  /** The call came to its end; else the file ends before it. */
  readonly isWhole: boolean;
}

export interface ReplayOptions {
  readonly actions: MachineRules["actions"];
  /** Asks the function; never rejects. */
  readonly invoke: (invocation: Invocation) => Promise<FunctionReply>;
  readonly onInvocation?: (report: InvocationReport) => void;
  readonly onEngine?: (report: EngineReport) => void;
}

/** Runs a recorded call again: the machine gets the recorded inputs, the function gets the events that the machine makes of them, and its
 * replies are compared with the recorded ones. The call goes on with the recorded ones, so that what follows can be compared too. */
export async function replayHistory(history: History, options: ReplayOptions): Promise<ReplayReport> {
  const invocations: InvocationReport[] = [];
  const engine: EngineReport[] = [];
  const compare = createReplyComparison(history, options.actions);
  const machine = createRecordedMachine(history, options.actions);
  let state: CallState = history.call;

  for (const step of history.steps) {
    const taken = machine(state, step);
    const differences = compareEffects(step, taken, history.redacted);
    if (differences.length > 0) {
      const report = { line: step.line, input: step.input.type, differences };
      engine.push(report);
      options.onEngine?.(report);
    }
    if (taken.type === "broke") break;
    ({ state } = taken);
    for (const effect of taken.effects) {
      if (effect.do !== "invoke") continue;
      const report = await compare(effect, options.invoke);
      invocations.push(report);
      options.onInvocation?.(report);
    }
  }
  return { invocations, engine, isWhole: state.finished };
}

/** A recorded step, with all that the machine does in it: reports for people too, which files leave out. */
export interface WalkedStep {
  /** Of the file. */
  readonly line: number;
  /** The call before it. */
  readonly before: CallState;
  readonly input: RecordedStep["input"];
  readonly effects: readonly CallEffect[];
}

/** The steps of a recorded call as the machine takes them, up to the first in which it breaks. Pure. */
export function walkHistory(history: History, actions: MachineRules["actions"]): readonly WalkedStep[] {
  return [...stepThrough(history, actions)];
}

/** The same one by one, so that other work can be done between them. */
export function* stepThrough(history: History, actions: MachineRules["actions"]): Generator<WalkedStep, void> {
  const machine = createRecordedMachine(history, actions);
  let state: CallState = history.call;
  for (const step of history.steps) {
    const before = state;
    const taken = machine(before, step);
    if (taken.type === "broke") return;
    ({ state } = taken);
    yield { line: step.line, before, input: step.input, effects: taken.effects };
  }
}

type Taken =
  | { readonly type: "went-on"; readonly state: CallState; readonly effects: readonly CallEffect[] }
  | { readonly type: "broke"; readonly message: string };

/** The machine with the recorded settings and answers. What the file has as an effect is answered by one of its inputs; what it has not was
 * answered within the step. */
function createRecordedMachine({ settings }: History, actions: MachineRules["actions"]) {
  const machine = createCallMachine({ actions });
  const matches = createPatternMatcher();
  return (before: CallState, { input, effects, answers }: RecordedStep): Taken => {
    const has = (name: CallEffect["do"]) => effects.some((effect) => effect["do"] === name);
    // Machines of before asked again what the call knew: all that this reply brings up stands at the beginning.
    const isAsked = answers.length > 0 && input.type === "function-replied";
    const asked = isAsked ? machine(settings, { ...before, known: [] }, input)[1].flatMap(questionsOf) : [];
    const left = answers.slice(asked.length);
    const source: AnswerSource = {
      search: has("search-pattern")
        ? undefined
        : (pattern, texts) =>
            searchTexts((_, text) => verdictOf(left.shift()) ?? matches(pattern, text), pattern, texts),
      lookUp: has("look-up")
        ? undefined
        : (question) => answers[asked.findIndex((one) => isDeepStrictEqual(one, question))] ?? null,
    };
    try {
      const [state, done] = answerAtOnce(machine, source)(settings, before, input);
      return { type: "went-on", state, effects: done };
    } catch (error) {
      return { type: "broke", message: errorMessage(error) };
    }
  };
}

function questionsOf(effect: CallEffect): readonly Question[] {
  return effect.do === "look-up" ? effect.questions : [];
}

function verdictOf(answer: Answer | undefined) {
  if (answer === undefined) return undefined;
  return answer === "too-slow" ? answer : answer === true;
}

function compareEffects(step: RecordedStep, taken: Taken, isRedacted: boolean): readonly Difference[] {
  const broke = taken.type === "broke" ? `the engine breaks: ${taken.message}` : undefined;
  if (step.broke || broke !== undefined) {
    const recorded = step.broke ? "the engine breaks" : "goes on";
    return step.broke && broke !== undefined ? [] : [{ path: "", recorded, now: broke ?? "goes on" }];
  }
  const effects = taken.type === "went-on" ? keepEffects(taken.effects, isRedacted) : [];
  // As the file has it: what JSON cannot say is no difference.
  const now = JSON.parse(JSON.stringify(effects)) as readonly KeptEffect[];
  const comparable = now.map((effect, index) => withoutLater(effect, step.effects[index]));
  return findDifferences(step.effects, comparable, { path: "", redaction: "text" }, equality);
}

/** Members of effects that were added later and are not in earlier files. */
const laterMembers: { readonly [Do in CallEffect["do"]]?: readonly string[] } = {
  "hang-up-leg": ["reason"],
  "unbridge-legs": ["legIds"],
  "end-call": ["endType"],
};

function withoutLater(now: KeptEffect, recorded: KeptEffect | undefined): KeptEffect {
  const later = laterMembers[now["do"] as CallEffect["do"]];
  if (later === undefined || recorded === undefined || recorded["do"] !== now["do"]) return now;
  return Object.fromEntries(Object.entries(now).filter(([name]) => !later.includes(name) || name in recorded));
}

function createReplyComparison({ redacted, settings, steps }: History, actions: MachineRules["actions"]) {
  const rules = { redaction: replyRedaction(actions), switches: settings.compatibility };
  const sameness = redacted ? createRedactedSameness() : undefined;
  const replies = new Map<string, FunctionReply>();
  for (const { input } of steps) if (input.type === "function-replied") replies.set(input.invocationId, input.reply);

  return async (invocation: Invocation, invoke: ReplayOptions["invoke"]): Promise<InvocationReport> => {
    const { Sequence, InvocationEventType, ActionData } = invocation.event;
    const reported = {
      sequence: Number(Sequence),
      eventType: String(InvocationEventType),
      actionType: typeOf(ActionData),
    };
    const recorded = replies.get(invocation.invocationId);
    if (recorded === undefined) return { ...reported, verdict: "unknown", differences: [] };
    const now = await invoke(invocation);
    sameness?.learn(invocation.event);
    const differences = compareReplies(recorded, now, sameness ?? equality, rules);
    return { ...reported, verdict: differences.length === 0 ? "same" : "differs", differences };
  };
}

function typeOf(actionData: unknown): string | undefined {
  const isTyped = typeof actionData === "object" && actionData !== null && "Type" in actionData;
  return isTyped && typeof actionData.Type === "string" ? actionData.Type : undefined;
}
