import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultCompatibility, type FunctionReply } from "../call/index.ts";
import { hangup, pause, speak } from "../testing/internal/wire-actions.ts";
import { compareReplies } from "./compare-replies.ts";
import { equality } from "./differences.ts";

const reply = (value: unknown): FunctionReply => ({ type: "response", value });
const list = (...Actions: readonly unknown[]) => ({ SchemaVersion: "1.0", Actions });
const failed = (reason: "unhandled" | "timeout", message: string): FunctionReply => ({
  ...{ type: "failed", reason, message, stack: undefined },
});
const compare = (recorded: FunctionReply, now: FunctionReply, switches = defaultCompatibility) =>
  compareReplies(recorded, now, equality, { redaction: "text", switches });

describe("two replies", () => {
  it("are the same however nothing is written", () => {
    const ways = [null, [], {}, list(), { SchemaVersion: "1.0" }, { SchemaVersion: "1.0", Actions: null }];
    for (const one of ways.filter((way) => JSON.stringify(way) !== "{}")) {
      assert.deepEqual(compare(reply(null), reply(one)), [], JSON.stringify(one));
      assert.deepEqual(compare(reply(one), reply({ ...list(), TransactionAttributes: null })), []);
    }
    assert.deepEqual(compare(reply(list()), reply({})), [{ path: "SchemaVersion", recorded: "1.0", now: undefined }]);
  });

  it("differ by how nothing is written where a switch of the call tells it apart", () => {
    const strict = { ...defaultCompatibility, acceptBlankReply: false };
    const stops = { ...defaultCompatibility, emptyActionsStopList: true };
    const none = { SchemaVersion: "1.0" };

    assert.equal(compare(reply(null), reply(list()), strict).length, 1);
    assert.deepEqual(compare(reply(null), reply(null), strict), []);
    assert.deepEqual(compare(reply(none), reply(list()), stops), [{ path: "Actions", recorded: undefined, now: [] }]);
    assert.deepEqual(compare(reply(list(speak())), reply(list(speak())), stops), []);
  });

  it("differ at the path of each value, with nothing where nothing is", () => {
    const before = list(speak("a", { VoiceId: "Joanna" }), pause(5));
    const after = list(speak("b", { LanguageCode: "de-DE" }), pause("5"));

    assert.deepEqual(compare(reply(before), reply(after)), [
      { path: "Actions[0].Parameters.Text", recorded: "a", now: "b" },
      { path: "Actions[0].Parameters.VoiceId", recorded: "Joanna", now: undefined },
      { path: "Actions[0].Parameters.LanguageCode", recorded: undefined, now: "de-DE" },
      { path: "Actions[1].Parameters.DurationInMilliseconds", recorded: 5, now: "5" },
    ]);
  });

  it("whose lists are of other types differ in that, and in the actions before", () => {
    assert.deepEqual(compare(reply(list(speak("a"), hangup())), reply(list(speak("b"), pause(), hangup()))), [
      { path: "Actions", recorded: ["Speak", "Hangup"], now: ["Speak", "Pause", "Hangup"] },
      { path: "Actions[0].Parameters.Text", recorded: "a", now: "b" },
    ]);
    assert.deepEqual(compare(reply(list(speak())), reply(list())), [{ path: "Actions", recorded: ["Speak"], now: [] }]);
    assert.deepEqual(compare(reply(list(speak())), reply(list(speak(), { Type: 7 }, 3)))[0]?.now, [
      "Speak",
      "7",
      "(no type)",
    ]);
  });

  it("differ in attributes, also when one has none or clears them", () => {
    const withAttributes = (attributes: unknown) => reply({ ...list(), TransactionAttributes: attributes });

    assert.deepEqual(
      compare(withAttributes({ a: "1", b: [1, { c: 2 }] }), withAttributes({ a: "1", b: [1, { c: 3 }] })),
      [{ path: "TransactionAttributes.b[1].c", recorded: 2, now: 3 }],
    );
    assert.deepEqual(compare(withAttributes({ a: "1" }), reply(list())), [
      { path: "TransactionAttributes", recorded: { a: "1" }, now: undefined },
    ]);
    assert.equal(compare(reply(list()), withAttributes({})).length, 1);
  });

  it("that are no objects differ as a whole", () => {
    assert.deepEqual(compare(reply("text"), reply("text")), []);
    assert.deepEqual(compare(reply("text"), reply("other")), [{ path: "", recorded: "text", now: "other" }]);
    assert.deepEqual(compare(reply({ ...list(), Actions: "x" }), reply(list())), [
      { path: "Actions", recorded: "x", now: [] },
    ]);
  });

  it("that fail differ in the reason, and in what the function said when it threw", () => {
    assert.deepEqual(compare(failed("timeout", "after 20 s"), failed("timeout", "after 3 s")), []);
    assert.deepEqual(compare(failed("unhandled", "a"), failed("unhandled", "a")), []);
    assert.equal(compare(failed("unhandled", "a"), failed("unhandled", "b")).length, 1);
    assert.deepEqual(compare(failed("timeout", "no answer"), reply(list(hangup()))), [
      { path: "", recorded: "the function failed (timeout): no answer", now: "answered Hangup" },
    ]);
    assert.deepEqual(compare(reply(null), failed("unhandled", "boom"))[0]?.recorded, "answered without actions");
  });

  it("keep to what is theirs, whatever their members are called", () => {
    const odd = JSON.parse(`{"SchemaVersion":"1.0","__proto__":{"a":1},"toString":1}`) as unknown;

    assert.deepEqual(
      compare(reply(odd), reply(list())).map(({ path }) => path),
      ["__proto__", "toString"],
    );
  });
});
