import { ignore, startTimer, type ClientInput, type ClientEffect, type ClientTransition } from "./effects.ts";
import type { TransactionTimers } from "./timers.ts";

/** States of an INVITE that we sent. `resendMs` is the next value of timer A. RFC 3261 figure 5, RFC 6026 figure 1 */
export type InviteClientState =
  | { readonly type: "calling"; readonly timers: TransactionTimers; readonly resendMs: number | undefined }
  | { readonly type: "proceeding"; readonly timers: TransactionTimers }
  | { readonly type: "completed"; readonly timers: TransactionTimers }
  | { readonly type: "accepted"; readonly timers: TransactionTimers }
  | { readonly type: "terminated" };

type Active = Exclude<InviteClientState, { type: "terminated" }>;

const terminated: InviteClientState = { type: "terminated" };
const stopBoth: readonly ClientEffect[] = [
  { do: "stop-timer", name: "A" },
  { do: "stop-timer", name: "B" },
];

/** The first state, with the effects that send the INVITE. */
export function startInviteClient(timers: TransactionTimers): ClientTransition<InviteClientState> {
  const resendMs = timers.aMs === undefined ? undefined : timers.aMs * 2;
  return [
    { type: "calling", timers, resendMs },
    [{ do: "send-request", isRetransmission: false }, ...startTimer("A", timers.aMs), ...startTimer("B", timers.bMs)],
  ];
}

/**
 * One step of the INVITE client transaction. RFC 3261 §17.1.1, RFC 6026 §7.2
 *
 *     calling --1xx--> proceeding --3xx-6xx / ACK--> completed --D--> terminated
 *        |                 |
 *        +------2xx--------+--> accepted --M--> terminated       (B, error: terminated)
 *
 * A broken connection also ends a proceeding transaction: the answer could only have come on it.
 */
export function stepInviteClient(state: InviteClientState, input: ClientInput): ClientTransition<InviteClientState> {
  switch (state.type) {
    case "calling":
      return stepCalling(state, input);
    case "proceeding":
      return stepProceeding(state, input);
    case "completed":
      return stepCompleted(state, input);
    case "accepted":
      return stepAccepted(state, input);
    case "terminated":
      return [state, ignore("the transaction is over")];
    default:
      return state satisfies never;
  }
}

function stepCalling(
  state: Extract<InviteClientState, { type: "calling" }>,
  input: ClientInput,
): ClientTransition<InviteClientState> {
  switch (input.type) {
    case "response":
      return takeResponse(state, input.status);
    case "transport-error":
      return end("transport", stopBoth);
    case "abandon":
      return [terminated, [...stopBoth, { do: "terminate" }]];
    case "timer":
      if (input.name === "B") return end("timeout", [{ do: "stop-timer", name: "A" }]);
      if (input.name !== "A" || state.resendMs === undefined) return [state, ignore("no such timer here")];
      return [
        { ...state, resendMs: state.resendMs * 2 },
        [{ do: "send-request", isRetransmission: true }, ...startTimer("A", state.resendMs)],
      ];
    default:
      return input satisfies never;
  }
}

function stepProceeding(
  state: Extract<InviteClientState, { type: "proceeding" }>,
  input: ClientInput,
): ClientTransition<InviteClientState> {
  switch (input.type) {
    case "response":
      return takeResponse(state, input.status);
    case "transport-error":
      return end("transport", []);
    case "abandon":
      return [terminated, [{ do: "terminate" }]];
    case "timer":
      return [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}

function stepCompleted(
  state: Extract<InviteClientState, { type: "completed" }>,
  input: ClientInput,
): ClientTransition<InviteClientState> {
  switch (input.type) {
    case "response":
      return input.status >= 300 ? [state, [{ do: "send-ack" }]] : [state, ignore("already refused")];
    case "transport-error":
      return [terminated, [{ do: "stop-timer", name: "D" }, { do: "terminate" }]];
    case "abandon":
      return [state, ignore("already refused")];
    case "timer":
      return input.name === "D" ? [terminated, [{ do: "terminate" }]] : [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}

function stepAccepted(
  state: Extract<InviteClientState, { type: "accepted" }>,
  input: ClientInput,
): ClientTransition<InviteClientState> {
  switch (input.type) {
    case "response":
      return input.status >= 200 && input.status < 300
        ? [state, [{ do: "deliver" }]]
        : [state, ignore("already accepted")];
    case "transport-error":
    case "abandon":
      return [state, ignore("already accepted")];
    case "timer":
      return input.name === "M" ? [terminated, [{ do: "terminate" }]] : [state, ignore("no such timer here")];
    default:
      return input satisfies never;
  }
}

/** A response before the final one. */
function takeResponse(state: Active, status: number): ClientTransition<InviteClientState> {
  const { timers } = state;
  const stop = state.type === "calling" ? stopBoth : [];
  if (status < 200) return [{ type: "proceeding", timers }, [...stop, { do: "deliver" }]];
  if (status < 300) {
    return [{ type: "accepted", timers }, [...stop, ...startTimer("M", timers.mMs), { do: "deliver" }]];
  }
  const refused: readonly ClientEffect[] = [...stop, { do: "send-ack" }];
  if (timers.dMs === 0) return [terminated, [...refused, { do: "deliver" }, { do: "terminate" }]];
  return [{ type: "completed", timers }, [...refused, ...startTimer("D", timers.dMs), { do: "deliver" }]];
}

function end(cause: "timeout" | "transport", first: readonly ClientEffect[]): ClientTransition<InviteClientState> {
  return [terminated, [...first, { do: "fail", cause }, { do: "terminate" }]];
}
