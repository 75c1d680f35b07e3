import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, type CallDriver } from "../testing/call-driver.ts";
import { respond, respondWith } from "../testing/scripted-reply.ts";
import { pause, playAudioAndGetDigits, speak } from "../testing/wire-actions.ts";

describe("emptyActionsStopList: an empty reply to a success in mid-list (events section 13 row 3)", () => {
  const script = [respond([playAudioAndGetDigits({ MaxNumberOfDigits: 1 }), speak("Thanks")]), respond([])];
  const playbacks = (call: CallDriver) => {
    call.press("1");
    return call.did("play-audio").length;
  };

  it("emptyActionsStopList false: the rest of the list goes on", () => {
    assert.equal(playbacks(driveCall({ script })), 2);
  });

  it("emptyActionsStopList true: the rest of the list is dropped, and the call idles", () => {
    const call = driveCall({ script, compatibility: { emptyActionsStopList: true } });

    assert.equal(playbacks(call), 1);
    call.advance(10_000);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
  });

  it("emptyActionsStopList true: a reply without Actions stops nothing", () => {
    const silent = [script[0] ?? respond([]), respondWith({ SchemaVersion: "1.0" })];

    assert.equal(playbacks(driveCall({ script: silent, compatibility: { emptyActionsStopList: true } })), 2);
  });
});

describe("mergeAttributes: attributes with other keys than the stored ones (events section 13 row 9)", () => {
  const script = [respond([pause()], { a: "1", b: "2" }), respond([pause()], { b: "3" }), respond([pause()], {})];
  const afterEach = (mergeAttributes: boolean) => {
    const call = driveCall({ script, compatibility: { mergeAttributes } });
    call.advance(3_000);
    return call.events.map(({ CallDetails }) => CallDetails.TransactionAttributes);
  };

  it("mergeAttributes false: they replace the stored map, and an empty object clears it", () => {
    assert.deepEqual(afterEach(false), [undefined, { a: "1", b: "2" }, { b: "3" }, undefined]);
  });

  it("mergeAttributes true: they are added to the stored map, and an empty object clears it", () => {
    assert.deepEqual(afterEach(true), [undefined, { a: "1", b: "2" }, { a: "1", b: "3" }, undefined]);
  });

  it("mergeAttributes true: the limit holds for all of them together, and what is stored stays", () => {
    const call = driveCall({
      script: [respond([pause()], { a: "1", b: "2" }), respond([pause()], { c: "3" })],
      compatibility: { mergeAttributes: true },
      limits: { attributes: { entries: 2, bytes: 1_000 } },
    });
    call.advance(1_000);

    const event = call.lastEvent();
    assert.equal(event.ErrorType, "TransactionAttributesInvalidMapSize");
    assert.deepEqual(event.CallDetails.TransactionAttributes, { a: "1", b: "2" });
  });
});

describe("pauseAnswers: Pause on an unanswered inbound call (actions section 4 row 7)", () => {
  const script = [respond([pause(1_000)])];

  it("pauseAnswers false: it goes on ringing, and the function hears of an unanswered leg", () => {
    const call = driveCall({ script });
    call.advance(1_000);

    assert.equal(call.did("answer-leg").length, 0);
    assert.equal(call.lastEvent().CallDetails.Participants[0]?.Status, undefined);
  });

  it("pauseAnswers true: it is answered, and the time begins then", () => {
    const call = driveCall({ script, answersAtOnce: false, compatibility: { pauseAnswers: true } });
    call.advance(5_000);
    assert.equal(call.did("answer-leg").length, 1);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);

    call.answer();
    call.advance(1_000);

    assert.equal(call.lastEvent().CallDetails.Participants[0]?.Status, "Connected");
  });
});
