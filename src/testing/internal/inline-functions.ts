import { errorMessage, type Clock } from "../../kernel/index.ts";
import type { InvocationResult, Invoker } from "../../invoke/index.ts";

/** A function by its name: gets the event as it comes from JSON, gives what is written as JSON. */
export type InlineFunctions = Readonly<Record<string, (event: unknown) => unknown>>;

const unknown = "there is no such function";

/** Functions that run in the server's own process, so that an invocation costs nothing and takes the time of a clock. The
 * deadline of an invocation is kept; what a function that is late returns is dropped. */
export function createInlineFunctions(functions: InlineFunctions, clock: Clock): Invoker {
  const nameOf = (arn: string) => arn.split(":").at(-1) ?? "";
  let invocations = 0;
  return {
    whyUnknown: (arn) => (Object.hasOwn(functions, nameOf(arn)) ? undefined : unknown),
    invoke: async (arn, event, deadlineMs) => {
      invocations += 1;
      const late = createDeadline(clock, deadlineMs);
      try {
        return await Promise.race([call(functions[nameOf(arn)], event), late.reached]);
      } finally {
        late.cancel();
        invocations -= 1;
      }
    },
    warmUp: async () => [],
    ledger: () => ({ invocations, processes: 0 }),
    load: () => ({ waiting: 0, longestWaitMs: 0, finished: 0 }),
    counts: () => ({}),
    close: async () => undefined,
  };
}

async function call(inline: InlineFunctions[string] | undefined, event: unknown): Promise<InvocationResult> {
  if (inline === undefined) return failed("not-found", unknown);
  try {
    const reply = await inline(JSON.parse(JSON.stringify(event)));
    return { type: "response", payload: JSON.stringify(reply) ?? "null" };
  } catch (error) {
    return failed("unhandled", errorMessage(error));
  }
}

function createDeadline(clock: Clock, deadlineMs: number) {
  const deadline: { cancel: () => void } = { cancel: () => undefined };
  const reached = new Promise<InvocationResult>((resolve) => {
    const timer = clock.startTimer(deadlineMs, () => resolve(failed("timeout", `no answer within ${deadlineMs} ms`)));
    deadline.cancel = () => timer.cancel();
  });
  return { reached, cancel: () => deadline.cancel() };
}

function failed(reason: "not-found" | "unhandled" | "timeout", message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}
