import type { SipHeader } from "../../sip-syntax/index.ts";
import { noTries } from "../digest/tries.ts";
import { ignoreInput, type SessionEffect, type SessionTransition } from "./session-effects.ts";
import type { Moment, SessionState } from "./session-state.ts";

/** How long its final response is waited for, in units of T1: a proxy that hears nothing of the far end says so (408) after 64. */
const patience = 96;

/** Sends a re-INVITE with this description of ours. */
export function sendReInvite(
  state: SessionState,
  sdp: string,
  headers: readonly SipHeader[],
  { atMs }: Moment,
): SessionTransition {
  const seq = state.dialog.localSeq + 1;
  return [
    {
      ...{ ...state, phase: { type: "offering", seq, isCancelled: false }, tries: noTries },
      dialog: { ...state.dialog, localSeq: seq },
      deadlines: { ...state.deadlines, "no-answer": atMs + patience * state.timers.t1Ms },
    },
    [{ do: "send-request", method: "INVITE", seq, headers, sdp }],
  ];
}

/** The final response has come, or none will. */
export function settleReInvite(state: SessionState): SessionState {
  const { "no-answer": _noAnswer, ...deadlines } = state.deadlines;
  return { ...state, phase: { type: "confirmed" }, deadlines };
}

/** A far end that said "100 Trying" and then no more keeps no offer open: it is cancelled, and after the time that a CANCEL has it counts as refused
 * by that (487), so that the call goes on as it was. RFC 3261 §9.1 */
export function giveUpReInvite(state: SessionState, { atMs }: Moment): SessionTransition {
  const { phase, ownOffer, timers } = state;
  if (phase.type !== "offering") return ignoreInput(state, "no re-INVITE waits");
  if (!phase.isCancelled) {
    const deadlines = { ...state.deadlines, "no-answer": atMs + 64 * timers.t1Ms };
    return [{ ...state, phase: { ...phase, isCancelled: true }, deadlines }, [{ do: "cancel-invite" }]];
  }
  const isOwners = ownOffer?.is === "sent";
  const told: readonly SessionEffect[] = isOwners
    ? [{ do: "tell-offer", outcome: { type: "refused", status: 487 } }]
    : [];
  const next = { ...settleReInvite(state), ownOffer: isOwners ? undefined : ownOffer };
  return [next, [{ do: "abandon-invite" }, ...told]];
}
