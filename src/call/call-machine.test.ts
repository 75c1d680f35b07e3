import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LegId } from "../kernel/index.ts";
import { driveCall, drivenLegId, type CallDriver } from "../testing/internal/call-driver.ts";
import { keepSilent, later, respond, type FunctionEvent } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, pause, playAudio, recordAudio, speak } from "../testing/internal/wire-actions.ts";
import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import { documentedLimits } from "./turn.ts";

const legId = drivenLegId;
const inputs: { readonly [Type in CallInput["type"]]: Extract<CallInput, { type: Type }> } = {
  start: { at: 0, type: "start" },
  "leg-ringing": { at: 0, type: "leg-ringing", legId },
  "leg-early-media": { at: 0, type: "leg-early-media", legId },
  "leg-answered": { at: 0, type: "leg-answered", legId },
  "leg-ended": { at: 0, type: "leg-ended", legId, end: { type: "bye" } },
  "function-replied": {
    at: 0,
    type: "function-replied",
    invocationId: "i0",
    reply: { type: "response", value: { SchemaVersion: "1.0", Actions: [speak()] } },
  },
  "update-requested": { at: 0, type: "update-requested", arguments: { a: "1" } },
  "playback-finished": { at: 0, type: "playback-finished", playbackId: "" },
  "playback-failed": { at: 0, type: "playback-failed", playbackId: "", error: { code: "X", message: "x" } },
  digit: { at: 0, type: "digit", legId, digit: "#" },
  "digits-sent": { at: 0, type: "digits-sent", sendId: "" },
  "recording-started": { at: 0, type: "recording-started", recordingId: "" },
  "recording-ended": { at: 0, type: "recording-ended", recordingId: "", end: "duration", terminator: undefined },
  "recording-failed": { at: 0, type: "recording-failed", recordingId: "", error: { code: "X", message: "x" } },
  "meeting-joined": { at: 0, type: "meeting-joined", legId, meetingId: "m", attendeeId: "a" },
  "meeting-refused": { at: 0, type: "meeting-refused", legId, why: "it is full", isOurs: false },
  "meeting-left": { at: 0, type: "meeting-left", legId, why: "it ended" },
  "attendees-muted": { at: 0, type: "attendees-muted", muteId: "", unknown: [] },
  "attendees-not-muted": { at: 0, type: "attendees-not-muted", muteId: "", error: { code: "X", message: "x" } },
  "pattern-searched": { at: 0, type: "pattern-searched", searchId: "s0", verdict: true },
  "looked-up": { at: 0, type: "looked-up", lookUpId: "q0", answers: [] },
  "timer-fired": { at: 0, type: "timer-fired", timerId: "t0" },
  "hang-up-requested": { at: 0, type: "hang-up-requested", legId },
  shutdown: { at: 0, type: "shutdown" },
};

/** Effects in one line: events by name, facts left out. */
function inShort(effects: readonly CallEffect[]): string {
  const words = effects.flatMap((effect) => {
    if (effect.do === "observe" || effect.do === "prepare-audio") return [];
    if (effect.do === "invoke") return [(effect.event as unknown as FunctionEvent).InvocationEventType];
    if (effect.do === "reject-leg") return [`reject-leg ${effect.status}`];
    return [effect.do];
  });
  return words.join(", ");
}

function answered(...actions: Parameters<typeof respond>[0]): CallDriver {
  const call = driveCall({ direction: "Outbound", audio: "by-hand", script: [respond([]), respond(actions)] });
  call.answer();
  return call;
}

function outbound(...steps: ("ring" | "answer" | "end")[]): CallDriver {
  const call = driveCall({ direction: "Outbound", script: (event) => silentAtHangup(event) });
  for (const step of steps) call[step]();
  return call;
}

function silentAtHangup(event: FunctionEvent) {
  return event.InvocationEventType === "HANGUP" ? keepSilent : respond([]);
}

function finished(): CallDriver {
  const call = answered();
  call.end();
  return call;
}

type Row = Readonly<Record<CallInput["type"], string>>;

/** What nothing fits; rows name what does. */
const ignored = Object.fromEntries(Object.keys(inputs).map((type) => [type, "ignore"])) as unknown as Row;

const rows: readonly [state: string, reach: () => CallDriver, row: Row][] = [
  [
    "offered",
    () => driveCall(),
    {
      ...ignored,
      "leg-ended": "cancel-timer, cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "reject-leg 480, cancel-timer, cancel-timer, HANGUP",
      shutdown: "reject-leg 503, cancel-timer, cancel-timer, HANGUP",
    },
  ],
  [
    "answering",
    () => driveCall({ answersAtOnce: false, script: [respond([speak()])] }),
    {
      ...ignored,
      "leg-answered": "play-audio",
      "leg-ended": "cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "hang-up-leg, cancel-timer, HANGUP",
      shutdown: "hang-up-leg, cancel-timer, HANGUP",
    },
  ],
  [
    "created",
    () => driveCall({ direction: "Outbound", script: [keepSilent] }),
    {
      ...ignored,
      "leg-ended": "cancel-timer",
      "update-requested": "",
      "hang-up-requested": "cancel-timer",
      shutdown: "cancel-timer",
    },
  ],
  [
    "dialing",
    () => outbound(),
    {
      ...ignored,
      "leg-ringing": "RINGING",
      "leg-answered": "cancel-timer, CALL_ANSWERED",
      "leg-ended": "cancel-timer, cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "hang-up-leg, cancel-timer, cancel-timer, HANGUP",
      shutdown: "hang-up-leg, cancel-timer, cancel-timer, HANGUP",
    },
  ],
  [
    "ringing",
    () => outbound("ring"),
    {
      ...ignored,
      "leg-answered": "cancel-timer, CALL_ANSWERED",
      "leg-ended": "cancel-timer, cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "hang-up-leg, cancel-timer, cancel-timer, HANGUP",
      shutdown: "hang-up-leg, cancel-timer, cancel-timer, HANGUP",
    },
  ],
  [
    "answered",
    () => outbound("answer"),
    {
      ...ignored,
      "leg-ended": "cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "hang-up-leg, cancel-timer, HANGUP",
      shutdown: "hang-up-leg, cancel-timer, HANGUP",
    },
  ],
  [
    "answered, playing up to a key",
    () => answered(playAudio("a.wav", { PlaybackTerminators: ["#"] })),
    {
      ...ignored,
      "leg-ended": "stop-playback, cancel-timer, ACTION_FAILED",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "playback-finished": "ACTION_SUCCESSFUL",
      "playback-failed": "warn, ACTION_FAILED",
      digit: "stop-playback, ACTION_SUCCESSFUL",
      "hang-up-requested": "hang-up-leg, stop-playback, cancel-timer, ACTION_FAILED",
      shutdown: "stop-playback, hang-up-leg, cancel-timer, HANGUP",
    },
  ],
  [
    "answered, pausing",
    () => answered(pause()),
    {
      ...ignored,
      "leg-ended": "cancel-timer, cancel-timer, HANGUP",
      "update-requested": "CALL_UPDATE_REQUESTED",
      "hang-up-requested": "hang-up-leg, cancel-timer, cancel-timer, HANGUP",
      shutdown: "cancel-timer, hang-up-leg, cancel-timer, HANGUP",
    },
  ],
  ["ended, HANGUP under way", () => outbound("answer", "end"), ignored],
  ["finished", finished, ignored],
];

describe("every state and every input", () => {
  for (const [state, reach, row] of rows) {
    for (const type of Object.keys(inputs) as CallInput["type"][]) {
      it(`${state} + ${type} -> ${row[type] === "" ? "nothing yet" : row[type]}`, () => {
        const call = reach();
        const playbackId = call.did("play-audio").at(-1)?.playbackId ?? "p0";
        const input = { ...inputs[type], at: call.now(), ...("playbackId" in inputs[type] ? { playbackId } : {}) };

        const [after, effects] = call.machine(call.config, call.state(), input as CallInput);

        assert.equal(inShort(effects), row[type]);
        if (row[type] === "ignore") assert.deepEqual(after, call.state());
      });
    }
  }

  it("answers an input for an unknown leg with its reason", () => {
    const call = driveCall();

    const effects = call.give({ type: "leg-answered", legId: "x" as LegId });

    assert.deepEqual(effects, [{ do: "ignore", input: "leg-answered", why: "no such leg" }]);
  });

  it("is the same function for the same state and input", () => {
    const call = answered(speak());
    const input: CallInput = { ...inputs["leg-ended"], at: call.now() };

    assert.deepEqual(call.machine(call.config, call.state(), input), call.machine(call.config, call.state(), input));
  });
});

describe("start", () => {
  it("tells an inbound call's function and starts the 30 s and the 24 h", () => {
    const call = driveCall({ script: [keepSilent] });

    assert.deepEqual(
      call.did("start-timer").map(({ delayMs }) => delayMs),
      [documentedLimits.longestCallMs, 30_000],
    );
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
    assert.deepEqual(call.facts[0], {
      type: "call-started",
      direction: "inbound",
      from: "+15105550101",
      to: "+12065550100",
      applicationId: call.state().target.applicationId,
    });
  });

  it("dials an outbound call only when the function replied to NEW_OUTBOUND_CALL, with the headers of the request (Contract: events-dial-after-reply)", () => {
    const call = driveCall({
      direction: "Outbound",
      script: [later(300, respond([]))],
      call: { dialHeaders: { "X-Order": "7" } },
    });

    assert.equal(call.did("dial-leg").length, 0);
    call.advance(300);

    assert.deepEqual(call.did("dial-leg"), [
      {
        do: "dial-leg",
        destination: { type: "number" },
        legId,
        to: "+15105550101",
        from: "+12065550100",
        headers: { "X-Order": "7" },
      },
    ]);
  });

  it("does not dial when the server stopped meanwhile", () => {
    const call = driveCall({ direction: "Outbound", script: [later(300, respond([]))] });

    call.give({ type: "shutdown" });
    call.advance(300);

    assert.equal(call.did("dial-leg").length, 0);
    assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });
});

describe("timers", () => {
  it("refuses an inbound call with 480 when nothing was done with it for 30 s (Contract: events-unanswered)", () => {
    const call = driveCall({ script: [respond([])] });

    call.advance(29_999);
    assert.equal(call.did("reject-leg").length, 0);
    call.advance(1);

    assert.deepEqual(call.did("reject-leg"), [{ do: "reject-leg", legId, status: 480 }]);
    assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 480);
    assert.equal(call.did("end-call")[0]?.cause, "no action answered or refused the call within 30 s");
  });

  it("lets a Pause that lasts over the 30 s end, and refuses only when its reply brings nothing", () => {
    const call = driveCall({ script: [respond([pause(20_000), pause(20_000)])] });

    call.advance(39_999);
    assert.equal(call.did("reject-leg").length, 0);
    call.advance(1);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.equal(call.did("reject-leg")[0]?.status, 480);
  });

  it("answers after the 30 s when a reply that was under way asks for it", () => {
    const call = driveCall({ script: [respond([pause(29_000)]), later(5_000, respond([speak()]))] });

    call.advance(34_000);

    assert.equal(call.did("answer-leg").length, 1);
    assert.equal(call.did("reject-leg").length, 0);
  });

  it("does not refuse a call after it was answered", () => {
    const call = driveCall({ script: [respond([speak()])] });

    call.advance(60_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
  });

  for (const [state, ...steps] of [["dialing"], ["ringing", "ring"]] as const) {
    it(`gives up an outbound call that is ${state} after 60 s, with 480`, () => {
      const call = outbound(...steps);

      call.advance(60_000);

      const reason = { status: 408, text: "not answered in time" };
      assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId, reason }]);
      assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
      assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 480);
    });
  }

  it("counts the ringing time from the INVITE, not from the start of the call", () => {
    const call = driveCall({ direction: "Outbound", script: [later(15_000, respond([]))] });

    call.advance(74_999);
    assert.equal(call.state().cause, undefined);
    call.advance(1);

    assert.equal(call.state().cause, "not answered within 60 s");
  });

  it("ends a call after 24 h with a normal code, whatever it does", () => {
    const hour = 3_600_000;
    const call = answered(playAudio("hold.wav"));

    call.advance(24 * hour - 1);
    assert.equal(call.state().cause, undefined);
    call.advance(1);

    assert.deepEqual(call.did("stop-playback").length, 1);
    assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 0);
    assert.equal(call.did("end-call")[0]?.cause, "the longest time for a call has passed");
  });

  it("leaves no timer behind, whichever way a call ends", () => {
    for (const [, reach] of rows) {
      const call = reach();

      call.give({ type: "shutdown" });
      call.advance(60_000);

      assert.equal(call.pendingTimers(), 0);
      assert.deepEqual(call.state().timers, {});
      assert.equal(call.state().finished, true);
    }
  });
});

describe("a hang-up by an operator", () => {
  it("is told to the function as an end by the far end is, and says who it was in the cause", () => {
    const call = answered();
    const effects = call.give({ type: "hang-up-requested", legId: call.state().legs[0]?.id as LegId });

    const [event] = effects.flatMap((effect) => (effect.do === "invoke" ? [effect.event] : []));
    assert.equal(event?.["InvocationEventType"], "HANGUP");
    const { Parameters } = (event?.["ActionData"] ?? {}) as { Parameters?: { SipResponseCode: number } };
    assert.equal(Parameters?.SipResponseCode, 0);
    assert.deepEqual([call.state().endType, call.state().cause], ["by-operator", "hung up by an operator"]);
  });
});

describe("shutdown", () => {
  it("shows code 480 before the answer and 0 after it, and names the cause", () => {
    const codes = [driveCall(), outbound("ring"), outbound("answer")].map((call) => {
      call.give({ type: "shutdown" });
      assert.equal(call.state().cause, "the server stops");
      return call.lastEvent().ActionData?.Parameters["SipResponseCode"];
    });

    assert.deepEqual(codes, [480, 480, 0]);
  });

  it("ends a RecordAudio, and tells where its file is before HANGUP; other actions are dropped (Contract: events-recording-before-hangup)", () => {
    const recording = driveCall({ script: [respond([recordAudio()])], recording: "by-hand" });
    recording.give({ type: "shutdown" });
    const recordingId = recording.did("record-audio")[0]?.recordingId ?? "";
    const before = recording.eventTypes();
    recording.give({ type: "recording-ended", recordingId, end: "stopped", terminator: undefined });
    const playing = answered(playAudio());
    playing.give({ type: "shutdown" });

    assert.deepEqual(recording.did("stop-record-audio").length, 1);
    assert.deepEqual(before, ["NEW_INBOUND_CALL"]);
    assert.deepEqual(recording.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.equal(playing.eventTypes().at(-2), "CALL_ANSWERED");
    assert.deepEqual(
      [recording, playing].map((call) => call.state().finished),
      [true, true],
    );
  });

  it("tells of a RecordAudio on LEG-B before both HANGUPs", () => {
    const call = driveCall({
      script: ({ InvocationEventType: type }) =>
        respond(
          type === "NEW_INBOUND_CALL"
            ? [callAndBridge()]
            : type === "CALL_UPDATE_REQUESTED"
              ? [recordAudio({ ParticipantTag: "LEG-B" })]
              : [],
        ),
      recording: "by-hand",
    });
    call.give({ type: "leg-answered", legId: call.state().legs[1]?.id ?? assert.fail("there is no second leg") });
    call.update();
    call.give({ type: "shutdown" });
    const recordingId = call.did("record-audio")[0]?.recordingId ?? assert.fail("nothing is recorded");
    call.give({ type: "recording-ended", recordingId, end: "stopped", terminator: undefined });

    assert.deepEqual(call.eventTypes().slice(-3), ["ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
  });

  it("keeps the event of a RecordAudio whose party has just left, while the other one is still there", () => {
    const call = driveCall({
      script: ({ InvocationEventType: type }) =>
        respond(
          type === "NEW_INBOUND_CALL" ? [callAndBridge()] : type === "CALL_UPDATE_REQUESTED" ? [recordAudio()] : [],
        ),
      recording: "by-hand",
    });
    const partner = call.state().legs[1]?.id ?? assert.fail("there is no second leg");
    call.give({ type: "leg-answered", legId: partner });
    call.update();
    call.end();
    call.give({ type: "shutdown" });
    const recordingId = call.did("record-audio")[0]?.recordingId ?? assert.fail("nothing is recorded");
    call.give({ type: "recording-ended", recordingId, end: "stopped", terminator: undefined });

    assert.deepEqual(call.eventTypes().slice(-3), ["ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
  });

  it("tells how long the call was, last of all facts", () => {
    const call = answered();

    call.advance(1_234);
    call.end();

    const cause = "hung up by the far end";
    assert.deepEqual(call.facts.at(-1), { type: "call-ended", endType: "bye", cause, durationMs: 1_234 });
    assert.deepEqual(call.effects.at(-1), { do: "end-call", endType: "bye", cause });
  });
});
