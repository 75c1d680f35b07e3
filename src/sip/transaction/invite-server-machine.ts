import { ignore, startTimer, type ServerEffect, type ServerInput, type ServerTransition } from "./effects.ts";
import type { TransactionTimers } from "./timers.ts";

/** States of an INVITE that came in. `resendMs` is the next value of timer G. RFC 3261 figure 7, RFC 6026 figure 2 */
export type InviteServerState =
  | { readonly type: "proceeding"; readonly timers: TransactionTimers }
  | { readonly type: "completed"; readonly timers: TransactionTimers; readonly resendMs: number }
  | { readonly type: "confirmed"; readonly timers: TransactionTimers }
  | { readonly type: "accepted"; readonly timers: TransactionTimers }
  | { readonly type: "terminated" };

const terminated: InviteServerState = { type: "terminated" };
const stopBoth: readonly ServerEffect[] = [
  { do: "stop-timer", name: "G" },
  { do: "stop-timer", name: "H" },
];

/** The first state. The 100 is the user's to send, at once. */
export function startInviteServer(timers: TransactionTimers): ServerTransition<InviteServerState> {
  return [{ type: "proceeding", timers }, []];
}

/**
 * One step of the INVITE server transaction. RFC 3261 §17.2.1, RFC 6026 §7.1
 *
 *     proceeding --3xx-6xx--> completed --ACK--> confirmed --I--> terminated
 *         |                       +------H (no ACK)-------------> terminated
 *         +------2xx--> accepted --L--> terminated
 */
export function stepInviteServer(state: InviteServerState, input: ServerInput): ServerTransition<InviteServerState> {
  switch (state.type) {
    case "proceeding":
      return stepProceeding(state, input);
    case "completed":
      return stepCompleted(state, input);
    case "confirmed":
      if (input.type === "timer" && input.name === "I") return [terminated, [{ do: "terminate" }]];
      return [state, ignore("the refusal is acknowledged")];
    case "accepted":
      return stepAccepted(state, input);
    case "terminated":
      return [state, ignore("the transaction is over")];
    default:
      return state satisfies never;
  }
}

function stepProceeding(
  state: Extract<InviteServerState, { type: "proceeding" }>,
  input: ServerInput,
): ServerTransition<InviteServerState> {
  switch (input.type) {
    case "request":
      return [state, [{ do: "resend-response" }]];
    case "send":
      return takeResponse(state, input.status);
    case "transport-error":
      return [terminated, [{ do: "fail", cause: "transport" }, { do: "terminate" }]];
    case "ack":
      return [state, ignore("nothing to acknowledge yet")];
    case "timer":
      return [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}

function takeResponse(
  state: Extract<InviteServerState, { type: "proceeding" }>,
  status: number,
): ServerTransition<InviteServerState> {
  const { timers } = state;
  if (status < 200) return [state, [{ do: "send-response" }]];
  if (status < 300) return [{ type: "accepted", timers }, [{ do: "send-response" }, ...startTimer("L", timers.lMs)]];
  return [
    { type: "completed", timers, resendMs: Math.min((timers.gMs ?? 0) * 2, timers.t2Ms) },
    [{ do: "send-response" }, ...startTimer("G", timers.gMs), ...startTimer("H", timers.hMs)],
  ];
}

function stepCompleted(
  state: Extract<InviteServerState, { type: "completed" }>,
  input: ServerInput,
): ServerTransition<InviteServerState> {
  const { timers } = state;
  switch (input.type) {
    case "request":
      return [state, [{ do: "resend-response" }]];
    case "ack":
      if (timers.iMs === 0) return [terminated, [...stopBoth, { do: "terminate" }]];
      return [{ type: "confirmed", timers }, [...stopBoth, ...startTimer("I", timers.iMs)]];
    case "send":
      return [state, ignore("already refused")];
    case "transport-error":
      return [terminated, [...stopBoth, { do: "fail", cause: "transport" }, { do: "terminate" }]];
    case "timer":
      if (input.name === "H") {
        return [terminated, [{ do: "stop-timer", name: "G" }, { do: "fail", cause: "timeout" }, { do: "terminate" }]];
      }
      if (input.name !== "G") return [state, ignore("no such timer here")];
      return [
        { ...state, resendMs: Math.min(state.resendMs * 2, timers.t2Ms) },
        [{ do: "resend-response" }, ...startTimer("G", state.resendMs)],
      ];
    default:
      return input satisfies never;
  }
}

/** The user sends its 2xx again until the ACK, which belongs to the dialog; a repeated INVITE is only absorbed. */
function stepAccepted(
  state: Extract<InviteServerState, { type: "accepted" }>,
  input: ServerInput,
): ServerTransition<InviteServerState> {
  switch (input.type) {
    case "request":
      return [state, ignore("the 2xx is being sent again anyway")];
    case "ack":
      return [state, ignore("the ACK of a 2xx belongs to the dialog")];
    case "send":
      return input.status >= 200 && input.status < 300
        ? [state, [{ do: "send-response" }]]
        : [state, ignore("already accepted")];
    case "transport-error":
      return [state, ignore("the 2xx will be sent again")];
    case "timer":
      return input.name === "L" ? [terminated, [{ do: "terminate" }]] : [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}
