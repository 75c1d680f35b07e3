import { timersOf } from "../book.ts";
import type { Invariant } from "../watch.ts";

/** Timers run when there is something to wait for, for the time that the limits and the function say. */
export const timers: Invariant = {
  name: "timers run while they are needed, and no longer",
  rule: "Contract: events-deadline, events-unanswered, sip-and-media-ring-timeout: each at most once, for the right time; none is left after the call",
  watch({ book, scene }, fail) {
    const pending = new Map<string, number>();
    const ids = new Set<string>();
    const { limits } = scene.config;
    const fixed: Readonly<Record<string, number>> = {
      unanswered: limits.unansweredMs,
      ring: limits.ringTimeoutMs,
      "longest-call": limits.longestCallMs,
      awaited: 30_000,
    };
    let isOverdue = false;
    return {
      input({ input, before }) {
        if (input.type !== "timer-fired") return;
        if (book.timerName(before, input.timerId) === "unanswered") isOverdue = true;
        pending.delete(input.timerId);
      },
      effect(effect, { after }) {
        if (effect.do === "start-timer") {
          const { timerId, delayMs } = effect;
          if (ids.has(timerId)) fail(`the id ${timerId} is used again`);
          ids.add(timerId);
          if (!(delayMs > 0)) fail(`a timer of ${delayMs} ms`);
          pending.set(timerId, delayMs);
          const expected = fixed[book.timerName(after, timerId) ?? ""];
          if (expected !== undefined && expected !== delayMs) fail(`a timer of ${delayMs} ms, not ${expected} ms`);
        } else if (effect.do === "cancel-timer" && !pending.delete(effect.timerId)) {
          fail(`the timer ${effect.timerId} is cancelled, but does not run`);
        }
      },
      step({ after, before, input }) {
        const known = timersOf(after);
        const names = Object.entries(known);
        if (names.length !== pending.size) fail("the state of the call does not know the timers that run");
        for (const [name, id] of names) if (!pending.has(id)) fail(`${name} does not run`);
        const { a, b } = book;
        const isTicking = (name: string) => known[name] !== undefined;
        const isEarly = before.timers["longest-call"] === undefined && input.type !== "start";
        if (isTicking("longest-call") !== (book.anyLive() && !isEarly)) fail("nothing limits the length of the call");
        if (isTicking("unanswered") !== (a.state === "offered" && !isOverdue))
          fail("unanswered: pending or not, wrongly");
        if (isTicking("ring") !== (a.state === "dialing" || a.state === "ringing"))
          fail("ring: pending or not, wrongly");
        const awaits = after.pendingEvents.some((event) => event.awaited !== undefined);
        if (isTicking("awaited") !== awaits) fail("awaited: pending or not, wrongly");
        const waits = after.invocation === undefined && after.pendingEvents.length > 0;
        if (isTicking("pace") && !waits) fail("an invocation is held up that nobody wants");
        if (isTicking("action") && after.list.running === undefined) fail("a timer of an action that is over");
        if (isTicking("flush-digits:LEG-A") && a.state === "over") fail("a timer of keys of LEG-A, which is gone");
        if (isTicking("flush-digits:LEG-B") && b?.state !== "answered") fail("a timer of keys of LEG-B, which is gone");
      },
      end() {
        if (pending.size > 0) fail("a timer runs after the end of the call");
      },
    };
  },
};
