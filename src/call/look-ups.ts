import { takeReply } from "./invocations.ts";
import type { Answer } from "./questions.ts";
import type { Turn } from "./turn.ts";

/** Most answers that are kept, the newest: more than the waiting actions of a call need. */
const mostKnown = 100;

/** Takes the answers that a reply waits for, in the order of the questions: the reply is checked with them. Does nothing when none waits. */
export function takeAnswers(turn: Turn, answers: readonly Answer[]): void {
  const { lookUp, invocation } = turn.state;
  if (lookUp === undefined) return;
  turn.state.lookUp = undefined;
  const answered = lookUp.questions.map((question, index) => ({ question, answer: answers[index] ?? null }));
  turn.state.known = [...turn.state.known, ...answered].slice(-mostKnown);
  if (invocation !== undefined) takeReply(turn, invocation, lookUp.reply);
}
