import { askOthers } from "./ask-others.ts";
import { keyOfSummary, latestFirst } from "./live-calls.ts";
import type { AdminCall } from "../operation.ts";
import type { callPage } from "../shapes/calls.ts";
import type { ValueOf } from "../shapes/schema-node.ts";

type Page = ValueOf<typeof callPage>;

/** A page of calls of this node with those of all others: they are asked the same. Each says whose it is, where there are several. */
export async function withOtherNodes(own: Page, limit: number, call: AdminCall): Promise<Page> {
  const { pages, calls: all, notes } = await pagesOfAll(own, call);
  if (pages.length === 1) return { ...own, notes };
  const sorted = latestFirst(all);
  const calls = sorted.slice(0, limit);
  const last = calls.at(-1);
  const hasMore = all.length > limit || pages.some(({ next }) => next !== undefined);
  return { calls, ...(hasMore && last !== undefined ? { next: keyOfSummary(last) } : {}), notes };
}

/** The same of calls that were refused, which each node has in files: pages go on behind a place among these. */
export async function refusedOfAllNodes(own: Page, limit: number, call: AdminCall): Promise<Page> {
  const { pages, calls: all, notes } = await pagesOfAll(own, call);
  if (pages.length === 1) return { ...own, notes };
  // Behind the end of a page of one node there may be calls of it that are later than those of others.
  const [end] = pages.flatMap(({ next }) => next ?? []).toSorted(byPlace);
  const known = all.filter(({ place = "" }) => end === undefined || byPlace(place, end) <= 0);
  const calls = known.toSorted((one, other) => byPlace(one.place ?? "", other.place ?? "")).slice(0, limit);
  const next = calls.length < known.length ? calls.at(-1)?.place : end;
  return { calls, ...(next === undefined ? {} : { next }), notes };
}

async function pagesOfAll(own: Page, call: AdminCall) {
  const { answers, notes } = await askOthers<Page>(call, "calls");
  const node = answers.length === 0 ? undefined : call.source.nodeName();
  const pages = [{ ...own, node }, ...answers.map((one) => ({ ...one.answer, node: one.node }))];
  return {
    pages,
    calls: pages.flatMap((page) =>
      page.calls.map((one) => ({ ...one, ...(page.node === undefined ? {} : { node: page.node }) })),
    ),
    notes: [...new Set([...pages.flatMap((page) => page.notes), ...notes])],
  };
}

/** The latest first, as the files of a node are sorted. */
function byPlace(one: string, other: string): number {
  const [[at = "", id = ""], [otherAt = "", otherId = ""]] = [one.split("."), other.split(".")];
  return Number(otherAt) - Number(at) || (id < otherId ? -1 : id > otherId ? 1 : 0);
}
