import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../state.ts";
import { driveCall, type CallDriver } from "../../testing/internal/call-driver.ts";
import { respond, respondWith, type WireAction } from "../../testing/internal/scripted-reply.ts";
import { hangup, pause, speak } from "../../testing/internal/wire-actions.ts";
import { checkReply } from "./reply.ts";

const mismatch = "The schema version in the invocation request does not match the schema version in the response.";

/** The error that the function is told for a reply to NEW_INBOUND_CALL. */
function refusalOf(reply: unknown): readonly [string | undefined, string | undefined] {
  const call = driveCall({ script: [respondWith(reply)] });
  assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE"]);
  assert.equal(call.did("answer-leg").length + call.did("play-audio").length, 0, "nothing of it was done");
  return [call.lastEvent().ErrorType, call.lastEvent().ErrorMessage];
}

function attributesSeen(call: CallDriver): readonly (JsonObject | undefined)[] {
  return call.events.map((event) => event.CallDetails.TransactionAttributes);
}

// Contract: leniency-reply-without-actions, leniency-reply-bare-list, leniency-reply-blank,
// leniency-reply-of-a-web-handler
describe("the reply as a whole (Contract: events-reply, events-invalid-version, leniency-reply-explained)", () => {
  const empty: readonly [string, unknown][] = [
    ["Actions missing", { SchemaVersion: "1.0" }],
    ["Actions null", { SchemaVersion: "1.0", Actions: null }],
    ["Actions []", { SchemaVersion: "1.0", Actions: [] }],
    ["a bare empty array", []],
    ["null", null],
    ["undefined", undefined],
  ];
  for (const [name, reply] of empty) {
    it(`${name}: an empty list; the running list goes on, at its end the call stays connected`, () => {
      const call = driveCall({
        script: [respond([speak("one"), speak("two")]), ...[1, 2].map(() => respondWith(reply))],
      });

      call.update();
      call.advance(60_000);

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_SUCCESSFUL"]);
      assert.equal(call.did("play-audio").length, 2);
      assert.equal(call.state().finished, false);
    });
  }

  const mismatches: readonly [reply: unknown, found: string][] = [
    [JSON.stringify({ statusCode: 200, body: "{}" }), "found a string (return the object, not its JSON text)."],
    [42, "found a number."],
    [true, "found a boolean."],
    [[speak()], "found an array."],
    [{ Actions: [] }, "found none."],
    [{ SchemaVersion: "2.0" }, 'found "2.0".'],
    [{ SchemaVersion: 1 }, "found 1."],
    [{ SchemaVersion: null }, "found null."],
    [{}, "found none."],
  ];
  for (const [reply, found] of mismatches) {
    it(`${JSON.stringify(reply)}: SchemaVersionMismatch, ${found}`, () => {
      const [type, message] = refusalOf(reply);

      assert.equal(type, "SchemaVersionMismatch");
      assert.ok(message?.startsWith(mismatch) && message.endsWith(found), message);
    });
  }

  it("ten actions run; eleven are refused, and the count is named (Contract: events-list-length)", () => {
    const ten = driveCall({ script: [respond(Array<WireAction>(10).fill(speak()))] });
    ten.advance(10_000);

    assert.equal(ten.did("play-audio").length, 10);
    assert.deepEqual(refusalOf({ SchemaVersion: "1.0", Actions: Array(11).fill(speak()) }), [
      "TooManyActions",
      "Too many actions specified in a response. Found 11, at most 10 are allowed.",
    ]);
  });

  it("unknown keys beside the known ones: tolerated", () => {
    const call = driveCall({
      script: [respondWith({ SchemaVersion: "1.0", Actions: [speak()], Extra: 1, actions: [] })],
    });

    assert.equal(call.did("play-audio").length, 1);
  });
});

describe("the list of actions (Contract: events-invalid-ours, leniency-misspelt-actions)", () => {
  const broken: readonly [actions: unknown, type: string, message: RegExp][] = [
    ["Speak", "ActionsListInvalid", /^Error while reading actions list\. Actions must be an array, found a string/],
    [{ Type: "Speak" }, "ActionsListInvalid", /Actions must be an array/],
    [[null], "ActionsListInvalid", /Actions\[0\] must be an object/],
    [[speak(), "Hangup"], "ActionsListInvalid", /Actions\[1\] must be an object, found a string/],
    [[{}], "ActionsListInvalid", /Actions\[0\]\.Type must be a string/],
    [[{ Type: 7 }], "ActionsListInvalid", /Actions\[0\]\.Type must be a string, found a number/],
    [[{ Type: "Speak", Parameters: "Hi" }], "ActionsListInvalid", /Actions\[0\]\.Parameters must be an object/],
    [
      [{ Type: "Speak", Parameters: [] }],
      "ActionsListInvalid",
      /Actions\[0\]\.Parameters must be an object, found an array/,
    ],
    [[{ Type: "SpeakText" }], "UnsupportedAction", /^Unsupported action SpeakText specified\. .*did you mean Speak\?/],
    [[speak(), { Type: "playAudio" }], "UnsupportedAction", /Actions\[1\]\.Type: did you mean PlayAudio\?/],
    [[{ Type: "Play" }], "UnsupportedAction", /did you mean PlayAudio\?/],
    [[{ Type: "TransferToQueueForAgents" }], "UnsupportedAction", /known are Speak, PlayAudio, Pause, Hangup/],
    [[{ Type: "" }], "UnsupportedAction", /^Unsupported action {2}specified\. .*known are/],
    [[{ Type: "__proto__" }], "UnsupportedAction", /__proto__/],
  ];
  for (const [actions, type, message] of broken) {
    it(`Actions ${JSON.stringify(actions)}: ${type}, nothing of it runs`, () => {
      const refusal = refusalOf({ SchemaVersion: "1.0", Actions: actions });

      assert.equal(refusal[0], type);
      assert.match(refusal[1] ?? "", message);
    });
  }

  for (const action of [{ Type: "Hangup" }, { Type: "Hangup", Parameters: null }, { Type: "Hangup", Parameters: {} }]) {
    it(`${JSON.stringify(action)}: a Hangup without parameters`, () => {
      const call = driveCall({ script: [respondWith({ SchemaVersion: "1.0", Actions: [action] })] });

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    });
  }
});

describe("TransactionAttributes (Contract: events-attributes, events-attributes-size, events-attributes-refused, events-invalid-attributes)", () => {
  it("stay when the reply has none, null, or is itself null", () => {
    const call = driveCall({
      script: [respond([], { a: "1" }), respond([]), respond([], null), respondWith(null), respondWith([])],
    });

    for (let index = 0; index < 5; index += 1) call.update();

    assert.deepEqual(attributesSeen(call), [undefined, ...Array<JsonObject>(5).fill({ a: "1" })]);
  });

  it("set in a reply to ACTION_INTERRUPTED are kept though its actions are ignored", () => {
    const call = driveCall({ script: [respond([speak()]), respond([pause()]), respond([speak()], { a: "1" })] });

    call.update();
    call.advance(1_000);

    assert.equal(call.lastEvent().ActionData?.Type, "Pause");
    assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { a: "1" });
  });

  it("are there at HANGUP", () => {
    const call = driveCall({ script: [respond([speak()], { a: "1" })] });

    call.advance(1_000);
    call.end();

    assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
    assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { a: "1" });
  });

  it("may have 100 entries; 101 are TransactionAttributesInvalidMapSize, and neither they nor the actions are used", () => {
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
    const good = driveCall({ script: [respond([], entries(100))] });
    const bad = driveCall({ script: [respond([speak()], entries(101))] });
    good.update();

    assert.deepEqual(good.lastEvent().CallDetails.TransactionAttributes, entries(100));
    assert.equal(bad.lastEvent().ErrorType, "TransactionAttributesInvalidMapSize");
    assert.equal(
      bad.lastEvent().ErrorMessage,
      "Transaction Attributes has too many mappings. Maximum number of mappings is 100",
    );
    assert.equal("TransactionAttributes" in bad.lastEvent().CallDetails, false);
    assert.equal(bad.did("play-audio").length, 0);
  });

  it("is refused with more actions than the limit that is set", () => {
    const call = driveCall({ limits: { actionsPerReply: 1 }, script: [respond([speak(), speak()])] });

    assert.match(call.lastEvent().ErrorMessage ?? "", /Found 2, at most 1 are allowed/);
  });

  it("names the limit that is set", () => {
    const limits = { attributes: { entries: 1, bytes: 100 } };
    const call = driveCall({ limits, script: [respond([], { a: "1", b: "2" })] });

    assert.match(call.lastEvent().ErrorMessage ?? "", /Maximum number of mappings is 1$/);
  });

  it("may have 20 KB as JSON, in bytes of UTF-8, and not one more", () => {
    const ofBytes = (bytes: number) => ({ k: "é".repeat((bytes - 8) / 2) });
    const good = driveCall({ script: [respond([], ofBytes(20_480))] });
    const bad = driveCall({ script: [respond([], { ...ofBytes(20_480), more: 1 })] });

    assert.deepEqual(good.eventTypes(), ["NEW_INBOUND_CALL"]);
    assert.equal(bad.lastEvent().ErrorType, "TransactionAttributesInvalidMapSize");
    assert.match(bad.lastEvent().ErrorMessage ?? "", /Maximum size is 20480 bytes, found 20489/);
  });

  for (const wrong of ["a=1", 7, true, ["a"]]) {
    it(`${JSON.stringify(wrong)} instead of an object: TransactionAttributesInvalid`, () => {
      assert.equal(
        refusalOf({ SchemaVersion: "1.0", TransactionAttributes: wrong })[0],
        "TransactionAttributesInvalid",
      );
    });
  }
});

describe("replies that have no effect (Contract: events-reply-use, events-reply-ignored-faults)", () => {
  it("actions in replies to NEW_OUTBOUND_CALL and RINGING are ignored, whatever they are, and the call goes on", () => {
    for (const reply of [
      respond([hangup(), speak()]),
      respondWith({ Actions: 7 }),
      respondWith("x"),
      respondWith(null),
      respondWith({}),
    ]) {
      const call = driveCall({ direction: "Outbound", script: [reply, reply, respond([speak()])] });

      call.ring();
      call.answer();
      call.advance(1_000);

      assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "ACTION_SUCCESSFUL"]);
      assert.equal(call.did("hang-up-leg").length, 0);
    }
  });

  it("the author is told why actions were ignored", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([hangup()])] });

    assert.deepEqual(
      call.facts.find((fact) => fact.type === "response-ignored"),
      {
        type: "response-ignored",
        sequence: 1,
        why: "actions in a reply to NEW_OUTBOUND_CALL are ignored",
      },
    );
  });

  it("the author is told why attributes were lost with a reply of the wrong form", () => {
    const call = driveCall({ direction: "Outbound", script: [respondWith({ TransactionAttributes: { a: "1" } })] });
    const fact = call.facts.find(({ type }) => type === "response-ignored");

    call.ring();

    assert.equal(
      fact?.type === "response-ignored" && fact.why,
      `${mismatch} Expected SchemaVersion "1.0", found none.`,
    );
    assert.equal(call.lastEvent().CallDetails.TransactionAttributes, undefined);
  });

  it("attributes that cannot be used in a reply to the last HANGUP are told to nobody", () => {
    const call = driveCall({
      script: [respond([hangup()]), respondWith({ SchemaVersion: "1.0", TransactionAttributes: 7 })],
    });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });

  it("actions in a reply to an event of an action are ignored when the call ended meanwhile", () => {
    const call = driveCall({ script: [respond([speak()]), respond([speak("too late"), hangup()])] });

    call.end();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(call.did("play-audio").length, 1);
    assert.equal(call.did("hang-up-leg").length, 0);
  });
});

describe("checkReply", () => {
  it("does not change what it is given", () => {
    const machine = driveCall();
    const reply = { SchemaVersion: "1.0", Actions: [speak()], TransactionAttributes: { a: { b: "c" } } };
    const before = structuredClone(reply);

    checkReply(reply, true, machine, undefined);

    assert.deepEqual(reply, before);
  });
});
