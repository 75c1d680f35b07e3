import { actions } from "../../src/actions/index.ts";
import {
  answerAtOnce,
  createCallMachine,
  newCallState,
  type CallInput,
  type CallMachine,
  type CallState,
} from "../../src/call/index.ts";
import { openBook } from "./book.ts";
import type { Choices } from "./choices.ts";
import { invariants } from "./invariants/index.ts";
import { checkPlain, checkReplay, storeStates, watchPurity } from "./purity.ts";
import { Violation, type Fail, type Invariant, type Step, type View, type Watcher } from "./watch.ts";
import { createAgenda } from "./world/agenda.ts";
import { aScene, type Scene } from "./world/scene.ts";
import { createSurroundings } from "./world/surroundings.ts";

/** How a simulated call is looked at. */
export interface CallOptions {
  /** Also looks whether the machine is pure: several times as slow. */
  readonly isDeep: boolean;
  /** What is watched; all if not given. */
  readonly invariants?: readonly Invariant[];
  /** Another machine than the engine's: a broken one. */
  readonly machine?: CallMachine;
  /** Told of each step. */
  readonly onStep?: (step: Step) => void;
}

/** A simulated call that is over. */
export interface SimulatedCall {
  readonly scene: Scene;
  /** What broke; undefined: every invariant held. */
  readonly violation: Violation | undefined;
  readonly steps: number;
}

const engine = createCallMachine({ actions });
/** No call takes more steps unless it never ends. */
const mostSteps = 3_000;
/** Inputs that are still given after the end. */
const stepsAfterEnd = 12;

/** Simulates one call: the same choices make the same call. */
export function simulateCall(choices: Choices, options: CallOptions): SimulatedCall {
  const scene = aScene(choices);
  const view: View = { scene, book: openBook(scene) };
  const watchers = (options.invariants ?? invariants).map((one) => one.watch(view, failOf(one.name)));
  const run = { steps: 0 };
  try {
    const steps: Step[] = [];
    runCall(choices, view, watchers, run, options.isDeep ? lookDeeply(steps, options) : options);
    checkReplay(answerAtOnce(storeStates(options.machine ?? engine), scene.answers), scene.config, steps);
    return { scene, violation: undefined, steps: run.steps };
  } catch (error) {
    const violation = error instanceof Violation ? error : new Violation("the engine does not throw", String(error));
    return { scene, violation, steps: run.steps };
  }
}

type Hooks = Pick<CallOptions, "onStep" | "machine">;

/** Compares what the machine got and gave with copies of it, goes on from stored states, and keeps the steps for a replay. */
function lookDeeply(steps: Step[], { onStep, machine = engine }: CallOptions): Hooks {
  return {
    machine: storeStates(watchPurity(machine)),
    onStep: (step) => {
      checkPlain(step);
      steps.push(step);
      onStep?.(step);
    },
  };
}

function failOf(name: string): Fail {
  return (what) => {
    throw new Violation(name, what);
  };
}

function runCall(
  choices: Choices,
  view: View,
  watchers: readonly Watcher[],
  run: { steps: number },
  hooks: Hooks,
): void {
  const { scene } = view;
  const agenda = createAgenda(scene.call.at);
  const mailbox: CallInput[] = [];
  const surroundings = createSurroundings(
    {
      choices,
      agenda,
      give: (input) => mailbox.push({ ...input, at: agenda.now() } as CallInput),
      known: { legs: [], ids: [] },
    },
    scene,
  );
  let state: CallState = newCallState(scene.call);
  let leftAfterEnd = stepsAfterEnd;

  surroundings.begin();
  do {
    for (let input = mailbox.shift(); input !== undefined; input = mailbox.shift()) {
      run.steps += 1;
      const answer = input.type === "function-replied" ? surroundings.answerOf(input.reply) : undefined;
      state = takeStep(view, watchers, { input, before: state, answer }, surroundings.perform, hooks);
      if (state.finished) leftAfterEnd -= 1;
      if (run.steps > mostSteps) throw new Violation("every call ends", `it has taken ${mostSteps} steps`);
    }
  } while (leftAfterEnd > 0 && agenda.next());
  for (const watcher of watchers) watcher.end?.(state);
}

function takeStep(
  view: View,
  watchers: readonly Watcher[],
  { input, before, answer }: Pick<Step, "input" | "before" | "answer">,
  perform: (effect: Step["effects"][number]) => void,
  { onStep, machine = engine }: Hooks,
): CallState {
  const { config, answers } = view.scene;
  const [after, effects] = answerAtOnce(machine, answers)(config, before, input);
  const step: Step = { input, before, after, effects, answer };
  onStep?.(step);
  view.book.input(input);
  for (const watcher of watchers) watcher.input?.(step);
  for (const effect of effects) {
    const wrong = view.book.effect(effect);
    if (wrong !== undefined) throw new Violation("legs are asked for what they can do", wrong);
    for (const watcher of watchers) watcher.effect?.(effect, step);
  }
  for (const watcher of watchers) watcher.step?.(step);
  for (const effect of effects) perform(effect);
  return after;
}
