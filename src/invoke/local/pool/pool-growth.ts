import { askBack, looksOfHanging } from "./pool-ahead.ts";
import {
  copyOf,
  count,
  countEvents,
  countLive,
  countWaiting,
  emptyPool,
  end,
  initLimitMs,
  longestWaitMs,
  spareEndMs,
  startTimer,
  stopTimer,
  follow,
  type Member,
  type Moment,
  type PoolState,
  type PoolTransition,
} from "./pool-state.ts";

/** An invocation waited for this long: look whether more processes are needed. */
export const growAfterMs = 50;
/** Most processes that load their code at one time: that takes far more of the processors than an event does, in the middle of a rush. */
export const mostLoading = 2;
/** Where all processors are busy anyway, further processes start one at a time and so far apart: each takes a good part of a second of one,
 * and serves its first events slowly. Nor do they start for a wait below `growAfterMs` for each that there is. */
const startEveryMs = 1_000;
/** So long no event of a quick function waits for a processor. */
const hangingMs = 1_000;
/** Of this many answers each counts about the same in the mean. */
const answersOfMean = 16;
/** Code that fails twice in a row waits before the next start, each time twice as long. */
const firstBackOffMs = 100;
const longestBackOffMs = 2_000;

/** Starts what is needed now: the first process at once, more only when events have waited. */
export function grow(state: PoolState, { atMs }: Moment): PoolTransition {
  const isWaiting = countWaiting(state) > 0;
  if (state.isClosing || state.backOff.isWaiting || !(isWaiting || state.isWarming)) return [state, []];
  if (countLive(state) === 0) return start(state, { atMs });
  if (!isWaiting || state.isGrowing) return [state, []];
  const waitedMs = longestWaitMs(state, atMs);
  const delayMs = waitedMs < growAfterMs ? growAfterMs - waitedMs : growAfterMs;
  return [{ ...state, isGrowing: true }, [startTimer("grow", delayMs)]];
}

/** Events have waited for a while. Never more while others are still loading. A queue that moves needs none, however seldom it is empty. */
export function growMore(before: PoolState, moment: Moment): PoolTransition {
  const state = { ...before, isGrowing: false };
  if (longestWaitMs(state, moment.atMs) < growAfterMs) return grow(state, moment);
  const mayNot = count(state.members, "starting") > 0 || state.backOff.isWaiting;
  return follow(askBack(state), (after) =>
    mayNot || countLive(after) >= moment.maxProcesses ? grow(after, moment) : [after, [{ do: "look-for-processor" }]],
  );
}

/** Starts a few, where the function is what events wait for: it takes too long for them, or one of its processes hangs. */
export function looked(state: PoolState, hasIdleProcessor: boolean, moment: Moment): PoolTransition {
  if (state.isClosing) return [state, []];
  const { atMs, maxProcesses } = moment;
  const live = countLive(state);
  const missing = countNeeded(state) - live;
  const hangs = state.members.every(({ work, state: is }) => is === "ending" || (work?.looks ?? 0) >= looksOfHanging);
  const isSoon = state.startedAtMs !== undefined && atMs - state.startedAtMs < startEveryMs;
  const isShort = longestWaitMs(state, atMs) < (missing > 0 ? growAfterMs * live : hangingMs);
  const mayLoad = (hasIdleProcessor ? mostLoading : isSoon || isShort ? 0 : 1) - count(state.members, "starting");
  const wanted = Math.max(missing, hangs ? 1 : 0);
  const more = Math.min(maxProcesses - live, wanted, mayLoad, Math.max(1, live));
  const starts = Array.from({ length: Math.max(0, more) }, () => (after: PoolState) => start(after, { atMs }));
  return follow([state, []], ...starts, (after) => grow(after, moment));
}

/** How many processes answer what waits and runs within `growAfterMs`, as long as events take now. More would wait for a processor, or for the
 * thread that gives events. */
function countNeeded(state: PoolState): number {
  const { handlingMs = growAfterMs } = state;
  const events = countEvents(state);
  return Math.min(events, Math.ceil((events * handlingMs) / growAfterMs));
}

/** Remembers how many processes are needed, where some could be spare. */
export function noteNeed(state: PoolState): PoolState {
  return state.members.length > 1 ? withNeed(state, countNeeded(state)) : state;
}

/** Remembers how long an event took. One that took long among quick ones held its process, while the others needed one. */
export function noteHandling(state: PoolState, tookMs: number | undefined): PoolState {
  if (tookMs === undefined) return state;
  const { handlingMs: beforeMs = tookMs } = state;
  const noted = copyOf(state);
  noted.handlingMs = beforeMs + (tookMs - beforeMs) / answersOfMean;
  return tookMs >= growAfterMs && beforeMs < growAfterMs ? withNeed(noted, 2) : noted;
}

function withNeed(state: PoolState, needed: number): PoolState {
  return needed > state.mostNeeded ? { ...state, mostNeeded: needed } : state;
}

/** Ends idle processes beyond those that were needed at one time since it was last done; the ones that were used last stay. */
export function endSpare(state: PoolState): PoolTransition {
  const spare = countLive(state) - Math.max(1, state.mostNeeded);
  return follow(
    [{ ...state, mostNeeded: countNeeded(state) }, []],
    ...state.idle.slice(0, Math.max(0, spare)).map((id) => (after: PoolState) => end(after, id)),
    (after) => [after, countLive(after) > 1 ? [startTimer("spare", spareEndMs)] : []],
  );
}

/** Starts a process. */
export function start(state: PoolState, { atMs }: Pick<Moment, "atMs">): PoolTransition {
  const id = state.nextId;
  const isFurther = count(state.members, "idle", "busy", "finishing") > 0;
  const member: Member = { id, state: "starting", work: undefined, ahead: [], isStale: false, hasServed: false };
  return [
    { ...state, members: [...state.members, member], startedAtMs: atMs, nextId: id + 1 },
    [
      startTimer(`member ${id}`, initLimitMs),
      ...(isFurther ? [startTimer("spare", spareEndMs)] : []),
      { do: "start-process", memberId: id, isFurther },
    ],
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
  if (state.backOff.failures === 0) return [state, []];
  return [{ ...state, backOff: emptyPool.backOff }, state.backOff.isWaiting ? [stopTimer("back-off")] : []];
}
