import assert from "node:assert/strict";
import { after } from "node:test";
import { encodeWav, tone } from "../../src/testing/index.ts";
import { virtualFunctionTest, type FunctionKit, type FunctionTestOptions } from "./function-kit.ts";
import { openCollector, type CollectedSpan } from "./otlp-collector.ts";

const collector = await openCollector();
after(() => collector.close());

const app = `const answers = {
  NEW_INBOUND_CALL: [
    { Type: "StartCallRecording", Parameters: { Track: "INCOMING", Destination: { Type: "S3", Location: "rec/calls" } } },
    { Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "hi.wav" } } },
    { Type: "Hangup", Parameters: {} },
  ],
};
export const handler = async (event, context) => {
  console.log(JSON.stringify({
    type: event.InvocationEventType,
    keys: Object.keys(event).sort(),
    xray: process.env._X_AMZN_TRACE_ID,
    traceparent: context.clientContext?.custom.traceparent,
  }));
  return { SchemaVersion: "1.0", Actions: answers[event.InvocationEventType] ?? [] };
};`;

const options = (otlp: object, more: object = {}): FunctionTestOptions => ({
  files: { "app.mjs": app, "objects/prompts/hi.wav": encodeWav(tone(440, 300, -10)) },
  config: { telemetry: { otlp }, ...more },
});

interface Printed {
  readonly type: string;
  readonly keys: readonly string[];
  readonly xray: string;
  readonly traceparent?: string;
}

/** One call to the function, and what it printed for each event. */
async function callIn(kit: FunctionKit): Promise<readonly Printed[]> {
  await kit.phone.dial(kit.uri()).ended;
  await kit.untilEnded();
  await kit.untilPrinted("each event", (lines) => lines.length >= 2);
  return kit.output.map(({ line }) => JSON.parse(line) as Printed);
}

const eventKeys = ["CallDetails", "InvocationEventType", "SchemaVersion", "Sequence"];

virtualFunctionTest(
  "a call is one trace: INVITE, invocations, actions, the first packet, and what was stored; its function gets the context",
  options({ endpoint: collector.url }, { histories: { redact: false } }),
  async (kit) => {
    const printed = await callIn(kit);
    const id = kit.observations[0]?.transactionId ?? "";
    const traceId = id.replaceAll("-", "");
    const spans = () => collector.spans.filter((span) => span.traceId === traceId);
    const named = (name: string): CollectedSpan =>
      spans().find((span) => span.name === name) ??
      assert.fail(
        `no ${name} in ${spans()
          .map((span) => span.name)
          .join()}`,
      );
    await kit.until("the audio's end", () => kit.facts.some(({ type }) => type === "audio-ended"));
    await kit.until("the recording", () => kit.facts.some(({ type }) => type === "recording-stored"));
    await kit.world.during(collector.untilSpan(({ name }) => name === "store recording"));
    await kit.world.during(collector.untilSpan(({ name }) => name === "inbound call"));

    assert.deepEqual([...new Set(collector.requests.map(({ path }) => path))], ["/v1/traces"]);
    assert.deepEqual([...new Set(collector.spans.map((span) => span.traceId))], [traceId]);
    const root = named("inbound call");
    assert.deepEqual([root.parentSpanId, root.kind, root.resource["service.name"]], ["", 2, "offhook"]);
    assert.equal(root.attributes["offhook.transaction_id"], id);
    assert.equal(root.attributes["offhook.call.end_type"], "hung-up");
    const leg = named("leg LEG-A");
    assert.deepEqual([leg.parentSpanId, named("INVITE").parentSpanId], [root.spanId, leg.spanId]);
    assert.deepEqual([named("INVITE").kind, named("audio LEG-A").events[0]?.name], [2, "first RTP packet"]);
    for (const name of [
      "invoke NEW_INBOUND_CALL",
      "invoke HANGUP",
      "action PlayAudio",
      "store call",
      "store recording",
    ])
      assert.equal(named(name).parentSpanId, root.spanId, name);
    assert.ok(named("action PlayAudio").endedAt - named("action PlayAudio").startedAt >= 250);
    assert.deepEqual(
      leg.events.map(({ name }) => name),
      ["first RTP packet of a prompt"],
    );
    assert.ok(root.startedAt <= leg.startedAt && leg.endedAt <= root.endedAt);

    assert.deepEqual(
      printed.map(({ type, keys }) => [type, keys]),
      [
        ["NEW_INBOUND_CALL", eventKeys],
        ["HANGUP", ["ActionData", ...eventKeys]],
      ].map(([type, keys]) => [type, (keys as string[]).toSorted()]),
    );
    for (const { type, xray, traceparent } of printed) {
      const { spanId } = named(`invoke ${type}`);
      assert.equal(traceparent, `00-${traceId}-${spanId}-01`);
      assert.equal(xray, `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`);
    }
  },
);

virtualFunctionTest(
  "a call that is not in the sample has no span, and its function is told so",
  options({ endpoint: collector.url, sampleRatio: 0 }),
  async (kit) => {
    const before = collector.spans.length;
    const printed = await callIn(kit);

    assert.match(printed[0]?.traceparent ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    assert.equal(collector.spans.length, before);
  },
);

virtualFunctionTest("without an endpoint a function is told of no trace", options({}), async (kit) => {
  const printed = await callIn(kit);

  assert.deepEqual([printed[0]?.traceparent, printed[0]?.xray.endsWith(";Sampled=0")], [undefined, true]);
});

virtualFunctionTest(
  "an endpoint where nobody listens costs a call nothing, and is told once",
  options({ endpoint: "http://127.0.0.1:9/v1/traces" }),
  async (kit) => {
    await callIn(kit);
    await callIn(kit);

    const ends = kit.facts.flatMap((fact) => (fact.type === "call-ended" ? [fact.endType] : []));
    assert.deepEqual(ends, ["hung-up", "hung-up"]);
  },
);
