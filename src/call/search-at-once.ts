import { stepCall } from "./call-machine.ts";
import type { CallEffect } from "./effects.ts";
import { searchTexts, type PatternMatcher } from "./pattern/pattern-matcher.ts";

/** The machine with its searches answered within the step: as it was when histories held their answers, and as those who look at a whole step
 * see it. The effects are those of the step without the searches. */
export function searchAtOnce(matches: PatternMatcher, machine: typeof stepCall = stepCall): typeof stepCall {
  return (config, before, input) => {
    const all: CallEffect[] = [];
    let [state, effects] = machine(config, before, input);
    for (;;) {
      const search = effects.find((effect) => effect.do === "search-pattern");
      all.push(...effects.filter((effect) => effect !== search));
      if (search === undefined) return [state, all];
      const { searchId, pattern, texts } = search;
      const verdict = searchTexts(matches, pattern, texts);
      [state, effects] = machine(config, state, { type: "pattern-searched", at: input.at, searchId, verdict });
    }
  };
}
