import { signal } from "@preact/signals";
import { ask, problemOf, type Problem } from "../api/ask.ts";
import type { CallPage, CallSummary } from "../api/types.ts";
import { readSearch } from "./search.ts";

/** What the list shows: which calls, and what they must fit. */
export interface CallFilter {
  readonly state: "all" | "live" | "ended" | "refused";
  readonly typed: string;
  readonly application: string;
  readonly cause: string;
  readonly since: string;
  readonly until: string;
}

export interface CallListState {
  readonly calls: readonly CallSummary[];
  readonly notes: readonly string[];
  /** Whether there is more behind the last. */
  readonly isMore: boolean;
  readonly isAsking: boolean;
  readonly problem?: Problem;
}

const pageSize = "200";
/** Of a server that cannot list all calls in one. */
const withoutAll = { isKnown: false };

/** The calls that fit a filter: as many pages as were asked for, and the first ones anew when something happens. */
export function createCallList(filter: CallFilter) {
  const state = signal<CallListState>({ calls: [], notes: [], isMore: false, isAsking: true });
  let next: string | undefined;
  let turn = 0;
  let isGoingOn = false;
  let isOver = false;
  const set = (change: Partial<Omit<CallListState, "problem">>, problem?: Problem) => {
    const { calls, notes, isAsking } = { ...state.value, ...change };
    state.value = { calls, notes, isMore: next !== undefined, isAsking, ...(problem === undefined ? {} : { problem }) };
  };
  /** The page behind the last call; and those behind it for as long as they have no call: a server that looks through many for few that fit
   * gives empty pages with a place to go on. */
  const more = async (): Promise<void> => {
    if (next === undefined || isGoingOn) return;
    isGoingOn = true;
    set({ isAsking: true });
    try {
      const before = state.value.calls.length;
      while (next !== undefined && state.value.calls.length <= before && !isOver) {
        const page = await askForPage(filter, next);
        next = page.next;
        set({ calls: mergeCalls(state.value.calls, page.calls), isAsking: next !== undefined });
      }
      set({ isAsking: false });
    } catch (error) {
      set({ isAsking: false }, problemOf(error));
    } finally {
      isGoingOn = false;
    }
  };
  return {
    state,
    more,
    /** The first page, whose calls take the place of those that are there. */
    async refresh(): Promise<void> {
      const mine = ++turn;
      try {
        const page = await askForPage(filter, undefined);
        if (mine !== turn) return;
        const known = state.value.calls;
        const isWhole = !isGoingOn && (known.length <= page.calls.length || page.next === undefined);
        if (isWhole) next = page.next;
        set({ calls: isWhole ? page.calls : mergeCalls(page.calls, known), notes: page.notes, isAsking: isGoingOn });
        if (state.value.calls.length === 0) await more();
      } catch (error) {
        if (mine === turn) set({ isAsking: false }, problemOf(error));
      }
    },
    /** Nobody looks at it any more: what is under way is the last that is asked. */
    end(): void {
      turn += 1;
      isOver = true;
    },
  };
}

/** Those of the first list, and those of the second that are not in it: the latest first. */
export function mergeCalls(first: readonly CallSummary[], second: readonly CallSummary[]): readonly CallSummary[] {
  const known = new Set(first.map(({ id }) => id));
  const all = [...first, ...second.filter(({ id }) => !known.has(id))];
  return all.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

async function askForPage(filter: CallFilter, after: string | undefined): Promise<CallPage> {
  const { state } = filter;
  const pageOf = (which: string) =>
    ask<CallPage>("GET", "/calls", { query: { ...queryOf(filter), state: which, limit: pageSize, after } });
  if (state !== "all") return pageOf(state);
  if (!withoutAll.isKnown) {
    const page = await pageOf("all").catch((error: unknown) => {
      if (problemOf(error).status !== 400) throw error;
      withoutAll.isKnown = true;
    });
    if (page !== undefined) return page;
  }
  const [live, ended] = await Promise.all([after === undefined ? pageOf("live") : undefined, pageOf("ended")]);
  return { ...ended, calls: mergeCalls(live?.calls ?? [], ended.calls) };
}

function queryOf({ typed, application, cause, since, until }: CallFilter) {
  const time = (text: string) => (text === "" ? undefined : new Date(text).toISOString());
  return { ...readSearch(typed), application, cause, since: time(since), until: time(until) };
}
