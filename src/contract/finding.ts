/** A failure as events show it. */
export interface ContractError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What the server does about something in a reply: refuses the reply as a whole, lets the action fail when it is its turn, or goes on
 * as if it were not there. */
export type Consequence =
  | ({ readonly type: "reply-refused" } & ContractError)
  | ({ readonly type: "action-fails" } & ContractError)
  | { readonly type: "no-effect" };

/** One thing in a reply that does not follow the contract. */
export interface Finding {
  /** For example `Actions[2].Parameters.Repeat`; "" for the reply itself. */
  readonly path: string;
  /** What was found, what is allowed, which word may have been meant; without a full stop. */
  readonly what: string;
  /** The same without the value of the reply, which may be a caller's number or text; absent: nothing can be said so. */
  readonly withoutValue?: string;
  readonly consequence: Consequence;
}

/** A fault that the whole reply is refused for. */
export function replyRefused(path: string, what: string, errorType: string, errorMessage: string): Finding {
  return { path, what, consequence: { type: "reply-refused", errorType, errorMessage } };
}

/** A finding in one line: `Actions[0].Parameters.Repeet: unknown, did you mean Repeat? (no effect)`. */
export function describeFinding({ path, what, consequence }: Finding): string {
  return `${path === "" ? "the reply" : path}: ${what} (${describeConsequence(consequence)})`;
}

/** The same without values of the reply, for example for the log: `Actions[1].Parameters.DurationInMilliseconds: allowed is 100 to 30000
 * (ACTION_FAILED InvalidActionParameter)`. */
export function describeFindingWithoutValue({ path, withoutValue, consequence }: Finding): string {
  const what = withoutValue === undefined ? "" : ` ${withoutValue}`;
  const outcome =
    consequence.type === "action-fails" ? `ACTION_FAILED ${consequence.errorType}` : describeConsequence(consequence);
  return `${path === "" ? "the reply" : path}:${what} (${outcome})`;
}

function describeConsequence(consequence: Consequence): string {
  switch (consequence.type) {
    case "reply-refused":
      return `the whole reply is refused: INVALID_LAMBDA_RESPONSE ${consequence.errorType}`;
    case "action-fails":
      return `ACTION_FAILED ${consequence.errorType} "${consequence.errorMessage}"`;
    case "no-effect":
      return "no effect";
    default:
      return consequence satisfies never;
  }
}
