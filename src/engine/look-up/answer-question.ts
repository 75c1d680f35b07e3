import type { Answer, Question } from "../../call/index.ts";
import type { CallSettings } from "../ports.ts";

/** What the operator has configured, as the answer to what a call asks. */
export function answerQuestion(
  question: Question,
  { numbers, whyNoConnector }: Pick<CallSettings, "numbers" | "whyNoConnector">,
): Answer {
  switch (question.type) {
    case "owns-number":
      return numbers.includes(question.number);
    case "why-no-connector":
      return whyNoConnector(question.arn) ?? null;
    default:
      return question satisfies never;
  }
}
