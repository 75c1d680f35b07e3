import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { frameOf, readFrames } from "./frames.ts";
import { maxErrorBytes, maxResponseBytes, type RuntimeError } from "./runtime-door.ts";
import { openRuntimePipe } from "./runtime-pipe.ts";

const event = {
  ...{ requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd", payload: '{"a":"é"}', deadlineAt: 1_700_000_000_123.4 },
  ...{ functionArn: "arn:fn", transactionId: undefined, trace: undefined },
};

/** The server's end of the pipe, with what it was told and what it wrote. */
function open() {
  const told: string[] = [];
  const given: unknown[] = [];
  const read = readFrames(
    1_000_000,
    (head, body) => void given.push(JSON.parse(head), JSON.parse(body || "null")),
    assert.fail,
  );
  const stream = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      read(bytes);
      done();
    },
  });
  const show = ({ type, message }: RuntimeError) => `${type} ${message}`;
  const door = openRuntimePipe(stream, {
    onNext: () => void told.push("next"),
    onResponse: (payload, tookMs) =>
      void told.push(`response ${payload}${tookMs === undefined ? "" : ` in ${tookMs}`}`),
    onResponseTooLarge: () => void told.push("too large"),
    onError: (error) => void told.push(`error ${show(error)}`),
    onInitError: (error) => void told.push(`init ${show(error)}`),
    onGaveBack: (requestIds) => void told.push(`back ${requestIds.join(" ")}`),
  });
  const write = async (head: string, body = "") => {
    stream.push(frameOf(head, body));
    await turn();
  };
  const say = (kind: string, body = "", requestId: string | undefined = event.requestId) =>
    write(JSON.stringify({ kind, requestId }), body);
  return { told, given, stream, door, write, say, begin: () => write('{"kind":"ready"}') };
}

describe("the pipe to a function's process", () => {
  it("gives an event to a process that is ready for its first, and only then", async () => {
    const { told, given, door, begin } = open();
    const early = door.deliver(event);
    await begin();
    const inTime = door.deliver(event);

    assert.deepEqual([early, inTime], [false, true]);
    assert.deepEqual(told, ["next"]);
    const { requestId, functionArn } = event;
    const traceId = "Root=1-8476a536-e9f411e897392dfe598c3fcd;Sampled=0";
    assert.deepEqual(given, [{ requestId, functionArn, deadlineMs: 1_700_000_000_123, traceId }, { a: "é" }]);
  });

  it("gives events behind one that is open, and takes answers in their order", async () => {
    const { told, stream, door, begin, say } = open();
    await begin();
    for (const requestId of ["a", "b", "c"]) assert.ok(door.deliver({ ...event, requestId }));
    await say("response", "1", "a");
    await say("response", "2", "b");

    assert.deepEqual(told, ["next", "response 1", "next", "response 2", "next"]);
    await say("response", "4", "d");
    assert.ok(stream.destroyed);
  });

  it("asks for events that were not begun, and takes back none that was", async () => {
    const { told, given, stream, door, begin, say, write } = open();
    await begin();
    for (const requestId of ["a", "b", "c"]) door.deliver({ ...event, requestId });
    await turn();
    given.splice(0);
    door.askBack();
    await turn();
    assert.deepEqual(given, [{ kind: "give-back" }, null]);

    await write('{"kind":"given-back"}', '["a","c","x",1]');
    await write('{"kind":"given-back"}', "{}");
    await say("response", "1", "a");
    await say("response", "2", "b");

    assert.deepEqual(told, ["next", "back c", "back ", "response 1", "next", "response 2", "next"]);
    assert.ok(!stream.destroyed);
  });

  it("tells of the trace of an event as Lambda does", async () => {
    const { given, door, begin } = open();
    await begin();
    const trace = { traceId: "a".repeat(32), spanId: "b".repeat(16), isSampled: true };
    door.deliver({ ...event, trace });

    const { traceId, clientContext } = given[0] as Record<string, string>;
    assert.equal(traceId, `Root=1-aaaaaaaa-${"a".repeat(24)};Parent=${trace.spanId};Sampled=1`);
    assert.match(clientContext ?? "", /"traceparent":"00-a{32}-b{16}-01"/);
  });

  it("passes on answers and errors, after which the process waits again", async () => {
    const { told, door, begin, say } = open();
    await begin();
    for (const [kind, body] of [
      ["response", '{"ü":1}'],
      ["error", '{"errorType":"TypeError","errorMessage":"no","trace":[]}'],
      ["response", "x".repeat(maxResponseBytes + 1)],
      ["error", "x".repeat(maxErrorBytes + 1)],
      ["response", "null"],
    ] as const) {
      assert.ok(door.deliver(event));
      await say(kind, body);
    }

    assert.deepEqual(told, [
      "next",
      ...['response {"ü":1}', "next"],
      ...["error TypeError no", "next"],
      ...["too large", "next"],
      ...["error Unknown too long", "next"],
      ...["response null", "next"],
    ]);
  });

  it("passes on how long the handler took, and nothing else that stands in its place", async () => {
    const { told, door, write, begin } = open();
    await begin();
    for (const tookMs of ["12.5", '"long"', "null", "1e999"]) {
      assert.ok(door.deliver(event));
      await write(`{"kind":"response","requestId":"${event.requestId}","tookMs":${tookMs}}`, "1");
    }

    assert.deepEqual(
      told.filter((one) => one !== "next"),
      ["response 1 in 12.5", "response 1", "response 1", "response 1"],
    );
  });

  it("takes a last error of the open event, or of loading, after which no event is given", async () => {
    const document = '{"errorType":"E","errorMessage":"m"}';
    const ofEvent = open();
    await ofEvent.begin();
    ofEvent.door.deliver(event);
    await ofEvent.say("last-error", document);
    const ofLoading = open();
    await ofLoading.write('{"kind":"last-error"}', document);

    assert.deepEqual(ofEvent.told, ["next", "error E m"]);
    assert.deepEqual(ofLoading.told, ["init E m"]);
    assert.deepEqual([ofEvent.door.deliver(event), ofLoading.door.deliver(event)], [false, false]);
  });

  for (const [what, head] of [
    ["another event", '{"kind":"response","requestId":"other"}'],
    ["no event", '{"kind":"response"}'],
    ["a second beginning", '{"kind":"ready"}'],
    ["an unknown kind", `{"kind":"hello","requestId":"${event.requestId}"}`],
    ["no kind", `{"requestId":"${event.requestId}"}`],
    ["null", "null"],
    ["no JSON", "printed by a function"],
  ] as const) {
    it(`is cut when the process speaks of ${what} while an event is open`, async () => {
      const { told, stream, door, begin, write } = open();
      await begin();
      door.deliver(event);
      await write(head, "{}");

      assert.deepEqual(told, ["next"]);
      assert.ok(stream.destroyed);
      assert.equal(door.deliver(event), false);
    });
  }

  it("is cut when the process answers while none is open", async () => {
    const { told, stream, door, begin, say } = open();
    await begin();
    door.deliver(event);
    await say("response", "1");
    await say("response", "2");

    assert.deepEqual(told, ["next", "response 1", "next"]);
    assert.ok(stream.destroyed);
  });

  it("gives nothing to a process that could not be started", () => {
    const fail = () => assert.fail();
    const door = openRuntimePipe(undefined, {
      ...{ onNext: fail, onResponse: fail, onResponseTooLarge: fail },
      ...{ onError: fail, onInitError: fail, onGaveBack: fail },
    });

    assert.equal(door.deliver(event), false);
    door.close();
  });
});
