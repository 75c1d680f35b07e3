import { errorMessage } from "../kernel/index.ts";
import {
  createPatternMatcher,
  giveAnswers,
  searchAtOnce,
  stepCall,
  type Answer,
  type CallEffect,
  type CallState,
  type FunctionReply,
  type MachineConfig,
} from "../call/index.ts";
import { compareReplies } from "./compare-replies.ts";
import { equality, findDifferences, type Difference } from "./differences.ts";
import { keepEffects, type History, type RecordedStep } from "./format.ts";
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

/** A step in which the machine does something else now. */
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
  readonly actions: MachineConfig["actions"];
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

type Taken =
  | { readonly type: "went-on"; readonly state: CallState; readonly effects: readonly CallEffect[] }
  | { readonly type: "broke"; readonly message: string };

/** The machine with the recorded settings and answers. */
function createRecordedMachine({ settings }: History, actions: MachineConfig["actions"]) {
  const answers: Answer[] = [];
  const asked: MachineConfig = {
    ...settings,
    actions,
    ownsNumber: () => false,
    whyNoConnector: () => undefined,
  };
  const machine = giveAnswers(asked, answers);
  const matches = createPatternMatcher();
  const stepAsBefore = searchAtOnce((pattern, text) => {
    const answer = answers.shift();
    if (answer === undefined) return matches(pattern, text);
    return answer === "too-slow" ? answer : answer === true;
  });
  return (before: CallState, step: RecordedStep): Taken => {
    answers.splice(0, answers.length, ...step.answers);
    try {
      // Histories of before searches were effects hold what came of them among the answers.
      const isAsked = step.effects.some((effect) => effect["do"] === "search-pattern");
      const [state, effects] = (isAsked ? stepCall : stepAsBefore)(machine, before, step.input);
      return { type: "went-on", state, effects };
    } catch (error) {
      return { type: "broke", message: errorMessage(error) };
    }
  };
}

function compareEffects(step: RecordedStep, taken: Taken, isRedacted: boolean): readonly Difference[] {
  const broke = taken.type === "broke" ? `the engine breaks: ${taken.message}` : undefined;
  if (step.broke || broke !== undefined) {
    const recorded = step.broke ? "the engine breaks" : "goes on";
    return step.broke && broke !== undefined ? [] : [{ path: "", recorded, now: broke ?? "goes on" }];
  }
  const effects = taken.type === "went-on" ? keepEffects(taken.effects, isRedacted) : [];
  // As the file has it: what JSON cannot say is no difference.
  const now: unknown = JSON.parse(JSON.stringify(effects));
  return findDifferences(step.effects, now, { path: "", redaction: "text" }, equality);
}

function createReplyComparison({ redacted, settings, steps }: History, actions: MachineConfig["actions"]) {
  const rules = { redaction: replyRedaction(actions), switches: settings.compatibility };
  const sameness = redacted ? createRedactedSameness() : undefined;
  const replies = new Map<string, FunctionReply>();
  for (const { input } of steps) if (input.type === "function-replied") replies.set(input.invocationId, input.reply);

  return async (invocation: Invocation, invoke: ReplayOptions["invoke"]): Promise<InvocationReport> => {
    const { Sequence, InvocationEventType, ActionData } = invocation.event;
    const told = {
      sequence: Number(Sequence),
      eventType: String(InvocationEventType),
      actionType: typeOf(ActionData),
    };
    const recorded = replies.get(invocation.invocationId);
    if (recorded === undefined) return { ...told, verdict: "unknown", differences: [] };
    const now = await invoke(invocation);
    sameness?.learn(invocation.event);
    const differences = compareReplies(recorded, now, sameness ?? equality, rules);
    return { ...told, verdict: differences.length === 0 ? "same" : "differs", differences };
  };
}

function typeOf(actionData: unknown): string | undefined {
  const isTyped = typeof actionData === "object" && actionData !== null && "Type" in actionData;
  return isTyped && typeof actionData.Type === "string" ? actionData.Type : undefined;
}
