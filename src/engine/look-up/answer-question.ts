import type { Answer, Question } from "../../call/index.ts";
import type { CallSettings } from "../ports.ts";

/** What the operator has configured, as the answer to what a call asks. */
export function answerQuestion(
  question: Question,
  { ownsNumber, whyNoConnector }: Pick<CallSettings, "ownsNumber" | "whyNoConnector">,
): Answer {
  switch (question.type) {
    case "owns-number":
      return ownsNumber(question.number);
    case "why-no-connector":
      return whyNoConnector(question.arn) ?? null;
    default:
      return question satisfies never;
  }
}
