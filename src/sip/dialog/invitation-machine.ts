import type { DigestChallenge } from "../digest/challenge.ts";
import { noTries, tryAgain, type DigestTries } from "../digest/tries.ts";
import type { CallEnd, SipReason } from "../types.ts";
import type { InviteSent } from "./dialog.ts";
import { raisedSeconds } from "./session-interval.ts";
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
  /** Tags of the far ends with an early dialog, while the INVITE is on its way. Each has a session. */
  readonly early: readonly string[];
  /** Tags of the far ends that answered: each has a session. */
  readonly answered: readonly string[];
  /** Tags of far ends whose BYE came before their answer. */
  readonly left: readonly string[];
  /** The INVITE follows a refusal and nothing has come for it yet: where its connection breaks, the far end closed that with the refusal, and the
   * INVITE is sent once more over a new one. */
  readonly followsRefusal: boolean;
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
      /** Min-SE of a 422, seconds. */
      readonly smallestSeconds?: number | undefined;
    }
  /** No final response comes. */
  | { readonly type: "failed"; readonly end: CallEnd }
  /** A BYE of a far end that has not answered. */
  | { readonly type: "bye"; readonly tag: string }
  | { readonly type: "hang-up"; readonly reason: SipReason | undefined }
  | { readonly type: "timer"; readonly name: InvitationTimerName };

/** What an invitation asks of its shell, in order. */
export type InvitationEffect =
  /** Hands the provisional response of the input to the session of its dialog, which is opened where there is none. */
  | { readonly do: "hand-provisional"; readonly tag: string }
  /** Ends the sessions of dialogs that are early, without a word to their far ends. */
  | { readonly do: "leave-early"; readonly tags: readonly string[] }
  /** Hands the 2xx of the input to the session of its dialog, which sends the ACK. `as` says what becomes of it. */
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
  | { readonly do: "tell-end"; readonly end: CallEnd }
  /** The input was ignored, and why. */
  | { readonly do: "ignore"; readonly why: string };

/** What a step gives. */
export type InvitationTransition = readonly [state: InvitationState, effects: readonly InvitationEffect[]];

/** The first state. The INVITE is the shell's to send, at once. */
export function startInvitation(sent: InviteSent, t1Ms: number): InvitationState {
  const none = { early: [], answered: [], left: [], followsRefusal: false, deadlines: {} };
  return { phase: { type: "calling" }, sent, tries: noTries, ...none, t1Ms };
}

/** Whether a final response may still come that makes the first session. */
export function isInvitationOpen({ phase, answered }: InvitationState): boolean {
  return phase.type !== "over" && answered.length === 0;
}

/**
 * One step of an INVITE of ours. RFC 3261 §9.1, §13.2.2; forks: §13.2.2.4
 *
 *     calling --1xx--> proceeding --2xx--> answered;  401, 407, 422 that can be answered of both / INVITE--> calling
 *        |  +--------------2xx--------------^
 *        +--hang-up--> given-up --1xx / CANCEL--> cancelled --final response, 64*T1--> over
 *     proceeding --hang-up / CANCEL--> cancelled;  refusal, failure of any--> over
 */
export function stepInvitation(state: InvitationState, input: InvitationInput, now: Moment): InvitationTransition {
  const [next, effects] = takeInput(state, input, now);
  const isNewInvite = next.sent !== state.sent;
  if (next.early.length === 0 || (isRinging(next) && !isNewInvite)) return [next, effects];
  const tags = next.early.filter((tag) => !next.answered.includes(tag));
  return [{ ...next, early: [] }, tags.length === 0 ? effects : [...effects, { do: "leave-early", tags }]];
}

/** Whether the INVITE is on its way and somebody waits for its answer. */
function isRinging({ phase }: InvitationState): boolean {
  return phase.type === "calling" || phase.type === "proceeding";
}

function takeInput(state: InvitationState, input: InvitationInput, now: Moment): InvitationTransition {
  switch (input.type) {
    case "response":
      if (input.status < 200) return takeProvisional(state, input, now);
      if (input.status < 300) return takeAnswer(state, input);
      return takeRefusal(state, input);
    case "failed":
      return takeFailure(state, input.end);
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

/** Early dialogs that are kept for one INVITE; provisional responses of further ones are told, and no more. */
const mostEarly = 16;

/** A provisional response with a tag makes an early dialog. RFC 3261 §12.1 */
function takeProvisional(state: InvitationState, { status, sdp, tag }: Response, now: Moment): InvitationTransition {
  const { phase, early } = state;
  if (phase.type === "given-up") return cancel(state, phase.reason, now);
  if (!isRinging(state)) return ignore(state, "nobody waits for it");
  const next = { ...state, phase: { type: "proceeding" } as const };
  if (status === 100) return [next, []];
  if (early.includes(tag)) return [next, [{ do: "hand-provisional", tag }]];
  if (tag === "" || early.length === mostEarly) return [next, [{ do: "tell-progress", status, sdp }]];
  return [{ ...next, early: [...early, tag] }, [{ do: "hand-provisional", tag }]];
}

/** Each far end that answers gets its ACK, and all but the first a BYE. RFC 3261 §13.2.2.4 */
function takeAnswer(state: InvitationState, { tag }: Response): InvitationTransition {
  const { phase } = state;
  if (state.answered.includes(tag)) return [state, [{ do: "acknowledge-again", tag }]];
  const next = { ...state, answered: [...state.answered, tag], deadlines: {} };
  if (state.left.includes(tag)) return [over(next, reasonOf(state)), [{ do: "open-session", tag, as: "left" }]];
  if (isRinging(state))
    return [{ ...next, phase: { type: "answered", tag } }, [{ do: "open-session", tag, as: "call" }]];
  const elsewhere = { status: 200, text: "Call completed elsewhere" };
  if (phase.type === "answered") return [next, [{ do: "open-session", tag, as: "unwanted", reason: elsewhere }]];
  const reason = reasonOf(state) ?? { status: 487, text: "the call was given up" };
  return [over(next, reasonOf(state)), [{ do: "open-session", tag, as: "unwanted", reason }]];
}

/** A challenge is answered, and a session interval raised, in an INVITE of the same call with a higher CSeq, which is on its way as if nothing had
 * come. RFC 3261 §8.1.3.5, RFC 4028 §7.3 */
function takeRefusal(state: InvitationState, response: Response): InvitationTransition {
  const { status, reason, challenges, retryAfterS } = response;
  const { sent } = state;
  const asked = sent.sessionSeconds;
  const sessionSeconds = status === 422 ? raisedSeconds(response.smallestSeconds, asked, asked) : undefined;
  const tries = sessionSeconds === undefined ? tryAgain(state.tries, challenges) : state.tries;
  if (!isRinging(state) || tries === undefined)
    return end(state, { type: "rejected", status, reason, ...(retryAfterS === undefined ? {} : { retryAfterS }) });
  const next = { ...sent, seq: sent.seq + 1, ...(sessionSeconds === undefined ? {} : { sessionSeconds }) };
  return [{ ...state, phase: { type: "calling" }, sent: next, tries, followsRefusal: true }, [{ do: "send-again" }]];
}

function takeFailure(state: InvitationState, why: CallEnd): InvitationTransition {
  const { sent, phase, followsRefusal } = state;
  if (why.type !== "transport" || phase.type !== "calling" || !followsRefusal) return end(state, why);
  return [{ ...state, sent: { ...sent, seq: sent.seq + 1 }, followsRefusal: false }, [{ do: "send-again" }]];
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
