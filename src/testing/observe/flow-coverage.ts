import { eventTypes } from "../../contract/index.ts";
import type { SceneFact } from "./scene-facts.ts";

/** What tests have met of a function's calls. */
export interface FlowCoverage {
  readonly calls: number;
  readonly events: ReadonlyMap<string, number>;
  /** Outcomes by type of action. */
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Types of events that came while the call had these attributes (JSON). */
  readonly states: ReadonlyMap<string, ReadonlySet<string>>;
}

/** States with other values count as one beyond so many. */
const mostStates = 100;

/** Counts what calls meet, from their facts. */
export function createCoverageCounter(): { take(fact: SceneFact): void; coverage(): FlowCoverage } {
  let calls = 0;
  const events = new Map<string, number>();
  const outcomes = new Map<string, Map<string, number>>();
  const states = new Map<string, Set<string>>();
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    take({ fact, attributes }) {
      if (fact.type === "call-started") calls += 1;
      if (fact.type === "invoked") {
        const { InvocationEventType: type } = fact.event as { readonly InvocationEventType: string };
        count(events, type);
        const state = JSON.stringify(attributes ?? {});
        if (!states.has(state) && states.size < mostStates) states.set(state, new Set());
        states.get(state)?.add(type);
      }
      if (fact.type !== "action-ended" || fact.outcome === "dropped" || fact.isLegGone) return;
      const known = outcomes.get(fact.action) ?? new Map<string, number>();
      outcomes.set(fact.action, known);
      count(known, fact.outcome);
    },
    coverage: () => ({ calls, events, outcomes, states }),
  };
}

/** Actions that fail or are interrupted by what callers do; of others a failure is the function's own. */
const mayFail = ["CallAndBridge", "PlayAudio", "PlayAudioAndGetDigits", "SpeakAndGetDigits", "JoinChimeMeeting"];

/** In words: what was met, and what no test has met. */
export function describeCoverage({ calls, events, outcomes, states }: FlowCoverage): readonly string[] {
  const never = eventTypes.filter((type) => !events.has(type));
  const actions = [...outcomes].map(([action, known]) => {
    const met = [...known].map(([outcome, times]) => `${outcome} ${times}`).join(", ");
    const missing = ["succeeded", ...(mayFail.includes(action) ? ["failed"] : [])].filter((one) => !known.has(one));
    return `    ${action}: ${met}${missing.length === 0 ? "" : `; never ${missing.join(", never ")}`}`;
  });
  const left = [...states].filter(([, met]) => !met.has("HANGUP")).map(([state]) => state);
  return [
    `Coverage of the call flow, ${calls} calls`,
    `  events: ${[...events].map(([type, times]) => `${type} ${times}`).join(", ")}`,
    ...(never.length === 0 ? [] : [`    never ${never.join(", ")}`]),
    "  actions:",
    ...actions,
    `  attributes: ${states.size} states`,
    ...left.slice(0, 20).map((state) => `    nobody has left the call with ${state.slice(0, 200)}`),
  ];
}
