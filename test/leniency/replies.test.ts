import assert from "node:assert/strict";
import { driveCall, drivenLegId, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import {
  failWith,
  respond,
  respondWith,
  type ScriptedReply,
  type WireAction,
} from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  changeCallRecording,
  hangup,
  joinChimeMeeting,
  modifyChimeMeetingAttendees,
  pause,
  playAudio,
  playAudioAndGetDigits,
  receiveDigits,
  recordAudio,
  sendDigits,
  speak,
  speakAndGetDigits,
  startCallRecording,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, bridged, endPartner, hungUp, section, story, tryAction } from "./kit.ts";

/** The reply comes while the first of two prompts plays, and again at their end. */
function countsAsEmpty(reply: unknown): void {
  const call = driveCall({ script: [respond([speak("one"), speak("two")]), respondWith(reply), respondWith(reply)] });
  call.update();
  call.advance(60_000);
  assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_SUCCESSFUL Speak"]);
  assert.equal(call.did("play-audio").length, 2);
  assert.equal(call.state().finished, false);
}

/** The reply to the first event cannot be used; nothing of it was done. */
function isRefused(reply: unknown, errorType: string, message: RegExp): void {
  const call = driveCall({ script: [respondWith(reply)] });
  assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE"]);
  assert.equal(call.lastEvent().ErrorType, errorType);
  assert.match(call.lastEvent().ErrorMessage ?? "", message);
  assert.equal(call.did("answer-leg").length + call.did("play-audio").length, 0);
}

section("the reply of the function", {
  // Contract: events-reply
  "an object with SchemaVersion 1.0, Actions and TransactionAttributes is the normal case": () => {
    const call = driveCall({ script: [respond([speak()], { state: "greeted" })] });
    call.advance(1_000);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL Speak"]);
    assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { state: "greeted" });
  },
  // Contract: leniency-reply-without-actions
  "a missing Actions key (undefined in JavaScript) is an empty list": () =>
    countsAsEmpty({ SchemaVersion: "1.0", Actions: undefined }),
  // Contract: events-list-continues
  "Actions []: the running list goes on; at its end the call stays up and waits": () =>
    countsAsEmpty({ SchemaVersion: "1.0", Actions: [] }),
  // Contract: leniency-reply-bare-list
  "a bare [] as the whole reply (Python's empty tuple) is an empty list": () => countsAsEmpty([]),
  // Contract: leniency-reply-bare-list
  "a bare [] answers RINGING as well": () => {
    const call = driveCall({ direction: "Outbound", script: [respond([]), respondWith([]), respond([speak()])] });
    call.ring();
    call.answer();
    assert.deepEqual(story(call), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED"]);
    assert.equal(call.did("play-audio").length, 1);
  },
  // Contract: leniency-reply-blank
  "null as the whole reply (a Python function that fell off its end) is an empty list, and nothing crashes": () =>
    countsAsEmpty(null),
  // Contract: leniency-reply-of-a-web-handler, leniency-reply-explained
  "the text of a web handler's {statusCode, body} is SchemaVersionMismatch, and the message says what is wrong": () => {
    const body = JSON.stringify({ SchemaVersion: "1.0", Actions: [speak()] });
    isRefused(
      JSON.stringify({ statusCode: 200, body }),
      "SchemaVersionMismatch",
      /return the object, not its JSON text/,
    );
    isRefused({ statusCode: 200, body }, "SchemaVersionMismatch", /an HTTP response \(statusCode, body\)/);
  },
  // Contract: events-function-failed
  "a function that throws is a failed function, not a reply that cannot be read": () => {
    const call = driveCall({ script: [failWith("unhandled")] });
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "HANGUP LEG-A"]);
    assert.deepEqual(
      call.did("reject-leg").map(({ status }) => status),
      [480],
    );
  },
  // Contract: leniency-reply-shared-list, leniency-reply-explained
  "a list that grows over warm calls (3, 6, 9, 12) works up to 10 and is then refused with its count": () => {
    const shared: WireAction[] = [];
    for (const count of [3, 6, 9]) {
      shared.push(speak(), pause(), hangup());
      const call = driveCall({ script: [respond(shared)] });
      call.advance(3_000);
      assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "HANGUP LEG-A"], `${count} actions`);
    }
    shared.push(speak(), pause(), hangup());
    isRefused({ SchemaVersion: "1.0", Actions: shared }, "TooManyActions", /Found 12, at most 10 are allowed/);
  },
  // Contract: leniency-reply-shared-list
  "actions after a Hangup of the only leg are ignored, not an error": () => {
    const call = driveCall({ script: [respond([hangup(), speak(), hangup()])] });
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "HANGUP LEG-A"]);
    assert.equal(call.did("play-audio").length, 0);
  },
});

/** What ends the action, so that a list with it goes on. */
const runsByItself = () => undefined;
type Reporting = readonly [action: WireAction, ends: (call: CallDriver) => void];
const oneKey = { MinNumberOfDigits: 1, MaxNumberOfDigits: 1 };

section("what a list tells", {
  // Contract: events-success-last
  "one ACTION_SUCCESSFUL at the end of the list, with Type and Parameters of the last action": () => {
    const lasts = [
      receiveDigits(),
      { Type: "VoiceFocus", Parameters: { Enable: true } },
      pause(),
      speak(),
      playAudio(),
    ];
    for (const last of lasts) {
      const call = driveCall({ script: [respond([speak("first"), pause(), playAudio("second.wav"), last])] });
      call.advance(20_000);
      assert.deepEqual(story(call), ["NEW_INBOUND_CALL", `ACTION_SUCCESSFUL ${last.Type}`]);
      for (const [name, value] of Object.entries(last.Parameters ?? {})) {
        assert.deepEqual(call.lastEvent().ActionData?.Parameters[name], value);
      }
    }
  },
  // Contract: events-success-midway, events-success-midway-newer
  "told in the middle of a list: CallAndBridge, both get-digits actions, RecordAudio": () => {
    const reporting: readonly Reporting[] = [
      [callAndBridge(), (call) => answerPartner(call)],
      [playAudioAndGetDigits(oneKey), (call) => call.press("1")],
      [speakAndGetDigits(oneKey), (call) => call.press("1")],
      [recordAudio(), runsByItself],
    ];
    for (const [action, ends] of reporting) {
      const call = driveCall({ script: [respond([action, pause(), speak()])] });
      ends(call);
      call.advance(5_000);
      assert.deepEqual(story(call).slice(1), [`ACTION_SUCCESSFUL ${action.Type}`, "ACTION_SUCCESSFUL Speak"]);
    }
  },
  // Contract: events-success-midway, events-hangup-partner
  "told in the middle of a list: a Hangup of LEG-B": () => {
    const call = bridged([respond([hangup({ ParticipantTag: "LEG-B" }), speak()])]);
    call.advance(1_000);
    assert.deepEqual(story(call).slice(2), ["HANGUP LEG-B", "ACTION_SUCCESSFUL Hangup", "ACTION_SUCCESSFUL Speak"]);
  },
  // Contract: events-success-midway
  "told in the middle of a list: JoinChimeMeeting and ModifyChimeMeetingAttendees": () => {
    const call = driveCall({ script: [respond([joinChimeMeeting(), modifyChimeMeetingAttendees(), speak()])] });
    call.advance(1_000);
    assert.deepEqual(story(call), [
      "NEW_INBOUND_CALL",
      "ACTION_SUCCESSFUL JoinChimeMeeting",
      "ACTION_SUCCESSFUL ModifyChimeMeetingAttendees",
      "ACTION_SUCCESSFUL Speak",
    ]);
  },
  // Contract: actions-start-bot-conversation-fails
  "StartBotConversation tells at once too; for now that is a clear ACTION_FAILED": () => {
    const { outcome, data, call } = tryAction({ Type: "StartBotConversation", Parameters: { BotAliasArn: "arn" } });
    assert.equal(outcome, "ACTION_FAILED");
    assert.ok(data.ErrorType && data.ErrorMessage);
    assert.ok(call.facts.some((fact) => fact.type === "action-ended" && /not available/.test(fact.message ?? "")));
  },
  // Contract: events-success-last
  "told only as the last of a list: Pause, Speak, PlayAudio and those that set something up": () => {
    const quiet = [
      ...[pause(), speak(), playAudio(), receiveDigits(), sendDigits(), startCallRecording()],
      ...[changeCallRecording("Pause"), changeCallRecording("Resume"), changeCallRecording("Stop")],
    ];
    const call = driveCall({ script: [respond([...quiet, speak("last")])] });
    call.advance(20_000);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL Speak"]);
    assert.equal(call.lastEvent().ActionData?.Parameters["Text"], "last");
  },
  // Contract: events-success-last
  "PlayAudio and PlayAudioAndGetDigits in one list give one event": () => {
    const call = driveCall({ script: [respond([playAudio(), playAudioAndGetDigits(oneKey)])] });
    call.advance(1_000);
    call.press("1");
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL PlayAudioAndGetDigits"]);
  },
  // Contract: events-list-replaced
  "a reply with a list replaces what is left": () => {
    const call = driveCall({ script: [respond([speak("1"), speak("2"), speak("3")]), respond([playAudio()])] });
    call.update();
    call.advance(60_000);
    assert.deepEqual(
      call.did("play-audio").map(({ source }) => source.type),
      ["speech", "object"],
    );
  },
  // Contract: events-list-continues
  "a reply with an empty list, or none, leaves the list running": () => {
    countsAsEmpty({ SchemaVersion: "1.0", Actions: [] });
    countsAsEmpty({ SchemaVersion: "1.0", Actions: null });
    countsAsEmpty({ SchemaVersion: "1.0" });
  },
  // Contract: events-failure-ends-list
  "a failed action clears the list": () => {
    const call = driveCall({ script: [respond([pause(0), speak()])] });
    call.advance(60_000);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_FAILED Pause", "HANGUP LEG-A"]);
    assert.equal(call.did("play-audio").length, 0);
  },
  // Contract: events-hangup-only-leg
  "PlayAudio and Hangup on a single leg: the next event is HANGUP, and nothing else is said of the Hangup": () => {
    const call = driveCall({ script: [respond([playAudio(), hangup()])] });
    call.advance(60_000);
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "HANGUP LEG-A"]);
  },
  // Contract: events-hangup-partner
  "Hangup of LEG-B while LEG-A lives: HANGUP for LEG-B and ACTION_SUCCESSFUL Hangup; functions may go on from either":
    () => {
      for (const goesOnFrom of ["HANGUP", "ACTION_SUCCESSFUL"]) {
        const call = driveCall({
          script: ({ InvocationEventType: type, ActionData: data, CallDetails: { Participants } }) => {
            if (type === "NEW_INBOUND_CALL") return respond([callAndBridge()]);
            if (data?.Type === "CallAndBridge") return respond([hangup({ CallId: Participants[1]?.CallId })]);
            return respond(type === goesOnFrom && data?.Type === "Hangup" ? [speak()] : []);
          },
        });
        answerPartner(call);
        const reported = ["HANGUP LEG-B", "ACTION_SUCCESSFUL Hangup"].slice(0, goesOnFrom === "HANGUP" ? 1 : 2);
        assert.deepEqual(story(call).slice(2), reported);
        assert.deepEqual(hungUp(call), ["LEG-B"]);
        assert.equal(call.did("play-audio").at(-1)?.legId, drivenLegId);
      }
    },
});

/** The attributes that the function sees, event by event, after each of these replies to updates. */
function attributesAfter(...replies: readonly ScriptedReply[]): readonly unknown[] {
  const call = driveCall({ script: [respond([pause(30_000)]), ...replies] });
  for (const _reply of replies) call.update();
  call.update();
  return call.events
    .slice(2)
    .map(({ CallDetails: details }) => ("TransactionAttributes" in details ? details.TransactionAttributes : "absent"));
}

const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
const ofBytes = (bytes: number) => ({ k: "v".repeat(bytes - Buffer.byteLength(JSON.stringify({ k: "" }))) });

section("TransactionAttributes", {
  // Contract: events-attributes-keep
  "missing or null: keep": () =>
    assert.deepEqual(attributesAfter(respond([], { a: "1" }), respond([]), respond([], null), respondWith(null)), [
      { a: "1" },
      { a: "1" },
      { a: "1" },
      { a: "1" },
    ]),
  // Contract: events-attributes-keep
  "{}: clear": () =>
    assert.deepEqual(attributesAfter(respond([], { a: "1" }), respond([], {})), [{ a: "1" }, "absent"]),
  // Contract: events-attributes-replace
  "an object: replace the whole map": () =>
    assert.deepEqual(attributesAfter(respond([], { a: "1", b: "2" }), respond([], { b: "3", c: "4" })), [
      { a: "1", b: "2" },
      { b: "3", c: "4" },
    ]),
  "undefined values vanish": () =>
    assert.deepEqual(attributesAfter(respond([], { a: undefined, b: "2" })), [{ b: "2" }]),
  // Contract: events-attributes-values
  "strings, numbers and nested objects come back as they were": () => {
    const attributes = { text: "1", number: 7.5, yes: true, none: null, deep: { list: [1, { a: "b" }] } };
    assert.deepEqual(attributesAfter(respond([], attributes)), [attributes]);
  },
  "values may be long (tokens and URLs of 1 to 2 KB)": () => {
    const attributes = { token: "x".repeat(2_048), url: `https://example.org/?${"q=1&".repeat(300)}` };
    assert.deepEqual(attributesAfter(respond([], attributes)), [attributes]);
  },
  // Contract: events-attributes-size
  "100 keys and 20 KB are allowed; one more is TransactionAttributesInvalidMapSize": () => {
    for (const attributes of [entries(100), ofBytes(20_480)]) {
      assert.deepEqual(attributesAfter(respond([], attributes)), [attributes]);
    }
    const refuse = (TransactionAttributes: object, message: RegExp) =>
      isRefused({ SchemaVersion: "1.0", TransactionAttributes }, "TransactionAttributesInvalidMapSize", message);
    refuse(entries(101), /too many mappings\. Maximum number of mappings is 100$/);
    refuse(ofBytes(20_481), /Maximum size is 20480 bytes, found 20481/);
  },
  // Contract: events-attributes-absent
  "the key is absent before the first set, not null": () => assert.deepEqual(attributesAfter(respond([])), ["absent"]),
  // Contract: events-reply-attributes
  "set in a reply to NEW_OUTBOUND_CALL, RINGING or CALL_UPDATE_REQUESTED, they are on the next event": () => {
    const call = driveCall({ direction: "Outbound", script: ({ Sequence }) => respond([], { after: Sequence }) });
    call.ring();
    call.update();
    call.answer();
    assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_UPDATE_REQUESTED", "CALL_ANSWERED"]);
    assert.deepEqual(
      call.events.slice(1).map(({ CallDetails }) => CallDetails.TransactionAttributes),
      [{ after: 1 }, { after: 2 }, { after: 3 }],
    );
  },
});

section("replies that must have no effect", {
  // Contract: events-reply-use, events-reply-ignored-faults, events-reply-attributes
  "actions in replies to NEW_OUTBOUND_CALL and RINGING, stale lists and hang-ups included, are ignored; attributes are kept":
    () => {
      const stale = respond([hangup(), speak(), { Type: "NoSuchAction" }], { kept: "1" });
      const call = driveCall({ direction: "Outbound", script: [stale, respond([hangup()]), respond([speak()])] });
      call.ring();
      call.answer();
      call.advance(1_000);
      assert.deepEqual(story(call).slice(2), ["CALL_ANSWERED", "ACTION_SUCCESSFUL Speak"]);
      assert.deepEqual(hungUp(call), []);
      assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { kept: "1" });
    },
  // Contract: events-reply-after-the-end
  "a full list in the reply to the last HANGUP, a new CallAndBridge included, is ignored: nothing rings": () => {
    const call = driveCall({ script: [respond([speak()]), ...Array(2).fill(respond([callAndBridge(), speak()]))] });
    call.end();
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_FAILED Speak", "HANGUP LEG-A"]);
    assert.equal(call.did("dial-leg").length, 0);
    assert.equal(call.state().finished, true);
  },
  // Contract: events-reply-after-the-end
  "a full list in the reply to an ACTION_SUCCESSFUL of an ended call is ignored: nothing rings": () => {
    const call = driveCall({
      recording: "by-hand",
      script: [respond([recordAudio()]), respond([callAndBridge(), speak()]), respond([])],
    });
    call.end();
    const [{ recordingId } = { recordingId: "" }] = call.did("record-audio");
    call.give({ type: "recording-ended", recordingId, end: "stopped", terminator: undefined });
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL RecordAudio", "HANGUP LEG-A"]);
    assert.equal(call.did("dial-leg").length + call.did("play-audio").length, 0);
  },
  // Contract: leniency-hangup-of-departed-leg
  "a Hangup for a leg that has gone is tolerated": () => {
    const call = bridged([respond([]), respond([hangup({ ParticipantTag: "LEG-B" }), speak()])]);
    endPartner(call);
    call.advance(1_000);
    assert.deepEqual(story(call).slice(2), ["HANGUP LEG-B", "ACTION_SUCCESSFUL Hangup", "ACTION_SUCCESSFUL Speak"]);
    assert.deepEqual(hungUp(call), []);
  },
  // Contract: leniency-hangup-of-unknown-leg
  "a Hangup for an unknown CallId of an earlier call is a clear failure, once, when the function lets it be": () => {
    const call = driveCall({ script: [respond([speak()]), respond([hangup({ CallId: "of-an-earlier-call" })])] });
    call.advance(60_000);
    assert.deepEqual(story(call).slice(1), ["ACTION_SUCCESSFUL Speak", "ACTION_FAILED Hangup"]);
    assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidActionParameter");
  },
  // Contract: leniency-loops
  "an endless loop (an error prompt that does not exist, a failing action repeated) ends with 1,000 invocations":
    () => {
      for (const action of [playAudio("no-such-prompt.wav"), hangup({ CallId: "of-an-earlier-call" })]) {
        const call = driveCall({
          audio: () => ({ code: "CALL_AUDIO_NOT_FOUND", message: "not there" }),
          script: () => respond([action]),
        });
        call.advance(60_000);
        assert.equal(call.events.length, 1_000);
        assert.equal(story(call).at(-1), "HANGUP LEG-A");
        assert.equal(call.state().finished, true);
      }
    },
});
