import type { InvocationResult, LoadFailure } from "../../types.ts";
import {
  countLive,
  emptyPool,
  end,
  failure,
  settle,
  settleJob,
  startTimer,
  stopTimer,
  follow,
  type PoolEffect,
  type PoolState,
  type PoolTransition,
} from "./pool-state.ts";

/** Time for running events once the pool closes. */
export const closeGraceMs = 2_000;

/** Fails what waits and gives running events a grace. */
export function close(state: PoolState): PoolTransition {
  if (state.isClosing) return endWhenClosing(state);
  const warm: readonly PoolEffect[] = state.isWarming ? [{ do: "tell-warm", failure: undefined }] : [];
  const loading = state.members.filter((member) => member.state === "starting");
  return follow(
    [
      { ...state, isClosing: true, isWarming: false, isGrowing: false, backOff: emptyPool.backOff },
      [startTimer("close", closeGraceMs), stopTimer("grow"), stopTimer("spare"), stopTimer("back-off"), ...warm],
    ],
    (after) => failQueue(after, failure("unreachable", "The server is closing")),
    ...loading.map(
      ({ id }) =>
        (after: PoolState) =>
          end(after, id),
    ),
    endWhenClosing,
  );
}

/** The grace is over: what runs fails. */
export function endAll(state: PoolState): PoolTransition {
  const why = failure("unreachable", "The server closed before the function answered");
  const jobs = state.members.flatMap(({ work, ahead }) => [...(work === undefined ? [] : [work.job]), ...ahead]);
  const members = state.members.map((member) => ({ ...member, work: undefined, ahead: [] }));
  const settled = jobs.flatMap((job) => [stopTimer(`job ${job.requestId}`), ...settleJob(job, why)]);
  const live = members.filter((member) => member.state !== "ending");
  return follow(
    [{ ...state, members }, settled],
    ...live.map(
      ({ id }) =>
        (after: PoolState) =>
          end(after, id),
    ),
  );
}

/** While closing, a process that has nothing to do ends; with the last one the pool is closed. */
export function endWhenClosing(state: PoolState): PoolTransition {
  if (!state.isClosing) return [state, []];
  if (state.members.length === 0) return [state, [stopTimer("close"), { do: "tell-closed" }]];
  const done = state.members.filter(
    ({ state: is, ahead }) => (is === "finishing" && ahead.length === 0) || is === "idle",
  );
  return follow(
    [state, []],
    ...done.map(
      ({ id }) =>
        (after: PoolState) =>
          end(after, id),
    ),
  );
}

/** The code cannot be loaded: who changed it and all that waits learn why, unless processes that loaded it serve on. */
export function failLoading(state: PoolState, { message, stack }: LoadFailure, functionName: string): PoolTransition {
  const { reloadedBy: file } = state;
  const news: readonly PoolEffect[] =
    file === undefined ? [] : [{ do: "tell-reload-failed", file, failure: { message, stack } }];
  const next = { ...state, reloadedBy: undefined };
  if (countLive(state) > 0) return [next, news];
  const why = `Function "${functionName}" could not be loaded. ${message}`;
  const warm: readonly PoolEffect[] = state.isWarming ? [{ do: "tell-warm", failure: { message, stack } }] : [];
  return follow([{ ...next, isWarming: false }, [...news, ...warm]], (after) =>
    failQueue(after, { type: "failed", reason: "init", message: why, stack }),
  );
}

function failQueue(state: PoolState, result: InvocationResult): PoolTransition {
  const effects = state.queue.flatMap(({ requestId }) => [stopTimer(`job ${requestId}`), settle(requestId, result)]);
  return [{ ...state, queue: [] }, effects];
}
