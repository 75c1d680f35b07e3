import type { SipAddress } from "../sip/index.ts";

/** Where a registration of ours at a trunk is. RFC 3261 §10.2 */
export type RegistrationPhase =
  /** The addresses of the registrar are asked for. */
  | { readonly type: "locating" }
  /** A REGISTER is on its way to the address at `at`. */
  | { readonly type: "registering"; readonly at: number }
  /** It holds; the deadline is that of its refresh. */
  | { readonly type: "registered"; readonly at: number }
  /** It failed everywhere; the deadline is that of the next attempt. */
  | { readonly type: "waiting"; readonly why: string }
  /** It is taken back. */
  | { readonly type: "leaving" }
  | { readonly type: "over" };

/** One registration as plain data. Times are epoch milliseconds. */
export interface RegistrationState {
  readonly phase: RegistrationPhase;
  readonly targets: readonly SipAddress[];
  /** What is asked for, seconds; a registrar may want more (423). */
  readonly expiresS: number;
  /** Rounds through all addresses that failed since it held. */
  readonly failures: number;
  /** Until then the registrar keeps it; undefined: it keeps none. */
  readonly heldUntilMs: number | undefined;
  /** When the timer fires. */
  readonly deadlineMs: number | undefined;
}

export type RegistrationInput =
  | { readonly type: "start" | "timer" | "stop" }
  /** That over which the registrar may call us. RFC 5626 §4.4 */
  | { readonly type: "connection-lost" }
  | { readonly type: "located"; readonly targets: readonly SipAddress[] }
  | { readonly type: "not-located"; readonly why: string }
  /** The final response, when credentials have been tried. */
  | {
      readonly type: "response";
      readonly status: number;
      /** What our contact was granted. */
      readonly grantedS: number | undefined;
      /** Min-Expires of a 423. */
      readonly smallestS: number | undefined;
      readonly retryAfterS: number | undefined;
    }
  | { readonly type: "no-response"; readonly why: string };

/** What a registration asks of its shell, in order. */
export type RegistrationEffect =
  | { readonly do: "locate" }
  /** `expiresS`: 0 takes it back. */
  /** `hasOther`: another address would be tried, so that this one is not waited for as long as a request may take. */
  | { readonly do: "send"; readonly target: SipAddress; readonly expiresS: number; readonly hasOther: boolean }
  | { readonly do: "tell"; readonly is: "registered"; readonly target: SipAddress; readonly grantedS: number }
  | { readonly do: "tell"; readonly is: "failing"; readonly why: string; readonly againInS: number }
  /** Nothing more follows. */
  | { readonly do: "done" };

export type RegistrationTransition = readonly [state: RegistrationState, effects: readonly RegistrationEffect[]];

/** The moment of a step; `chance` is from 0, below 1. */
export interface RegistrationMoment {
  readonly atMs: number;
  readonly chance: number;
}

const firstWaitS = 5;
const longestWaitS = 300;
/** A refusal of the registrar itself seldom goes away within seconds, and some lock an account that is tried too often. */
const refusedWaitS = 60;
const longestRefusedWaitS = 1_800;
const longestRetryAfterS = 3_600;
/** The longest lifetime that a registrar may ask for. */
const longestExpiresS = 86_400;
/** How long a stop waits for the registrar. */
const leavingMs = 1_000;
/** Longest time from the loss of its connection until it is registered over another. */
const lostWaitMs = 2_000;
/** A refresh leaves so long before the end at the latest, where the lifetime has room for it. */
const spareS = 5;

/** The first state; the input `start` follows. */
export function newRegistration(expiresS: number): RegistrationState {
  const none = { heldUntilMs: undefined, deadlineMs: undefined };
  return { phase: { type: "waiting", why: "it has just begun" }, targets: [], expiresS, failures: 0, ...none };
}

/**
 * One step of a registration of ours. RFC 3261 §10.2, §10.2.8
 *
 *     waiting --start, timer--> locating --> registering --2xx--> registered --timer--> registering (the same address)
 *     registering --423--> registering with a longer lifetime;  no response, 408, 5xx--> the next address;  none left, 4xx--> waiting
 *     registered --connection-lost--> registered, and its refresh is soon
 *     any --stop--> leaving, where the registrar keeps it --response, timer--> over
 */
export function stepRegistration(
  state: RegistrationState,
  input: RegistrationInput,
  now: RegistrationMoment,
): RegistrationTransition {
  switch (input.type) {
    case "start":
    case "timer":
      return proceed(state);
    case "located":
      if (state.phase.type !== "locating") return [state, []];
      if (input.targets.length === 0) return wait(state, "the registrar has no address", now);
      return send({ ...state, targets: input.targets }, 0);
    case "not-located":
      return state.phase.type === "locating" ? wait(state, input.why, now) : [state, []];
    case "response":
      if (state.phase.type === "leaving") return over(state);
      return state.phase.type === "registering" ? takeResponse(state, state.phase.at, input, now) : [state, []];
    case "no-response":
      if (state.phase.type === "leaving") return over(state);
      return state.phase.type === "registering" ? tryNext(state, state.phase.at, input.why, now) : [state, []];
    case "connection-lost":
      return state.phase.type === "registered" ? hurry(state, now) : [state, []];
    case "stop":
      return leave(state, now);
    default:
      return input satisfies never;
  }
}

/** Registers again soon, by chance not at the moment in which all others do who lost it too. */
function hurry(state: RegistrationState, { atMs, chance }: RegistrationMoment): RegistrationTransition {
  const soonMs = atMs + lostWaitMs * (1 - chance / 2);
  return [{ ...state, deadlineMs: Math.min(state.deadlineMs ?? soonMs, soonMs) }, []];
}

function proceed(state: RegistrationState): RegistrationTransition {
  const { phase } = state;
  if (phase.type === "registered") return send(state, phase.at);
  if (phase.type === "leaving") return over(state);
  if (phase.type !== "waiting") return [state, []];
  return [{ ...state, phase: { type: "locating" }, deadlineMs: undefined }, [{ do: "locate" }]];
}

function send(state: RegistrationState, at: number): RegistrationTransition {
  const target = state.targets[at];
  if (target === undefined) return [state, []];
  const next = { ...state, phase: { type: "registering", at } as const, deadlineMs: undefined };
  const hasOther = at + 1 < state.targets.length;
  return [next, [{ do: "send", target, expiresS: state.expiresS, hasOther }]];
}

type Response = Extract<RegistrationInput, { type: "response" }>;

function takeResponse(
  state: RegistrationState,
  at: number,
  { status, grantedS = state.expiresS, smallestS, retryAfterS = 0 }: Response,
  now: RegistrationMoment,
): RegistrationTransition {
  const target = state.targets[at];
  if (status < 300 && grantedS > 0 && target !== undefined) {
    const heldUntilMs = now.atMs + grantedS * 1_000;
    const deadlineMs = now.atMs + refreshAfterMs(grantedS);
    const held = { ...state, phase: { type: "registered", at } as const, failures: 0, heldUntilMs, deadlineMs };
    return [held, [{ do: "tell", is: "registered", target, grantedS }]];
  }
  if (status < 300) return wait(state, "the registrar took our registration away at once", now, { isRefused: true });
  const isLonger = smallestS !== undefined && smallestS > state.expiresS && smallestS <= longestExpiresS;
  if (status === 423 && isLonger) return send({ ...state, expiresS: smallestS }, at);
  const why = `it was refused with ${status}`;
  if (status === 408 || (status >= 500 && status < 600)) return tryNext(state, at, why, now, retryAfterS);
  return wait(state, why, now, { isRefused: true, retryAfterS });
}

function tryNext(
  state: RegistrationState,
  at: number,
  why: string,
  now: RegistrationMoment,
  retryAfterS = 0,
): RegistrationTransition {
  return at + 1 < state.targets.length ? send(state, at + 1) : wait(state, why, now, { retryAfterS });
}

/** Waits longer each time, by chance up to half of it shorter, so that those who lost a registrar together do not come back together. RFC 5626 §4.5 */
function wait(
  state: RegistrationState,
  why: string,
  { atMs, chance }: RegistrationMoment,
  { isRefused = false, retryAfterS = 0 }: { readonly isRefused?: boolean; readonly retryAfterS?: number } = {},
): RegistrationTransition {
  const [first, longest] = isRefused ? [refusedWaitS, longestRefusedWaitS] : [firstWaitS, longestWaitS];
  const doubled = Math.min(longest, first * 2 ** Math.min(state.failures, 10)) * (1 - chance / 2);
  const againInS = Math.ceil(Math.max(doubled, Math.min(retryAfterS, longestRetryAfterS)));
  const deadlineMs = atMs + againInS * 1_000;
  const next = { ...state, phase: { type: "waiting", why } as const, failures: state.failures + 1, deadlineMs };
  return [next, [{ do: "tell", is: "failing", why, againInS }]];
}

/** A registration is taken back at the address that keeps it. RFC 3261 §10.2.2 */
function leave(state: RegistrationState, { atMs }: RegistrationMoment): RegistrationTransition {
  const { phase, heldUntilMs = 0, targets } = state;
  if (phase.type === "leaving" || phase.type === "over") return [state, []];
  const at = phase.type === "registered" || phase.type === "registering" ? phase.at : 0;
  const target = targets[at];
  const isHeld = heldUntilMs > atMs || phase.type === "registering";
  if (target === undefined || !isHeld) return over(state);
  const next = { ...state, phase: { type: "leaving" } as const, deadlineMs: atMs + leavingMs };
  return [next, [{ do: "send", target, expiresS: 0, hasOther: false }]];
}

function over(state: RegistrationState): RegistrationTransition {
  return [{ ...state, phase: { type: "over" }, heldUntilMs: undefined, deadlineMs: undefined }, [{ do: "done" }]];
}

/** A tenth before the end, and at least a few seconds, but never before half of the time is over. */
function refreshAfterMs(grantedS: number): number {
  const early = Math.min(0.9 * grantedS, grantedS - spareS);
  return 1_000 * Math.max(1, early, grantedS / 2);
}
