import { repeatedChoices } from "./choices.ts";
import { invariants } from "./invariants/index.ts";
import { simulateCall, type SimulatedCall } from "./simulate-call.ts";
import type { Invariant, Step, Violation } from "./watch.ts";

/** The shortest call found that breaks the same invariant. */
export interface Shrunk {
  readonly choices: readonly number[];
  readonly call: SimulatedCall;
  readonly steps: readonly Step[];
}

/** Most calls that are tried. */
const mostTries = 6_000;

/** Makes a call that broke an invariant shorter: leaves out runs of its choices, and lowers them, as long as the same invariant breaks. */
export function shrinkCall(choices: readonly number[], broken: Violation, watched = invariants): Shrunk {
  let best = [...choices];
  let bestSize = [Infinity, Infinity, Infinity];
  let tries = 0;
  const breaks = (candidate: readonly number[]): boolean => {
    tries += 1;
    const taken: number[] = [];
    const { violation, steps } = simulateCall(repeatedChoices(candidate, taken), { isDeep: true, invariants: watched });
    if (violation === undefined || kindOf(violation) !== kindOf(broken)) return false;
    const size = [steps, taken.length, sum(taken)];
    if (!isSmaller(size, bestSize)) return false;
    best = trimmed(taken);
    bestSize = size;
    return true;
  };

  breaks(best);
  for (let again = true; again && tries < mostTries;) {
    again = false;
    for (let size = Math.max(1, best.length >> 1); size >= 1 && tries < mostTries; size >>= 1) {
      for (let at = 0; at < best.length && tries < mostTries; at += size) {
        if (breaks([...best.slice(0, at), ...best.slice(at + size)])) again = true;
      }
    }
    for (let at = 0; at < best.length && tries < mostTries; at += 1) {
      const choice = best[at] ?? 0;
      for (const lower of new Set([0, choice >> 1, choice - 1])) {
        if (lower >= 0 && lower < (best[at] ?? 0) && breaks(best.with(at, lower))) again = true;
      }
    }
  }
  return repeatCall(best, watched);
}

/** Simulates the call of these choices once more and keeps its steps. */
function repeatCall(choices: readonly number[], watched: readonly Invariant[]): Shrunk {
  const steps: Step[] = [];
  const onStep = (step: Step): void => void steps.push(step);
  const call = simulateCall(repeatedChoices(choices), { isDeep: true, invariants: watched, onStep });
  return { choices, call, steps };
}

/** Fewer steps; else fewer choices; else lower ones. */
function isSmaller(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** Numbers and ids count for nothing. */
function kindOf({ invariant, message }: Violation): string {
  return `${invariant}: ${message.replace(/[0-9a-f]{8}-[0-9a-f-]+|\d+/g, "n")}`;
}

/** Beyond the end all choices are 0. */
function trimmed(choices: readonly number[]): number[] {
  const end = choices.findLastIndex((choice) => choice !== 0) + 1;
  return choices.slice(0, end);
}

function sum(choices: readonly number[]): number {
  return choices.reduce((total, choice) => total + choice, 0);
}
