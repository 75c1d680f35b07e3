import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { CallFact, CallKeeper, CallState } from "../../call/index.ts";
import type { InvocationContext, InvocationResult } from "../../invoke/index.ts";
import type { TransactionId } from "../../kernel/index.ts";
import { CallSpans } from "./call-spans.ts";
import { TraceIds, traceOfCall } from "./trace-ids.ts";

const id = "3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10";
const traceId = "3f0c1d522b614b0e9d7e0c5f1c2b7a10";
const state = {
  transactionId: id,
  startedAt: 1_000,
  target: { applicationId: "a" },
  legs: [{ direction: "Inbound", from: "+12065550199", to: "+12065550100" }],
} as unknown as CallState;
const notKept: CallKeeper = {
  ...{ add: () => undefined, whenBegun: (then) => then(), whenKept: (then) => then(), close: () => undefined },
  isOurs: () => true,
};
const millis = ([seconds, nanoseconds]: readonly [number, number]) => seconds * 1_000 + nanoseconds / 1_000_000;

function setUp(change: { readonly ratio?: number; readonly redact?: boolean } = {}) {
  const exporter = new InMemorySpanExporter();
  const ids = new TraceIds();
  const provider = new TracerProvider({
    ...{ sampler: new AlwaysOnSampler(), idGenerator: ids },
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const time = { now: 1_000 };
  const spans = new CallSpans({
    ...{ tracer: provider.getTracer("test"), ids, ratio: 1, redact: true, now: () => time.now, ...change },
  });
  const told = () => exporter.getFinishedSpans();
  const at = (now: number, fact: object) => {
    time.now = now;
    spans.add({ at: now, transactionId: id as TransactionId, fact: fact as CallFact });
  };
  const find = (name: string) => told().find((span) => span.name === name) ?? assert.fail(`no span ${name}`);
  return { spans, time, told, at, find };
}

const leg = (participantTag: string, rest: object = {}) => ({ participantTag, cause: undefined, ...rest });
const answer: InvocationResult = { type: "response", payload: "{}" };

describe("the trace of a call", () => {
  it("has the id of the call, and its first span the call's length", () => {
    const { spans, time, find } = setUp();
    const keeper = spans.keep(state, false, notKept);
    time.now = 4_500;
    keeper.close("over");

    const root = find("inbound call");
    assert.deepEqual(root.spanContext().traceId, traceId);
    assert.deepEqual([millis(root.startTime), millis(root.endTime)], [1_000, 4_500]);
    assert.equal(root.attributes["offhook.transaction_id"], id);
  });

  it("has each leg with its INVITE, which ends with the answer", () => {
    const { spans, at, find } = setUp();
    const keeper = spans.keep(state, false, notKept);
    at(1_001, { type: "leg-signalled", ...leg("LEG-A") });
    at(1_500, { type: "leg-changed", ...leg("LEG-A", { state: "ringing" }) });
    at(2_000, { type: "leg-changed", ...leg("LEG-A", { state: "answered" }) });
    at(3_000, { type: "leg-changed", ...leg("LEG-A", { state: "ended" }) });
    keeper.close("over");

    const [invite, whole] = [find("INVITE"), find("leg LEG-A")];
    assert.deepEqual([millis(invite.startTime), millis(invite.endTime)], [1_000, 2_000]);
    assert.deepEqual(
      invite.events.map(({ name }) => name),
      ["ringing"],
    );
    assert.deepEqual([millis(whole.endTime), invite.parentSpanContext?.spanId], [3_000, whole.spanContext().spanId]);
  });

  it("has the INVITE of an inbound call from its beginning, though nothing is told of the leg before its answer", () => {
    const { spans, at, find } = setUp();
    const keeper = spans.keep(state, false, notKept);
    at(2_000, { type: "leg-changed", ...leg("LEG-A", { state: "answered" }) });
    keeper.close("over");

    assert.deepEqual([millis(find("INVITE").startTime), millis(find("INVITE").endTime)], [1_000, 2_000]);
    assert.equal(millis(find("leg LEG-A").startTime), 1_000);
  });

  it("ends what is open with the call, also where the engine broke", () => {
    const { spans, at, told } = setUp();
    const keeper = spans.keep(state, false, notKept);
    at(1_001, { type: "leg-signalled", ...leg("LEG-A") });
    at(1_002, { type: "action-started", action: "Speak", participantTag: "LEG-A" });
    keeper.close("an error in the server");

    assert.deepEqual(
      told()
        .map(({ name }) => name)
        .toSorted(),
      ["INVITE", "action Speak", "inbound call", "leg LEG-A"],
    );
    assert.equal(spans.open, 0);
  });

  it("tells each try of an invocation where its spans belong, and why it failed", async () => {
    const { spans, find } = setUp();
    const asked: (InvocationContext | undefined)[] = [];
    const failed = { type: "failed", reason: "timeout", message: "+12065550199 is late", stack: undefined } as const;
    const invoker = spans.watch({
      invoke: async (_arn, _event, _deadline, context) => {
        asked.push(context);
        return failed;
      },
    });

    await invoker.invoke("arn", { InvocationEventType: "HANGUP", Sequence: 2 }, 1_000, { transactionId: id });

    const span = find("invoke HANGUP");
    assert.deepEqual(asked, [
      { transactionId: id, trace: { traceId, spanId: span.spanContext().spanId, isSampled: true } },
    ]);
    assert.deepEqual([span.status, span.attributes["error.type"]], [{ code: 2 }, "timeout"]);
    assert.equal(span.attributes["offhook.sequence"], 2);
  });

  it("has what comes after its end, or in another process: recordings and how the audio was", () => {
    const { spans, at, find } = setUp();
    at(9_000, { type: "recording-stored", ...leg("LEG-A"), bucket: "b", key: "k", storingMs: 40 });
    at(9_000, { type: "audio-ended", ...leg("LEG-A"), audio: { answeredForMs: 500, heardAfterMs: 20 } });

    const [stored, audio] = [find("store recording"), find("audio LEG-A")];
    assert.deepEqual([millis(stored.startTime), millis(stored.endTime)], [8_960, 9_000]);
    assert.deepEqual([millis(audio.startTime), audio.events.map(({ time }) => millis(time))], [8_500, [8_520]]);
    assert.equal(stored.parentSpanContext?.spanId, traceOfCall(id, 1)?.spanId);
    assert.equal(spans.open, 0);
  });

  it("has how long the store took where an answer waits for it", () => {
    const { spans, time, find } = setUp();
    const waiting: (() => void)[] = [];
    const slow: CallKeeper = { ...notKept, whenBegun: (then) => void waiting.push(then) };
    let isTold = false;
    spans.keep(state, false, slow).whenBegun(() => (isTold = true));
    time.now = 1_030;
    waiting[0]?.();

    assert.deepEqual([millis(find("store call").duration), isTold], [30, true]);
  });

  it("has numbers, keys of objects and words only where histories have them", () => {
    for (const [redact, expected] of [
      [true, []],
      [false, ["+12065550199", "busy at Alice's", "hung up by Alice"]],
    ] as const) {
      const { spans, at, told } = setUp({ redact });
      const keeper = spans.keep(state, false, notKept);
      at(1_001, { type: "leg-signalled", ...leg("LEG-B") });
      at(1_002, { type: "leg-changed", ...leg("LEG-B", { state: "ended", cause: "busy at Alice's" }) });
      at(1_003, { type: "call-ended", endType: "failed", cause: "hung up by Alice" });
      keeper.close("over");
      const text = JSON.stringify(told().map(({ attributes, status }) => [attributes, status]));
      assert.deepEqual(
        ["+12065550199", "busy at Alice's", "hung up by Alice"].filter((word) => text.includes(word)),
        expected,
      );
    }
  });

  it("is none for calls outside of the sample, which every process chooses alike", async () => {
    const { spans, at, told } = setUp({ ratio: 0 });
    spans.keep(state, false, notKept).close("over");
    at(1, { type: "recording-stored", ...leg("LEG-A"), bucket: "b", key: "k", storingMs: 40 });
    const traces: unknown[] = [];
    await spans
      .watch({
        invoke: async (_arn, _event, _deadline, context) => {
          traces.push(context?.trace?.isSampled);
          return answer;
        },
      })
      .invoke("arn", {}, 1, { transactionId: id });

    assert.deepEqual([told(), traces, spans.open], [[], [false], 0]);
    const share = Array.from({ length: 1_000 }, (_, index) => traceOfCall(uuidOf(index), 0.25)?.isSampled).filter(
      Boolean,
    );
    assert.ok(share.length > 200 && share.length < 300, `${share.length}`);
    assert.deepEqual([traceOfCall(id, 1)?.isSampled, traceOfCall("no id", 1)], [true, undefined]);
  });
});

function uuidOf(index: number): string {
  const digits = ((index * 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return `00000000-0000-4000-8000-0000${digits}`;
}
