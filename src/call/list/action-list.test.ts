import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LegId } from "../../kernel/index.ts";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../../testing/internal/call-driver.ts";
import {
  later,
  respond,
  respondWith,
  type FunctionEvent,
  type ScriptedReply,
  type WireAction,
} from "../../testing/internal/scripted-reply.ts";
import { hangup, pause, playAudio, speak } from "../../testing/internal/wire-actions.ts";
import { parametersOf } from "../action/action-parameters.ts";
import { defineAction, type ActionDefinition } from "../action/action.ts";

/** Stands for the digit actions: ends at a key, reports at once, runs to its end. */
const collect = defineAction<undefined, "collecting">({
  type: "Collect",
  parameters: parametersOf({}),
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,
  check: (parameters) => ({ type: "good", value: undefined, echo: parameters }),
  start: () => ({ type: "running", state: "collecting", effects: [{ do: "start-timer", delayMs: 5_000 }] }),
  step: (_value, _state, input) => {
    if (input.type === "digit") return { type: "succeeded", result: { ReceivedDigits: input.digit }, effects: [] };
    if (input.type !== "timer") return undefined;
    return { type: "failed", errorType: "InvalidDigitsReceived", errorMessage: "no digits", effects: [] };
  },
});

/** Stands for SendDigits: takes a second, reports only as the last, runs to its end. */
const send = defineAction<undefined, "sending">({
  type: "Send",
  parameters: parametersOf({}),
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,
  check: (parameters) => ({ type: "good", value: undefined, echo: parameters }),
  start: () => ({ type: "running", state: "sending", effects: [{ do: "start-timer", delayMs: 1_000 }] }),
  step: (_value, _state, input) =>
    input.type === "timer" ? { type: "succeeded", result: {}, effects: [] } : undefined,
});

/** Stands for set-up actions: done at once. */
const setUp = defineAction<undefined>({
  type: "SetUp",
  parameters: parametersOf({}),
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,
  check: (parameters) => ({ type: "good", value: undefined, echo: parameters }),
  start: () => ({ type: "succeeded", result: {}, effects: [] }),
});

/** Ends three seconds after the last key. */
const listen = defineAction<undefined, "listening">({
  type: "Listen",
  parameters: parametersOf({}),
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: false,
  check: (parameters) => ({ type: "good", value: undefined, echo: parameters }),
  start: () => ({ type: "running", state: "listening", effects: [{ do: "start-timer", delayMs: 3_000 }] }),
  step: (_value, state, input) => {
    if (input.type === "timer") return { type: "succeeded", result: {}, effects: [] };
    return { type: "running", state, effects: [{ do: "start-timer", delayMs: 3_000 }] };
  },
});

const extraActions: readonly ActionDefinition[] = [collect, send, setUp, listen];
const collecting: WireAction = { Type: "Collect" };
const sending: WireAction = { Type: "Send" };
const settingUp: WireAction = { Type: "SetUp" };

/** An answered call whose first list is `list`; the later replies follow. */
function running(list: readonly WireAction[], ...replies: ScriptedReply[]): CallDriver {
  const options: CallDriverOptions = {
    direction: "Outbound",
    extraActions,
    script: [respond([]), respond(list), ...replies],
  };
  const call = driveCall(options);
  call.answer();
  return call;
}

/** What the function was told after CALL_ANSWERED: event and action. */
function reported(call: CallDriver): readonly string[] {
  return call.events.slice(2).map((event) => `${event.InvocationEventType} ${event.ActionData?.Type}`);
}

/** Keys of the files that were played. */
function played(call: CallDriver): readonly string[] {
  return call.did("play-audio").map(({ source }) => (source.type === "object" ? source.key : source.speech.text));
}

describe("when a success is reported (Contract: events-success-last, events-success-midway)", () => {
  it("tells one ACTION_SUCCESSFUL when the list is done, for the last action", () => {
    const call = running([speak("one"), pause(500), playAudio("two.wav")]);

    call.advance(10_000);

    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL PlayAudio"]);
    assert.deepEqual(played(call), ["one", "two.wav"]);
  });

  it("runs the actions one at a time, in order (Contract: events-list-order)", () => {
    const call = running([speak("one"), speak("two")]);

    assert.deepEqual(played(call), ["one"]);
    call.advance(1_000);

    assert.deepEqual(played(call), ["one", "two"]);
  });

  it("does not wait for the function between two actions of a list: the second starts in the same step", () => {
    const call = running([speak("one"), speak("two")]);
    const playbackId = call.did("play-audio")[0]?.playbackId ?? "";

    const effects = call.give({ type: "playback-finished", playbackId });

    assert.deepEqual(
      effects.map((effect) => effect.do).filter((kind) => kind !== "observe"),
      ["play-audio"],
    );
  });

  it("tells a single event for PlayAudio and a reporting action behind it", () => {
    const call = running([playAudio(), collecting]);

    call.advance(1_000);
    call.press("5");

    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Collect"]);
    assert.equal(call.lastEvent().ActionData?.["ReceivedDigits"], "5");
  });

  it("tells a reporting action at once in mid-list, and holds the rest until the reply", () => {
    const call = running([collecting, speak("rest")], later(700, respond([])));

    call.press("5");

    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Collect"]);
    assert.deepEqual(played(call), []);
    call.advance(700);
    assert.deepEqual(played(call), ["rest"]);
  });

  it("tells set-up actions only as the last of a list", () => {
    const call = running([settingUp, settingUp, speak()], respond([settingUp]));

    call.advance(1_000);

    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Speak", "ACTION_SUCCESSFUL SetUp"]);
  });

  it("ends a list with a Hangup of the only leg in HANGUP alone", () => {
    const call = running([playAudio(), hangup()]);

    call.advance(1_000);

    assert.deepEqual(reported(call), ["HANGUP Hangup"]);
  });
});

describe("what an action hears while it runs", () => {
  it("has one timer: starting it again puts the end off", () => {
    const call = running([{ Type: "Listen" }]);

    call.advance(2_000);
    const before = call.pendingTimers();
    call.press("1");
    assert.equal(call.pendingTimers(), before);
    call.advance(2_999);
    assert.deepEqual(reported(call), []);
    call.advance(1);

    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Listen"]);
  });

  it("hears keys of its own leg only", () => {
    const before = running([]).state();
    const legB = { ...before.legs[0], id: "leg-b" as LegId, tag: "LEG-B" } as (typeof before.legs)[0];
    const call = driveCall({
      extraActions,
      from: { ...before, legs: [...before.legs, legB] },
      script: [respond([collecting])],
    });
    call.update();

    const ofOther = call.give({ type: "digit", legId: legB.id, digit: "1" });
    call.press("2");

    assert.deepEqual(ofOther, [{ do: "ignore", input: "digit", why: "no action or listener takes digits" }]);
    assert.equal(call.lastEvent().ActionData?.["ReceivedDigits"], "2");
  });
});

describe("failure (Contract: events-failure-ends-list, events-failure-in-turn, events-idle)", () => {
  it("tells the first failure, drops the rest, and runs the reply's list", () => {
    const call = running([speak("one"), pause(1), speak("never")], respond([speak("sorry")]));

    call.advance(2_000);

    assert.deepEqual(reported(call), ["ACTION_FAILED Pause", "ACTION_SUCCESSFUL Speak"]);
    assert.deepEqual(played(call), ["one", "sorry"]);
  });

  it("stays up and idle after an empty reply", () => {
    const call = running([pause(1), speak("never")]);

    call.advance(600_000);

    assert.deepEqual(reported(call), ["ACTION_FAILED Pause"]);
    assert.deepEqual(played(call), []);
    assert.equal(call.state().finished, false);
  });

  it("finds wrong parameters when the action is reached: what stands before it runs", () => {
    const call = running([speak("one"), pause("soon")]);

    assert.deepEqual(reported(call), []);
    call.advance(1_000);

    assert.deepEqual(reported(call), ["ACTION_FAILED Pause"]);
  });

  it("ends the action's timer when it fails otherwise", () => {
    const call = running([collecting]);

    call.end();

    assert.deepEqual(reported(call), ["ACTION_FAILED Collect", "HANGUP Hangup"]);
    assert.equal(call.pendingTimers(), 0);
  });
});

describe("what a reply does to the list (Contract: events-list-replaced, events-list-continues)", () => {
  const silentReplies: readonly [string, ScriptedReply][] = [
    ["Actions: []", respond([])],
    ["Actions: null", { afterMs: 0, reply: { type: "response", value: { SchemaVersion: "1.0", Actions: null } } }],
    ["no Actions", { afterMs: 0, reply: { type: "response", value: { SchemaVersion: "1.0" } } }],
  ];

  it("mid-list success, new actions: the old rest is dropped", () => {
    const call = running([collecting, speak("old")], respond([speak("new")]));

    call.press("5");
    call.advance(5_000);

    assert.deepEqual(played(call), ["new"]);
    assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Collect", "ACTION_SUCCESSFUL Speak"]);
  });

  for (const [name, reply] of silentReplies) {
    it(`mid-list success, ${name}: the old rest continues`, () => {
      const call = running([collecting, speak("old")], reply);

      call.press("5");

      assert.deepEqual(played(call), ["old"]);
    });

    it(`final success, ${name}: the call idles`, () => {
      const call = running([speak("one")], reply);

      call.advance(60_000);

      assert.deepEqual(reported(call), ["ACTION_SUCCESSFUL Speak"]);
      assert.equal(call.state().finished, false);
    });

    it(`update while an action runs, ${name}: nothing changes`, () => {
      const call = running([speak("one"), speak("two")], reply);

      call.update();
      call.advance(1_000);

      assert.deepEqual(played(call), ["one", "two"]);
      assert.equal(call.did("stop-playback").length, 0);
    });

    it(`update while the list is held, ${name}: it stays held for its own reply`, () => {
      const call = running([collecting, speak("old")], later(500, respond([])), reply);

      call.press("5");
      call.update();

      assert.deepEqual(played(call), []);
      call.advance(500);
      assert.deepEqual(played(call), ["old"]);
    });
  }

  it("mid-list success, a reply that cannot be used: the rest waits for the reply to INVALID_LAMBDA_RESPONSE", () => {
    const call = running([collecting, speak("old")], respondWith({}), later(500, respond([])));

    call.press("5");
    assert.deepEqual([call.lastEvent().InvocationEventType, played(call)], ["INVALID_LAMBDA_RESPONSE", []]);
    call.advance(500);

    assert.deepEqual(played(call), ["old"]);
  });

  it("final success, new actions: they run", () => {
    const call = running([speak("one")], respond([speak("two")]));

    call.advance(1_000);

    assert.deepEqual(played(call), ["one", "two"]);
  });

  it("a list that took over is not released by the reply to an event of the list before it", () => {
    const script = (event: FunctionEvent) => {
      if (event.InvocationEventType === "CALL_ANSWERED") return respond([collecting, speak("old")]);
      if (event.InvocationEventType === "CALL_UPDATE_REQUESTED")
        return later(1_000, respond([collecting, speak("new")]));
      if (event.InvocationEventType === "ACTION_SUCCESSFUL") return later(1_000, respond([]));
      return respond([]);
    };
    const call = driveCall({ direction: "Outbound", extraActions, script });
    call.answer();

    call.update();
    call.press("1"); // told after the update; its reply comes at 2,000
    call.advance(1_500);
    call.press("2"); // of the new list; its reply comes at 3,000
    call.advance(1_499);
    assert.deepEqual(played(call), []);
    call.advance(1);

    assert.deepEqual(played(call), ["new"]);
  });
});

describe("a new list while an action runs (Contract: events-interrupt, events-interrupt-speak, events-interrupt-order)", () => {
  const interruptible: readonly [type: string, action: WireAction, stops: string][] = [
    ["PlayAudio", playAudio("one.wav"), "stop-playback"],
    ["Speak", speak("one"), "stop-playback"],
    ["Pause", pause(9_000), "cancel-timer"],
  ];
  for (const [type, action, stops] of interruptible) {
    it(`stops ${type} and starts the new list before the function hears of ACTION_INTERRUPTED`, () => {
      const call = running([action, speak("old")], respond([playAudio("new.wav")]));

      const effects = call.give({ type: "update-requested", arguments: {} });

      const order = effects.flatMap((effect) =>
        effect.do === "invoke"
          ? [String(effect.event["InvocationEventType"])]
          : effect.do === "observe"
            ? []
            : effect.do,
      );
      assert.deepEqual(order, ["CALL_UPDATE_REQUESTED", "prepare-audio", stops, "play-audio", "ACTION_INTERRUPTED"]);
      assert.equal(call.lastEvent().ActionData?.Type, type);
      assert.equal(call.lastEvent().ActionData?.ErrorType, undefined);
    });
  }

  it("ignores actions in the reply to ACTION_INTERRUPTED (Contract: events-reply-use)", () => {
    const call = running([speak("one")], respond([speak("new")]), respond([speak("error"), hangup()]));

    call.update();
    call.advance(1_000);

    assert.deepEqual(played(call), ["one", "new"]);
    assert.deepEqual(reported(call), [
      "CALL_UPDATE_REQUESTED CallUpdateRequest",
      "ACTION_INTERRUPTED Speak",
      "ACTION_SUCCESSFUL Speak",
    ]);
  });

  it("lets an action that cannot be interrupted finish, drops what was behind it, and starts the new list then", () => {
    const call = running([sending, speak("old")], respond([speak("new")]));

    call.update();
    assert.deepEqual(played(call), []);
    call.advance(1_000);

    assert.deepEqual(played(call), ["new"]);
    assert.deepEqual(reported(call), ["CALL_UPDATE_REQUESTED CallUpdateRequest"]);
  });

  it("the newest list wins when two come while such an action runs", () => {
    const call = running([sending], respond([speak("second")]), respond([speak("third")]));

    call.update();
    call.update();
    call.advance(1_000);

    assert.deepEqual(played(call), ["third"]);
  });

  it("still tells the result of a reporting action, and an empty reply lets the waiting list run (Contract: events-outlived-update)", () => {
    const call = running([collecting], respond([speak("new")]), later(500, respond([])));

    call.update();
    call.press("5");

    assert.deepEqual(reported(call).at(-1), "ACTION_SUCCESSFUL Collect");
    assert.deepEqual(played(call), []);
    call.advance(500);
    assert.deepEqual(played(call), ["new"]);
  });

  it("a reply with actions to that result replaces the waiting list (Contract: events-outlived-update)", () => {
    const call = running([collecting], respond([speak("new")]), respond([speak("newest")]));

    call.update();
    call.press("5");

    assert.deepEqual(played(call), ["newest"]);
  });

  it("keeps the waiting list when the action before it fails, for an empty reply to ACTION_FAILED (Contract: events-outlived-update)", () => {
    const call = running([collecting], respond([speak("new")]), later(500, respond([])));

    call.update();
    call.advance(5_000);
    assert.deepEqual(reported(call).at(-1), "ACTION_FAILED Collect");
    assert.deepEqual(played(call), []);
    call.advance(500);

    assert.deepEqual(played(call), ["new"]);
  });

  it("runs the new list at once on an idle call", () => {
    const call = running([], respond([speak("new")]));

    call.update();

    assert.deepEqual(played(call), ["new"]);
    assert.ok(!call.eventTypes().includes("ACTION_INTERRUPTED"));
  });
});

describe("answering an unanswered inbound leg (Contract: actions-answering, actions-answering-others)", () => {
  const inbound = (...list: WireAction[]) =>
    driveCall({ answersAtOnce: false, extraActions, script: [respond(list), respond([speak("new")])] });

  for (const action of [speak("one"), playAudio("one.wav"), collecting]) {
    it(`${action.Type} answers, and begins when the leg is up`, () => {
      const call = inbound(action);

      assert.deepEqual(call.did("answer-leg"), [{ do: "answer-leg", legId: drivenLegId }]);
      assert.equal(call.state().list.running?.phase.type, "answering");
      call.answer();

      assert.equal(call.state().list.running?.phase.type, "running");
    });
  }

  for (const action of [pause(), sending, settingUp]) {
    it(`${action.Type} does not answer`, () => {
      const call = driveCall({ extraActions, script: [respond([action])] });

      call.advance(1_000);

      assert.equal(call.did("answer-leg").length, 0);
      assert.equal(call.events[1]?.InvocationEventType, "ACTION_SUCCESSFUL");
      assert.equal(call.events[1]?.CallDetails.Participants[0]?.Status, undefined);
    });
  }

  it("answers once, also when a new list takes over before the leg is up", () => {
    const call = inbound(speak("one"));

    call.update();
    call.answer();

    assert.equal(call.did("answer-leg").length, 1);
    assert.deepEqual(played(call), ["new"]);
  });

  it("cannot speak on an outbound call that was not answered yet", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([]), respond([speak()])] });

    call.update();

    assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidActionParameter");
  });
});
