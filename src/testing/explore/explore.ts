import {
  SceneError,
  dial,
  placeCall,
  type Handler,
  type OpenFunction,
  type SceneOptions,
  type ScriptedCall,
} from "../scene/index.ts";
import {
  playOneStep,
  type Stage,
  type WrittenBeginning,
  type WrittenScene,
  type WrittenStep,
} from "../script/index.ts";
import { createRandom } from "./random-numbers.ts";
import { findEndlessness, findFault, type Fault } from "./find-fault.ts";
import { createRandomCaller } from "./random-caller.ts";

/** A fault, and the shortest scene that was found to show it. */
export interface Finding extends Pick<Fault, "kind" | "what"> {
  readonly scene: WrittenScene;
  /** In how many of the calls it came. */
  readonly calls: number;
}

export interface ExploreOptions {
  /** Calls that are made. */
  readonly calls: number;
  /** The same numbers, the same calls. */
  readonly seed: number;
  /** The API places the calls. */
  readonly isPlaced: boolean;
  /** Of each call, such as `numbers`. */
  readonly scene?: WrittenBeginning;
  /** Told after each call. */
  readonly onCall?: (done: number) => void;
}

const mostSteps = 12;
const ids = {
  startAt: 1_700_000_000_000,
  transactionId: "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11",
  callId: "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03",
};

/** Lets random callers call a function in virtual time, and looks for callers who are left in silence, endless loops, lists that fail and calls
 * that nobody ends. Each kind of fault is told once. */
export async function explore(app: Handler | OpenFunction, options: ExploreOptions): Promise<readonly Finding[]> {
  const found = new Map<string, { readonly fault: Fault; readonly steps: readonly WrittenStep[]; calls: number }>();
  for (let done = 0; done < options.calls; done += 1) {
    const random = createRandom(options.seed + done);
    const { fault, steps } = await callOnce(app, options, random);
    const known = fault && found.get(fault.key);
    if (known !== undefined) known.calls += 1;
    else if (fault !== undefined) found.set(fault.key, { fault, steps, calls: 1 });
    options.onCall?.(done + 1);
  }
  const findings: Finding[] = [];
  for (const { fault, steps, calls } of found.values()) {
    const short = await shrink(app, options, fault, steps);
    const begins = options.isPlaced ? { placeCall: options.scene ?? {} } : options.scene && { dial: options.scene };
    const scene: WrittenScene = {
      title: `${fault.kind}: ${fault.what}`.slice(0, 900),
      ...begins,
      steps: [...short, ...fault.shownBy],
    };
    findings.push({ kind: fault.kind, what: fault.what, scene, calls });
  }
  return findings;
}

async function open(app: Handler | OpenFunction, { isPlaced, scene = {} }: ExploreOptions): Promise<ScriptedCall> {
  return (isPlaced ? placeCall : dial)(app, { ...ids, ...(scene as SceneOptions) });
}

async function callOnce(
  app: Handler | OpenFunction,
  options: ExploreOptions,
  random: () => number,
): Promise<{ readonly fault: Fault | undefined; readonly steps: readonly WrittenStep[] }> {
  const call = await open(app, options);
  const stage: Stage = { call, parties: new Map() };
  const caller = createRandomCaller(random);
  const steps: WrittenStep[] = [];
  if (options.isPlaced) steps.push(...(await play(stage, random() < 0.8 ? [{ answers: true }] : [{ isBusy: true }])));
  for (let left = Math.floor(random() * mostSteps); left > 0 && call.endedBy === undefined; left -= 1) {
    steps.push(...(await play(stage, caller.next(call))));
    const fault = await findFault(call);
    if (fault !== undefined) return { fault, steps };
  }
  return { fault: await findEndlessness(call), steps };
}

/** Plays steps; those that cannot be are left out.
 * @returns those that were played */
async function play(stage: Stage, steps: readonly WrittenStep[]): Promise<readonly WrittenStep[]> {
  const played: WrittenStep[] = [];
  for (const step of steps) {
    try {
      if (step.who !== undefined && !stage.parties.has(step.who)) continue;
      await playOneStep(stage, step.dials === undefined ? step : { ...step, withinMs: 0 });
      played.push(step);
    } catch (error) {
      if (!(error instanceof SceneError)) throw error;
    }
  }
  return played;
}

/** The fewest steps, and keys, after which the same fault is there. */
async function shrink(
  app: Handler | OpenFunction,
  options: ExploreOptions,
  fault: Fault,
  steps: readonly WrittenStep[],
): Promise<readonly WrittenStep[]> {
  const shows = async (tried: readonly WrittenStep[]): Promise<boolean> => {
    const call = await open(app, options);
    await play({ call, parties: new Map() }, tried);
    const again = (await findFault(call)) ?? (await findEndlessness(call));
    return again?.key === fault.key;
  };
  let short = steps;
  for (let length = Math.ceil(steps.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < short.length;) {
      const tried = [...short.slice(0, at), ...short.slice(at + length)];
      if (await shows(tried)) short = tried;
      else at += 1;
    }
  }
  return short;
}
