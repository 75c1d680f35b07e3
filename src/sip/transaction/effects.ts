import type { TimerName } from "./timers.ts";

/** What every transaction machine may ask of its runner, in order. */
type CommonEffect =
  | { readonly do: "start-timer"; readonly name: TimerName; readonly delayMs: number }
  | { readonly do: "stop-timer"; readonly name: TimerName }
  /** Tells the user that no final response will come. */
  | { readonly do: "fail"; readonly cause: "timeout" | "transport" }
  /** Takes the transaction out of the table. */
  | { readonly do: "terminate" }
  /** The input was ignored, and why. */
  | { readonly do: "ignore"; readonly why: string };

/** What a client machine asks for. */
export type ClientEffect =
  | CommonEffect
  /** Sends the request (again). */
  | { readonly do: "send-request"; readonly isRetransmission: boolean }
  /** Sends the ACK of a refusal. RFC 3261 §17.1.1.3 */
  | { readonly do: "send-ack" }
  /** Hands the response of the input to the user. */
  | { readonly do: "deliver" };

/** What a server machine asks for. */
export type ServerEffect =
  | CommonEffect
  /** Sends the response of the input. */
  | { readonly do: "send-response" }
  /** Sends the last response again, if there is one. */
  | { readonly do: "resend-response" };

/** What `step` gives. */
export type ClientTransition<State> = readonly [state: State, effects: readonly ClientEffect[]];
export type ServerTransition<State> = readonly [state: State, effects: readonly ServerEffect[]];

/** Starts a timer; no effect when the transport needs none. */
export function startTimer(name: TimerName, delayMs: number | undefined): readonly CommonEffect[] {
  return delayMs === undefined ? [] : [{ do: "start-timer", name, delayMs }];
}

/** The `ignore` effect. */
export function ignore(why: string): readonly CommonEffect[] {
  return [{ do: "ignore", why }];
}

/** Inputs of both client machines. `abandon`: the user waits no longer (64*T1 after a CANCEL, RFC 3261 §9.1). */
export type ClientInput =
  | { readonly type: "response"; readonly status: number }
  | { readonly type: "timer"; readonly name: TimerName }
  | { readonly type: "transport-error" }
  | { readonly type: "abandon" };

/** Inputs of both server machines. `request`: the same request again. `send`: the user's response. */
export type ServerInput =
  | { readonly type: "request" }
  | { readonly type: "ack" }
  | { readonly type: "send"; readonly status: number }
  | { readonly type: "timer"; readonly name: TimerName }
  | { readonly type: "transport-error" };
