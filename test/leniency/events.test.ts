import assert from "node:assert/strict";
import type { JsonObject } from "../../src/call/index.ts";
import { showHeaders } from "../../src/call/sip-headers.ts";
import {
  driveCall,
  drivenLegId,
  drivenTransactionId,
  type CallDriver,
} from "../../src/testing/internal/call-driver.ts";
import {
  respond,
  respondWith,
  type EventParticipant,
  type FunctionEvent,
} from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  pause,
  playAudio,
  receiveDigits,
  recordAudio,
  speak,
  startCallRecording,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, bridged, endPartner, participants, partnerId, section, story, tryAction } from "./kit.ts";

const legs = (event: FunctionEvent | undefined): readonly EventParticipant[] => event?.CallDetails.Participants ?? [];

/** All events of an outbound call that is answered, speaks and is hung up by its far end. */
function callOut(call: Parameters<typeof driveCall>[0] = {}): CallDriver {
  const out = driveCall({ direction: "Outbound", script: [respond([]), respond([]), respond([speak()])], ...call });
  out.ring();
  out.answer();
  out.advance(1_000);
  out.end();
  return out;
}

section("what must exist", {
  // Contract: events-envelope, events-call-details
  "InvocationEventType; CallDetails.TransactionId, SipMediaApplicationId, AwsRegion and Participants, on every event":
    () => {
      for (const { InvocationEventType, CallDetails } of [...callOut().events, ...bridged().events]) {
        assert.ok(InvocationEventType);
        assert.equal(CallDetails.TransactionId, drivenTransactionId);
        assert.match(CallDetails.SipMediaApplicationId, /^[0-9a-f-]{36}$/);
        assert.equal(CallDetails.AwsRegion, "us-east-1");
        assert.ok(CallDetails.Participants.length > 0);
      }
    },
  // Contract: events-application-id-twice
  "the application is reported by both names: SipMediaApplicationId, and SipApplicationId of the guide's examples":
    () => {
      for (const { CallDetails } of callOut().events) {
        const { SipMediaApplicationId, SipApplicationId } = CallDetails;
        assert.equal(SipApplicationId, SipMediaApplicationId);
      }
    },
  // Contract: events-participants, events-partner-departed
  "Participants[0] is LEG-A, [1] the current LEG-B; a later LEG-B takes index 1 again; never more than two": () => {
    const call = bridged([respond([]), respond([callAndBridge()])]);
    const firstPartner = partnerId(call);
    endPartner(call);
    answerPartner(call);
    for (const event of call.events) {
      assert.deepEqual(
        legs(event).map(({ ParticipantTag }) => ParticipantTag),
        ["LEG-A", "LEG-B"].slice(0, legs(event).length),
      );
    }
    assert.notEqual(legs(call.lastEvent())[1]?.CallId, firstPartner);
    assert.equal(legs(call.lastEvent())[1]?.CallId, partnerId(call));
  },
  // Contract: events-partner-listed
  "two participants on the success of CallAndBridge, DIGITS_RECEIVED, CALL_UPDATE_REQUESTED and HANGUP in a bridge":
    () => {
      const call = bridged([respond([receiveDigits("^1$")])]);
      assert.deepEqual([story(call).at(-1), legs(call.events[1]).length], ["ACTION_SUCCESSFUL ReceiveDigits", 2]);
      call.press("1");
      call.advance(1_000);
      call.update();
      endPartner(call);
      assert.deepEqual(story(call).slice(-3), ["DIGITS_RECEIVED", "CALL_UPDATE_REQUESTED", "HANGUP LEG-B"]);
      for (const event of call.events.slice(1)) assert.equal(legs(event).length, 2, event.InvocationEventType);
    },
  // Contract: actions-join-chime-meeting-leg
  "two participants on the success of JoinChimeMeeting, the second of them Outbound": () => {
    const { outcome, call } = tryAction({ Type: "JoinChimeMeeting", Parameters: { JoinToken: "token" } });
    assert.equal(outcome, "ACTION_SUCCESSFUL");
    assert.deepEqual(
      legs(call.lastEvent()).map(({ ParticipantTag, Direction, Status }) => [ParticipantTag, Direction, Status]),
      [
        ["LEG-A", "Inbound", "Connected"],
        ["LEG-B", "Outbound", "Connected"],
      ],
    );
  },
  // Contract: events-participants
  "CallId, ParticipantTag, To, From, Direction, and StartTimeInMilliseconds as a decimal string": () => {
    for (const event of [...callOut().events, ...bridged().events]) {
      for (const leg of legs(event)) {
        assert.match(leg.CallId, /^[0-9a-f-]{36}$|^partner/);
        assert.ok(leg.ParticipantTag && leg.To && leg.From);
        assert.match(leg.Direction, /^(Inbound|Outbound)$/);
        assert.equal(typeof leg.StartTimeInMilliseconds, "string");
        assert.match(leg.StartTimeInMilliseconds, /^\d+$/);
      }
    }
  },
  // Contract: events-participants
  "in a bridge of an inbound call LEG-A is Inbound and LEG-B Outbound": () =>
    assert.deepEqual(
      legs(bridged().lastEvent()).map(({ Direction }) => Direction),
      ["Inbound", "Outbound"],
    ),
  // Contract: events-status-absent
  "Status is absent on NEW_INBOUND_CALL and NEW_OUTBOUND_CALL": () => {
    for (const direction of ["Inbound", "Outbound"] as const) {
      const [leg = {}] = legs(driveCall({ direction }).events[0]);
      assert.equal("Status" in leg, false);
    }
  },
  "Status is Connected or Disconnected on every leg from the answer on": () => {
    const call = bridged();
    endPartner(call);
    call.end();
    assert.deepEqual(call.events.slice(1).map(participants), [
      ["LEG-A Connected", "LEG-B Connected"],
      ["LEG-A Connected", "LEG-B Disconnected"],
      ["LEG-A Disconnected", "LEG-B Disconnected"],
    ]);
  },
  // Contract: events-hangup
  "on HANGUP every leg has a Status, so that the leg to hang up is found by = Connected or by not Disconnected": () => {
    for (const find of [
      (leg: EventParticipant) => leg.Status === "Connected",
      (leg: EventParticipant) => leg.Status !== "Disconnected",
    ]) {
      for (const ends of [endPartner, (call: CallDriver) => call.end()]) {
        const call = driveCall({
          script: (event) => {
            if (event.InvocationEventType === "NEW_INBOUND_CALL") return respond([callAndBridge()]);
            const left = event.InvocationEventType === "HANGUP" ? legs(event).filter(find) : [];
            return respond(left.map(({ CallId }) => hangup({ CallId })));
          },
        });
        answerPartner(call);
        ends(call);
        assert.equal(call.state().finished, true);
        assert.equal(call.did("hang-up-leg").length, 1);
      }
    }
  },
  // Contract: events-hangup
  "HANGUP: Parameters has ParticipantTag and CallId of the leg that left": () => {
    for (const [ends, tag] of [
      [endPartner, "LEG-B"],
      [(call: CallDriver) => call.end(), "LEG-A"],
    ] as const) {
      const call = bridged();
      ends(call);
      const parameters = call.lastEvent().ActionData?.Parameters;
      const id = tag === "LEG-A" ? drivenLegId : partnerId(call);
      assert.deepEqual([parameters?.["ParticipantTag"], parameters?.["CallId"]], [tag, id]);
    }
  },
  // Contract: events-hangup-code-of-action
  "HANGUP has no SipResponseCode when the Hangup had none": () => {
    const call = driveCall({ script: [respond([speak(), hangup()])] });
    call.advance(1_000);
    assert.equal("SipResponseCode" in (call.lastEvent().ActionData?.Parameters ?? {}), false);
  },
  // Contract: events-error-pair
  "ACTION_FAILED: ActionData.ErrorType and ErrorMessage": () => {
    for (const action of [
      pause(0),
      speak(""),
      playAudio("", {}),
      callAndBridge({ Endpoints: [] }),
      recordAudio({ RecordingDestination: 1 }),
    ]) {
      const { outcome, data } = tryAction(action);
      assert.equal(outcome, "ACTION_FAILED");
      assert.ok(data.ErrorType && data.ErrorMessage, action.Type);
    }
  },
  // Contract: events-error-member
  "call recording that fails has Error in ActionData as well": () => {
    const recording = { code: "OBJECTS_UNAVAILABLE", message: "no" };
    const { data } = tryAction(startCallRecording(), undefined, { recording });
    assert.equal(data["Error"], "NoAccessToDestination: Error while accessing destination");
    assert.deepEqual(
      [data.ErrorType, data.ErrorMessage],
      ["NoAccessToDestination", "Error while accessing destination"],
    );
  },
  // Contract: events-invalid-lambda-response
  "INVALID_LAMBDA_RESPONSE: ErrorType and ErrorMessage at the top level": () => {
    const event = driveCall({ script: [respondWith({})] }).lastEvent();
    assert.equal(event.InvocationEventType, "INVALID_LAMBDA_RESPONSE");
    assert.ok(event.ErrorType && event.ErrorMessage);
    assert.equal("ActionData" in event, false);
  },
  // Contract: events-echo
  "ActionData.Parameters echo what was sent, plus defaults": () => {
    const sent = { Text: "Hello", Note: { mine: [1] } };
    const { echo } = tryAction({ Type: "Speak", Parameters: sent });
    const defaults = { Engine: "standard", TextType: "text", VoiceId: "Joanna", ParticipantTag: "LEG-A" };
    assert.deepEqual(echo, { ...sent, ...defaults });
    assert.equal(tryAction(playAudio()).echo["Repeat"], 1);
  },
  // Contract: events-echo
  "AttendeeList and Operation are echoed": () => {
    const Parameters: JsonObject = { Operation: "Mute", MeetingId: "m", AttendeeList: ["a", "b"] };
    const { echo } = tryAction({ Type: "ModifyChimeMeetingAttendees", Parameters });
    assert.deepEqual(echo, { ...Parameters, ParticipantTag: "LEG-A" });
  },
  // Contract: actions-record-audio-key
  "RecordingDestination.BucketName and Key": () => {
    const { data } = tryAction(recordAudio());
    const key = `${drivenLegId}-recordings-1.wav`;
    assert.deepEqual(data["RecordingDestination"], { Type: "S3", BucketName: "rec", Key: key });
  },
  // Contract: actions-record-audio
  "RecordingTerminatorUsed only when a key stopped it": () => {
    const stoppedBy = (end: "terminator" | "silence") =>
      tryAction(
        recordAudio({ RecordingTerminators: ["#"] }),
        (call) => {
          const { recordingId } = call.did("record-audio")[0] ?? { recordingId: "" };
          const terminator = end === "terminator" ? "#" : undefined;
          call.give({ type: "recording-ended", recordingId, end, terminator });
        },
        { recording: "by-hand" },
      ).data;
    assert.equal(stoppedBy("terminator")["RecordingTerminatorUsed"], "#");
    assert.equal("RecordingTerminatorUsed" in stoppedBy("silence"), false);
  },
  // Contract: events-create-arguments, events-call-update-requested
  "arguments under ActionData.Parameters.Arguments, values strings; CallCreateRequest and CallUpdateRequest": () => {
    const call = driveCall({ direction: "Outbound", call: { arguments: { order: "42" } } });
    call.update({ digit: "3" });
    assert.deepEqual(
      call.events.map(({ InvocationEventType: type, ActionData: data }) => [type, data?.Type, data?.Parameters]),
      [
        ["NEW_OUTBOUND_CALL", "CallCreateRequest", { Arguments: { order: "42" } }],
        ["CALL_UPDATE_REQUESTED", "CallUpdateRequest", { Arguments: { digit: "3" } }],
      ],
    );
  },
  // Contract: events-create-arguments
  "no ActionData at all on NEW_OUTBOUND_CALL without arguments": () =>
    assert.equal("ActionData" in driveCall({ direction: "Outbound" }).lastEvent(), false),
  // Contract: sip-and-media-headers-shown, sip-and-media-headers-spelling
  "SipHeaders on the participant, name case as received, on every later event too": () => {
    const shownHeaders = { "X-CallId": "1", "x-lower": "2", "user-to-user": "61;encoding=hex" };
    const call = driveCall({ call: { shownHeaders }, script: [respond([speak()])] });
    call.advance(1_000);
    call.update();
    call.end();
    assert.deepEqual(
      call.events.map((event) => legs(event)[0]?.SipHeaders),
      Array(4).fill(shownHeaders),
    );
  },
  // Contract: sip-and-media-headers-shown
  "of the INVITE's headers only the custom ones are shown": () => {
    const headers = {
      Subject: "hi",
      "X-Order": "7",
      "P-Asserted-Identity": "<sip:a@b>",
      "x-y": "8",
      "User-Agent": "u",
    };
    const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
    assert.deepEqual(showHeaders(list), { "X-Order": "7", "x-y": "8" });
  },
  // Contract: events-sequence
  "Sequence is 1, 2, 3... per call; CALL_ANSWERED of an outbound call is 3 when RINGING came": () => {
    const call = callOut();
    assert.deepEqual(
      call.events.map(({ Sequence }) => Sequence),
      [1, 2, 3, 4, 5],
    );
    assert.equal(story(call)[2], "CALL_ANSWERED");
  },
  "IntentResult after a bot: for now StartBotConversation fails clearly, without an IntentResult": () => {
    const { outcome, data } = tryAction({ Type: "StartBotConversation", Parameters: { BotAliasArn: "arn" } });
    assert.deepEqual([outcome, data.ErrorType, "IntentResult" in data], ["ACTION_FAILED", "SystemException", false]);
  },
});

section("what functions look for and never find", {
  // Contract: leniency-names-not-added
  "CallDetails.CallId, CallDetails.SipHeaders, Participants[].StartTime, CallDetails.ArgumentsMap": () => {
    const withAll = { shownHeaders: { "X-A": "1" }, arguments: { a: "1" } };
    for (const event of [...callOut({ call: withAll }).events, ...bridged().events]) {
      for (const name of ["CallId", "SipHeaders", "ArgumentsMap"]) assert.equal(name in event.CallDetails, false, name);
      for (const leg of legs(event)) assert.equal("StartTime" in leg, false);
    }
  },
});
