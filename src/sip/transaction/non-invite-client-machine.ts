import { ignore, startTimer, type ClientInput, type ClientEffect, type ClientTransition } from "./effects.ts";
import type { TransactionTimers } from "./timers.ts";

/** States of a request of ours other than INVITE and ACK. `resendMs` is the next value of timer E. RFC 3261 figure 6 */
export type NonInviteClientState =
  | { readonly type: "trying"; readonly timers: TransactionTimers; readonly resendMs: number }
  | { readonly type: "proceeding"; readonly timers: TransactionTimers }
  | { readonly type: "completed" }
  | { readonly type: "terminated" };

type Open = Extract<NonInviteClientState, { timers: TransactionTimers }>;

const terminated: NonInviteClientState = { type: "terminated" };
const stopBoth: readonly ClientEffect[] = [
  { do: "stop-timer", name: "E" },
  { do: "stop-timer", name: "F" },
];

/** The first state, with the effects that send the request. */
export function startNonInviteClient(timers: TransactionTimers): ClientTransition<NonInviteClientState> {
  return [
    { type: "trying", timers, resendMs: Math.min((timers.eMs ?? 0) * 2, timers.t2Ms) },
    [{ do: "send-request", isRetransmission: false }, ...startTimer("E", timers.eMs), ...startTimer("F", timers.fMs)],
  ];
}

/**
 * One step of the non-INVITE client transaction. RFC 3261 §17.1.2
 *
 *     trying --1xx--> proceeding --2xx-6xx--> completed --K--> terminated
 *        +-----------2xx-6xx-----------------^        (F, error: terminated)
 */
export function stepNonInviteClient(
  state: NonInviteClientState,
  input: ClientInput,
): ClientTransition<NonInviteClientState> {
  switch (state.type) {
    case "trying":
    case "proceeding":
      return stepOpen(state, input);
    case "completed":
      if (input.type === "timer" && input.name === "K") return [terminated, [{ do: "terminate" }]];
      return [state, ignore("already answered")];
    case "terminated":
      return [state, ignore("the transaction is over")];
    default:
      return state satisfies never;
  }
}

function stepOpen(state: Open, input: ClientInput): ClientTransition<NonInviteClientState> {
  const { timers } = state;
  switch (input.type) {
    case "response":
      if (input.status < 200) return [{ type: "proceeding", timers }, [{ do: "deliver" }]];
      if (timers.kMs === 0) return [terminated, [...stopBoth, { do: "deliver" }, { do: "terminate" }]];
      return [{ type: "completed" }, [...stopBoth, ...startTimer("K", timers.kMs), { do: "deliver" }]];
    case "transport-error":
      return [terminated, [...stopBoth, { do: "fail", cause: "transport" }, { do: "terminate" }]];
    case "timer":
      if (input.name === "F") {
        return [terminated, [{ do: "stop-timer", name: "E" }, { do: "fail", cause: "timeout" }, { do: "terminate" }]];
      }
      if (input.name !== "E") return [state, ignore("no such timer here")];
      return resend(state);
    case "abandon":
      return [state, ignore("only an INVITE is abandoned")];
    default:
      return input satisfies never;
  }
}

/** The gap doubles up to T2; after a provisional response it is T2. */
function resend(state: Open): ClientTransition<NonInviteClientState> {
  const again: ClientEffect = { do: "send-request", isRetransmission: true };
  const { t2Ms } = state.timers;
  if (state.type === "proceeding") return [state, [again, ...startTimer("E", t2Ms)]];
  return [{ ...state, resendMs: Math.min(state.resendMs * 2, t2Ms) }, [again, ...startTimer("E", state.resendMs)]];
}
