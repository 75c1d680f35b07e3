import { errorMessage } from "../kernel/index.ts";
import type { InvocationResult } from "../invoke/index.ts";
import type { FunctionReply } from "./inputs.ts";

/** What came of an invocation, as the machine takes it: the answer parsed. One that is not JSON is a failure, none at all is null. */
export function readFunctionReply(result: InvocationResult): FunctionReply {
  if (result.type === "failed") return result;
  const { payload } = result;
  try {
    return { type: "response", value: payload === "" ? null : (JSON.parse(payload) as unknown) };
  } catch (error) {
    return {
      type: "failed",
      reason: "not-json",
      message: `the reply is not JSON: ${errorMessage(error)}`,
      stack: undefined,
    };
  }
}
