import { defineOperation, noInput } from "../operation.ts";
import { drainState, ledger, nodeList, registrationList, spool, targetList, trunkList } from "../shapes/server.ts";

/** What is open, and what was counted. */
export const getLedger = defineOperation({
  id: "GetLedger",
  method: "GET",
  path: "/ledger",
  summary: "Counts of what is open, and of packets, messages, refusals and invocations since the start.",
  input: noInput,
  answer: ledger,
  handle: (_input, { source }) => source.ledger(),
});

/** What is owed. */
export const getSpool = defineOperation({
  id: "GetSpool",
  method: "GET",
  path: "/spool",
  summary: "What is owed and not delivered yet.",
  input: noInput,
  answer: spool,
  async handle(_input, { source }) {
    const { count, why } = await source.detailRecords();
    return { recordings: source.recordings(), detailRecords: { waiting: count, why } };
  },
});

/** The nodes of the system. */
export const listNodes = defineOperation({
  id: "ListNodes",
  method: "GET",
  path: "/nodes",
  summary: "The nodes that share the database, and whether each takes new calls.",
  input: noInput,
  answer: nodeList,
  handle: async (_input, { source }) => ({ nodes: await source.nodes() }),
});

/** The functions. */
export const listTargets = defineOperation({
  id: "ListTargets",
  method: "GET",
  path: "/targets",
  summary: "The functions, each with its circuit, what waits for it, and what became of its events.",
  input: noInput,
  answer: targetList,
  handle: (_input, { source }) => ({ targets: source.targets() }),
});

/** The trunks. */
export const listTrunks = defineOperation({
  id: "ListTrunks",
  method: "GET",
  path: "/trunks",
  summary: "The trunks, each with its calls, its registration, and whether its addresses are called.",
  input: noInput,
  answer: trunkList,
  handle: (_input, { source }) => ({ trunks: source.trunks() }),
});

/** The phones. */
export const listRegistrations = defineOperation({
  id: "ListRegistrations",
  method: "GET",
  path: "/registrations",
  summary: "The phones that are registered.",
  input: noInput,
  answer: registrationList,
  handle: (_input, { source }) => ({ registrations: source.registrations() }),
});

/** No new calls. */
export const drain = defineOperation({
  id: "Drain",
  method: "POST",
  path: "/drain",
  summary: "From now on this node takes no new call; those that are up go on. Repeated, it changes nothing.",
  input: noInput,
  answer: drainState,
  handle: (_input, { source }) => source.drain(),
});

/** New calls again. */
export const resume = defineOperation({
  id: "Resume",
  method: "DELETE",
  path: "/drain",
  summary: "This node takes new calls again.",
  input: noInput,
  answer: drainState,
  handle: (_input, { source }) => source.resume(),
});
