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
  const fail = (error: unknown) => (state.value = { ...state.value, isAsking: false, problem: problemOf(error) });
  return {
    state,
    /** The first page, whose calls take the place of those that are there. */
    async refresh(): Promise<void> {
      const mine = ++turn;
      try {
        const page = await askForPage(filter, undefined);
        if (mine !== turn) return;
        const isFirst = state.value.calls.length <= page.calls.length || page.next === undefined;
        if (isFirst) next = page.next;
        const calls = isFirst ? page.calls : mergeCalls(page.calls, state.value.calls);
        state.value = { calls, notes: page.notes, isMore: next !== undefined, isAsking: false };
      } catch (error) {
        if (mine === turn) fail(error);
      }
    },
    /** The page behind the last call. */
    async more(): Promise<void> {
      if (next === undefined || state.value.isAsking) return;
      const after = next;
      state.value = { ...state.value, isAsking: true };
      try {
        const page = await askForPage(filter, after);
        next = page.next;
        const calls = mergeCalls(state.value.calls, page.calls);
        state.value = { calls, notes: state.value.notes, isMore: next !== undefined, isAsking: false };
      } catch (error) {
        fail(error);
      }
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
