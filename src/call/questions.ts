import type { CallFacts } from "../contract/index.ts";

/** A question about facts from outside of the call. */
export type Question =
  /** Whether the inventory has this number (E.164). */
  | { readonly type: "owns-number"; readonly number: string }
  /** Why there is no route to the Voice Connector of this ARN. */
  | { readonly type: "why-no-connector"; readonly arn: string };

/** The answer to a question: true or false; why not, for people, or null when nothing is wrong. */
export type Answer = boolean | string | null;

/** A question with its answer. */
export interface Known {
  readonly question: Question;
  readonly answer: Answer;
}

/** The answers that a check may use. A question without an answer is noted; until then a number counts as not owned, and a connector as valid. */
export class KnownFacts implements CallFacts {
  readonly from: string;
  /** Questions without an answer, in the order in which they came up. */
  readonly open: Question[] = [];
  readonly #known: readonly Known[];

  constructor(from: string, known: readonly Known[]) {
    this.from = from;
    this.#known = known;
  }

  ownsNumber(number: string): boolean {
    const found = this.#known.find(({ question }) => question.type === "owns-number" && question.number === number);
    if (found === undefined) this.open.push({ type: "owns-number", number });
    return found?.answer === true;
  }

  whyNoConnector(arn: string): string | undefined {
    const found = this.#known.find(({ question }) => question.type === "why-no-connector" && question.arn === arn);
    if (found === undefined) this.open.push({ type: "why-no-connector", arn });
    return typeof found?.answer === "string" ? found.answer : undefined;
  }
}
