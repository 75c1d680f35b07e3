import type { CallMachine } from "./call-machine.ts";
import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { PatternVerdict } from "./pattern/pattern-matcher.ts";
import type { Answer, Question } from "./questions.ts";

/** Answers searches and look-ups of the machine. Effects without a source are left as they are. */
export interface AnswerSource {
  readonly search?: ((pattern: string, texts: readonly string[]) => PatternVerdict) | undefined;
  readonly lookUp?: ((question: Question) => Answer) | undefined;
}

/** The machine with its searches and look-ups answered within the step: as it was when histories held their answers, and as those who look
 * at a whole step see it. The effects are those of the step without what was answered. */
export function answerAtOnce(machine: CallMachine, source: AnswerSource): CallMachine {
  return (config, before, input) => {
    const all: CallEffect[] = [];
    let [state, effects] = machine(config, before, input);
    for (;;) {
      const answers = effects.map((effect) => answerTo(effect, input.at, source));
      const answer = answers.find((one) => one !== undefined);
      all.push(...effects.filter((_, index) => answers[index] === undefined));
      if (answer === undefined) return [state, all];
      [state, effects] = machine(config, state, answer);
    }
  };
}

/** The input that answers an effect; undefined when it is no question, or has no source. */
export function answerTo(effect: CallEffect, at: number, { search, lookUp }: AnswerSource): CallInput | undefined {
  if (effect.do === "search-pattern" && search !== undefined) {
    const verdict = search(effect.pattern, effect.texts);
    return { type: "pattern-searched", at, searchId: effect.searchId, verdict };
  }
  if (effect.do === "look-up" && lookUp !== undefined)
    return { type: "looked-up", at, lookUpId: effect.lookUpId, answers: effect.questions.map(lookUp) };
  return undefined;
}
