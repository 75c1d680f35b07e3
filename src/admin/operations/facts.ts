import { summarizePast } from "../describe-call.ts";
import { defineOperation, noInput } from "../operation.ts";
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
  summary: "Why messages and calls were refused, how often, and the latest calls that were.",
  input: noInput,
  answer: refusalList,
  async handle(_input, { source }) {
    const causes = Object.entries(source.ledger().refusals)
      .map(([cause, times]) => ({ cause, count: times }))
      .toSorted((one, other) => other.count - one.count);
    const kept = await source.past?.searchRefused({ limit: mostRefused }).catch(asRefusal);
    const why = "No histories are written (histories.write in the configuration): refused calls are counted only.";
    return { causes, calls: kept?.calls.map(summarizePast) ?? [], notes: kept === undefined ? [why] : [] };
  },
});
