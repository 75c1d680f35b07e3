import { shorten } from "../../contract/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import { type FunctionReply, boundReply, type ReplyBounds } from "../../call/index.ts";

const longestMessage = 1_000;
const longestStack = 8_000;

/** What came of an invocation, as the machine takes it: the answer parsed, and cut where it is too long. One that is not JSON is a failure, none
 * at all is null. */
export function readFunctionReply(result: InvocationResult, bounds: ReplyBounds): FunctionReply {
  return result.type === "failed" ? boundFailure(result) : readPayload(result.payload, bounds);
}

/** The same of the answer's text. */
export function readPayload(payload: string, bounds: ReplyBounds): FunctionReply {
  let sent: unknown;
  try {
    sent = payload === "" ? null : (JSON.parse(payload) as unknown);
  } catch (error) {
    return unreadable(`the reply is not JSON: ${errorMessage(error)}`);
  }
  const { value, cuts } = boundReply(sent, bounds);
  return { type: "response", value, ...(cuts.length === 0 ? {} : { cuts }) };
}

/** What a function throws can be as long as it likes; it is told to people and written into the log. */
function boundFailure(failure: Extract<FunctionReply, { type: "failed" }>): FunctionReply {
  const { message, stack } = failure;
  return { ...failure, message: shorten(message, longestMessage), stack: stack && shorten(stack, longestStack) };
}

/** A reply that nobody could read. */
export function unreadable(message: string): FunctionReply {
  return { type: "failed", reason: "not-json", message, stack: undefined };
}
