import type { DigestChallenge } from "../digest/challenge.ts";
import { noTries, tryAgain, type DigestTries } from "../digest/tries.ts";
import type { CallEnd, SipReason } from "../types.ts";
import type { InviteSent } from "./dialog.ts";
import type { Deadlines, Moment } from "./session-state.ts";

/** `cancelled`: the wait for the final response to an INVITE that was cancelled. RFC 3261 §9.1 */
export type InvitationTimerName = "cancelled";

/** Where an INVITE of ours is. RFC 3261 §9.1, §13.2.2 */
export type InvitationPhase =
  /** No response yet, so that it may not be cancelled. */
  | { readonly type: "calling" }
  /** A provisional response came. */
  | { readonly type: "proceeding" }
  /** Over for its owner before any response; the first one is followed by a CANCEL. */
  | { readonly type: "given-up"; readonly reason: SipReason | undefined }
  /** Over for its owner; the CANCEL was sent. */
  | { readonly type: "cancelled"; readonly reason: SipReason | undefined }
  /** The far end with this tag answered first and is the call. Others that answer get a BYE. */
  | { readonly type: "answered"; readonly tag: string }
  /** No answer can make a call any more. */
  | { readonly type: "over"; readonly reason: SipReason | undefined };

/** One INVITE of ours as plain data. */
export interface InvitationState {
  readonly phase: InvitationPhase;
  readonly sent: InviteSent;
  readonly tries: DigestTries;
  /** Tags of the far ends that answered: each has a session. */
  readonly answered: readonly string[];
  /** Tags of far ends whose BYE came before their answer. */
  readonly left: readonly string[];
  readonly deadlines: Deadlines<InvitationTimerName>;
  readonly t1Ms: number;
}

export type InvitationInput =
  | {
      readonly type: "response";
      readonly status: number;
      readonly reason: string;
      readonly tag: string;
      readonly sdp: string | undefined;
      /** Of a 401 or 407: those that credentials can answer. */
      readonly challenges: readonly DigestChallenge[];
      /** Retry-After, seconds. */
      readonly retryAfterS?: number | undefined;
    }
  /** No final response comes. */
  | { readonly type: "failed"; readonly end: CallEnd }
  /** A BYE of a far end that has not answered. */
  | { readonly type: "bye"; readonly tag: string }
  | { readonly type: "hang-up"; readonly reason: SipReason | undefined }
  | { readonly type: "timer"; readonly name: InvitationTimerName };

/** What an invitation asks of its shell, in order. */
export type InvitationEffect =
  /** Opens the session of the 2xx of the input, which sends its ACK. `as` says what becomes of it. */
  | { readonly do: "open-session"; readonly tag: string; readonly as: "call" | "left" }
  | { readonly do: "open-session"; readonly tag: string; readonly as: "unwanted"; readonly reason: SipReason }
  /** Hands a 2xx that came before, or the wish to hang up, to a session. */
  | { readonly do: "acknowledge-again"; readonly tag: string }
  | { readonly do: "hang-up-session"; readonly tag: string; readonly reason: SipReason | undefined }
  | { readonly do: "send-cancel"; readonly reason: SipReason | undefined }
  /** Sends the INVITE again, as `sent` of the state says, with credentials for the challenges of the input. RFC 3261 §22 */
  | { readonly do: "send-again" }
  /** Drops the transaction of the INVITE. */
  | { readonly do: "abandon" }
  /** Answers the BYE of the input. */
  | { readonly do: "respond-to-bye" }
  | { readonly do: "tell-progress"; readonly status: number; readonly sdp: string | undefined }
  | { readonly do: "tell-answered"; readonly sdp: string | undefined }
  | { readonly do: "tell-end"; readonly end: CallEnd }
  /** The input was ignored, and why. */
  | { readonly do: "ignore"; readonly why: string };

/** What a step gives. */
export type InvitationTransition = readonly [state: InvitationState, effects: readonly InvitationEffect[]];

/** The first state. The INVITE is the shell's to send, at once. */
export function startInvitation(sent: InviteSent, t1Ms: number): InvitationState {
  return { phase: { type: "calling" }, sent, tries: noTries, answered: [], left: [], deadlines: {}, t1Ms };
}

/** Whether a final response may still come that makes the first session. */
export function isInvitationOpen({ phase, answered }: InvitationState): boolean {
  return phase.type !== "over" && answered.length === 0;
}

/**
 * One step of an INVITE of ours. RFC 3261 §9.1, §13.2.2; forks: §13.2.2.4
 *
 *     calling --1xx--> proceeding --2xx--> answered;  401, 407 that can be answered of both / INVITE--> calling
 *        |  +--------------2xx--------------^
 *        +--hang-up--> given-up --1xx / CANCEL--> cancelled --final response, 64*T1--> over
 *     proceeding --hang-up / CANCEL--> cancelled;  refusal, failure of any--> over
 */
export function stepInvitation(state: InvitationState, input: InvitationInput, now: Moment): InvitationTransition {
  switch (input.type) {
    case "response":
      if (input.status < 200) return takeProvisional(state, input, now);
      if (input.status < 300) return takeAnswer(state, input);
      return takeRefusal(state, input);
    case "failed":
      return end(state, input.end);
    case "bye":
      return takeEarlyBye(state, input.tag, now);
    case "hang-up":
      if (state.phase.type !== "answered") return giveUp(state, { type: "local" }, input.reason, now);
      return [state, [{ do: "hang-up-session", tag: state.phase.tag, reason: input.reason }]];
    case "timer":
      if (state.phase.type !== "cancelled") return ignore(state, "the INVITE got its final response");
      return [over({ ...state, deadlines: {} }, state.phase.reason), [{ do: "abandon" }]];
    default:
      return input satisfies never;
  }
}

type Response = Extract<InvitationInput, { type: "response" }>;

function takeProvisional(state: InvitationState, { status, sdp }: Response, now: Moment): InvitationTransition {
  const { phase } = state;
  if (phase.type === "given-up") return cancel(state, phase.reason, now);
  if (phase.type !== "calling" && phase.type !== "proceeding") return ignore(state, "nobody waits for it");
  const next = { ...state, phase: { type: "proceeding" } as const };
  return [next, status === 100 ? [] : [{ do: "tell-progress", status, sdp }]];
}

/** Each far end that answers gets its ACK, and all but the first a BYE. RFC 3261 §13.2.2.4 */
function takeAnswer(state: InvitationState, { tag, sdp }: Response): InvitationTransition {
  const { phase } = state;
  if (state.answered.includes(tag)) return [state, [{ do: "acknowledge-again", tag }]];
  const next = { ...state, answered: [...state.answered, tag], deadlines: {} };
  if (state.left.includes(tag)) return [over(next, reasonOf(state)), [{ do: "open-session", tag, as: "left" }]];
  if (phase.type === "calling" || phase.type === "proceeding") {
    const opened: InvitationEffect = { do: "open-session", tag, as: "call" };
    return [{ ...next, phase: { type: "answered", tag } }, [opened, { do: "tell-answered", sdp }]];
  }
  const elsewhere = { status: 200, text: "Call completed elsewhere" };
  if (phase.type === "answered") return [next, [{ do: "open-session", tag, as: "unwanted", reason: elsewhere }]];
  const reason = phase.reason ?? { status: 487, text: "the call was given up" };
  return [over(next, phase.reason), [{ do: "open-session", tag, as: "unwanted", reason }]];
}

/** A challenge is answered in an INVITE of the same call with a higher CSeq, which is on its way as if nothing had come. RFC 3261 §8.1.3.5 */
function takeRefusal(state: InvitationState, response: Response): InvitationTransition {
  const { phase, sent } = state;
  const { status, reason, challenges, retryAfterS } = response;
  const isWanted = phase.type === "calling" || phase.type === "proceeding";
  const tries = isWanted ? tryAgain(state.tries, challenges) : undefined;
  if (tries === undefined)
    return end(state, { type: "rejected", status, reason, ...(retryAfterS === undefined ? {} : { retryAfterS }) });
  const next = { ...state, phase: { type: "calling" } as const, sent: { ...sent, seq: sent.seq + 1 }, tries };
  return [next, [{ do: "send-again" }]];
}

/** The far end hung up right after it answered, and its BYE came before its 200, or the 200 was lost. It should have waited for our ACK (RFC
 * 3261 §15), but the call has ended. */
function takeEarlyBye(state: InvitationState, tag: string, now: Moment): InvitationTransition {
  const noted = { ...state, left: [...state.left, tag] };
  const [next, effects] = giveUp(noted, { type: "bye" }, undefined, now);
  return [next, [{ do: "respond-to-bye" }, ...effects]];
}

/** Ends a call that is not answered; its INVITE is cancelled as soon as that is allowed. RFC 3261 §9.1 */
function giveUp(
  state: InvitationState,
  why: CallEnd,
  reason: SipReason | undefined,
  now: Moment,
): InvitationTransition {
  const told: InvitationEffect = { do: "tell-end", end: why };
  if (state.phase.type === "calling") return [{ ...state, phase: { type: "given-up", reason } }, [told]];
  if (state.phase.type !== "proceeding") return [state, []];
  const [next, effects] = cancel(state, reason, now);
  return [next, [told, ...effects]];
}

/** Sends CANCEL, and gives the INVITE up when no final response follows within 64*T1. */
function cancel(state: InvitationState, reason: SipReason | undefined, { atMs }: Moment): InvitationTransition {
  const deadlines = { cancelled: atMs + 64 * state.t1Ms };
  return [{ ...state, phase: { type: "cancelled", reason }, deadlines }, [{ do: "send-cancel", reason }]];
}

/** The INVITE got a refusal, or gets no response. The owner hears of it unless the call is over for it. */
function end(state: InvitationState, why: CallEnd): InvitationTransition {
  if (state.phase.type === "answered") return ignore(state, "the INVITE is answered");
  const isTold = state.phase.type !== "calling" && state.phase.type !== "proceeding";
  return [over({ ...state, deadlines: {} }, reasonOf(state)), isTold ? [] : [{ do: "tell-end", end: why }]];
}

function over(state: InvitationState, reason: SipReason | undefined): InvitationState {
  return { ...state, phase: { type: "over", reason } };
}

function reasonOf({ phase }: InvitationState): SipReason | undefined {
  return "reason" in phase ? phase.reason : undefined;
}

function ignore(state: InvitationState, why: string): InvitationTransition {
  return [state, [{ do: "ignore", why }]];
}
