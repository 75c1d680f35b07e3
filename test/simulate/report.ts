import { randomChoices } from "./choices.ts";
import { describePairs } from "./coverage.ts";
import { printHistory } from "./history.ts";
import { invariants } from "./invariants/index.ts";
import type { Broken, Summary } from "./run.ts";
import { shrinkCall } from "./shrink.ts";
import { simulateCall } from "./simulate-call.ts";

/** What a run showed, for people. */
export function printSummary(summary: Summary, seconds: number, showsMissed: boolean): string {
  const pairs = describePairs(summary.coverage);
  const possible = pairs.filter((pair) => pair.canBe);
  const missed = possible.filter((pair) => pair.count === 0);
  const events = Object.entries(summary.events).sort(([, one], [, other]) => other - one);
  return [
    `${count(summary.calls)} calls, ${count(summary.steps)} steps in ${seconds.toFixed(1)} s: ${count(summary.calls / seconds)} calls/s`,
    `events: ${events.map(([type, times]) => `${type} ${count(times)}`).join(", ")}`,
    `coverage: ${possible.length - missed.length} of ${possible.length} pairs of state and input that can be`,
    ...pairs.filter((pair) => !pair.canBe && pair.count > 0).map(({ name }) => `  met, though it cannot be: ${name}`),
    ...(showsMissed ? missed.map(({ name }) => `  never met: ${name}`) : []),
  ].join("\n");
}

/** The broken invariant, the shortest call that breaks it, and how to repeat it. */
export function printBroken(seed: number, { call, invariant, what }: Broken): string {
  const taken: number[] = [];
  const { violation } = simulateCall(randomChoices(seed, call, taken), { isDeep: true });
  const rule = invariants.find((one) => one.name === invariant)?.rule;
  const head = [
    `BROKEN: ${invariant}`,
    ...(rule === undefined ? [] : [`rule:    ${rule}`]),
    `here:    ${what}`,
    `call:    ${call} of seed ${seed}; again: npm run simulate -- --seed ${seed} --call ${call}`,
  ];
  if (violation === undefined) return [...head, "It did not break again."].join("\n");
  const shrunk = shrinkCall(taken, violation);
  const tail = `\nshortest history (${shrunk.steps.length} steps; ${shrunk.call.violation?.message ?? ""}):`;
  return [...head, tail, printHistory(shrunk.steps)].join("\n");
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
