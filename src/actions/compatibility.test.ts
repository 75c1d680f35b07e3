import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CompatibilitySwitches, JsonObject } from "../call/index.ts";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  playAudio,
  playAudioAndGetDigits,
  receiveDigits,
  recordAudio,
  speak,
} from "../testing/internal/wire-actions.ts";

type Switches = Partial<CompatibilitySwitches>;
/** What happens on the leg: "end" is the end of what plays, a number is time in milliseconds, others are keys. */
type Happening = string | number;

function drive(
  script: readonly ScriptedReply[],
  compatibility: Switches,
  happenings: readonly Happening[],
): CallDriver {
  const call = driveCall({ audio: "by-hand", script, compatibility });
  for (const happening of happenings) {
    if (typeof happening === "number") call.advance(happening);
    else if (happening === "end") call.finishPlayback();
    else call.press(happening);
  }
  return call;
}

/** What came of a get-digits action that waits 5 s, or "runs", and how many prompts of either kind were played until then. */
function gather(parameters: JsonObject, compatibility: Switches, happenings: readonly Happening[]): readonly unknown[] {
  const call = drive([respond([playAudioAndGetDigits(parameters)])], compatibility, happenings);
  const data = call.events[1]?.ActionData;
  const outcome =
    data === undefined ? "runs" : (data.ErrorType ?? ("ReceivedDigits" in data ? data["ReceivedDigits"] : "nothing"));
  return [outcome, call.did("play-audio").length];
}

describe("noKeysAreGood: no key until time is up, with a minimum of 0 (Contract: actions-get-digits-no-keys)", () => {
  const sent = { MinNumberOfDigits: "0", MaxNumberOfDigits: 1 };
  const nothing = ["end", 5_000, "end"];

  it("noKeysAreGood when-min-0-is-sent: it succeeds without ReceivedDigits where the function sent 0, and fails where it sent none", () => {
    assert.deepEqual(gather(sent, {}, nothing.slice(0, 2)), ["nothing", 1]);
    assert.deepEqual(gather({ MaxNumberOfDigits: 1 }, {}, nothing), ["InvalidDigitsReceived", 2]);
  });

  it("noKeysAreGood when-min-0-is-sent: a pattern must be found in nothing, and a terminator alone gives empty ReceivedDigits", () => {
    assert.deepEqual(gather({ ...sent, InputDigitsRegex: "[12]" }, {}, nothing), ["InvalidDigitsReceived", 2]);
    assert.deepEqual(gather({ ...sent, InputDigitsRegex: "^[12]?$" }, {}, nothing.slice(0, 2)), ["nothing", 1]);
    assert.deepEqual(gather(sent, {}, ["end", "#"]), ["", 1]);
  });

  it("noKeysAreGood never: it fails, and only a terminator alone succeeds", () => {
    assert.deepEqual(gather(sent, { noKeysAreGood: "never" }, nothing), ["InvalidDigitsReceived", 2]);
    assert.deepEqual(gather(sent, { noKeysAreGood: "never" }, ["end", "#"]), ["", 1]);
  });

  it("noKeysAreGood when-min-is-0: it succeeds also where 0 is the default, and fails with a minimum of 1", () => {
    const position = { noKeysAreGood: "when-min-is-0" } as const;

    assert.deepEqual(gather({ MaxNumberOfDigits: 1 }, position, nothing.slice(0, 2)), ["nothing", 1]);
    assert.deepEqual(gather({ MinNumberOfDigits: 1 }, position, nothing), ["InvalidDigitsReceived", 2]);
  });
});

describe("patternMayEndInTerminator: a pattern that asks for the terminator (Contract: actions-get-digits-terminator-wanted)", () => {
  const parameters = { InputDigitsRegex: "^\\d{2}#$" };

  it("patternMayEndInTerminator true: the keys with it are tried too, and told without it", () => {
    assert.deepEqual(gather(parameters, {}, ["end", "1", "2", "#"]), ["12", 1]);
  });

  it("patternMayEndInTerminator false: the keys alone do not match", () => {
    assert.deepEqual(gather(parameters, { patternMayEndInTerminator: false }, ["end", "1", "2", "#"]), ["runs", 2]);
  });
});

describe("firstKeyTimeIncludesPrompt: where the time for the first key begins (Contract: actions-get-digits-first-key)", () => {
  const one = { MinNumberOfDigits: 1, MaxNumberOfDigits: 1 };
  const includes = { firstKeyTimeIncludesPrompt: true };

  it("firstKeyTimeIncludesPrompt false: at the end of the prompt", () => {
    assert.deepEqual(gather(one, {}, [60_000, "end", 4_999]), ["runs", 1]);
    assert.deepEqual(gather(one, {}, [60_000, "end", 5_000]), ["runs", 2]);
  });

  it("firstKeyTimeIncludesPrompt true: with the prompt, in each attempt", () => {
    assert.deepEqual(gather(one, includes, [3_000, "end", 1_999]), ["runs", 1]);
    assert.deepEqual(gather(one, includes, [3_000, "end", 2_000]), ["runs", 2]);
    const second = [3_000, "end", 2_000, "end", 3_000, "end"];
    assert.deepEqual(gather({ ...one, Repeat: 2 }, includes, [...second, 1_999]), ["runs", 3]);
    assert.deepEqual(gather({ ...one, Repeat: 2 }, includes, [...second, 2_000]), ["runs", 4]);
  });

  it("firstKeyTimeIncludesPrompt true: a longer prompt is played to its end, during which a key counts, and then time is up", () => {
    assert.deepEqual(gather(one, includes, [60_000]), ["runs", 1]);
    assert.deepEqual(gather(one, includes, [60_000, "7"]), ["7", 1]);
    assert.deepEqual(gather(one, includes, [60_000, "end"]), ["runs", 2]);
  });
});

describe("failurePromptAfterLastAttempt: the last bad attempt (Contract: actions-get-digits-last-attempt)", () => {
  const parameters = { MinNumberOfDigits: 1, Repeat: 2 };
  const first = ["end", 5_000, "end"];

  it("failurePromptAfterLastAttempt true: the failure prompt is played, and then the action fails", () => {
    assert.deepEqual(gather(parameters, {}, [...first, "end", 5_000]), ["runs", 4]);
    assert.deepEqual(gather(parameters, {}, [...first, "end", 5_000, "end"]), ["InvalidDigitsReceived", 4]);
  });

  it("failurePromptAfterLastAttempt false: the action fails at once, and attempts before it have the failure prompt", () => {
    const position = { failurePromptAfterLastAttempt: false };

    assert.deepEqual(gather(parameters, position, [...first, "end", 5_000]), ["InvalidDigitsReceived", 3]);
  });
});

/** What ReceiveDigits tells: keys count 1 s after the last, and for 5 s. */
function hear(
  compatibility: Switches,
  happenings: readonly Happening[],
  parameters: JsonObject = {},
): readonly unknown[] {
  return drive([respond([receiveDigits("^\\d{2}$", parameters), speak()])], compatibility, happenings)
    .events.slice(1)
    .map(({ InvocationEventType, ActionData }) => ActionData?.["ReceivedDigits"] ?? InvocationEventType);
}

describe("tellFlushedDigits: keys of ReceiveDigits that match nothing (Contract: actions-receive-digits-flush)", () => {
  it("tellFlushedDigits false: they are dropped when their time is over", () => {
    assert.deepEqual(hear({}, ["1", 5_000, "2", "3", 1_000]), ["23"]);
  });

  it("tellFlushedDigits true: they are reported when their time is over, and keys that match once", () => {
    assert.deepEqual(hear({ tellFlushedDigits: true }, ["1", 5_000, "2", "3", 10_000]), ["1", "23"]);
    assert.deepEqual(hear({ tellFlushedDigits: true }, ["1", 4_500, "2", 10_000]), ["12"]);
  });
});

describe("acceptShortFlush: a flush time below the time between keys (Contract: actions-receive-digits-times)", () => {
  const short = { InBetweenDigitsDurationInMilliseconds: 3_000, FlushDigitsDurationInMilliseconds: 2_000 };

  it("acceptShortFlush false: ReceiveDigits fails", () => {
    const call = drive([respond([receiveDigits("^\\d{2}$", short)])], {}, []);

    assert.equal(
      call.lastEvent().ActionData?.ErrorMessage,
      "The FlushDigitsDurationInMilliseconds parameter is invalid.",
    );
  });

  it("acceptShortFlush true: keys within it count together, later ones begin anew", () => {
    assert.deepEqual(hear({ acceptShortFlush: true }, ["1", 1_999, "2", 3_000], short), ["12"]);
    assert.deepEqual(hear({ acceptShortFlush: true }, ["1", 2_000, "2", 3_000], short), []);
  });
});

describe("listenOnlyOnce: a listener after its first match (Contract: actions-receive-digits-stays)", () => {
  it("listenOnlyOnce false: it goes on", () => {
    assert.deepEqual(hear({}, ["1", "2", 1_000, "3", "4", 1_000]), ["12", "34"]);
  });

  it("listenOnlyOnce true: it is gone, but keys that match nothing leave it there", () => {
    assert.deepEqual(hear({ listenOnlyOnce: true }, ["9", 5_000, "1", "2", 1_000, "3", "4", 1_000]), ["12"]);
  });
});

describe("listenersHearTakenKeys: keys during a get-digits action on the same leg (Contract: actions-receive-digits-taken)", () => {
  const script = [respond([receiveDigits("^\\d{2}$"), playAudioAndGetDigits({ MaxNumberOfDigits: 2 })])];
  const reported = (compatibility: Switches) => drive(script, compatibility, ["1", "2", 1_000]).eventTypes().slice(1);

  it("listenersHearTakenKeys false: the action takes them, the listener hears none", () => {
    assert.deepEqual(reported({}), ["ACTION_SUCCESSFUL"]);
  });

  it("listenersHearTakenKeys true: both hear them", () => {
    assert.deepEqual(reported({ listenersHearTakenKeys: true }), ["ACTION_SUCCESSFUL", "DIGITS_RECEIVED"]);
  });

  it("listenersHearTakenKeys true: a listener does not hear the key that ended the action before it", () => {
    const list = [playAudio("a.wav", { PlaybackTerminators: ["1"] }), receiveDigits("^\\d$")];
    const call = drive([respond(list)], { listenersHearTakenKeys: true }, ["1", 2_000]);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
  });
});

describe("recordingNeedsDuration: RecordAudio without DurationInSeconds (Contract: actions-record-audio-longest)", () => {
  const script = [respond([recordAudio({ DurationInSeconds: null })])];

  it("recordingNeedsDuration false: it records up to the longest time", () => {
    assert.equal(drive(script, {}, []).did("record-audio")[0]?.maxMs, 4 * 3_600_000);
  });

  it("recordingNeedsDuration true: it fails", () => {
    const call = drive(script, { recordingNeedsDuration: true }, []);

    assert.equal(call.did("record-audio").length, 0);
    assert.equal(call.lastEvent().ActionData?.ErrorMessage, "DurationInSeconds parameter value is invalid.");
  });
});

describe("tellInterruptedRecording: an update interrupts RecordAudio (Contract: actions-record-audio-interrupted)", () => {
  const interrupted = (tellInterruptedRecording: boolean) => {
    const call = drive([respond([recordAudio()]), respond([speak()])], { tellInterruptedRecording }, []);
    call.update();
    const event = call.events.find(({ InvocationEventType }) => InvocationEventType === "ACTION_INTERRUPTED");
    assert.equal(call.did("stop-record-audio").length, 1, "the recording is ended, and so kept");
    return event?.ActionData ?? {};
  };

  it("tellInterruptedRecording true: ACTION_INTERRUPTED names its file", () => {
    assert.equal("RecordingDestination" in interrupted(true), true);
  });

  it("tellInterruptedRecording false: ACTION_INTERRUPTED has no result", () => {
    assert.deepEqual(Object.keys(interrupted(false)), ["Type", "Parameters"]);
  });
});

describe("acceptWrongHangupCode: a SipResponseCode that Hangup does not have (Contract: leniency-hangup-code-wrong)", () => {
  const script = [respond([hangup({ SipResponseCode: "500" })])];

  it("acceptWrongHangupCode true: it counts as 0", () => {
    const call = drive(script, {}, []);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 0);
  });

  it("acceptWrongHangupCode false: Hangup fails, and the leg stays", () => {
    const call = drive(script, { acceptWrongHangupCode: false }, []);

    assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidActionParameter");
    assert.equal(call.did("reject-leg").length, 0);
  });
});

describe("sipHeadersWithPstn: SipHeaders of a bridge to a telephone number (Contract: actions-bridge-headers)", () => {
  const to = (endpoint: JsonObject) =>
    respond([callAndBridge({ Endpoints: [endpoint], SipHeaders: { "X-Order": "42" } })]);
  const number = { BridgeEndpointType: "PSTN", Uri: "+15105550177" };

  it("sipHeadersWithPstn true: they are sent", () => {
    assert.deepEqual(drive([to(number)], {}, []).did("dial-leg")[0]?.headers, { "X-Order": "42" });
  });

  it("sipHeadersWithPstn false: the action fails and names them; other endpoints have them, and an empty map is none", () => {
    const position = { sipHeadersWithPstn: false };
    const call = drive([to(number)], position, []);
    assert.equal(call.lastEvent().ActionData?.ErrorMessage, "Invalid SIP header(s) provided: X-Order");

    const uri = drive([to({ BridgeEndpointType: "SIP", Uri: "sip:desk@192.0.2.7" })], position, []);
    assert.deepEqual(uri.did("dial-leg")[0]?.headers, { "X-Order": "42" });
    assert.equal(drive([respond([callAndBridge({ SipHeaders: {} })])], position, []).did("dial-leg").length, 1);
  });
});

describe("replaceLegB: CallAndBridge while LEG-B is connected (Contract: actions-bridge-second)", () => {
  const second = { Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+15105550178" }] };
  const rebridged = (replaceLegB: boolean) => {
    const call = drive([respond([callAndBridge()]), respond([callAndBridge(second)])], { replaceLegB }, []);
    const legId = call.did("dial-leg")[0]?.legId ?? assert.fail("nobody was called");
    call.give({ type: "leg-answered", legId });
    return { call, legId };
  };
  const tags = (call: CallDriver) => call.lastEvent().CallDetails.Participants.map(({ To, Status }) => [To, Status]);

  it("replaceLegB false: it fails, and LEG-B stays", () => {
    const { call } = rebridged(false);

    assert.equal(
      call.lastEvent().ActionData?.ErrorMessage,
      "CallId or ParticipantTag parameter for action is invalid.",
    );
    assert.equal(call.did("hang-up-leg").length, 0);
  });

  it("replaceLegB true: LEG-B is hung up with a HANGUP of its own, and the new one is bridged", () => {
    const { call, legId } = rebridged(true);
    assert.deepEqual(
      call.did("hang-up-leg").map((effect) => effect.legId),
      [legId],
    );
    assert.deepEqual(call.lastEvent().ActionData?.Parameters, {
      SipResponseCode: 0,
      CallId: legId,
      ParticipantTag: "LEG-B",
    });
    assert.deepEqual(tags(call), [
      ["+12065550100", "Connected"],
      ["+15105550177", "Disconnected"],
    ]);

    call.give({ type: "leg-answered", legId: call.did("dial-leg")[1]?.legId ?? assert.fail("nobody was called") });

    assert.equal(call.lastEvent().ActionData?.Type, "CallAndBridge");
    assert.deepEqual(tags(call), [
      ["+12065550100", "Connected"],
      ["+15105550178", "Connected"],
    ]);
    assert.equal(call.did("bridge-legs").length, 2);
  });
});
