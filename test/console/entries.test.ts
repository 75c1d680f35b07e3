import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConsole } from "./load-console.ts";

interface Entry {
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  readonly endAt?: number;
  readonly title: string;
  readonly text?: string;
  readonly tone?: string;
  readonly leg?: string;
  readonly parts: readonly { readonly label: string; readonly value?: unknown; readonly text?: string }[];
  readonly findings?: readonly { readonly path: string; readonly what: string; readonly consequence: string }[];
}

const { readEntries } = await loadConsole<{ readEntries: (sources: object) => readonly Entry[] }>("call/entries.ts");

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const detail = {
  id: "c",
  state: "ended",
  startedAt: at(0),
  isRedacted: false,
  legs: [],
  invocations: [],
  audio: [],
  events: [],
  notes: [],
};
const leg = { participantTag: "LEG-A" };
const timelineOf = (entries: readonly object[]) => ({ isRedacted: false, isWhole: true, entries, notes: [] });

test("an event and its reply are one entry, with what the validator found at the reply", () => {
  const timeline = timelineOf([
    { at: at(10), type: "invoked", sequence: 1, event: { InvocationEventType: "NEW_INBOUND_CALL" } },
    {
      at: at(30),
      type: "response-findings",
      sequence: 1,
      findings: [
        {
          path: "Actions[0].Parameters.Repeet",
          what: "unknown, did you mean Repeat?",
          consequence: { type: "no-effect" },
        },
      ],
    },
    {
      at: at(30),
      type: "replied",
      sequence: 1,
      tookMs: 20,
      response: { Actions: [{ Type: "Speak" }, { Type: "Hangup" }] },
    },
  ]);
  const [asked, finding] = readEntries({ detail, timeline });

  assert.equal(asked?.title, "NEW_INBOUND_CALL");
  assert.equal(asked.text, "Speak, Hangup · 20 ms");
  assert.equal((asked.endAt ?? 0) - asked.at, 20);
  assert.deepEqual(
    asked.parts.map(({ label }) => label),
    ["Event", "Reply"],
  );
  assert.deepEqual(asked.findings, [
    { path: "Actions[0].Parameters.Repeet", what: "unknown, did you mean Repeat?", consequence: "No effect" },
  ]);
  assert.equal(finding?.kind, "finding");
});

test("an action lasts from its begin to its end, two of one type in a row are told apart, and one that runs goes on", () => {
  const started = (ms: number, text: string) => ({
    at: at(ms),
    type: "action-started",
    action: "Speak",
    ...leg,
    parameters: { Text: text },
  });
  const timeline = timelineOf([
    started(0, "one"),
    { at: at(100), type: "action-ended", action: "Speak", ...leg, outcome: "succeeded" },
    started(100, "two"),
    {
      at: at(250),
      type: "action-ended",
      action: "Speak",
      ...leg,
      outcome: "failed",
      errorType: "SystemException",
      message: "no voice",
    },
    started(300, "three"),
  ]);
  const entries = readEntries({ detail, timeline });

  assert.deepEqual(
    entries.map(({ text, at: begin, endAt, tone }) => [text, endAt === undefined ? undefined : endAt - begin, tone]),
    [
      ["one", 100, undefined],
      ["two · failed · SystemException: no voice", 150, "bad"],
      ["three", undefined, undefined],
    ],
  );
});

test("a function that fails is marked at its event, with the reason", () => {
  const timeline = timelineOf([
    { at: at(0), type: "invoked", sequence: 1, event: { InvocationEventType: "RINGING" } },
    { at: at(5), type: "function-failed", sequence: 1, event: "RINGING", reason: "error", message: "boom", tookMs: 5 },
  ]);
  const [asked] = readEntries({ detail, timeline });

  assert.equal(asked?.tone, "bad");
  assert.match(asked.text ?? "", /error, boom/);
});

test("keys, messages of SIP and lines of the function are placed by their time, and keep their keys when more follow", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ type: "message", at: Date.parse(at(index * 40)), from: "127.0.0.1:1", to: "offhook", transport: "UDP" },
      ...{ startLine: index === 1 ? "486 Busy Here" : "INVITE sip:x", again: false, text: "whole" },
    }));
  const sources = (count: number) => ({
    detail,
    timeline: timelineOf([{ at: at(20), type: "digit", digit: "5", ...leg }]),
    ladder: { isRedacted: false, isRefused: false, rows: rows(count) },
    output: [{ at: at(30), functionName: "menu", line: "hello" }],
  });
  const entries = readEntries(sources(2));

  assert.deepEqual(
    entries.map(({ kind, title, tone }) => [kind, title, tone]),
    [
      ["sip", "INVITE sip:x", undefined],
      ["digits", "5", undefined],
      ["output", "hello", undefined],
      ["sip", "486 Busy Here", "bad"],
    ],
  );
  const later = readEntries(sources(5)).map(({ key }) => key);
  assert.ok(entries.every(({ key }) => later.includes(key)));
});

test("without a timeline, invocations of the call and decisions of the ladder tell what happened", () => {
  const invocation = {
    ...{ sequence: 1, eventType: "NEW_OUTBOUND_CALL", at: at(0), event: {}, tookMs: 7 },
    reply: { Actions: [] },
  };
  const decision = (text: string) => ({ type: "decision", at: Date.parse(at(9)), text });
  const entries = readEntries({
    detail: { ...detail, invocations: [invocation] },
    ladder: {
      isRedacted: false,
      isRefused: false,
      rows: [decision("the function replied: no actions"), decision("dial leg")],
    },
  });

  assert.deepEqual(
    entries.map(({ title }) => title),
    ["NEW_OUTBOUND_CALL", "dial leg"],
  );
});

test("what nobody here knows is shown as it is, and values of another type break nothing", () => {
  const timeline = timelineOf([
    { at: at(0), type: "something-new", colour: "red" },
    { at: at(1), type: "replied", sequence: 9, tookMs: "x", response: [1] },
    { at: at(2), type: "response-findings", sequence: 9, findings: "many" },
    { at: at(3), type: "action-ended", action: "Speak", ...leg, outcome: "dropped" },
  ]);
  const entries = readEntries({ detail, timeline });

  assert.equal(entries[0]?.title, "Something new");
  assert.equal(entries[0].text, "colour red");
  assert.ok(entries.some(({ title }) => title === "Speak"));
});
