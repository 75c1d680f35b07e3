import type { InvocationResult } from "../../types.ts";
import type { ProcessExit } from "../process-interface.ts";
import { beginNext, giveAhead, giveUpAhead, takeAllBack, takeBack } from "./pool-ahead.ts";
import { close, endAll, endWhenClosing, failLoading } from "./pool-end.ts";
import {
  backOff,
  endSpare,
  grow,
  growMore,
  looked,
  noteHandling,
  noteNeed,
  resetBackOff,
  start,
} from "./pool-growth.ts";
import {
  changed,
  count,
  end,
  failure,
  initLimitMs,
  memberAs,
  memberOf,
  settle,
  settleJob,
  startTimer,
  stopTimer,
  follow,
  withQueue,
  type Job,
  type Member,
  type Moment,
  type PoolEffect,
  type PoolInput,
  type PoolRules,
  type PoolState,
  type PoolTimer,
  type PoolTransition,
} from "./pool-state.ts";

/**
 * The pool of one function. Events are served first come, first served, one at a time per process; the process used last is used next, so that
 * spare ones can end. It holds no process until the first event or `warm-up`.
 *
 *     starting --ready--> idle --event--> busy --answered--> finishing --ready--> idle
 *        |                 |               |                    |
 *        +-- too slow -----+-- spare ------+-- no answer -------+-- stuck, or stale --> ending --gone-->
 */
export function stepPool(rules: PoolRules, state: PoolState, input: PoolInput): PoolTransition {
  const { functionName, timeoutMs, maxProcesses } = rules;
  const moment = { atMs: input.atMs, functionName, timeoutMs, maxProcesses };
  switch (input.type) {
    case "invoked":
      return invoked(state, input.requestId, input.deadlineMs, moment);
    case "warm-up":
      return warmUp(state, moment);
    case "source-changed":
      return sourceChanged(state, input.file, moment);
    case "looked":
      return looked(state, input.hasIdleProcessor, moment);
    case "timer":
      return timerFired(state, input.timer, moment);
    case "close":
      return close(state);
    case "ready":
    case "answered":
    case "event-not-taken":
    case "gave-back":
    case "printed":
    case "gone": {
      const member = memberOf(state, input.memberId);
      return member === undefined ? [state, []] : stepMember(state, member, input, moment);
    }
    default:
      return input satisfies never;
  }
}

type MemberInput = Extract<PoolInput, { memberId: number }>;

function stepMember(state: PoolState, member: Member, input: MemberInput, moment: Moment): PoolTransition {
  switch (input.type) {
    case "ready":
      return ready(state, member, moment);
    case "answered":
      return answered(noteHandling(state, input.tookMs), member, input.result, moment);
    case "event-not-taken":
      return notTaken(state, member, moment);
    case "gave-back":
      return follow(takeBack(state, member.id, input.requestIds), (after) => serve(after, moment));
    case "printed":
      return [state.prints || member.work === undefined ? state : { ...state, prints: true }, []];
    case "gone":
      return gone(state, member, input.exit, moment);
    default:
      return input satisfies never;
  }
}

function invoked(state: PoolState, requestId: string, deadlineMs: number, moment: Moment): PoolTransition {
  if (state.isClosing) return [state, [settle(requestId, failure("unreachable", "The server is closing"))]];
  const job: Job = { requestId, dueMs: moment.atMs + deadlineMs, sinceMs: moment.atMs };
  const idle = state.queue.length === 0 ? state.idle.at(-1) : undefined;
  const [after, effects] = idle === undefined ? wait(state, job, moment) : give(state, idle, job, moment);
  return [noteNeed(after), effects];
}

function wait(state: PoolState, job: Job, moment: Moment): PoolTransition {
  const timer = startTimer(`job ${job.requestId}`, job.dueMs - moment.atMs);
  return follow([withQueue(state, [...state.queue, job]), [timer]], (after) => serve(after, moment));
}

function warmUp(state: PoolState, moment: Moment): PoolTransition {
  if (state.isClosing || count(state.members, "idle", "busy", "finishing") > 0) {
    return [state, [{ do: "tell-warm", failure: undefined }]];
  }
  return grow({ ...state, isWarming: true }, moment);
}

/** Replaces every process: idle ones now, busy ones after their answer. */
function sourceChanged(state: PoolState, file: string, moment: Moment): PoolTransition {
  if (state.isClosing || state.startedAtMs === undefined) return [state, []];
  const now = state.members.filter((member) => member.state === "idle" || member.state === "starting");
  const members = state.members.map((member) => (now.includes(member) ? member : { ...member, isStale: true }));
  return follow(
    resetBackOff({ ...state, members, reloadedBy: file, prints: false }),
    ...now.map((member) => (after: PoolState) => end(after, member.id)),
    (after) => start(after, moment),
  );
}

function ready(state: PoolState, member: Member, moment: Moment): PoolTransition {
  if (member.state !== "starting" && member.state !== "finishing") return [state, []];
  if (member.ahead.length > 0) return follow(beginNext(state, member, moment), (after) => giveAhead(after, moment));
  if (member.isStale) return follow(end(state, member.id), (after) => grow(after, moment));
  const isReload = member.state === "starting" && state.reloadedBy !== undefined;
  const news: readonly PoolEffect[] = [
    stopTimer(`member ${member.id}`),
    ...(isReload ? [{ do: "tell-reloaded", file: state.reloadedBy } as const] : []),
    ...(state.isWarming ? [{ do: "tell-warm", failure: undefined } as const] : []),
  ];
  const waiting = changed(state, memberAs(member, "idle", undefined, member.ahead));
  const told =
    isReload || state.isWarming
      ? { ...waiting, isWarming: false, ...(isReload ? { reloadedBy: undefined } : {}) }
      : waiting;
  return follow([told, news], (after) => serve(after, moment));
}

function give(state: PoolState, memberId: number, job: Job, { timeoutMs, atMs }: Moment): PoolTransition {
  const member = memberOf(state, memberId);
  if (member === undefined) return [state, []];
  const limitMs = Math.max(0, Math.min(timeoutMs, job.dueMs - atMs));
  const { requestId } = job;
  return [
    changed(state, memberAs(member, "busy", { job, limitMs, looks: 0 }, member.ahead)),
    [
      stopTimer(`job ${requestId}`),
      startTimer(`member ${memberId}`, limitMs),
      { do: "give", memberId, requestId, limitMs },
    ],
  ];
}

/** Another takes the event. */
function notTaken(state: PoolState, member: Member, moment: Moment): PoolTransition {
  const { work } = member;
  if (work === undefined) return [state, []];
  const { job, limitMs } = work;
  return follow(
    takeAllBack(changed(state, { ...member, work: undefined }), member),
    (after) => end(after, member.id),
    (after) => [{ ...after, queue: [job, ...after.queue] }, [startTimer(`job ${job.requestId}`, limitMs)]],
    (after) => serve(after, moment),
  );
}

function serve(state: PoolState, moment: Moment): PoolTransition {
  const [job] = state.queue;
  const idle = state.idle.at(-1);
  if (job === undefined || idle === undefined) return follow(giveAhead(state, moment), (after) => grow(after, moment));
  return follow(give(withQueue(state, state.queue.slice(1)), idle, job, moment), (after) => serve(after, moment));
}

function answered(state: PoolState, member: Member, result: InvocationResult, { timeoutMs }: Moment): PoolTransition {
  const { work } = member;
  if (work === undefined) return [state, []];
  const next = changed(state, memberAs(member, "finishing", undefined, member.ahead));
  return follow(
    result.type === "response" ? resetBackOff(next) : [next, []],
    // One that answers and then never asks again is stuck.
    (after) => [after, [startTimer(`member ${member.id}`, timeoutMs), ...settleJob(work.job, result)]],
    endWhenClosing,
  );
}

function gone(state: PoolState, member: Member, exit: ProcessExit, moment: Moment): PoolTransition {
  const forgotten = follow(takeAllBack(state, member), (after) => [
    {
      ...after,
      members: after.members.filter(({ id }) => id !== member.id),
      idle: after.idle.filter((id) => id !== member.id),
    },
    [stopTimer(`member ${member.id}`)],
  ]);
  const next = (after: PoolState) => serve(after, moment);
  if (member.state === "ending") return follow(forgotten, endWhenClosing, next);
  const { functionName } = moment;
  const { work } = member;
  const message = `Function "${functionName}": ${exit.message}`;
  const crashed = { type: "failed", reason: exit.reason, message, stack: exit.stack } as const;
  return follow(
    forgotten,
    backOff,
    (after) => (member.state === "starting" ? failLoading(after, exit, functionName) : [after, []]),
    (after) => [
      // Keep a process warm after a crash, but not one that never did any work.
      { ...after, isWarming: after.isWarming || (member.hasServed && after.members.length === 0) },
      work === undefined ? [] : settleJob(work.job, crashed),
    ],
    endWhenClosing,
    next,
  );
}

function timerFired(state: PoolState, timer: PoolTimer, moment: Moment): PoolTransition {
  if (timer === "grow") return growMore(state, moment);
  if (timer === "spare") return endSpare(state);
  if (timer === "back-off") return grow({ ...state, backOff: { ...state.backOff, isWaiting: false } }, moment);
  if (timer === "close") return endAll(state);
  if (timer.startsWith("job ")) return waitedTooLong(state, timer.slice("job ".length), moment);
  const member = memberOf(state, Number(timer.slice("member ".length)));
  return member === undefined ? [state, []] : memberTookTooLong(state, member, moment);
}

function waitedTooLong(state: PoolState, requestId: string, { functionName }: Moment): PoolTransition {
  const queue = state.queue.filter((job) => job.requestId !== requestId);
  const without = queue.length < state.queue.length ? { ...state, queue } : giveUpAhead(state, requestId);
  if (without === state) return [state, []];
  const busy = count(state.members, "busy", "finishing");
  const why =
    busy === 0
      ? failure("timeout", `Function "${functionName}" was not loaded in time`)
      : failure("throttled", `All ${busy} processes of "${functionName}" stayed busy`);
  return [without, [settle(requestId, why)]];
}

function memberTookTooLong(state: PoolState, member: Member, moment: Moment): PoolTransition {
  const { functionName } = moment;
  switch (member.state) {
    case "starting":
      return follow(end(state, member.id), (after) =>
        failLoading(after, { message: `It did not load in ${initLimitMs} ms`, stack: undefined }, functionName),
      );
    case "busy": {
      const limitMs = Math.round(member.work?.limitMs ?? 0);
      const why = failure("timeout", `Function "${functionName}" gave no answer in ${limitMs} ms`);
      return follow(
        takeAllBack(changed(state, { ...member, work: undefined }), member),
        (after) => end(after, member.id),
        (after) => [after, member.work === undefined ? [] : settleJob(member.work.job, why)],
        (after) => serve(after, moment),
      );
    }
    case "finishing":
      return end(state, member.id);
    case "idle":
    case "ending":
      return [state, []];
    default:
      return member.state satisfies never;
  }
}
