import { refuseAdmin } from "../refuse-admin.ts";
import type { CallState } from "../../call/index.ts";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import { describeInvocation, describeLive, describePastLegs, summarizeLive, summarizePast } from "../describe-call.ts";
import { showEntry } from "../feed/event-streams.ts";
import { answered, defineOperation, type AdminCall } from "../operation.ts";
import { keyOfLive, withOtherNodes } from "./calls-of-nodes.ts";
import { callDetail, callEvent, callPage, ladder } from "../shapes/calls.ts";

const callId = {
  type: "string",
  minLength: 1,
  maxLength: 256,
  description: "The transaction's id.",
} as const;

const noHistories =
  "No histories of calls are written (histories.write in the configuration), so that nothing is known of calls that are over.";

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
      state: { type: "string", enum: ["live", "ended", "refused"], default: "live" },
      number: {
        type: "string",
        pattern: "^[^\\u0000-\\u001f]{1,128}$",
        description: "A part of the caller's or the called number. Redacted histories have stand-ins.",
      },
      id: { type: "string", pattern: "^[0-9a-f-]{1,36}$", description: "The beginning of an id." },
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
    const { state, number, id, cause, application: applicationId, limit, after } = input;
    const [since, until] = [readTime("since", input.since), readTime("until", input.until)];
    if (state === "live") return withOtherNodes(listLive(input, { since, until, limit }, source), limit, call);
    if (source.past === undefined) return { calls: [], notes: [noHistories] };
    const query = { state, number, id, since, until, cause, applicationId, limit, after };
    const { calls, next } = await source.past.search(query).catch(asRefusal);
    const isRedacted = calls.some((call) => call.isRedacted);
    const notes =
      isRedacted && number !== undefined ? ["Numbers in redacted histories are stand-ins, and are not found."] : [];
    return { calls: calls.map(summarizePast), ...(next === undefined ? {} : { next }), notes };
  },
});

interface LiveQuery {
  readonly number?: string;
  readonly id?: string;
  readonly cause?: string;
  readonly application?: string;
  readonly after?: string;
}

interface LiveBounds {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly limit: number;
}

function listLive(query: LiveQuery, { since, until, limit }: LiveBounds, source: AdminCall["source"]) {
  const { number, id = "", cause, application, after } = query;
  const fits = (call: CallState) => {
    const [leg] = call.legs;
    const isOf = number === undefined || leg?.from.includes(number) === true || leg?.to.includes(number) === true;
    const isIn = (since ?? -Infinity) <= call.startedAt && call.startedAt <= (until ?? Infinity);
    const isFor = application === undefined || call.target.applicationId === application;
    const isBy = cause === undefined || call.endType === cause || call.cause?.includes(cause) === true;
    return isOf && isIn && isFor && isBy && call.transactionId.startsWith(id);
  };
  const keyOf = ({ startedAt, transactionId }: CallState) => keyOfLive(startedAt, transactionId);
  const found = source
    .liveCalls()
    .filter((call) => fits(call) && (after === undefined || keyOf(call) < after))
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    calls: page.map((call) => summarizeLive(call, source.now())),
    ...(found.length > page.length && last !== undefined ? { next: keyOf(last) } : {}),
    notes: [],
  };
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
    const kept = await source.past?.get(id).catch(asRefusal);
    if (live === undefined && kept === undefined) throw noCall(id, source.past === undefined);
    const ofHistory = {
      invocations: kept?.invocations.map(describeInvocation) ?? [],
      audio: kept?.audio.map((one) => ({ ...one })) ?? [],
    };
    if (live !== undefined) {
      const events = source.feed.ofCall(id).map((entry) => showEntry(entry, streams.run));
      const notes = source.past === undefined ? ["No histories are written: invocations and audio are not kept."] : [];
      return { ...summarizeLive(live, source.now()), ...describeLive(live), ...ofHistory, events, notes };
    }
    if (kept === undefined) throw noCall(id, false);
    const isBroken = kept.call.endedAt === undefined;
    const notes = isBroken ? ["What is kept of this call breaks off before its end, as when a server was killed."] : [];
    return { ...summarizePast(kept.call), legs: describePastLegs(kept), ...ofHistory, events: [], notes };
  },
});

/** The messages of a call. */
export const getLadder = defineOperation({
  id: "GetLadder",
  method: "GET",
  path: "/calls/{callId}/ladder",
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
    if (source.ladder === undefined) throw noCall(id, true);
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
    "What happens in calls, as server-sent events. Last-Event-ID goes on where a stream broke off; the event `gap` says that some are missing, `dropped` why the server ends the stream.",
  input: {
    type: "object",
    additionalProperties: false,
    properties: {
      call: { ...callId, description: "Only this call." },
      after: { type: "string", maxLength: 64, description: "As Last-Event-ID, for clients that cannot send it." },
    },
  },
  answer: callEvent,
  answerType: "text/event-stream",
  handle({ call, after }, { streams, exchange }) {
    const sent = exchange.request.headers["last-event-id"];
    streams.open(exchange, { callId: call, after: typeof sent === "string" ? sent : after });
    return answered;
  },
});

function noCall(id: string, isUnkept: boolean): Error {
  const shown = JSON.stringify(id.slice(0, 80));
  return refuseAdmin(
    "API_NOT_FOUND",
    `There is no call ${shown}.${isUnkept ? ` ${noHistories}` : " The oldest histories go."}`,
  );
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

/** What a history that cannot be read is to the one who asks. */
function asRefusal(error: unknown): never {
  const code = errorCode(error);
  if (code === "HISTORY_NOT_FOUND") throw refuseAdmin("API_NOT_FOUND", errorMessage(error));
  if (code === "HISTORY_BAD_CURSOR") throw refuseAdmin("API_BAD_REQUEST", errorMessage(error));
  if (code?.startsWith("HISTORY_") === true) throw refuseAdmin("API_UNPROCESSABLE", errorMessage(error));
  throw error;
}
