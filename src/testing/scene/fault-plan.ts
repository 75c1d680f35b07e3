import { failure } from "./function-under-test.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import type { Fault, SceneOptions } from "./types.ts";

/** What one invocation comes to: what it is planned to be, and what the function takes for it. */
export interface PlannedInvocation {
  readonly fault: Fault | undefined;
  /** Milliseconds until its answer. */
  readonly tookMs: number;
}

/** What the invocations of a scene come to, in order: by `faults` and `functionMs` of its options, and by `nextAnswer`. */
export interface FaultPlan {
  /** The next invocation that nothing is planned for comes to this. */
  add(fault: Fault): void;
  /** Takes the next invocation. */
  next(): PlannedInvocation;
}

/** Makes the plan of a scene. */
export function createFaultPlan({ faults = {}, functionMs = 0 }: SceneOptions): FaultPlan {
  const added: Fault[] = [];
  let asked = 0;
  return {
    add: (fault) => void added.push(fault),
    next() {
      const usualMs = typeof functionMs === "number" ? functionMs : (functionMs[asked] ?? functionMs.at(-1) ?? 0);
      asked += 1;
      const fault = faults[asked] ?? added.shift();
      return { fault, tookMs: typeof fault === "object" ? fault.slowMs : usualMs };
    },
  };
}

/** A reply that no server can use, as a function sends it that was written for something else. */
export const unusableReply: InvocationResult = { type: "response", payload: "{}" };

/** The failure of a function that the scene lets throw. */
export const thrownByScene: InvocationResult = failure("unhandled", "the scene lets it throw");
