import { TLSSocket } from "node:tls";
import { summarizePast } from "../describe-call.ts";
import { defineOperation, noInput } from "../operation.ts";
import { asRefusal } from "../refuse-admin.ts";
import { capacity, refusalList, serverFacts, softphone } from "../shapes/facts.ts";
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
    const { sipPath, startedAt, ...facts } = source.facts;
    const isAuthored = source.authoring !== undefined;
    return {
      ...{ ...facts, startedAt: showTime(startedAt) },
      features: {
        ...{ histories: source.past !== undefined, audio: source.sounds !== undefined },
        ...{ replay: isAuthored, saveAsTest: isAuthored, functionOutput: isAuthored },
        ...{ softphone: sipPath !== undefined && facts.mode === "development" },
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

/** The page's telephone. */
export const getSoftphone = defineOperation({
  id: "GetSoftphone",
  method: "GET",
  path: "/softphone",
  summary: "The account of the telephone in the console's page, in development.",
  input: noInput,
  answer: softphone,
  handle(_input, { source, exchange }) {
    const { mode, sipPath } = source.facts;
    if (mode !== "development") {
      const why =
        "The page's telephone is for offhook dev. Here, register a client of SIP over WebSocket as a phone of the configuration (phones).";
      return { isOffered: false, why };
    }
    if (sipPath === undefined)
      return { isOffered: false, why: "sip.webSocket.onApi is false: browsers cannot speak SIP here." };
    const { headers, socket } = exchange.request;
    const host = headers.host ?? "";
    const url = `${socket instanceof TLSSocket ? "wss" : "ws"}://${host}${sipPath}`;
    return { isOffered: true, url, user: "console", domain: host.replace(/:\d+$/, "") };
  },
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
