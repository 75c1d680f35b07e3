import { asRefusal, refuseAdmin } from "../refuse-admin.ts";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import type { CallState } from "../../call/index.ts";
import type { PastCallRecord, RefusedQuery } from "../../history/index.ts";
import type { KeptCall, WholeCall } from "../../store/index.ts";
import {
  describeHistory,
  describeLive,
  summarizeLive,
  summarizePast,
  withContent,
  withKeptLegs,
} from "../describe-call.ts";
import { describeKept, summarizeKept } from "../describe-record.ts";
import { showEntry } from "../feed/event-streams.ts";
import { followOthers, type OthersListener } from "../feed/follow-others.ts";
import { isPassedOn } from "../other-nodes.ts";
import { adminPath, answered, defineOperation, type AdminCall } from "../operation.ts";
import { searchText } from "./search-text.ts";
import { refusedOfAllNodes, withOtherNodes } from "./calls-of-nodes.ts";
import { isKeyOfLive, keyOfSummary, latestFirst, listLive, type LiveQuery } from "./live-calls.ts";
import type { ValueOf } from "../shapes/schema-node.ts";
import { callDetail, callEvent, callId, callPage, deletedCall, ladder } from "../shapes/calls.ts";

const noHistories = "No histories of calls are written (histories.write in the configuration).";

/** Live calls, those that are over, and those that were refused, with a search. */
export const listCalls = defineOperation({
  id: "ListCalls",
  method: "GET",
  path: "/calls",
  summary: "Calls that are up, that are over, or that were refused; the latest first. All that is asked for must fit.",
  input: {
    type: "object",
    additionalProperties: false,
    properties: {
      state: {
        type: "string",
        enum: ["live", "ended", "refused", "all"],
        default: "live",
        description: "`all`: live and ended ones.",
      },
      number: {
        type: "string",
        pattern: "^[^\\u0000-\\u001f]{1,128}$",
        description:
          "The caller's or the called number, or a part of it. A whole one, with + and all its digits, is found at once among any number of calls. Redacted calls have stand-ins.",
      },
      id: {
        type: "string",
        pattern: "^[^\\u0000-\\u001f]{1,256}$",
        description: "The id of a transaction or its beginning; or the whole CallId, or Call-ID of SIP, of a leg.",
      },
      text: {
        type: "string",
        pattern: "^[^\\u0000-\\u001f]{1,128}$",
        description:
          "A part of either number or of why it ended, what `id` finds, or, where histories are written, a part of any value in the events and replies of its function. Of refused calls the first three.",
      },
      since: { type: "string", maxLength: 40, description: "Calls that began then or later; ISO 8601." },
      until: { type: "string", maxLength: 40, description: "Calls that began then or before; ISO 8601." },
      cause: { type: "string", maxLength: 128, description: "How it ended in one word, or a part of that for people." },
      application: { type: "string", maxLength: 64, description: "The id of an application." },
      limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
      after: { type: "string", maxLength: 80, description: "`next` of the page before." },
    },
  },
  answer: callPage,
  async handle(input, call) {
    const { source } = call;
    const { state, limit } = input;
    const query = { ...input, since: readTime("since", input.since), until: readTime("until", input.until) };
    if (state === "live" && input.text === undefined)
      return withOtherNodes(await listLive(query, source.liveCalls(), source), limit, call);
    if (state === "refused") return refusedOfAllNodes(await listRefused(query, source), limit, call);
    return listKept({ ...query, state }, source);
  },
});

interface KeptQuery extends LiveQuery {
  readonly state: "live" | "ended" | "all";
}

/** What the database has; before it, calls that are up here and that it has not, as while it takes nothing. */
async function listKept(query: KeptQuery, source: AdminCall["source"]): Promise<ValueOf<typeof callPage>> {
  const isBehindLive = query.after !== undefined && !isKeyOfLive(query.after);
  if (query.state === "ended" || isBehindLive) return searchKept(query, source);
  const unwritten = source.unwritten();
  const live = source.liveCalls().filter(({ transactionId }) => unwritten.has(transactionId));
  const own = await listLive(query, live, source);
  const last = own.calls.at(-1);
  const limit = query.limit - own.calls.length;
  if (limit === 0 && last !== undefined) return { ...own, next: keyOfSummary(last) };
  const kept = await searchKept({ ...query, after: undefined, limit }, source).catch(asWhyAway);
  if (typeof kept === "string") {
    const all = await listLive(query, source.liveCalls(), source);
    return { ...all, notes: [...all.notes, withoutDatabase(kept)] };
  }
  const isLacking = unwritten.size > 0 && (await source.peers()).length > 0;
  return {
    ...kept,
    calls: latestFirst([...own.calls, ...kept.calls]),
    notes: [...own.notes, ...kept.notes, ...(isLacking ? [unwrittenOfOthers] : [])],
  };
}

/** What was wrong with the question is told to whoever asks. */
function asWhyAway(error: unknown): string {
  if (errorCode(error)?.startsWith("API_") === true) throw error;
  return errorMessage(error);
}

function withoutDatabase(why: string): string {
  return `The calls that are over, and those of other nodes, are missing: the database does not answer: ${why}`;
}

const unwrittenOfOthers =
  "The database takes nothing now. Calls that are up on other nodes, and that it does not have, are missing; state=live has them.";

async function searchKept(query: KeptQuery, source: AdminCall["source"]): Promise<ValueOf<typeof callPage>> {
  const { state, number, id, text, cause, application: applicationId, since, until, limit, after } = query;
  const isEnded = state === "all" ? undefined : state === "ended";
  const search = { isEnded, number, id, cause, applicationId, since, until, limit, after };
  const { records, textIn } = source;
  const { calls, next } = await (text === undefined || textIn === undefined
    ? records.search({ ...search, text }).catch(asRefusal)
    : searchText({ ...search, text }, { records, textIn }));
  const notes = [
    ...(source.isRedacted && (number ?? text) !== undefined ? [standIns] : []),
    ...(text === undefined ? [] : await notesOnTexts(source)),
  ];
  return { calls: calls.map((one) => summarizeKnown(one, source)), ...(next === undefined ? {} : { next }), notes };
}

async function notesOnTexts(source: AdminCall["source"]): Promise<readonly string[]> {
  if (source.textIn === undefined) return [`Events and replies are not searched. ${noHistories}`];
  const peers = await source.peers();
  return peers.length === 0 ? [] : [textsOfOthers];
}

const textsOfOthers =
  "Events and replies of calls of other nodes are searched by those: each node has its own histories.";
const standIns = "Calls are kept redacted (store.redactCalls): their numbers are stand-ins, and are not found.";

/** A call of this server is told as it is now. */
function summarizeKnown(call: KeptCall, { liveCall, now }: AdminCall["source"]) {
  const live = call.endedAt === undefined ? liveCall(call.transactionId) : undefined;
  return live === undefined ? summarizeKept(call, now()) : summarizeLive(live, now());
}

async function listRefused(query: Omit<RefusedQuery, "state">, source: AdminCall["source"]) {
  if (source.past === undefined) return { calls: [], notes: [noHistories] };
  const { calls, next } = await source.past.searchRefused(query).catch(asRefusal);
  return { calls: calls.map(summarizePast), ...(next === undefined ? {} : { next }), notes: [] };
}

/** One call: as it is now, or what is kept of it. */
export const getCall = defineOperation({
  id: "GetCall",
  method: "GET",
  path: "/calls/{callId}",
  summary: "One call, live or over, with its legs, invocations, audio and what happened in it.",
  input: { type: "object", additionalProperties: false, required: ["callId"], properties: { callId } },
  answer: callDetail,
  async handle({ callId: id }, { source, streams }) {
    const live = source.liveCall(id);
    const [kept, past] = await Promise.all([source.records.get(id), readPast(id, source)]);
    const { history } = past;
    if (live === undefined && kept === undefined && history === undefined) throw noCall(id, past.why);
    const record = kept === undefined ? describeHistory(history) : describeKept(kept);
    const events = live === undefined ? [] : source.feed.ofCall(id).map((entry) => showEntry(entry, streams.run));
    return {
      ...summarizeOne({ live, kept, history }, source),
      ...record,
      invocations: withContent(record.invocations, history),
      ...(live === undefined ? {} : withKeptLegs(describeLive(live), record.legs)),
      events,
      notes: [...past.notes, ...(isCutShort(live, kept, history) ? [cutShort] : [])],
    };
  },
});

const cutShort = "What is kept of this call breaks off before its end, as when a server was killed.";

interface Known {
  readonly live: CallState | undefined;
  readonly kept: WholeCall | undefined;
  readonly history: PastCallRecord | undefined;
}

function isCutShort(live: Known["live"], kept: Known["kept"], history: Known["history"]): boolean {
  return live === undefined && kept === undefined && history?.call.endedAt === undefined;
}

function summarizeOne({ live, kept, history }: Known, { now }: AdminCall["source"]) {
  if (live !== undefined) return summarizeLive(live, now());
  if (kept !== undefined) return summarizeKept(kept, now());
  if (history !== undefined) return summarizePast(history.call);
  throw new Error("a call that is known nowhere is not described");
}

/** The history of a call, if there is one that can be read; else why not. */
async function readPast(id: string, { past }: AdminCall["source"]) {
  if (past === undefined) return { history: undefined, why: noHistories, notes: [unkept] };
  try {
    const history = await past.get(id);
    return { history, why: "The oldest ones go.", notes: history === undefined ? [unkept] : [] };
  } catch (error) {
    return { history: undefined, why: errorMessage(error), notes: [errorMessage(error)] };
  }
}

const unkept = "There is no history of this call: events and replies are not kept.";

/** Deletes what is kept of a call. */
export const deleteCallRecord = defineOperation({
  id: "DeleteCallRecord",
  method: "DELETE",
  path: "/calls/{callId}/record",
  summary:
    "Deletes all that the server keeps of a call that is over: its record, its history with the ladder, recordings that no bucket has taken yet, call detail records that are owed. What lies in buckets stays.",
  input: { type: "object", additionalProperties: false, required: ["callId"], properties: { callId } },
  answer: deletedCall,
  async handle({ callId: id }, { source }) {
    if (source.liveCall(id) !== undefined)
      throw refuseAdmin("API_UNPROCESSABLE", `The call ${id} is up. Its record can be deleted when it is over.`);
    const kept = await source.records.get(id);
    if (kept !== undefined && kept.endedAt === undefined)
      throw refuseAdmin("API_UNPROCESSABLE", `The call ${id} is up, or its end is still to be told.`);
    const stored = kept === undefined ? [] : describeKept(kept).recordings.filter(({ state }) => state === "stored");
    const files = await source.forget(id);
    const deleted = [...((await source.records.delete(id)) ? ["record"] : []), ...files];
    if (deleted.length === 0) throw noCall(id, "Nothing is kept of it.");
    const inBuckets = stored.map(({ bucket, key }) => `${bucket}/${key}`);
    const notes = ["What lies in buckets is not deleted: recordings, and call detail records."];
    return {
      callId: id,
      deleted,
      notes: inBuckets.length === 0 ? notes : [...notes, `Recordings: ${inBuckets.join(", ")}.`],
    };
  },
});

/** The messages of a call. */
export const getLadder = defineOperation({
  id: "GetLadder",
  method: "GET",
  path: "/calls/{callId}/ladder",
  takesRefused: true,
  summary: "The SIP messages of a call, and what the server decided; also of a call that was refused.",
  input: {
    type: "object",
    additionalProperties: false,
    required: ["callId"],
    properties: {
      callId: { ...callId, description: "The transaction's id, or the Call-ID of a call that was refused." },
    },
  },
  answer: ladder,
  async handle({ callId: id }, { source }) {
    if (source.ladder === undefined) throw noCall(id, noHistories);
    const { redacted, isRefused, rows, ...found } = await source.ladder(id).catch(asRefusal);
    return { id: found.id, isRedacted: redacted, isRefused, rows };
  },
});

/** What happens in calls, as it happens. */
export const watchCalls = defineOperation({
  id: "WatchCalls",
  method: "GET",
  path: "/events",
  summary:
    "What happens in calls of all nodes, as server-sent events. Last-Event-ID goes on where a stream broke off; the event `gap` says that some are missing, `dropped` why the server ends the stream.",
  input: {
    type: "object",
    additionalProperties: false,
    properties: {
      call: { ...callId, description: "Only this call." },
      after: { type: "string", maxLength: 4096, description: "As Last-Event-ID, for clients that cannot send it." },
    },
  },
  answer: callEvent,
  answerType: "text/event-stream",
  handle({ call, after: asked }, { source, streams, exchange }) {
    const { request } = exchange;
    const sent = request.headers["last-event-id"];
    const after = typeof sent === "string" ? sent : asked;
    const path = `${adminPath}/events`;
    const follow = (listener: OthersListener) =>
      followOthers({ peers: () => source.peers(), path, after, clock: streams.clock }, listener);
    const isOfAll = call === undefined && source.isShared && !isPassedOn(request);
    streams.open(exchange, {
      ...{ callId: call, after },
      others: isOfAll ? { node: source.nodeName(), follow } : undefined,
    });
    return answered;
  },
});

function noCall(id: string, why: string): Error {
  return refuseAdmin("API_NOT_FOUND", `There is no call ${JSON.stringify(id.slice(0, 80))}. ${why}`);
}

function readTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw refuseAdmin(
    "API_BAD_REQUEST",
    `${name} is ${JSON.stringify(text)}; it must be a time such as 2026-11-29T13:00:00Z.`,
  );
}
