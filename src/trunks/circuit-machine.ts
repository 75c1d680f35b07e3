/** Whether an address of a trunk is called, as plain data. Times are those of the inputs. */
export type CircuitState =
  /** It is called. `failures`: of calls in a row. */
  | { readonly type: "up"; readonly failures: number }
  /** It is not called until `retryAtMs`. */
  | { readonly type: "down"; readonly why: string; readonly opened: number; readonly retryAtMs: number }
  /** One call tries it, and others wait for its outcome until `retryAtMs`. */
  | { readonly type: "trying"; readonly why: string; readonly opened: number; readonly retryAtMs: number };

/** `answered`: any response came, also to a probe. `failed`: it did not respond, could not be reached, or asked to be left alone. */
export type CircuitInput =
  | { readonly type: "call-began" }
  | { readonly type: "answered" }
  | { readonly type: "failed"; readonly why: string; readonly of: "call" | "probe"; readonly retryAfterMs?: number };

/** What is told of a change. */
export type CircuitEffect =
  | { readonly do: "tell"; readonly is: "up" }
  | { readonly do: "tell"; readonly is: "down"; readonly why: string };

export type CircuitTransition = readonly [state: CircuitState, effects: readonly CircuitEffect[]];

/** Calls in a row that fail before an address counts as down: one may be chance. A probe was sent many times before it failed. */
const failuresToOpen = 3;
const shortestWaitMs = 2_000;
const longestWaitMs = 60_000;
/** A call that tries an address has an outcome by then: timer B. RFC 3261 §17.1.1.2 */
const tryingMs = 32_000;
/** Longest Retry-After that is kept to. */
const longestRetryAfterMs = 300_000;

/** Of an address that was never called. */
export const closedCircuit: CircuitState = { type: "up", failures: 0 };

/** One step. An address that fails three calls in a row, or a probe, is down: not called for 2 s, then one call may try it, which ends that or
 * doubles the time, up to a minute. A 503 with Retry-After is kept to (RFC 3261 §21.5.4). Any response ends it. */
export function stepCircuit(state: CircuitState, input: CircuitInput, atMs: number): CircuitTransition {
  switch (input.type) {
    case "call-began":
      if (state.type !== "down" || atMs < state.retryAtMs) return [state, []];
      return [{ ...state, type: "trying", retryAtMs: atMs + tryingMs }, []];
    case "answered":
      return [closedCircuit, state.type === "up" ? [] : [{ do: "tell", is: "up" }]];
    case "failed":
      return fail(state, input, atMs);
    default:
      return input satisfies never;
  }
}

/** Why an address is not called now, for people; undefined: it is. */
export function whyOpen(state: CircuitState, atMs: number): string | undefined {
  if (state.type === "up" || atMs >= state.retryAtMs) return undefined;
  if (state.type === "trying") return `${state.why}; a call is trying it again`;
  return `${state.why}; it is tried again in ${Math.ceil((state.retryAtMs - atMs) / 1_000)} s`;
}

type Failure = Extract<CircuitInput, { type: "failed" }>;

function fail(state: CircuitState, { why, of, retryAfterMs }: Failure, atMs: number): CircuitTransition {
  if (state.type === "up") {
    const failures = state.failures + 1;
    const opens = of === "probe" || retryAfterMs !== undefined || failures >= failuresToOpen;
    if (!opens) return [{ type: "up", failures }, []];
    return [open(why, 1, retryAfterMs, atMs), [{ do: "tell", is: "down", why }]];
  }
  // Calls that began before it was down fail too, and say nothing new.
  if (state.type === "down" && of === "call" && retryAfterMs === undefined) return [state, []];
  return [open(why, state.opened + 1, retryAfterMs, atMs), []];
}

function open(why: string, opened: number, retryAfterMs: number | undefined, atMs: number): CircuitState {
  const doubled = Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.min(opened - 1, 10));
  const waitMs = Math.min(longestRetryAfterMs, Math.max(doubled, retryAfterMs ?? 0));
  return { type: "down", why, opened, retryAtMs: atMs + waitMs };
}
