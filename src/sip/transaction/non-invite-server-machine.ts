import { ignore, startTimer, type ServerInput, type ServerTransition } from "./effects.ts";
import type { TransactionTimers } from "./timers.ts";

/** States of a request, other than INVITE and ACK, that came in. RFC 3261 figure 8 */
export type NonInviteServerState =
  | { readonly type: "trying"; readonly timers: TransactionTimers }
  | { readonly type: "proceeding"; readonly timers: TransactionTimers }
  | { readonly type: "completed" }
  | { readonly type: "terminated" };

const terminated: NonInviteServerState = { type: "terminated" };

/** The first state. */
export function startNonInviteServer(timers: TransactionTimers): ServerTransition<NonInviteServerState> {
  return [{ type: "trying", timers }, []];
}

/**
 * One step of the non-INVITE server transaction. RFC 3261 §17.2.2
 *
 *     trying --1xx--> proceeding --2xx-6xx--> completed --J--> terminated
 *        +-----------2xx-6xx-----------------^
 */
export function stepNonInviteServer(
  state: NonInviteServerState,
  input: ServerInput,
): ServerTransition<NonInviteServerState> {
  switch (state.type) {
    case "trying":
    case "proceeding":
      return stepOpen(state, input);
    case "completed":
      return stepCompleted(state, input);
    case "terminated":
      return [state, ignore("the transaction is over")];
    default:
      return state satisfies never;
  }
}

function stepOpen(
  state: Extract<NonInviteServerState, { timers: TransactionTimers }>,
  input: ServerInput,
): ServerTransition<NonInviteServerState> {
  const { timers } = state;
  switch (input.type) {
    case "request":
      return state.type === "trying" ? [state, ignore("no response yet")] : [state, [{ do: "resend-response" }]];
    case "send":
      if (input.status < 200) return [{ type: "proceeding", timers }, [{ do: "send-response" }]];
      if (timers.jMs === 0) return [terminated, [{ do: "send-response" }, { do: "terminate" }]];
      return [{ type: "completed" }, [{ do: "send-response" }, ...startTimer("J", timers.jMs)]];
    case "transport-error":
      return [terminated, [{ do: "fail", cause: "transport" }, { do: "terminate" }]];
    case "ack":
      return [state, ignore("no ACK belongs here")];
    case "timer":
      return [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}

function stepCompleted(
  state: Extract<NonInviteServerState, { type: "completed" }>,
  input: ServerInput,
): ServerTransition<NonInviteServerState> {
  switch (input.type) {
    case "request":
      return [state, [{ do: "resend-response" }]];
    case "transport-error":
      return [terminated, [{ do: "stop-timer", name: "J" }, { do: "fail", cause: "transport" }, { do: "terminate" }]];
    case "timer":
      return input.name === "J" ? [terminated, [{ do: "terminate" }]] : [state, ignore("no such timer here")];
    case "ack":
    case "send":
      return [state, ignore("already answered")];
    default:
      return input satisfies never;
  }
}
