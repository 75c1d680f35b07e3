import { noTries } from "../digest/tries.ts";
import { reasonHeaders } from "./reason.ts";
import type { CallEnd, SipReason } from "../types.ts";
import type { SessionEffect, SessionTransition } from "./session-effects.ts";
import { unacknowledgedOf, type SessionState } from "./session-state.ts";

/** Tells the owner the end and says BYE: at once, or after the ACK that is due. RFC 3261 §15 */
export function endWithBye(state: SessionState, end: CallEnd, reason: SipReason | undefined): SessionTransition {
  const told: SessionEffect = { do: "tell-end", end };
  const unacknowledged = unacknowledgedOf(state);
  if (unacknowledged !== undefined) {
    const { resend, "no-ack": noAck } = state.deadlines;
    const phase = { type: "leaving", unacknowledged, reason } as const;
    const deadlines = { resend, "no-ack": noAck };
    const next = { ...withoutOpen(state), phase, deadlines };
    return [next, [told, ...refuseInHand(state)]];
  }
  const [next, bye] = sendBye(state, reason);
  return [next, [told, ...bye, ...refuseInHand(state)]];
}

/** Sends the BYE of a call that is over for its owner. */
export function sendBye(state: SessionState, reason: SipReason | undefined): SessionTransition {
  const seq = state.dialog.localSeq + 1;
  const bye: SessionEffect = { do: "send-request", method: "BYE", seq, headers: reasonHeaders(reason), sdp: "" };
  const phase = { type: "leaving", unacknowledged: undefined, reason } as const;
  const dialog = { ...state.dialog, localSeq: seq };
  const next = { ...withoutOpen(state), phase, dialog, tries: noTries, deadlines: {} };
  return [next, [bye]];
}

/** Ends what nobody has to be told of any more. `end`: told to the owner, unless it knows. */
export function leave(state: SessionState, end: CallEnd | undefined): SessionTransition {
  if (state.phase.type === "ended") return [state, []];
  const told: readonly SessionEffect[] =
    end === undefined || state.phase.type === "leaving" ? [] : [{ do: "tell-end", end }];
  const next = { ...withoutOpen(state), phase: { type: "ended" }, deadlines: {} } as const;
  return [next, [...told, { do: "leave" }]];
}

/** Nothing waits any more for the owner, or for the far end to answer it. */
function withoutOpen(state: SessionState): SessionState {
  return { ...state, inHand: undefined, ownOffer: undefined, transfer: undefined };
}

/** The owner has not answered an offer, or a transfer, when the call ends. */
export function refuseInHand({ inHand, transfer }: SessionState): readonly SessionEffect[] {
  const effects: SessionEffect[] = [];
  if (inHand !== undefined) {
    const cause = inHand.method === "INVITE" ? "cancelled" : "call-over";
    effects.push({ do: "refuse", to: "offer", refusal: { cause, why: "the call ended at this offer" } });
  }
  if (transfer?.isTaken === false) {
    const refusal = { cause: "call-over", why: "the call ended at this transfer" } as const;
    effects.push({ do: "refuse", to: "refer", refusal });
  }
  return effects;
}
