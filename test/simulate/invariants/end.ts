import { isBridged, timersOf } from "../book.ts";
import type { Invariant } from "../watch.ts";

/** Longest time from the end of the last leg until all is told: a few deadlines. */
const tellingMs = 45 * 20_000;

/** Every call ends, in time, once, and leaves nothing. */
export const end: Invariant = {
  name: "every call ends",
  rule: "ARCHITECTURE, The end: call-started and call-ended once, end-call last; when no leg is up and all is told, and within the longest time for a call",
  watch({ book, scene }, fail) {
    let isStarted = false;
    let endedAt: number | undefined;
    let cause: string | undefined;
    const { longestCallMs } = scene.config.limits;
    return {
      effect(effect, { input }) {
        if (endedAt !== undefined && effect.do !== "ignore") {
          if (effect.do !== "end-call" || endedAt === -1) fail(`${effect.do} after the end of the call`);
        }
        if (effect.do === "observe" && effect.fact.type === "call-started") {
          if (isStarted) fail("the call is started twice");
          isStarted = true;
        } else if (effect.do === "observe" && effect.fact.type === "call-ended") {
          if (effect.fact.durationMs !== input.at - scene.call.at) fail("the record has a wrong duration");
          cause = effect.fact.cause;
          endedAt = input.at;
        } else if (effect.do === "end-call") {
          if (endedAt === undefined) fail("the end of the call is not told to observers");
          if (effect.cause !== cause || cause === "ended") fail("the cause of the end is not known");
          endedAt = -1;
        }
      },
      step({ after, input }) {
        if (!isStarted) fail("the call is not told to observers");
        const isDone = !book.anyLive() && after.invocation === undefined && after.pendingEvents.length === 0;
        if (isDone !== after.finished) fail(isDone ? "all is told, but the call goes on" : "the call ends too early");
        if (after.finished !== (endedAt === -1)) fail("the runner is not told that the call has ended");
        const lateMs = input.at - scene.call.at - longestCallMs;
        if (lateMs > 3_000 && book.anyLive()) fail("the call is longer than calls may be");
        if (lateMs > tellingMs && !after.finished) fail("the call ends too late");
      },
      end(state) {
        const { finished, invocation, pendingEvents, listeners, recordings, list } = state;
        if (!finished) fail("nothing will happen any more, but the call has not ended");
        const left = [...Object.keys(timersOf(state)), ...pendingEvents, ...listeners, ...recordings, ...list.queue];
        const isIdle = list.running === undefined && list.replacement === undefined;
        if (left.length > 0 || invocation !== undefined || isBridged(state) !== false || !isIdle)
          fail("the state holds what is over");
      },
    };
  },
};
