import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, drivenLegId, type CallDriver } from "../testing/internal/call-driver.ts";
import { failWith, respond, respondWith } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  pause,
  playAudioAndGetDigits,
  speak,
  startCallRecording,
} from "../testing/internal/wire-actions.ts";

describe("emptyActionsStopList: an empty reply to a success in mid-list (Contract: events-list-continues)", () => {
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

describe("sipApplicationId: the other name of the application's id (Contract: events-application-id-twice)", () => {
  const ids = (sipApplicationId: boolean) => {
    const call = driveCall({ script: [respond([speak("Hi")])], compatibility: { sipApplicationId } });
    call.end();
    const { applicationId } = call.state().target;
    return call.events.map(({ CallDetails }) => [
      CallDetails.SipMediaApplicationId === applicationId,
      CallDetails.SipApplicationId === applicationId,
    ]);
  };

  it("sipApplicationId true: each event has it by both names", () => {
    assert.deepEqual(ids(true), Array(3).fill([true, true]));
  });

  it("sipApplicationId false: by the one name only", () => {
    assert.deepEqual(ids(false), Array(3).fill([true, false]));
  });
});

describe("endCallOnFunctionError: a function that fails during a call (Contract: events-function-failed-answered)", () => {
  const broken = failWith("unhandled");

  it("endCallOnFunctionError true: both parties of a bridge are hung up", () => {
    const { call, partner } = bridged(true);
    call.update();

    assert.deepEqual(
      call
        .did("hang-up-leg")
        .map(({ legId }) => legId)
        .toSorted(),
      [drivenLegId, partner].toSorted(),
    );
  });

  it("endCallOnFunctionError false: a bridge stays, and the next update is asked for", () => {
    const { call } = bridged(false);
    call.update();
    call.update();

    assert.deepEqual(call.did("hang-up-leg"), []);
    const [first, second] = call.state().legs;
    assert.deepEqual([first?.joinedWith, second?.joinedWith], [second?.id, first?.id]);
    assert.deepEqual(call.eventTypes().slice(-2), ["CALL_UPDATE_REQUESTED", "CALL_UPDATE_REQUESTED"]);
    const failed = call.facts.find((fact) => fact.type === "function-failed");
    assert.equal(failed?.type === "function-failed" && failed.consequence, "call-goes-on");
  });

  it("endCallOnFunctionError false: the rest of a list that waits for the reply goes on", () => {
    const keys = playAudioAndGetDigits({ MaxNumberOfDigits: 1 });
    const call = driveCall({
      script: [respond([keys, speak("Thanks")]), broken],
      compatibility: { endCallOnFunctionError: false },
    });
    call.press("1");

    assert.equal(call.did("play-audio").length, 2);
  });

  it("endCallOnFunctionError false: a call that nobody answered is refused all the same", () => {
    const call = driveCall({ script: [broken], compatibility: { endCallOnFunctionError: false } });

    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
  });

  function bridged(endCallOnFunctionError: boolean) {
    const call = driveCall({
      script: ({ InvocationEventType: type }) => {
        if (type === "CALL_UPDATE_REQUESTED") return broken;
        return respond(type === "NEW_INBOUND_CALL" ? [callAndBridge()] : []);
      },
      compatibility: { endCallOnFunctionError },
    });
    const partner = call.state().legs[1]?.id ?? assert.fail("there is no second leg");
    call.give({ type: "leg-answered", legId: partner });
    return { call, partner };
  }
});

describe("mergeAttributes: attributes with other keys than the stored ones (Contract: events-attributes-replace)", () => {
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

describe("pauseAnswers: Pause on an unanswered inbound call (Contract: actions-pause-unanswered)", () => {
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

describe("refuseCallWithoutActions: an empty first reply to an inbound call (Contract: events-first-reply-empty)", () => {
  it("refuseCallWithoutActions false: it goes on ringing and is refused with 480 after 30 s", () => {
    const call = driveCall({ script: [respond([])] });
    assert.equal(call.did("reject-leg").length, 0);

    call.advance(30_000);

    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  });

  it("refuseCallWithoutActions true: it is refused with 480 at once, and HANGUP says so", () => {
    const call = driveCall({ script: [respond([])], compatibility: { refuseCallWithoutActions: true } });

    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
    assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 480);
    assert.equal(call.did("end-call").length, 1);
  });
});

describe("tellActionThatOutlivedUpdate: the end of an action that a new list had to wait for (Contract: events-outlived-update)", () => {
  const gathering = (tellActionThatOutlivedUpdate: boolean) => {
    const call = driveCall({
      audio: "by-hand",
      script: [respond([playAudioAndGetDigits({ MaxNumberOfDigits: 1 })]), respond([speak("New list")])],
      compatibility: { tellActionThatOutlivedUpdate },
    });
    call.update();
    return call;
  };
  const lastText = (call: CallDriver) => {
    const source = call.did("play-audio").at(-1)?.source;
    return source?.type === "speech" ? source.speech.text : undefined;
  };

  it("tellActionThatOutlivedUpdate true: its success is reported, and an empty reply lets the new list run", () => {
    const call = gathering(true);
    call.press("1");

    assert.deepEqual(call.eventTypes().slice(2), ["ACTION_SUCCESSFUL"]);
    assert.equal(call.lastEvent().ActionData?.["ReceivedDigits"], "1");
    assert.equal(lastText(call), "New list");
  });

  it("tellActionThatOutlivedUpdate false: the new list runs at once, and nothing is reported of its success", () => {
    const call = gathering(false);
    call.press("1");

    assert.deepEqual(call.eventTypes().slice(2), []);
    assert.equal(lastText(call), "New list");
  });

  it("tellActionThatOutlivedUpdate false: the new list runs at once, and nothing is reported of its failure", () => {
    const call = gathering(false);
    call.failPlayback("CALL_AUDIO_NOT_FOUND");

    assert.deepEqual(call.eventTypes().slice(2), []);
    assert.equal(lastText(call), "New list");
  });
});

describe("runActionsAfterInvalidReply: actions in the reply to INVALID_LAMBDA_RESPONSE (Contract: events-invalid-actions-run)", () => {
  const collect = playAudioAndGetDigits({ MaxNumberOfDigits: 1 });
  const script = [respond([collect, speak("Rest")]), respondWith({ SchemaVersion: "2.0" }), respond([hangup()])];

  it("runActionsAfterInvalidReply true: they run", () => {
    const call = driveCall({ script });
    call.press("1");

    assert.deepEqual(call.eventTypes().slice(2), ["INVALID_LAMBDA_RESPONSE", "HANGUP"]);
  });

  it("runActionsAfterInvalidReply false: they are ignored, observers hear why, and the list that waited goes on", () => {
    const call = driveCall({ script, audio: "by-hand", compatibility: { runActionsAfterInvalidReply: false } });
    call.press("1");

    assert.deepEqual(call.eventTypes().slice(2), ["INVALID_LAMBDA_RESPONSE"]);
    assert.ok(call.facts.some((fact) => fact.type === "response-ignored"));
    assert.equal(call.did("play-audio").at(-1)?.source.type, "speech");
  });
});

describe("acceptBlankReply: a reply of null (Contract: leniency-reply-blank)", () => {
  it("acceptBlankReply true: it is a reply without actions", () => {
    const call = driveCall({ script: [respondWith(null)] });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
  });

  it("acceptBlankReply false: it is invalid, but not where actions are ignored anyway", () => {
    const acceptBlankReply = false;
    const inbound = driveCall({ script: [respondWith(null)], compatibility: { acceptBlankReply } });
    assert.deepEqual(inbound.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE"]);
    assert.equal(inbound.lastEvent().ErrorType, "BlankResponse");

    const outbound = driveCall({
      script: [respondWith(null)],
      direction: "Outbound",
      compatibility: { acceptBlankReply },
    });
    assert.deepEqual(outbound.eventTypes(), ["NEW_OUTBOUND_CALL"]);
  });
});

describe("errorMember: the old form of some failures (Contract: events-error-member)", () => {
  const failure = (errorMember: boolean) => {
    const call = driveCall({
      script: [respond([speak(), startCallRecording()])],
      recording: { code: "OBJECTS_UNAVAILABLE", message: "no store" },
      compatibility: { errorMember },
    });
    call.advance(1_000);
    return call.lastEvent().ActionData ?? {};
  };

  it("errorMember true: code and text are there in one as Error too", () => {
    const { ErrorType, ErrorMessage, Error: both } = failure(true) as Readonly<Record<string, unknown>>;

    assert.deepEqual(
      [ErrorType, ErrorMessage, both],
      [
        "NoAccessToDestination",
        "Error while accessing destination",
        "NoAccessToDestination: Error while accessing destination",
      ],
    );
  });

  it("errorMember false: there are ErrorType and ErrorMessage only", () => {
    const data = failure(false);

    assert.equal("ErrorType" in data, true);
    assert.equal("Error" in data, false);
  });
});
