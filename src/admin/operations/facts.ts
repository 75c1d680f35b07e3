import { summarizePast } from "../describe-call.ts";
import { defineOperation, noInput } from "../operation.ts";
import { askOthers } from "./ask-others.ts";
import { latestFirst } from "./live-calls.ts";
import { asRefusal } from "../refuse-admin.ts";
import { capacity, refusalList, serverFacts } from "../shapes/facts.ts";
import { showTime } from "../shapes/words.ts";

/** What the server is. */
export const getServer = defineOperation({
  id: "GetServer",
  method: "GET",
  path: "/server",
  summary: "What this server is, and what can be had here.",
  input: noInput,
  answer: serverFacts,
  handle(_input, { source }) {
    const { startedAt, ...facts } = source.facts;
    const isAuthored = source.authoring !== undefined;
    return {
      ...{ ...facts, startedAt: showTime(startedAt) },
      features: {
        ...{ histories: source.past !== undefined, audio: true },
        ...{ replay: isAuthored, saveAsTest: isAuthored, functionOutput: isAuthored },
        caller: source.runCaller !== undefined,
        softphone: source.softphone !== undefined,
      },
    };
  },
});

/** What the node can carry. */
export const getCapacity = defineOperation({
  id: "GetCapacity",
  method: "GET",
  path: "/capacity",
  summary: "What this node carries, what it can carry, and the reason of each limit.",
  input: noInput,
  answer: capacity,
  handle: (_input, { source }) => source.capacity(),
});

/** How many refused calls are told at once; GET /calls?state=refused has the others. */
const mostRefused = 50;

/** What was refused. */
export const listRefusals = defineOperation({
  id: "ListRefusals",
  method: "GET",
  path: "/refusals",
  summary: "Why messages and calls were refused, how often on all nodes, and the latest calls that were.",
  input: noInput,
  answer: refusalList,
  async handle(_input, call) {
    const { source } = call;
    const kept = await source.past?.searchRefused({ limit: mostRefused }).catch(asRefusal);
    const why = "No histories are written (histories.write in the configuration): refused calls are counted only.";
    const own = {
      causes: Object.entries(source.ledger().refusals).map(([cause, times]) => ({ cause, count: times })),
      calls: kept?.calls.map(summarizePast) ?? [],
      notes: kept === undefined ? [why] : [],
    };
    const { answers, notes } = await askOthers<typeof own>(call, "refusals");
    const node = answers.length === 0 ? {} : { node: source.nodeName() };
    const all = [{ ...own, node }, ...answers.map((one) => ({ ...one.answer, node: { node: one.node } }))];
    const calls = all.flatMap((one) => one.calls.map((refused) => ({ ...refused, ...one.node })));
    return {
      causes: addUp(all.flatMap(({ causes }) => causes)),
      calls: latestFirst(calls).slice(0, mostRefused),
      notes: [...new Set([...all.flatMap((one) => one.notes), ...notes])],
    };
  },
});

/** The most frequent first. */
function addUp(causes: readonly { readonly cause: string; readonly count: number }[]) {
  const counts = new Map<string, number>();
  for (const { cause, count: times } of causes) counts.set(cause, (counts.get(cause) ?? 0) + times);
  const sums = [...counts].map(([cause, times]) => ({ cause, count: times }));
  return sums.toSorted((one, other) => other.count - one.count);
}
