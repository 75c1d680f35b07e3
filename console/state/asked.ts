import { signal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { problemOf, type Problem } from "../api/ask.ts";

/** What was asked of the server. While it is asked anew, the value of before stays. */
export interface Asked<Value> {
  readonly value?: Value;
  readonly problem?: Problem;
  readonly isAsking: boolean;
}

/** An answer of the server in a component: asked for when `key` changes, and when `again` is called.
 * @param everyMs asked anew so often while the page is seen */
export function useAsked<Value>(
  key: string,
  asks: () => Promise<Value>,
  everyMs?: number,
): { readonly asked: ReadonlySignal<Asked<Value>>; readonly again: () => void } {
  const held = useMemo(() => {
    const asked = signal<Asked<Value>>({ isAsking: true });
    let turn = 0;
    const run = () => {
      const mine = ++turn;
      asked.value = { ...asked.value, isAsking: true };
      asks().then(
        (value) => mine === turn && (asked.value = { value, isAsking: false }),
        (error: unknown) => {
          if (mine !== turn) return;
          const { value } = asked.value;
          asked.value = { ...(value === undefined ? {} : { value }), problem: problemOf(error), isAsking: false };
        },
      );
    };
    return { asked, run, end: () => ++turn };
  }, [key]);
  useEffect(() => {
    held.run();
    const timer = everyMs === undefined ? undefined : setInterval(() => document.hidden || held.run(), everyMs);
    return () => {
      clearInterval(timer);
      held.end();
    };
  }, [held, everyMs]);
  return { asked: held.asked, again: held.run };
}

/** Runs something soon, once for however many that ask for it meanwhile. */
export function soon(run: () => void, afterMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      run();
    }, afterMs);
  };
}
