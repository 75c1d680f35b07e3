import type { CallEnd, SipReason } from "../types.ts";

/** One call to several far ends at the same time, as plain data. RFC 3261 §16.7 is what a proxy does with such. */
export interface ForkState {
  /** Of each far end; undefined: it may still answer. */
  readonly ends: readonly (CallEnd | undefined)[];
  /** "ringing", the far end that answered, or that it is over. */
  readonly phase:
    | { readonly type: "ringing" }
    | { readonly type: "answered"; readonly by: number }
    | { readonly type: "over" };
}

export type ForkInput =
  | { readonly type: "progress"; readonly from: number }
  | { readonly type: "answered"; readonly from: number }
  | { readonly type: "ended"; readonly from: number; readonly end: CallEnd }
  | { readonly type: "hang-up"; readonly reason: SipReason | undefined };

/** What a fork asks of its shell, in order. */
export type ForkEffect =
  /** Passes on what the input tells. */
  | { readonly do: "tell"; readonly of: number }
  /** Tells the owner that nobody answered, or that he hung up. */
  | { readonly do: "tell-end"; readonly end: CallEnd }
  | { readonly do: "hang-up"; readonly at: number; readonly reason: SipReason | undefined };

/** The first state of a call to so many far ends. */
export function startFork(count: number): ForkState {
  return { ends: Array.from({ length: count }, () => undefined), phase: { type: "ringing" } };
}

/** One step. The first far end that answers is the call; all others are cancelled, and so they are when one declines for all (6xx). When none is left,
 * the end is the one that says most. RFC 3261 §16.7 */
export function stepFork(state: ForkState, input: ForkInput): readonly [ForkState, readonly ForkEffect[]] {
  const { phase } = state;
  switch (input.type) {
    case "progress":
      return [state, phase.type === "ringing" ? [{ do: "tell", of: input.from }] : []];
    case "answered":
      return phase.type === "ringing" ? answer(state, input.from) : [state, []];
    case "ended":
      return end(state, input.from, input.end);
    case "hang-up":
      return hangUp(state, input.reason);
    default:
      return input satisfies never;
  }
}

type Transition = readonly [ForkState, readonly ForkEffect[]];

const elsewhere: SipReason = { status: 200, text: "Call completed elsewhere" };

function answer(state: ForkState, from: number): Transition {
  const others = openOf(state).filter((at) => at !== from);
  return [
    { ...state, phase: { type: "answered", by: from } },
    [{ do: "tell", of: from }, ...others.map((at): ForkEffect => ({ do: "hang-up", at, reason: elsewhere }))],
  ];
}

function end(state: ForkState, from: number, why: CallEnd): Transition {
  const { phase } = state;
  const ends = state.ends.map((before, at) => (at === from ? why : before));
  const next = { ...state, ends };
  if (phase.type === "answered") {
    return phase.by === from ? [{ ...next, phase: { type: "over" } }, [{ do: "tell", of: from }]] : [next, []];
  }
  if (phase.type === "over") return [next, []];
  const open = openOf(next);
  const isForAll = why.type === "rejected" && why.status >= 600;
  if (open.length > 0 && !isForAll) return [next, []];
  const cancelled = open.map((at): ForkEffect => ({ do: "hang-up", at, reason: undefined }));
  const best = isForAll ? why : bestOf(ends, why);
  return [{ ...next, phase: { type: "over" } }, [...cancelled, { do: "tell-end", end: best }]];
}

function hangUp(state: ForkState, reason: SipReason | undefined): Transition {
  const { phase } = state;
  if (phase.type === "answered") return [state, [{ do: "hang-up", at: phase.by, reason }]];
  if (phase.type === "over") return [state, []];
  const cancelled = openOf(state).map((at): ForkEffect => ({ do: "hang-up", at, reason }));
  return [{ ...state, phase: { type: "over" } }, [...cancelled, { do: "tell-end", end: { type: "local" } }]];
}

function openOf({ ends }: ForkState): readonly number[] {
  return ends.flatMap((one, at) => (one === undefined ? [at] : []));
}

/** What a person did says more than what a phone did, and that more than no answer. */
function bestOf(ends: ForkState["ends"], last: CallEnd): CallEnd {
  return ends.reduce<CallEnd>((best, one) => (one !== undefined && weightOf(one) > weightOf(best) ? one : best), last);
}

function weightOf(end: CallEnd): number {
  if (end.type !== "rejected") return end.type === "timeout" ? 1 : 0;
  if (end.status === 486) return 6;
  if (end.status === 408 || end.status === 430) return 2;
  if (end.status === 480) return 4;
  return end.status < 500 ? 5 : 3;
}
