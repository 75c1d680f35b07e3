import type { CallDetail, Fact, Json, JsonObject, Ladder, LadderRow, OutputLine, Timeline } from "../api/types.ts";
import { objectOf, textOf, wordOf } from "../api/read-json.ts";
import { words } from "../words.ts";

export const kinds = ["function", "action", "digits", "leg", "audio", "sip", "output", "finding", "caller"] as const;
export type EntryKind = (typeof kinds)[number];

/** One thing on the time axis of a call. */
export interface Entry {
  /** Stays the same while the call goes on: links have it. */
  readonly key: string;
  readonly kind: EntryKind;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of what lasts: its end; absent while it goes on. */
  readonly endAt?: number;
  readonly lasts: boolean;
  readonly leg?: string;
  readonly title: string;
  /** What else one line can say. */
  readonly text?: string;
  readonly tone?: "good" | "warn" | "bad";
  readonly sequence?: number;
  /** What it is made of, with a name each: JSON, or the text of a message. */
  readonly parts: readonly Part[];
  readonly findings?: readonly Finding[];
}

export interface Part {
  readonly label: string;
  readonly value?: Json;
  readonly text?: string;
}

/** What the validator says of a reply. */
export interface Finding {
  readonly path: string;
  readonly what: string;
  /** What the server does about it, for people. */
  readonly consequence: string;
}

/** All that is known of a call. */
export interface CallSources {
  readonly detail: CallDetail;
  readonly timeline?: Timeline | undefined;
  readonly ladder?: Ladder | undefined;
  readonly output?: readonly OutputLine[] | undefined;
}

/** Everything that happened in a call, in the order of time. */
export function readEntries({ detail, timeline, ladder, output = [] }: CallSources): readonly Entry[] {
  const rows = ladder?.rows ?? [];
  const ofCall = timeline === undefined ? readDetail(detail) : readFacts(timeline.entries);
  // What the server decided is told by facts; where there are none, by the ladder.
  const shownRows = timeline === undefined ? rows.filter(isNew) : rows.filter(({ type }) => type === "message");
  const counts = new Map<string, number>();
  const messages = shownRows.map((row) => readRow(row, counts));
  const lines = output.map((line, index) => readLine(line, index));
  return [...ofCall, ...messages, ...lines].toSorted((a, b) => a.at - b.at);
}

/** Decisions that invocations say as well. */
function isNew({ type, text = "" }: LadderRow): boolean {
  return type === "message" || !/^the function (is asked|replied|failed)/.test(text);
}

function readDetail({ invocations, events }: CallDetail): readonly Entry[] {
  const asked = invocations.map(({ sequence, eventType, at, event, tookMs, reply, failure }): Entry => {
    const begin = Date.parse(at);
    return {
      ...{ key: `f${sequence}`, kind: "function", at: begin, lasts: true, title: eventType, sequence },
      ...(tookMs === undefined ? {} : { endAt: begin + tookMs }),
      ...(failure === undefined ? {} : { tone: "bad" as const }),
      text: failure === undefined ? textOfReply(reply, tookMs) : words.call.failed(failure.reason, failure.message),
      parts: [
        ...(event === undefined ? [] : [{ label: words.call.request, value: event }]),
        ...(reply === undefined ? [] : [{ label: words.call.reply, value: reply }]),
        ...(failure === undefined ? [] : [{ label: words.call.failure, value: { ...failure } }]),
      ],
    };
  });
  const known = new Set(["invoked", "replied", "response-findings", "function-failed", "leg-signalled"]);
  return [...asked, ...readFacts(events.filter(({ type }) => invocations.length === 0 || !known.has(type)))];
}

/** What was begun and has not ended. */
interface Open {
  readonly entries: Map<string, Entry>;
  readonly actions: Map<string, string>;
  readonly counts: Map<string, number>;
}

function readFacts(facts: readonly Fact[]): readonly Entry[] {
  const open: Open = { entries: new Map(), actions: new Map(), counts: new Map() };
  for (const fact of facts) takeFact(fact, open);
  return [...open.entries.values()];
}

function takeFact(fact: Fact, open: Open): void {
  const { type } = fact;
  const at = Date.parse(fact.at);
  const leg = textOf(fact["participantTag"]);
  const put = (
    entry: Omit<Entry, "key" | "at" | "lasts" | "parts"> & Partial<Pick<Entry, "key" | "lasts" | "parts">>,
  ) => {
    const key = entry.key ?? nextKey(type, open.counts);
    open.entries.set(key, {
      lasts: false,
      parts: [wholeOf(fact)],
      ...(leg === undefined ? {} : { leg }),
      ...entry,
      key,
      at,
    });
  };
  const sequence = Number(fact["sequence"]);
  const asked = `f${sequence}`;
  switch (type) {
    case "call-started":
      return put({ kind: "leg", title: words.call.began, text: `${wordOf(fact["from"])} → ${wordOf(fact["to"])}` });
    case "call-ended":
      return put({ kind: "leg", title: words.call.ended, text: textOf(fact["cause"]) ?? "" });
    case "leg-signalled":
      return;
    case "audio-encryption": {
      const { sent, received, instead } = objectOf(fact["encryption"]);
      const text = [words.call.encryption(wordOf(received), wordOf(sent)), textOf(instead)].filter(Boolean).join(" · ");
      return put({ kind: "audio", title: words.call.factTitle(type), text });
    }
    case "leg-changed":
      return put({
        kind: "leg",
        title: words.call.legIs(leg ?? "", wordOf(fact["state"])),
        text: textOf(fact["cause"]) ?? "",
      });
    case "invoked": {
      const event = fact["event"];
      const eventType = textOf(fact["eventType"]) ?? textOf(objectOf(event)["InvocationEventType"]) ?? type;
      const parts = event === undefined ? [] : [{ label: words.call.request, value: event }];
      return put({ key: asked, kind: "function", lasts: true, title: eventType, sequence, parts });
    }
    case "replied": {
      const { response } = fact;
      const tookMs = Number(fact["tookMs"]);
      const reply: Json = response ?? (fact["actions"] as Json);
      const text = textOfReply(response ?? { Actions: namesOf(fact["actions"]) }, tookMs);
      return change(open, asked, (entry) => ({
        ...entry,
        endAt: at,
        text,
        parts: [...entry.parts, { label: words.call.reply, value: reply }],
      }));
    }
    case "function-failed": {
      const text = words.call.failed(wordOf(fact["reason"]), wordOf(fact["message"]));
      return change(open, asked, (entry) => ({
        ...entry,
        ...{ endAt: at, tone: "bad", text, parts: [...entry.parts, { label: words.call.failure, value: fact }] },
      }));
    }
    case "response-findings":
      return takeFindings(fact, at, open);
    case "response-invalid":
    case "response-ignored":
    case "function-loops":
    case "function-looped": {
      const text = textOf(fact["message"]) ?? textOf(fact["why"]) ?? textOf(fact["what"]) ?? "";
      return put({ kind: "finding", title: words.call.factTitle(type), text, tone: "bad", sequence });
    }
    case "action-started": {
      const action = wordOf(fact["action"]);
      const key = nextKey("a", open.counts);
      open.actions.set(`${action} ${leg}`, key);
      const parameters = objectOf(fact["parameters"]);
      const text = textOfAction(parameters);
      const parts = fact["parameters"] === undefined ? [] : [{ label: words.call.parameters, value: parameters }];
      return put({ key, kind: "action", lasts: true, title: action, parts, ...(text === undefined ? {} : { text }) });
    }
    case "action-ended": {
      const action = wordOf(fact["action"]);
      const outcome = wordOf(fact["outcome"]);
      const key = open.actions.get(`${action} ${leg}`);
      open.actions.delete(`${action} ${leg}`);
      const tone = outcome === "failed" ? ("bad" as const) : outcome === "succeeded" ? undefined : ("warn" as const);
      const message = [textOf(fact["errorType"]), textOf(fact["message"])].filter(Boolean).join(": ");
      const end = (entry: Entry): Entry => ({
        ...entry,
        endAt: at,
        text: [entry.text, tone === undefined ? undefined : outcome, message].filter(Boolean).join(" · "),
        ...(tone === undefined ? {} : { tone }),
        parts: [...entry.parts, { label: words.call.result, value: fact }],
      });
      if (key !== undefined) return change(open, key, end);
      put({ key: nextKey("a", open.counts), kind: "action", title: action });
      return change(open, `a${open.counts.get("a")}`, end);
    }
    case "digit":
    case "digits":
      return put({ kind: "digits", title: wordOf(fact["digit"] ?? fact["digits"]), text: words.call.pressed });
    case "audio-started": {
      const since = fact["sinceReplyMs"];
      return put({
        kind: "audio",
        title: words.call.firstPacket(leg ?? ""),
        text: typeof since === "number" ? words.call.sinceReply(since) : "",
      });
    }
    case "audio-ended":
      return put({
        kind: "audio",
        title: words.call.audioEnded(leg ?? ""),
        text: textOfAudio(objectOf(fact["audio"] ?? fact)),
      });
    case "audio-problem": {
      const problem = objectOf(fact["problem"]);
      const text = [textOf(problem["type"]), textOf(problem["cause"])].filter(Boolean).join(": ");
      return put({ kind: "audio", title: words.call.factTitle(type), tone: "warn", text });
    }
    case "recording-lost":
      return put({
        kind: "audio",
        title: words.call.factTitle(type),
        tone: "bad",
        text: textOf(fact["message"]) ?? "",
      });
    case "caller-step": {
      const key = `c${Number(fact["step"])}`;
      const title = wordOf(fact["text"]);
      const message = textOf(fact["message"]);
      if (!open.entries.has(key)) return put({ key, kind: "caller", lasts: true, title });
      if (fact["state"] === "began") return;
      return change(open, key, (entry) => ({
        ...{ ...entry, endAt: at, parts: [...entry.parts, wholeOf(fact)] },
        ...(message === undefined ? {} : { text: message, tone: "bad" }),
      }));
    }
    case "command":
      return put({ kind: "leg", title: textOf(fact["what"]) ?? type, text: words.call.by(textOf(fact["who"]) ?? "") });
    default:
      return put({
        kind: /audio|speech|recording/.test(type) ? "audio" : "leg",
        title: words.call.factTitle(type),
        text: shortOf(fact),
      });
  }
}

function takeFindings(fact: Fact, at: number, open: Open): void {
  const sequence = Number(fact["sequence"]);
  const list = fact["findings"];
  const findings = Array.isArray(list) ? list.map(readFinding) : [];
  const count = Array.isArray(list) ? list.length : Number(list);
  const tone = "warn";
  change(open, `f${sequence}`, (entry) => ({ ...entry, tone: entry.tone ?? tone, findings }));
  const [first] = findings;
  const key = `v${sequence}`;
  const title = words.call.findings(count);
  const text = first === undefined ? "" : `${first.path}: ${first.what}`;
  open.entries.set(key, { key, kind: "finding", at, lasts: false, title, text, tone, sequence, findings, parts: [] });
}

function readFinding(value: Json): Finding {
  const found = objectOf(value);
  const { type, ...rest } = objectOf(found["consequence"]);
  const more = Object.values(rest).filter((one) => typeof one === "string");
  return {
    path: textOf(found["path"]) || words.call.wholeReply,
    what: textOf(found["what"]) ?? "",
    consequence: [words.call.consequence(textOf(type) ?? ""), ...more].join(" · "),
  };
}

function change(open: Open, key: string, to: (entry: Entry) => Entry): void {
  const entry = open.entries.get(key);
  if (entry !== undefined) open.entries.set(key, to(entry));
}

function readRow(row: LadderRow, counts: Map<string, number>): Entry {
  const { type, at, participantTag: leg, from = "", to = "", startLine, again, text = "" } = row;
  const ofLeg = leg === undefined ? {} : { leg };
  if (type === "decision")
    return { key: nextKey("d", counts), kind: "leg", at, lasts: false, title: text, ...ofLeg, parts: [] };
  const status = /^(\d)\d\d /.exec(startLine ?? "")?.[1];
  return {
    ...{ key: nextKey("s", counts), kind: "sip", at, lasts: false, title: startLine ?? "", ...ofLeg },
    text: `${from} → ${to}${again === true ? ` · ${words.call.again}` : ""}`,
    ...(status !== undefined && status >= "4" ? { tone: "bad" as const } : {}),
    parts: text === "" ? [] : [{ label: words.call.message, text }],
  };
}

function readLine({ at, line, functionName, isError }: OutputLine, index: number): Entry {
  return {
    ...{ key: `o${index}`, kind: "output", at: Date.parse(at), lasts: false, title: line, text: functionName },
    ...(isError === true ? { tone: "bad" as const } : {}),
    parts: [{ label: words.call.output, text: line }],
  };
}

/** The actions of a reply, and how long it took. */
export function textOfReply(reply: Json | undefined, tookMs: number | undefined): string {
  const actions = objectOf(reply)["Actions"];
  const names = Array.isArray(actions) ? actions.map((action: Json) => wordOf(objectOf(action)["Type"])) : [];
  const took = tookMs === undefined ? undefined : `${Math.round(tookMs)} ms`;
  if (reply === undefined) return words.call.noReply;
  return [names.length === 0 ? words.call.noActions : names.join(", "), took].filter(Boolean).join(" · ");
}

/** What an action is about, in a few words. */
function textOfAction(parameters: JsonObject): string | undefined {
  const audio = objectOf(parameters["AudioSource"]);
  const speech = objectOf(parameters["SpeechParameters"]);
  const found =
    parameters["Text"] ??
    speech["Text"] ??
    audio["Key"] ??
    parameters["Digits"] ??
    parameters["DurationInMilliseconds"] ??
    parameters["MeetingId"];
  return found === undefined || found === null || typeof found === "object" ? undefined : String(found);
}

function textOfAudio(audio: JsonObject): string {
  const { mos, packetsReceived, packetsLost, jitterMs } = audio;
  return [
    typeof mos === "number" ? `MOS ${mos.toFixed(1)}` : undefined,
    typeof packetsReceived === "number" ? words.call.heard(packetsReceived, Number(packetsLost ?? 0)) : undefined,
    typeof jitterMs === "number" ? words.call.jitter(jitterMs) : undefined,
  ]
    .filter(Boolean)
    .join(" · ");
}

function wholeOf(fact: Fact): Part {
  return { label: words.call.fact, value: fact };
}

function shortOf(fact: Fact): string {
  return Object.entries(fact)
    .filter(
      ([name, value]) => !["id", "at", "type", "callId", "participantTag"].includes(name) && typeof value !== "object",
    )
    .map(([name, value]) => `${name} ${wordOf(value)}`)
    .join(" · ");
}

function namesOf(list: Json | undefined): Json {
  return Array.isArray(list) ? list.map((Type: Json) => ({ Type })) : [];
}

function nextKey(begin: string, counts: Map<string, number>): string {
  const count = (counts.get(begin) ?? 0) + 1;
  counts.set(begin, count);
  return `${begin}${count}`;
}
