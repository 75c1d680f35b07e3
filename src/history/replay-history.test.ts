import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCode } from "../kernel/index.ts";
import type { FunctionReply } from "../call/index.ts";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { drivenMeeting } from "../testing/internal/call-performer.ts";
import { historyText, recordedHistory } from "../testing/internal/recorded-history.ts";
import { failWith, keepSilent, later, respond, respondWith } from "../testing/internal/scripted-reply.ts";
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
} from "../testing/internal/wire-actions.ts";
import type { History } from "./format.ts";
import { parseHistory } from "./read-history.ts";
import { replayHistory, type Invocation } from "./replay-history.ts";

const { actions } = driveCall().rules;
const partner = (call: CallDriver) => call.state().legs[1]?.id ?? assert.fail("there is no second leg");
const answerPartner = (call: CallDriver) => call.give({ type: "leg-answered", legId: partner(call) });
const press = (call: CallDriver, keys: string) => [...keys].forEach((key) => call.press(key));

/** Calls of every course that the contract has, and what else decides how a call goes. */
const calls: Readonly<Record<string, () => CallDriver>> = {
  "inbound, a prompt, hung up by the application": () => {
    const call = driveCall({ script: [respond([speak(), pause(500), hangup()], { step: "greeted" })] });
    call.advance(5_000);
    return call;
  },
  "inbound, given up by the caller before the answer": () => {
    const call = driveCall({ script: [later(500, respond([speak()]))] });
    call.end({ type: "cancelled" });
    call.advance(1_000);
    return call;
  },
  "inbound, refused since nothing answers it": () => {
    const call = driveCall();
    call.advance(31_000);
    return call;
  },
  "outbound with arguments, ringing, answered, updated": () => {
    const call = driveCall({
      direction: "Outbound",
      call: { arguments: { who: "Ada" }, dialHeaders: { "X-Order": "4711" } },
      script: [respond([]), respond([]), respond([playAudio()]), respond([speak("bye"), hangup()])],
    });
    call.ring();
    call.answer();
    call.update({ stop: "now" });
    call.advance(10_000);
    return call;
  },
  "outbound, busy": () => {
    const call = driveCall({ direction: "Outbound" });
    call.end({ type: "rejected", status: 486 });
    return call;
  },
  "outbound, never answered": () => {
    const call = driveCall({ direction: "Outbound" });
    call.ring();
    call.advance(61_000);
    return call;
  },
  "digits that are wrong first, then right": () => {
    const rules = { InputDigitsRegex: "^47\\d{2}$", MinNumberOfDigits: 4, MaxNumberOfDigits: 4, Repeat: 2 };
    const call = driveCall({ script: [respond([speakAndGetDigits(rules)]), respond([hangup()])] });
    press(call, "1234");
    call.advance(1_000);
    press(call, "4711");
    return call;
  },
  "digits with a terminator that is a digit": () => {
    const call = driveCall({
      script: [respond([playAudioAndGetDigits({ TerminatorDigits: ["9", "#"] })]), respond([])],
    });
    press(call, "1239");
    call.end();
    return call;
  },
  "a listener that collects in the background, by a pattern that was too slow once": () => {
    let asked = 0;
    const call = driveCall({
      script: [respond([receiveDigits("^\\d{2}$"), playAudio("long.wav", { Repeat: 9 })])],
      matches: (pattern, text) => ((asked += 1) === 1 ? "too-slow" : new RegExp(pattern).test(text)),
    });
    press(call, "1");
    call.advance(6_000);
    press(call, "23");
    call.advance(2_000);
    call.end();
    return call;
  },
  "a bridge to an owned number's caller ID, keys on both legs, LEG-B leaves": () => {
    const call = driveCall({
      script: [respond([callAndBridge()]), respond([sendDigits("12,3#")]), respond([]), respond([hangup()])],
    });
    answerPartner(call);
    call.give({ type: "digit", legId: partner(call), digit: "5" });
    call.give({ type: "leg-ended", legId: partner(call), end: { type: "bye" } });
    call.advance(5_000);
    return call;
  },
  "a bridge that nobody answers, then one that is refused": () => {
    const call = driveCall({
      script: [respond([callAndBridge({ CallTimeoutSeconds: 5 })]), respond([callAndBridge()]), respond([hangup()])],
    });
    call.advance(6_000);
    call.give({ type: "leg-ended", legId: partner(call), end: { type: "rejected", status: 486 } });
    return call;
  },
  "a bridge from a number that is not ours": () =>
    driveCall({ script: [respond([callAndBridge({ CallerIdNumber: "+12065550000" })]), respond([hangup()])] }),
  "recordings of both kinds, interrupted by a new list": () => {
    const call = driveCall({
      script: [
        respond([startCallRecording(), recordAudio({ RecordingTerminators: ["1"] })]),
        later(200, respond([changeCallRecording("Pause"), speak()])),
      ],
    });
    call.update();
    call.advance(3_000);
    call.end();
    call.advance(3_000);
    return call;
  },
  "a recording that cannot be stored, and a prompt that is not there": () => {
    const call = driveCall({
      recording: { code: "OBJECTS_WRITE_FAILED", message: "no space" },
      audio: () => ({ code: "CALL_AUDIO_NOT_FOUND", message: "there is no such object" }),
      script: [respond([recordAudio()]), respond([playAudio("missing.wav")]), respond([hangup()])],
    });
    call.advance(30_000);
    return call;
  },
  "replies that cannot be used": () =>
    driveCall({ script: [respondWith("text"), respondWith({ SchemaVersion: "1.0", Actions: [{ Type: "Spek" }] })] }),
  "a function that crashes once, then throws, with a second application": () => {
    const second = { applicationId: "b", functionArn: "arn:aws:lambda:us-east-1:111122223333:function:b", region: "r" };
    const call = driveCall({
      call: {
        targets: [{ ...second, applicationId: "a" }, second],
      },
      script: [failWith("crashed"), failWith("unhandled"), respond([hangup()])],
    });
    call.advance(100);
    return call;
  },
  "a meeting that is joined, mutes whom it knows and whom it does not, is left, and joined until it ends": () => {
    const call = driveCall({
      meetings: "by-hand",
      script: [
        respond([joinChimeMeeting({ MeetingId: drivenMeeting.meetingId })]),
        respond([modifyChimeMeetingAttendees(), modifyChimeMeetingAttendees({ AttendeeList: ["somebody-else"] })]),
        respond([]),
        respond([hangup({ ParticipantTag: "LEG-B" })]),
        respond([joinChimeMeeting({ JoinToken: "another-token" })]),
        respond([speak("It is over."), hangup()]),
      ],
    });
    const legId = () => call.did("join-meeting").at(-1)?.legId ?? assert.fail("no meeting");
    call.give({ type: "meeting-joined", legId: legId(), ...drivenMeeting });
    const muteId = () => call.did("mute-attendees").at(-1)?.muteId ?? assert.fail("nobody is muted");
    call.give({ type: "attendees-muted", muteId: muteId(), unknown: [] });
    call.give({ type: "attendees-muted", muteId: muteId(), unknown: ["somebody-else"] });
    call.give({ type: "meeting-joined", legId: legId(), ...drivenMeeting });
    call.give({ type: "meeting-left", legId: legId(), why: "the meeting was deleted" });
    call.advance(5_000);
    return call;
  },
  "a meeting that lets nobody in, and one that breaks while it mutes": () => {
    const script = [
      respond([joinChimeMeeting()]),
      respond([joinChimeMeeting({ JoinToken: "another-token" })]),
      respond([modifyChimeMeetingAttendees()]),
    ];
    const call = driveCall({ meetings: "by-hand", script });
    const legId = () => call.did("join-meeting").at(-1)?.legId ?? assert.fail("no meeting");
    call.give({ type: "meeting-refused", legId: legId(), why: "it is full", isOurs: false });
    call.give({ type: "meeting-joined", legId: legId(), ...drivenMeeting });
    const muteId = call.did("mute-attendees")[0]?.muteId ?? assert.fail("nobody is muted");
    call.give({ type: "attendees-not-muted", muteId, error: { code: "unknown", message: "the room is gone" } });
    call.end();
    return call;
  },
  "a function that is silent": () => {
    const call = driveCall({ script: [keepSilent] });
    call.advance(21_000);
    return call;
  },
  "a server that stops": () => {
    const call = driveCall({ script: [respond([playAudio()])] });
    call.give({ type: "shutdown" });
    return call;
  },
};

/** The function that the call had: it replies as recorded. */
function sameFunction({ steps }: History) {
  const replies = new Map<string, FunctionReply>();
  for (const { input } of steps) if (input.type === "function-replied") replies.set(input.invocationId, input.reply);
  return ({ invocationId }: Invocation) =>
    Promise.resolve(replies.get(invocationId) ?? assert.fail("an invocation that was not recorded"));
}

const answer = (value: unknown): Promise<FunctionReply> => Promise.resolve({ type: "response", value });

describe("a recorded call", () => {
  for (const [name, drive] of Object.entries(calls)) {
    for (const redact of [false, true]) {
      it(`goes the same again: ${name}${redact ? " (redacted)" : ""}`, async () => {
        const call = drive();
        const history = recordedHistory(call, redact);

        const report = await replayHistory(history, { actions, invoke: sameFunction(history) });

        assert.deepEqual(report.engine, []);
        assert.deepEqual(
          report.invocations.map(({ eventType, verdict }) => [eventType, verdict]),
          call.eventTypes().map((type) => [type, "same"]),
        );
        assert.ok(report.invocations.length > 0);
        assert.equal(report.isWhole, call.state().finished);
      });
    }
  }

  it("gives the function the events of the call, each a JSON value", async () => {
    const call = calls["digits that are wrong first, then right"]?.() ?? assert.fail();
    const history = recordedHistory(call);
    const events: unknown[] = [];
    const invoke = (invocation: Invocation) => {
      events.push(JSON.parse(JSON.stringify(invocation.event)));
      return sameFunction(history)(invocation);
    };

    await replayHistory(history, { actions, invoke });

    assert.deepEqual(events, call.events);
  });

  it("goes on with the recorded reply where the function differs", async () => {
    const call = driveCall({ script: [respond([speak("Hello")]), respond([hangup()])] });
    call.advance(2_000);
    const invoke = () => answer({ SchemaVersion: "1.0", Actions: [speak("Good day")] });

    const { invocations, engine } = await replayHistory(recordedHistory(call), { actions, invoke });

    assert.deepEqual(engine, []);
    assert.deepEqual(
      invocations.map(({ sequence, eventType, verdict }) => [sequence, eventType, verdict]),
      [
        [1, "NEW_INBOUND_CALL", "differs"],
        [2, "ACTION_SUCCESSFUL", "differs"],
        [3, "HANGUP", "differs"],
      ],
    );
    assert.deepEqual(invocations[0]?.differences, [
      { path: "Actions[0].Parameters.Text", recorded: "Hello", now: "Good day" },
    ]);
    assert.equal(invocations[1]?.actionType, "Speak");
    assert.deepEqual(invocations[1]?.differences, [{ path: "Actions", recorded: ["Hangup"], now: ["Speak"] }]);
  });

  it("shows a function that fails now", async () => {
    const call = driveCall({ script: [respond([hangup()])] });
    const failure: FunctionReply = { type: "failed", reason: "unhandled", message: "boom", stack: undefined };

    const { invocations } = await replayHistory(recordedHistory(call), {
      actions,
      invoke: () => Promise.resolve(failure),
    });

    assert.deepEqual(invocations[0]?.differences, [
      { path: "", recorded: "answered Hangup", now: "the function failed (unhandled): boom" },
    ]);
  });

  it("shows where the engine asks for something else than was recorded, and goes on", async () => {
    const history = recordedHistory(driveCall({ script: [respond([hangup({ SipResponseCode: "486" })])] }));
    const steps = history.steps.map((step) => ({
      ...step,
      effects: step.effects.map((effect) => (effect["do"] === "reject-leg" ? { ...effect, status: 603 } : effect)),
    }));

    const report = await replayHistory({ ...history, steps }, { actions, invoke: sameFunction(history) });

    const [engine] = report.engine;
    assert.deepEqual([report.engine.length, engine?.line, engine?.input], [1, 3, "function-replied"]);
    assert.match(engine?.differences[0]?.path ?? "", /^\[\d\]\.status$/);
    assert.deepEqual([engine?.differences[0]?.recorded, engine?.differences[0]?.now], [603, 486]);
    assert.equal(report.isWhole, true);
  });

  it("shows an engine that breaks now, and one that breaks as it did", async () => {
    const history = recordedHistory(driveCall({ script: [respond([hangup()])] }));
    const broken = new Map([...actions].map(([type, one]) => [type, { ...one, check: () => assert.fail("broken") }]));
    const options = { actions: broken, invoke: sameFunction(history) };
    const asRecorded = { ...history, steps: history.steps.map((step, index) => ({ ...step, broke: index === 1 })) };

    const now = await replayHistory(history, options);
    const again = await replayHistory(asRecorded, options);

    assert.equal(now.isWhole, false);
    assert.deepEqual(now.engine[0]?.differences, [{ path: "", recorded: "goes on", now: "the engine breaks: broken" }]);
    assert.deepEqual(again.engine, []);
  });

  it("says that an event is not compared when the file ends before its reply", async () => {
    const call = driveCall({ script: [respond([playAudio()])] });
    call.end();
    const history = recordedHistory(call);
    const cut = { ...history, steps: history.steps.slice(0, -1), isCutShort: true };

    const report = await replayHistory(cut, { actions, invoke: sameFunction(cut) });

    const verdicts = report.invocations.map(({ verdict }) => verdict);
    assert.deepEqual(verdicts, [...verdicts.slice(1).map(() => "same"), "unknown"]);
    assert.equal(verdicts.length, call.events.length);
    assert.equal(report.isWhole, false);
  });

  it("depends on nothing of this machine: patterns and the inventory answer as they did", async () => {
    const call = driveCall({
      script: [respond([callAndBridge()]), respond([])],
      matches: () => assert.fail("no pattern is looked for"),
    });

    const history = recordedHistory(call);

    const reported = history.steps.flatMap(({ input }) => (input.type === "looked-up" ? input.answers : []));
    assert.deepEqual(reported, [true]);
    const { engine } = await replayHistory(history, { actions, invoke: sameFunction(history) });
    assert.deepEqual(engine, []);
  });
});

describe("a damaged history", () => {
  it("is refused or replayed as far as it goes, whatever is wrong with it", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = createRandom(seed);
    const call = calls["a bridge to an owned number's caller ID, keys on both legs, LEG-B leaves"]?.() ?? assert.fail();
    const text = historyText(call);
    for (let round = 0; round < 300; round += 1) {
      const at = Math.floor(random() * text.length);
      const damage = ["", "null", "0", '"', "{}", "[]", "\n", "x"][Math.floor(random() * 8)] ?? "";
      const damaged = text.slice(0, at) + damage + text.slice(at + Math.floor(random() * 12));
      try {
        await replayHistory(parseHistory(damaged), { actions, invoke: () => answer(null) });
      } catch (error) {
        assert.match(errorCode(error) ?? "", /^HISTORY_/, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});

/** Numbers from 0 to below 1, the same for a seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
