import { shorten } from "../../contract/index.ts";
import { errorMessage } from "../../kernel/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import { type FunctionReply, boundReply, isWithinBounds, type ReplyBounds } from "../../call/index.ts";

const longestMessage = 1_000;
const longestStack = 8_000;

/** The outcome of an invocation for the machine: the answer, parsed, and cut where it is too long. An answer that is not JSON is a failure; no
 * answer is null. */
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
  if (isWithinBounds(payload, bounds)) return { type: "response", value: sent };
  const { value, cuts } = boundReply(sent, bounds);
  return { type: "response", value, ...(cuts.length === 0 ? {} : { cuts }) };
}

/** Errors of functions can be of any length, and are shown to people and logged. */
function boundFailure(failure: Extract<FunctionReply, { type: "failed" }>): FunctionReply {
  const { message, stack } = failure;
  return { ...failure, message: shorten(message, longestMessage), stack: stack && shorten(stack, longestStack) };
}

/** A reply that could not be read. */
export function unreadable(message: string): FunctionReply {
  return { type: "failed", reason: "not-json", message, stack: undefined };
}
