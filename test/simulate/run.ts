import { randomChoices } from "./choices.ts";
import { cover, noCoverage, type Coverage } from "./coverage.ts";
import { simulateCall } from "./simulate-call.ts";

/** Which calls are simulated. */
export interface RunOptions {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** A call that broke an invariant. */
export interface Broken {
  readonly call: number;
  readonly invariant: string;
  readonly what: string;
}

/** What a run of calls showed. */
export interface Summary {
  readonly calls: number;
  readonly steps: number;
  readonly coverage: Coverage;
  /** Invocations by type of event, retries included. */
  readonly events: Readonly<Record<string, number>>;
  /** The first call that broke an invariant; the run ends with it. */
  readonly broken: Broken | undefined;
}

/** One call of so many is looked at deeply. */
const deepEvery = 128;

/** Simulates calls one after the other until all are done or one breaks an invariant. */
export function simulateCalls({ seed, first, count }: RunOptions): Summary {
  const coverage = noCoverage();
  const events: Record<string, number> = {};
  let steps = 0;
  const onStep: Parameters<typeof simulateCall>[1]["onStep"] = ({ before, input, effects }) => {
    cover(coverage, before, input);
    for (const effect of effects) {
      if (effect.do !== "invoke") continue;
      const type = String(effect.event["InvocationEventType"]);
      events[type] = (events[type] ?? 0) + 1;
    }
  };
  for (let call = first; call < first + count; call += 1) {
    const { violation, steps: taken } = simulateCall(randomChoices(seed, call), {
      isDeep: call % deepEvery === 0,
      onStep,
    });
    steps += taken;
    if (violation === undefined) continue;
    const broken = { call, invariant: violation.invariant, what: violation.message };
    return { calls: call - first + 1, steps, coverage, events, broken };
  }
  return { calls: count, steps, coverage, events, broken: undefined };
}

/** Both summaries as one. */
export function addSummaries(one: Summary, other: Summary): Summary {
  const events = { ...one.events };
  for (const [type, count] of Object.entries(other.events)) events[type] = (events[type] ?? 0) + count;
  return {
    calls: one.calls + other.calls,
    steps: one.steps + other.steps,
    coverage: one.coverage.map((count, index) => count + (other.coverage[index] ?? 0)),
    events,
    broken: one.broken ?? other.broken,
  };
}

/** A summary of no calls. */
export const emptySummary: Summary = { calls: 0, steps: 0, coverage: noCoverage(), events: {}, broken: undefined };
