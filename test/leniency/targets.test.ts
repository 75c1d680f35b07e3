import assert from "node:assert/strict";
import type { JsonObject } from "../../src/call/index.ts";
import { driveCall, drivenLegId } from "../../src/testing/internal/call-driver.ts";
import { respond, type WireAction } from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  pause,
  playAudio,
  recordAudio,
  speak,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, bridged, hungUp, partnerId, section, story, tryAction } from "./kit.ts";

/** The leg on which the action runs that answers an update of a bridged call, by tag. */
function legOf(build: (partnerCallId: string) => WireAction): string {
  const call = driveCall({
    script: ({ InvocationEventType: type, CallDetails: { Participants } }) => {
      if (type === "NEW_INBOUND_CALL") return respond([callAndBridge()]);
      return respond(type === "CALL_UPDATE_REQUESTED" ? [build(Participants[1]?.CallId ?? "")] : []);
    },
  });
  answerPartner(call);
  call.update();
  const started = call.facts.findLast((fact) => fact.type === "action-started");
  return started?.type === "action-started" ? started.participantTag : "none";
}

section("target of an action", {
  // Contract: actions-leg
  "CallId only": () => {
    assert.equal(
      legOf((CallId) => speak("Hello", { CallId })),
      "LEG-B",
    );
    assert.equal(tryAction(speak("Hello", { CallId: drivenLegId })).outcome, "ACTION_SUCCESSFUL");
  },
  // Contract: actions-leg
  "ParticipantTag only": () => {
    for (const ParticipantTag of ["LEG-A", "LEG-B"]) {
      assert.equal(
        legOf(() => speak("Hello", { ParticipantTag })),
        ParticipantTag,
      );
    }
  },
  // Contract: actions-leg, actions-leg-optional
  "both: CallId wins": () =>
    assert.equal(
      legOf((CallId) => speak("Hello", { CallId, ParticipantTag: "LEG-A" })),
      "LEG-B",
    ),
  // Contract: actions-leg, actions-leg-meant
  "neither: the leg that the event is about": () => {
    const call = bridged([respond([]), respond([{ Type: "Speak", Parameters: { Text: "Hello" } }])]);
    call.give({ type: "leg-ended", legId: drivenLegId, end: { type: "bye" } });
    assert.equal(
      call.did("play-audio").at(-1)?.legId,
      partnerId(call),
      "LEG-A of the HANGUP has gone: the one that is up",
    );

    const listening = driveCall({
      script: ({ InvocationEventType: type, ActionData: data }) => {
        if (type === "NEW_INBOUND_CALL") return respond([callAndBridge()]);
        if (data?.Type === "CallAndBridge") {
          const keys = { InBetweenDigitsDurationInMilliseconds: 100, FlushDigitsDurationInMilliseconds: 1_000 };
          const Parameters = { ...keys, InputDigitsRegex: "^1$", ParticipantTag: "LEG-B" };
          return respond([{ Type: "ReceiveDigits", Parameters }]);
        }
        return respond(type === "DIGITS_RECEIVED" ? [speak()] : []);
      },
    });
    answerPartner(listening);
    listening.give({ type: "digit", legId: partnerId(listening), digit: "1" });
    listening.advance(100);
    assert.equal(listening.did("play-audio").at(-1)?.legId, partnerId(listening), "LEG-B pressed the key");
  },
  // Contract: actions-leg-meant
  "neither, and the event is about no leg: LEG-A": () => {
    assert.equal(
      legOf(() => speak()),
      "LEG-A",
    );
    assert.equal(tryAction(pause()).echo["ParticipantTag"], "LEG-A");
  },
  // Contract: leniency-absent-values
  'CallId "" and ParticipantTag "" mean "not given", alone or beside a filled one, on Hangup, Speak and others': () => {
    const builds = [speak, (_text?: string, parameters?: JsonObject) => playAudio("hello.wav", parameters)];
    for (const build of builds) {
      assert.equal(
        legOf(() => build("Hello", { CallId: "", ParticipantTag: "LEG-B" })),
        "LEG-B",
      );
      assert.equal(
        legOf((CallId) => build("Hello", { CallId, ParticipantTag: "" })),
        "LEG-B",
      );
      for (const nothing of ["", null]) {
        assert.equal(
          legOf(() => build("Hello", { CallId: nothing, ParticipantTag: nothing })),
          "LEG-A",
        );
      }
    }
    for (const parameters of [{ CallId: "", ParticipantTag: "LEG-B" }, { ParticipantTag: "" }, { CallId: "" }]) {
      const call = bridged([respond([]), respond([hangup(parameters)])]);
      call.update();
      assert.deepEqual(hungUp(call), [parameters.ParticipantTag === "LEG-B" ? "LEG-B" : "LEG-A"]);
    }
  },
  // Contract: leniency-absent-values
  'StartBotConversation with ParticipantTag "" finds its leg; for now it is a clear ACTION_FAILED, but not for the leg':
    () => {
      const Parameters = { BotAliasArn: "arn:aws:lex:us-east-1:111122223333:bot-alias/A/B", ParticipantTag: "" };
      const { outcome, data, echo } = tryAction({ Type: "StartBotConversation", Parameters });
      assert.deepEqual(
        [outcome, data.ErrorType, echo["ParticipantTag"]],
        ["ACTION_FAILED", "SystemException", "LEG-A"],
      );
    },
  // Contract: actions-leg-optional
  "Pause with or without a CallId": () => {
    assert.equal(tryAction(pause(1_000, { CallId: drivenLegId })).outcome, "ACTION_SUCCESSFUL");
    assert.equal(tryAction(pause(1_000)).outcome, "ACTION_SUCCESSFUL");
  },
  // Contract: leniency-words-exact
  "ParticipantTag is LEG-A or LEG-B in capitals; another spelling is no leg": () => {
    for (const ParticipantTag of ["Leg-A", "leg-b", "LEG-C"]) {
      const { outcome, data } = tryAction(speak("Hello", { ParticipantTag }));
      assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "InvalidActionParameter"]);
      assert.equal(data.ErrorMessage, "CallId or ParticipantTag parameter for action is invalid.");
    }
    const call = driveCall({ script: [respond([speak()])] });
    assert.deepEqual(
      call.events.flatMap(({ CallDetails }) => CallDetails.Participants.map(({ ParticipantTag }) => ParticipantTag)),
      ["LEG-A"],
    );
  },
  // Contract: events-echo-leg
  "echoed Parameters have the tag filled in when only CallId was sent": () => {
    for (const build of [speak, (_: string, more: JsonObject) => playAudio("hello.wav", more)]) {
      const { echo } = tryAction(build("Hello", { CallId: drivenLegId }));
      assert.deepEqual([echo["CallId"], echo["ParticipantTag"]], [drivenLegId, "LEG-A"]);
    }
    assert.equal(tryAction(recordAudio({ CallId: drivenLegId })).echo["ParticipantTag"], "LEG-A");
    const call = bridged();
    const { ActionData } = call.lastEvent();
    assert.deepEqual(story(call).at(-1), "ACTION_SUCCESSFUL CallAndBridge");
    assert.deepEqual(
      [ActionData?.Parameters["CallId"], ActionData?.Parameters["ParticipantTag"]],
      [drivenLegId, "LEG-A"],
    );
  },
});
