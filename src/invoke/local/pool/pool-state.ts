import type { InvocationFailure, InvocationResult, InvokerLedger, LoadFailure } from "../../types.ts";
import type { ProcessExit } from "../process-interface.ts";

/** What the pool of one function goes by. */
export interface PoolRules {
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly maxProcesses: number;
}

/** An event that waits, or that a process has. Times are monotonic. */
export interface Job {
  readonly requestId: string;
  readonly dueMs: number;
  readonly sinceMs: number;
  /** Settled, while a process has it ahead. */
  readonly isOver?: boolean;
}

/** A process. starting: loading its code. idle: waits for an event. busy: has one. finishing: answered, not yet waiting again.
 * ending: on its way out. */
export interface Member {
  readonly id: number;
  readonly state: "starting" | "idle" | "busy" | "finishing" | "ending";
  /** What it has, the time it was given for it, and the looks at a queue that had waited since then; only while busy. */
  readonly work: { readonly job: Job; readonly limitMs: number; readonly looks: number } | undefined;
  /** What it was sent behind that, in this order. */
  readonly ahead: readonly Job[];
  /** Runs old code. */
  readonly isStale: boolean;
  readonly hasServed: boolean;
}

/** The processes of one function, and what waits for them. */
export interface PoolState {
  readonly members: readonly Member[];
  /** Ids of members that are idle; the one that was used last is last. */
  readonly idle: readonly number[];
  /** In the order in which they came. */
  readonly queue: readonly Job[];
  /** A process is wanted even without an event. */
  readonly isWarming: boolean;
  /** A look at the queue is due. */
  readonly isGrowing: boolean;
  /** Failures in a row, and whether the next start waits because of them. */
  readonly backOff: { readonly failures: number; readonly isWaiting: boolean };
  /** Of the last start, monotonic; undefined: there was none. */
  readonly startedAtMs: number | undefined;
  /** The file whose change is being loaded. */
  readonly reloadedBy: string | undefined;
  readonly isClosing: boolean;
  readonly nextId: number;
  /** How long the function takes for an event, by the clocks of its processes: a mean in which the last answers count most. undefined: they do not tell. */
  readonly handlingMs: number | undefined;
  /** A process printed while it had an event, which could not be told from the next one's if that was sent ahead. */
  readonly prints: boolean;
  /** Most processes that were needed at one time since spare ones were last ended. */
  readonly mostNeeded: number;
}

/** One for each job and member, and four of the pool. */
export type PoolTimer = `job ${string}` | `member ${number}` | "grow" | "spare" | "back-off" | "close";

/** What happens to a pool; `atMs`: when, monotonic. */
export type PoolInput = { readonly atMs: number } & (
  | { readonly type: "invoked"; readonly requestId: string; readonly deadlineMs: number }
  | { readonly type: "warm-up" }
  | { readonly type: "source-changed"; readonly file: string }
  | { readonly type: "ready"; readonly memberId: number }
  | {
      readonly type: "answered";
      readonly memberId: number;
      readonly result: InvocationResult;
      readonly tookMs?: number | undefined;
    }
  /** It died in the moment in which it got an event, which it never saw. */
  | { readonly type: "event-not-taken"; readonly memberId: number }
  /** What it had not begun of what it was sent ahead, after `ask-back`. */
  | { readonly type: "gave-back"; readonly memberId: number; readonly requestIds: readonly string[] }
  | { readonly type: "printed"; readonly memberId: number }
  | { readonly type: "gone"; readonly memberId: number; readonly exit: ProcessExit }
  /** The answer to `look-for-processor`. */
  | { readonly type: "looked"; readonly hasIdleProcessor: boolean }
  | { readonly type: "timer"; readonly timer: PoolTimer }
  | { readonly type: "close" }
);

/** What is to be done, in this order. A timer that is started anew begins anew. */
export type PoolEffect =
  /** `isFurther`: others serve already, which loading must not hold up. */
  | { readonly do: "start-process"; readonly memberId: number; readonly isFurther: boolean }
  | { readonly do: "give"; readonly memberId: number; readonly requestId: string; readonly limitMs: number }
  /** Behind the event that it has. One that does not take it is about to be gone. */
  | { readonly do: "give-ahead"; readonly memberId: number; readonly requestId: string; readonly limitMs: number }
  | { readonly do: "ask-back"; readonly memberId: number }
  | { readonly do: "end-process"; readonly memberId: number }
  | { readonly do: "settle"; readonly requestId: string; readonly result: InvocationResult }
  /** A process is ready, or with what keeps the code from loading. */
  | { readonly do: "tell-warm"; readonly failure: LoadFailure | undefined }
  | { readonly do: "tell-reloaded"; readonly file: string }
  | { readonly do: "tell-reload-failed"; readonly file: string; readonly failure: LoadFailure }
  /** Whether the machine has a processor to spare; `looked` follows at once. */
  | { readonly do: "look-for-processor" }
  | { readonly do: "start-timer"; readonly timer: PoolTimer; readonly delayMs: number }
  | { readonly do: "stop-timer"; readonly timer: PoolTimer }
  /** The last process is gone, after `close`. */
  | { readonly do: "tell-closed" };

/** Processes beyond the first end after this long in which fewer would have done. */
export const spareEndMs = 60_000;
/** A process that has not loaded its code by then is given up. Lambda allows 10 s, on machines of its own; here others may want the processors,
 * and a server that starts beside them must not take its functions for broken. */
export const initLimitMs = 30_000;
/** Before the first event: no process. */
export const emptyPool: PoolState = {
  members: [],
  idle: [],
  queue: [],
  isWarming: false,
  isGrowing: false,
  backOff: { failures: 0, isWaiting: false },
  startedAtMs: undefined,
  reloadedBy: undefined,
  isClosing: false,
  nextId: 1,
  handlingMs: undefined,
  prints: false,
  mostNeeded: 0,
};

/** A state with what is to be done. */
export type PoolTransition = readonly [PoolState, readonly PoolEffect[]];

/** The rules, and what time it is. */
export interface Moment extends PoolRules {
  readonly atMs: number;
}

/** Events that wait or run, and processes. */
export function ledgerOf(state: PoolState): InvokerLedger {
  return { invocations: countEvents(state), processes: state.members.length };
}

/** How many events wait or run. */
export function countEvents(state: PoolState): number {
  return countWaiting(state) + count(state.members, "busy");
}

/** How many events wait, also behind another that a process has. */
export function countWaiting({ queue, members }: PoolState): number {
  return members.reduce((sum, { ahead }) => sum + ahead.length, queue.length);
}

/** How long the event that came first of those has waited. */
export function longestWaitMs({ queue, members }: PoolState, atMs: number): number {
  const since = members.reduce((first, { ahead }) => Math.min(first, ahead[0]?.sinceMs ?? atMs), atMs);
  return atMs - Math.min(since, queue[0]?.sinceMs ?? atMs);
}

/** What follows from what was decided. */
export function follow(
  first: PoolTransition,
  ...next: readonly ((state: PoolState) => PoolTransition)[]
): PoolTransition {
  return next.reduce<PoolTransition>(([state, effects], decide) => {
    const [after, more] = decide(state);
    return [after, [...effects, ...more]];
  }, first);
}

/** The member of this id, while there is one. */
export function memberOf({ members }: PoolState, id: number): Member | undefined {
  return members.find((member) => member.id === id);
}

/** A copy of a state, for the next one, where each event makes some. Each member is named, as `{ ...state }` of what was copied so itself takes V8 far
 * longer. */
export function copyOf(state: PoolState): { -readonly [Key in keyof PoolState]: PoolState[Key] } {
  return {
    members: state.members,
    idle: state.idle,
    queue: state.queue,
    isWarming: state.isWarming,
    isGrowing: state.isGrowing,
    backOff: state.backOff,
    startedAtMs: state.startedAtMs,
    reloadedBy: state.reloadedBy,
    isClosing: state.isClosing,
    nextId: state.nextId,
    handlingMs: state.handlingMs,
    prints: state.prints,
    mostNeeded: state.mostNeeded,
  };
}

/** The state with this member in place of the one of its id, and among the idle ones if it is. */
export function changed(state: PoolState, member: Member): PoolState {
  const next = copyOf(state);
  next.members = state.members.map((one) => (one.id === member.id ? member : one));
  const wasIdle = state.idle.includes(member.id);
  if (wasIdle && member.state !== "idle") next.idle = state.idle.filter((one) => one !== member.id);
  if (!wasIdle && member.state === "idle") next.idle = [...state.idle, member.id];
  return next;
}

/** The member in another state, with this work and these events behind it. */
export function memberAs(
  { id, isStale, hasServed }: Member,
  state: Member["state"],
  work: Member["work"],
  ahead: readonly Job[],
): Member {
  return { id, state, work, ahead, isStale, hasServed: hasServed || state === "finishing" };
}

/** The state with this queue. */
export function withQueue(state: PoolState, queue: readonly Job[]): PoolState {
  const next = copyOf(state);
  next.queue = queue;
  return next;
}

/** How many members are in one of these states. */
export function count(members: readonly Member[], ...states: readonly Member["state"][]): number {
  return members.filter(({ state }) => states.includes(state)).length;
}

/** How many members are not on their way out. */
export function countLive({ members }: PoolState): number {
  return count(members, "starting", "idle", "busy", "finishing");
}

/** Ends a process; `gone` follows. */
export function end(state: PoolState, memberId: number): PoolTransition {
  const member = memberOf(state, memberId);
  if (member === undefined) return [state, []];
  return [
    changed(state, { ...member, state: "ending" }),
    [stopTimer(`member ${memberId}`), { do: "end-process", memberId }],
  ];
}

/** The effect that starts a timer. */
export function startTimer(timer: PoolTimer, delayMs: number): PoolEffect {
  return { do: "start-timer", timer, delayMs };
}

/** The effect that stops a timer, if it runs. */
export function stopTimer(timer: PoolTimer): PoolEffect {
  return { do: "stop-timer", timer };
}

/** The effect that gives an event its result. */
export function settle(requestId: string, result: InvocationResult): PoolEffect {
  return { do: "settle", requestId, result };
}

/** The same for an event whose deadline may have passed while a process had it ahead. */
export function settleJob({ requestId, isOver }: Job, result: InvocationResult): readonly PoolEffect[] {
  return isOver ? [] : [settle(requestId, result)];
}

/** The result of an event that no function answered. */
export function failure(reason: InvocationFailure, message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}
