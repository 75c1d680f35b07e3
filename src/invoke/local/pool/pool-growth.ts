import {
  count,
  countLive,
  emptyPool,
  initLimitMs,
  longestWaitMs,
  startTimer,
  stopTimer,
  follow,
  type Member,
  type Moment,
  type PoolState,
  type PoolTransition,
} from "./pool-state.ts";

/** An invocation waited for this long: start more processes. */
export const growAfterMs = 50;
/** Most processes that load their code at one time: that takes far more of the processors than an event does, in the middle of a rush. */
export const mostLoading = 2;
/** Where all processors are busy anyway, further processes start one at a time and so far apart: each takes a good part of a second of one,
 * and serves its first events slowly. Nor do they start for a wait below `growAfterMs` for each that there is. */
const startEveryMs = 1_000;
/** A function that answers sooner than this waits for nobody: its events wait for a processor there, from which one more process would only take. */
const quickMs = 5;
/** So long none waits for a processor: one of its processes hangs. */
const hangingMs = 1_000;
/** Code that fails twice in a row waits before the next start, each time twice as long. */
const firstBackOffMs = 100;
const longestBackOffMs = 2_000;

/** Starts what is needed now: the first process at once, more only when events have waited. */
export function grow(state: PoolState, { atMs }: Moment): PoolTransition {
  const isWanted = state.queue.length > 0 || state.isWarming;
  if (state.isClosing || state.backOff.isWaiting || !isWanted) return [state, []];
  if (countLive(state) === 0) return start(state, { atMs });
  if (state.queue.length === 0 || state.isGrowing) return [state, []];
  const delayMs = growAfterMs - (longestWaitMs(state, atMs) % growAfterMs);
  return [{ ...state, isGrowing: true }, [startTimer("grow", delayMs)]];
}

/** Events have waited for a while. Never more while others are still loading. A queue that moves needs none, however seldom it is empty. */
export function growMore(before: PoolState, moment: Moment): PoolTransition {
  const state = { ...before, isGrowing: false };
  if (state.queue.length === 0 || countLive(state) >= moment.maxProcesses) return [state, []];
  const isLate = longestWaitMs(state, moment.atMs) >= growAfterMs;
  if (!isLate || count(state.members, "starting") > 0 || state.backOff.isWaiting) return grow(state, moment);
  return [state, [{ do: "look-for-processor" }]];
}

/** Starts a few, up to what waits. */
export function looked(state: PoolState, hasIdleProcessor: boolean, moment: Moment): PoolTransition {
  if (state.isClosing) return [state, []];
  const { atMs, maxProcesses } = moment;
  const live = countLive(state);
  const isSoon = state.startedAtMs !== undefined && atMs - state.startedAtMs < startEveryMs;
  const isQuick = state.handlingMs !== undefined && state.handlingMs < quickMs;
  const isShort = longestWaitMs(state, atMs) < (isQuick ? hangingMs : growAfterMs * live);
  const mayLoad = (hasIdleProcessor ? mostLoading : isSoon || isShort ? 0 : 1) - count(state.members, "starting");
  const more = Math.min(maxProcesses - live, state.queue.length, mayLoad, Math.max(1, live));
  const starts = Array.from({ length: Math.max(0, more) }, () => (after: PoolState) => start(after, { atMs }));
  return follow([state, []], ...starts, (after) => grow(after, moment));
}

/** Starts a process. */
export function start(state: PoolState, { atMs }: Pick<Moment, "atMs">): PoolTransition {
  const id = state.nextId;
  const isFurther = count(state.members, "idle", "busy", "finishing") > 0;
  const member: Member = { id, state: "starting", work: undefined, isStale: false, hasServed: false };
  return [
    { ...state, members: [...state.members, member], startedAtMs: atMs, nextId: id + 1 },
    [startTimer(`member ${id}`, initLimitMs), { do: "start-process", memberId: id, isFurther }],
  ];
}

/** Spaces out the starts of a process that keeps failing, so that a crash loop burns no processor time. */
export function backOff(state: PoolState): PoolTransition {
  const failures = state.backOff.failures + 1;
  const isWaiting = failures > 1 && !state.isClosing;
  const delayMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failures - 2, 10));
  return [
    { ...state, backOff: { failures, isWaiting } },
    [isWaiting ? startTimer("back-off", delayMs) : stopTimer("back-off")],
  ];
}

/** Things went well, or the code changed: the next start waits for nothing. */
export function resetBackOff(state: PoolState): PoolTransition {
  return [{ ...state, backOff: emptyPool.backOff }, state.backOff.isWaiting ? [stopTimer("back-off")] : []];
}
