import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultCompatibility } from "../call/index.ts";
import { actions } from "./index.ts";

/** Contract: actions-answering, actions-answering-others, events-success-midway, events-interrupt */
const rows = [
  ["Speak", { answers: true, reportsMidList: false, interruptible: true }],
  ["PlayAudio", { answers: true, reportsMidList: false, interruptible: true }],
  ["PlayAudioAndGetDigits", { answers: true, reportsMidList: true, interruptible: false }],
  ["SpeakAndGetDigits", { answers: true, reportsMidList: true, interruptible: false }],
  ["ReceiveDigits", { answers: false, reportsMidList: false, interruptible: false }],
  ["SendDigits", { answers: true, reportsMidList: false, interruptible: false }],
  ["CallAndBridge", { answers: false, reportsMidList: true, interruptible: false }],
  ["RecordAudio", { answers: true, reportsMidList: true, interruptible: true }],
  ["StartCallRecording", { answers: false, reportsMidList: false, interruptible: false }],
  ["StopCallRecording", { answers: false, reportsMidList: false, interruptible: false }],
  ["PauseCallRecording", { answers: false, reportsMidList: false, interruptible: false }],
  ["ResumeCallRecording", { answers: false, reportsMidList: false, interruptible: false }],
  ["VoiceFocus", { answers: false, reportsMidList: false, interruptible: false }],
  ["JoinChimeMeeting", { answers: true, reportsMidList: true, interruptible: false }],
  ["ModifyChimeMeetingAttendees", { answers: false, reportsMidList: true, interruptible: false }],
  ["StartBotConversation", { answers: true, reportsMidList: true, interruptible: false }],
  ["Pause", { answers: false, reportsMidList: false, interruptible: true }],
  ["Hangup", { answers: false, reportsMidList: true, interruptible: false }],
] as const;

describe("the list of actions", () => {
  it("holds each action under its Type", () => {
    assert.deepEqual(
      [...actions.keys()],
      [...actions.values()].map(({ type }) => type),
    );
    assert.deepEqual([...actions.keys()].toSorted(), rows.map(([type]) => type).toSorted());
  });

  for (const [type, { answers, reportsMidList, interruptible }] of rows) {
    const words = [
      answers ? "answers" : "does not answer",
      reportsMidList ? "reports in mid-list" : "reports only as the last",
      interruptible ? "can be interrupted" : "cannot be interrupted",
    ];
    it(`${type} ${words.join(", ")} (Contract: actions-answering-others, events-success-midway)`, () => {
      const definition = actions.get(type);

      const answering = definition?.answers;
      assert.equal(typeof answering === "function" ? answering(defaultCompatibility) : answering, answers);
      assert.equal(definition?.reportsMidList, reportsMidList);
      assert.equal(definition?.interruptible, interruptible);
    });
  }
});
