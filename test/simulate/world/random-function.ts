import type { FunctionReply, JsonObject } from "../../../src/call/index.ts";
import type { FunctionEvent, WireAction } from "../../../src/testing/internal/scripted-reply.ts";
import type { Choices } from "../choices.ts";
import { anAction, type KnownLegs } from "./random-actions.ts";

type Failure = Extract<FunctionReply, { type: "failed" }>;

/** What a function answers, and what the contract makes of it. */
export type Answer =
  /** `attributes`: as sent; undefined or null: none. */
  | {
      readonly type: "list";
      readonly actions: readonly WireAction[];
      readonly attributes: JsonObject | null | undefined;
      readonly value: unknown;
    }
  /** `part`: "attributes" are checked in every reply, the rest only where actions can run. */
  | { readonly type: "invalid"; readonly part: "reply" | "attributes"; readonly value: unknown }
  | Failure;

/** An answer and when it comes, after the invocation. */
export interface TimedAnswer {
  readonly afterMs: number;
  readonly answer: Answer;
}

/** The reply as the machine gets it: as JSON says it, where there is one. */
export function replyOf(answer: Answer): FunctionReply {
  if (answer.type === "failed") return answer;
  const { value } = answer;
  return { type: "response", value: value === undefined ? value : (JSON.parse(JSON.stringify(value)) as unknown) };
}

const failure = (reason: Failure["reason"]): Failure => ({
  type: "failed",
  reason,
  message: reason,
  stack: undefined,
});
/** What the invoker says when no answer came in time. */
export const noAnswer = failure("timeout");
const mayPass: readonly Failure[] = [
  ...(["crashed", "throttled", "unreachable"] as const).map(failure),
  ...[300, 2_000, 19_500].map((retryAfterMs) => ({ ...failure("throttled"), retryAfterMs })),
];
const willNotPass = (["unhandled", "not-json", "init", "access-denied"] as const).map(failure);

const fine: readonly Answer[] = [
  null,
  undefined,
  [],
  { SchemaVersion: "1.0" },
  { SchemaVersion: "1.0", Actions: null },
].map((value) => ({ type: "list", actions: [], attributes: undefined, value }));
const withActions = (Actions: unknown) => ({ SchemaVersion: "1.0", Actions });
const withAttributes = (TransactionAttributes: unknown) => ({ ...withActions([]), TransactionAttributes });
const invalid: readonly Answer[] = [
  ...["x", {}, withActions([{}]), withActions("x"), withActions([{ Type: "Sing" }])].map((value): Answer => ({
    type: "invalid",
    part: "reply",
    value,
  })),
  { type: "invalid", part: "reply", value: withActions([1, 2, 3, 4, 5, 6, 7].map(() => ({ Type: "Speak" }))) },
  ...[withAttributes(1), withAttributes({ a: 1, b: 2, c: 3, d: 4 }), withAttributes({ a: "x".repeat(60) })].map(
    (value): Answer => ({ type: "invalid", part: "attributes", value }),
  ),
];
/** As many, and as large, as a call may have. */
const largest = [{ a: 1, b: 2, c: 3 }, { a: "x".repeat(52) }];
const attributes = [undefined, undefined, undefined, null, {}, { n: 1 }, { m: 2, n: "3" }, { k: 1, l: 2 }, ...largest];

/** A random function's answer to an event: mostly a list at once, sometimes late, empty, invalid, failed or none. */
export function anAnswer(choices: Choices, event: FunctionEvent): TimedAnswer {
  const { below, one } = choices;
  const kind = below(24);
  const afterMs = kind < 4 || below(4) < 3 ? 0 : one([below(40), below(3_000), below(24_000)]);
  if (kind < 2) return { afterMs, answer: one(fine) };
  if (kind === 20) return { afterMs, answer: one(invalid) };
  if (kind === 21) return { afterMs, answer: one(below(3) < 2 ? mayPass : willNotPass) };
  if (kind === 22 && below(2) === 1) return { afterMs: Infinity, answer: noAnswer };
  if (kind === 23) return { afterMs, answer: one([...invalid, ...mayPass]) };
  return { afterMs, answer: aList(choices, event) };
}

/** A random failure. */
export function aFailure({ below, one }: Choices): TimedAnswer {
  return { afterMs: one([0, 0, below(3_000), below(24_000)]), answer: one(below(2) === 0 ? willNotPass : mayPass) };
}

/** As many as a reply may have. */
const mostActions = 6;

function aList(choices: Choices, event: FunctionEvent): Answer {
  const { Participants } = event.CallDetails;
  const partner = Participants.find((one) => one.ParticipantTag === "LEG-B");
  const known: KnownLegs = {
    callIds: Participants.map(({ CallId }) => CallId),
    hasPartner: partner?.Status === "Connected",
    isMeeting: partner?.From === "SMA",
  };
  const usual = event.InvocationEventType === "NEW_INBOUND_CALL" ? 1 + choices.below(3) : choices.below(4);
  const length = choices.rarely(30) ? mostActions : usual;
  const actions: WireAction[] = [];
  for (let left = length; left > 0; left -= 1) actions.push(anAction(choices, known));
  const sent = choices.one(attributes);
  const value = {
    SchemaVersion: "1.0",
    Actions: actions,
    ...(sent === undefined ? {} : { TransactionAttributes: sent }),
  };
  return { type: "list", actions, attributes: sent, value };
}
