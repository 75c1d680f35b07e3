/** When something that cannot be reached, such as a function behind a URL, is left alone. */
export interface CircuitRules {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long it stays open before one request is let through, milliseconds. */
  readonly pauseMs: number;
}

/** The circuit of one of them. Times are monotonic. */
export interface CircuitState {
  /** In a row, up to now. */
  readonly failures: number;
  /** Why the last one failed. */
  readonly cause: string;
  /** undefined: closed. */
  readonly openUntilMs: number | undefined;
  /** One request is under way by which it is seen whether it is back. */
  readonly isProbing: boolean;
}

/** What happens to a circuit; `atMs`: when, monotonic. */
export type CircuitInput = { readonly atMs: number } & (
  | { readonly type: "asked" }
  | { readonly type: "reached" }
  // It was not waited for long enough to say.
  | { readonly type: "undecided" }
  | { readonly type: "failed"; readonly cause: string }
);

/** What follows. Each `asked` is answered by `let-through` or `refuse`. */
export type CircuitEffect =
  | { readonly do: "let-through" }
  | { readonly do: "refuse"; readonly message: string }
  | { readonly do: "tell-open"; readonly message: string }
  | { readonly do: "tell-closed" };

/** Before the first request. */
export const closedCircuit: CircuitState = { failures: 0, cause: "", openUntilMs: undefined, isProbing: false };

/**
 * A circuit breaker: after some failures in a row nobody waits for it any more.
 *
 *     closed --failures in a row--> open --pause--> one request is let through --reached--> closed
 *                                    ^                        |
 *                                    +--------failed----------+
 */
export function stepCircuit(
  rules: CircuitRules,
  state: CircuitState,
  input: CircuitInput,
): readonly [CircuitState, readonly CircuitEffect[]] {
  switch (input.type) {
    case "asked":
      return asked(state, input.atMs);
    case "reached":
      return [closedCircuit, state.openUntilMs === undefined ? [] : [{ do: "tell-closed" }]];
    case "undecided":
      return [{ ...state, isProbing: false }, []];
    case "failed":
      return failed(rules, state, input.cause, input.atMs);
    default:
      return input satisfies never;
  }
}

/** What people are told of a circuit. */
export interface CircuitReport {
  /** open: the function is left alone. trying: one event is under way to see whether it is back. */
  readonly state: "closed" | "open" | "trying";
  /** In a row, up to now. */
  readonly failures: number;
  /** Why the last of them failed; "" without any. */
  readonly cause: string;
  /** Until an event is let through, milliseconds; 0 where one is at once. */
  readonly askedAgainInMs: number;
}

/** Tells the state of a circuit at a moment of monotonic time. */
export function reportCircuit({ failures, cause, openUntilMs, isProbing }: CircuitState, nowMs: number): CircuitReport {
  const state = openUntilMs === undefined ? "closed" : isProbing ? "trying" : "open";
  const askedAgainInMs = state === "open" ? Math.max(0, Math.ceil((openUntilMs ?? 0) - nowMs)) : 0;
  return { state, failures, cause, askedAgainInMs };
}

function asked(state: CircuitState, atMs: number): readonly [CircuitState, readonly CircuitEffect[]] {
  const { openUntilMs, isProbing, failures, cause } = state;
  if (openUntilMs === undefined) return [state, [{ do: "let-through" }]];
  if (atMs >= openUntilMs && !isProbing) return [{ ...state, isProbing: true }, [{ do: "let-through" }]];
  const when = isProbing
    ? "one request is under way to see whether it is back"
    : `next in ${seconds(openUntilMs - atMs)}`;
  return [
    state,
    [{ do: "refuse", message: `it was not asked after ${failures} failures in a row; ${when}: ${cause}` }],
  ];
}

function failed(
  { failures: most, pauseMs }: CircuitRules,
  state: CircuitState,
  cause: string,
  atMs: number,
): readonly [CircuitState, readonly CircuitEffect[]] {
  const failures = state.failures + 1;
  const isOpen = state.openUntilMs !== undefined;
  // One that was asked before the circuit opened says nothing new.
  if (isOpen && !state.isProbing) return [{ ...state, failures, cause }, []];
  if (failures < most) return [{ ...state, failures, cause }, []];
  const message = `${failures} failures in a row; it is not asked for ${seconds(pauseMs)}: ${cause}`;
  const open = { failures, cause, openUntilMs: atMs + pauseMs, isProbing: false };
  return [open, isOpen ? [] : [{ do: "tell-open", message }]];
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}
