import {
  changed,
  failure,
  follow,
  memberAs,
  memberOf,
  settle,
  stopTimer,
  withQueue,
  type Job,
  type Member,
  type Moment,
  type PoolEffect,
  type PoolState,
  type PoolTransition,
} from "./pool-state.ts";

/** A process gets so many events ahead as it takes this long for, so that none waits for the thread that gives them. */
const aheadMs = 5;
const mostAhead = 7;
/** Looks at a queue over which an event was not answered: its process hangs. A thread that was held up comes late to one of them, and has read by the
 * next what was answered. */
export const looksOfHanging = 2;

/** Sends events that wait to processes of a quick function behind those that they have. They begin one when they have answered the one before. */
export function giveAhead(state: PoolState, moment: Moment): PoolTransition {
  const [job] = state.queue;
  const member = job === undefined ? undefined : findAhead(state);
  if (job === undefined || member === undefined) return [state, []];
  const limitMs = Math.max(0, Math.min(moment.timeoutMs, job.dueMs - moment.atMs));
  const { requestId } = job;
  return follow(
    [
      changed(
        withQueue(state, state.queue.slice(1)),
        memberAs(member, member.state, member.work, [...member.ahead, job]),
      ),
      [{ do: "give-ahead", memberId: member.id, requestId, limitMs }],
    ],
    (after) => giveAhead(after, moment),
  );
}

/** The one with the fewest of those that take one more; none of those that tell no times, or that print. */
function findAhead({ members, handlingMs, prints }: PoolState): Member | undefined {
  if (handlingMs === undefined || prints) return undefined;
  const most = Math.min(mostAhead, aheadMs / handlingMs - 1);
  return members
    .filter(({ work, ahead, isStale }) => work?.looks === 0 && !isStale && ahead.length < most)
    .reduce<Member | undefined>(
      (best, one) => (best === undefined || one.ahead.length < best.ahead.length ? one : best),
      undefined,
    );
}

/** A look at events that have waited: what a process that hangs has not begun is asked back. */
export function askBack(state: PoolState): PoolTransition {
  const members = state.members.map((member) =>
    member.work === undefined ? member : { ...member, work: { ...member.work, looks: member.work.looks + 1 } },
  );
  const effects = members.flatMap(({ id, work, ahead }): readonly PoolEffect[] =>
    ahead.length > 0 && work !== undefined && work.looks >= looksOfHanging ? [{ do: "ask-back", memberId: id }] : [],
  );
  return [{ ...state, members }, effects];
}

/** A process gave these back; it has the others. */
export function takeBack(state: PoolState, memberId: number, requestIds: readonly string[]): PoolTransition {
  const member = memberOf(state, memberId);
  if (member === undefined) return [state, []];
  const back = member.ahead.filter((job) => requestIds.includes(job.requestId));
  const left = changed(state, { ...member, ahead: member.ahead.filter((job) => !back.includes(job)) });
  return waitAgain(left, back);
}

/** What a process that ends did not begin waits for another, or fails while the pool closes. */
export function takeAllBack(state: PoolState, { id, ahead }: Member): PoolTransition {
  const member = memberOf(state, id);
  if (member === undefined || ahead.length === 0) return [state, []];
  return waitAgain(changed(state, { ...member, ahead: [] }), ahead);
}

function waitAgain(state: PoolState, jobs: readonly Job[]): PoolTransition {
  const open = jobs.filter(({ isOver }) => !isOver);
  if (!state.isClosing) return [{ ...state, queue: [...open, ...state.queue] }, []];
  const why = failure("unreachable", "The server is closing");
  return [state, open.flatMap(({ requestId }) => [stopTimer(`job ${requestId}`), settle(requestId, why)])];
}

/** An event that was sent ahead came to its deadline: its process answers it all the same, to nobody. */
export function giveUpAhead(state: PoolState, requestId: string): PoolState {
  const isAsked = (job: Job) => job.requestId === requestId;
  const member = state.members.find(({ ahead }) => ahead.some(isAsked));
  if (member === undefined) return state;
  return changed(state, {
    ...member,
    ahead: member.ahead.map((job) => (isAsked(job) ? { ...job, isOver: true } : job)),
  });
}

/** The process begins the next of those that it has. */
export function beginNext(state: PoolState, member: Member, { timeoutMs, atMs }: Moment): PoolTransition {
  const [job] = member.ahead;
  if (job === undefined) return [state, []];
  const limitMs = Math.max(0, Math.min(timeoutMs, job.dueMs - atMs));
  return [
    changed(state, memberAs(member, "busy", { job, limitMs, looks: 0 }, member.ahead.slice(1))),
    [stopTimer(`job ${job.requestId}`), { do: "start-timer", timer: `member ${member.id}`, delayMs: limitMs }],
  ];
}
