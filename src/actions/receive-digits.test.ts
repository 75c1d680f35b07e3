import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import type { LegId } from "../kernel/index.ts";
import { driveCall, drivenLegId, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge as bridge,
  hangup,
  pause,
  playAudio,
  playAudioAndGetDigits,
  receiveDigits,
  sendDigits,
  speak,
} from "../testing/internal/wire-actions.ts";
import { callAndBridge } from "./call-and-bridge.ts";

/** What happens on the leg: a number is time in milliseconds, others are keys. Keys count 1 s after the last, and for 5 s. */
type Happening = string | number;

function happen(call: CallDriver, happenings: readonly Happening[]): CallDriver {
  for (const happening of happenings) {
    if (typeof happening === "number") call.advance(happening);
    else call.press(happening);
  }
  return call;
}

function listen(pattern: string, happenings: readonly Happening[], parameters: JsonObject = {}): CallDriver {
  const call = driveCall({ audio: "by-hand", script: [respond([receiveDigits(pattern, parameters), speak()])] });
  return happen(call, happenings);
}

function reported(call: CallDriver): readonly unknown[] {
  return call.events
    .filter((event) => event.InvocationEventType === "DIGITS_RECEIVED")
    .map((event) => event.ActionData?.["ReceivedDigits"]);
}

const rows: readonly [title: string, pattern: string, happenings: readonly Happening[], reported: readonly string[]][] =
  [
    ["tells keys that match once the time between keys has passed", "^\\d{2}$", ["1", "2", 1_000], ["12"]],
    ["tells nothing before", "^\\d{2}$", ["1", "2", 999], []],
    ["waits for more while keys do not match, however long a pause", "^\\d{2}$", ["1", 4_000, "2", 1_000], ["12"]],
    ["tells keys typed in time as one: 20 can match an end-anchored class", "[0-1]$", ["2", "0", 1_000], ["20"]],
    ["a further key gives the time anew", "\\d", ["1", 999, "2", 999, "3", 999], []],
    ["and all are told together", "\\d", ["1", 999, "2", 999, "3", 1_000], ["123"]],
    ["a further key can make a match none", "^\\d{2}$", ["1", "2", 999, "3", 3_000], []],
    ["and another again one", "^\\d{2}$|^\\d{4}$", ["1", "2", "3", 2_000, "4", 1_000], ["1234"]],
    ["# is a key like others and is told", "^\\d{2}#$", ["1", "1", "#", 1_000], ["11#"]],
    ["in-call codes with * are found", "^\\*\\d{1}$", ["*", "7", 1_000], ["*7"]],
    [
      "keys that do not match are dropped when the first is 5 s old (Contract: actions-receive-digits-flush)",
      "^\\d{2}$",
      ["1", 5_000, "2", "3", 1_000],
      ["23"],
    ],
    ["and not before", "^\\d{2}$", ["1", 4_999, "2", 1_000], ["12"]],
    ["that time counts from the first key, not the last", "^\\d{3}$", ["1", 3_000, "2", 2_000, "3", 1_000], []],
    ["keys that match are told though the first is 5 s old by then", "^\\d{2}$", ["1", 4_500, "2", 1_000], ["12"]],
    [
      "a key after that time begins anew",
      "\\d",
      ["1", 900, "2", 900, "3", 900, "4", 900, "5", 900, "6", 900, "7", 1_000],
      ["7"],
    ],
    ["stays after a match (Contract: actions-receive-digits-stays)", "^\\d$", ["1", 1_000, "2", 1_000], ["1", "2"]],
    ["begins anew after a match", "^\\d{2}$", ["1", "2", 4_500, "3", "4", 1_000], ["12", "34"]],
    [
      "keeps the last 128 keys (Contract: actions-receive-digits-length)",
      "^\\d{128}2$|^1{127}2$",
      [..."1".repeat(130), "2", 1_000],
      ["1".repeat(127) + "2"],
    ],
  ];

describe("ReceiveDigits: what is reported (Contract: actions-receive-digits-match)", () => {
  for (const [title, pattern, happenings, expected] of rows) {
    it(title, () => {
      const call = listen(pattern, happenings);

      assert.deepEqual(reported(call), expected);
    });
  }

  it("tells with the documented shape, and the parameters name the leg by tag and CallId, whichever was sent (Contract: events-digits-leg)", () => {
    const call = listen("^\\d{2}#$", ["1", "1", "#", 1_000], { FlushDigitsDurationInMilliseconds: "10000" });

    assert.deepEqual(call.lastEvent().ActionData, {
      ReceivedDigits: "11#",
      Type: "ReceiveDigits",
      Parameters: {
        InputDigitsRegex: "^\\d{2}#$",
        InBetweenDigitsDurationInMilliseconds: 1_000,
        FlushDigitsDurationInMilliseconds: 10_000,
        ParticipantTag: "LEG-A",
        CallId: drivenLegId,
      },
    });
  });

  it("leaves no timer once keys are reported", () => {
    const call = listen("^\\d$", []);
    const before = call.pendingTimers();

    happen(call, ["1", 1_000]);

    assert.deepEqual([reported(call), call.pendingTimers()], [["1"], before]);
  });

  it("equal times tell a single key", () => {
    const call = listen("^\\d$", ["1", 1_000], { FlushDigitsDurationInMilliseconds: 1_000 });

    assert.deepEqual(reported(call), ["1"]);
  });
});

function driving(script: readonly ScriptedReply[]): CallDriver {
  return driveCall({ audio: "by-hand", script });
}

describe("ReceiveDigits: the listener and the list", () => {
  it("is done at once and does not answer; as the last action it is reported with no keys", () => {
    const call = driving([respond([receiveDigits("^\\d$")])]);

    assert.equal(call.did("answer-leg").length, 0);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "ReceiveDigits",
      Parameters: {
        InputDigitsRegex: "^\\d$",
        InBetweenDigitsDurationInMilliseconds: 1_000,
        FlushDigitsDurationInMilliseconds: 5_000,
        ParticipantTag: "LEG-A",
      },
      ReceivedDigits: "",
    });
  });

  it("is silent before other actions, which run", () => {
    const call = driving([respond([receiveDigits(), playAudio()])]);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
    assert.equal(call.did("play-audio").length, 1);
  });

  it("keys before it are dropped", () => {
    const call = driving([respond([speak()]), respond([receiveDigits("\\d")])]);
    call.press("1");
    call.finishPlayback();
    happen(call, [2_000, "2", 1_000]);

    assert.deepEqual(reported(call), ["2"]);
  });

  it("a new one takes its place, with the keys so far forgotten", () => {
    const call = driving([
      respond([receiveDigits("^1\\d$"), speak()]),
      respond([receiveDigits("^\\d$", { FlushDigitsDurationInMilliseconds: 9_000 })]),
    ]);
    call.press("1");
    call.finishPlayback();
    happen(call, ["2", 1_000]);

    assert.deepEqual(reported(call), ["2"]);
    assert.equal(call.state().listeners.length, 1);
    assert.equal(call.lastEvent().ActionData?.Parameters["FlushDigitsDurationInMilliseconds"], 9_000);
  });

  it("does not hear keys that end a prompt, and hears the others (Contract: actions-play-audio-terminators, actions-receive-digits-taken)", () => {
    const call = driving([
      respond([receiveDigits("^.$"), playAudio("a.wav", { PlaybackTerminators: ["#"] }), speak()]),
    ]);
    happen(call, ["5", 1_000, "#", 1_000]);

    assert.deepEqual(reported(call), ["5"]);
  });

  it("actions in the reply take over from a prompt that can be interrupted (Contract: events-interrupt-any-reply)", () => {
    const call = driving([respond([receiveDigits("^\\d$"), speak("Hold the line")]), respond([hangup()])]);
    happen(call, ["1", 1_000]);

    assert.equal(call.did("stop-playback").length, 1);
    assert.equal(call.did("hang-up-leg").length, 1);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "DIGITS_RECEIVED", "ACTION_INTERRUPTED", "HANGUP"]);
  });

  it("an empty reply leaves the prompt playing (Contract: events-list-continues)", () => {
    const call = listen("^\\d$", ["1", 1_000]);

    assert.equal(call.did("stop-playback").length, 0);
    assert.equal(call.state().list.running?.request.type, "Speak");
  });

  it("an action in the reply without a leg means the listener's leg (Contract: actions-leg)", () => {
    const call = driving([respond([receiveDigits("^\\d$"), speak()]), respond([pause()])]);
    happen(call, ["1", 2_000]);

    assert.equal(call.lastEvent().ActionData?.Parameters["ParticipantTag"], "LEG-A");
    assert.deepEqual(call.eventTypes().slice(-2), ["ACTION_INTERRUPTED", "ACTION_SUCCESSFUL"]);
  });

  it("hears while SendDigits runs, which goes on to its end", () => {
    const call = driveCall({ sendDigitsMs: 5_000, script: [respond([receiveDigits("^\\d$"), sendDigits()])] });
    happen(call, ["1", 1_000]);

    assert.deepEqual(reported(call), ["1"]);
    assert.equal(call.state().list.running?.request.type, "SendDigits");
  });

  for (const [what, keys] of [
    ["without keys", []],
    ["with keys that wait to be told", ["1"]],
    ["with keys that do not match", ["*"]],
  ] as const) {
    it(`ends with its leg ${what}; no timer is left`, () => {
      const call = listen("^\\d$", keys);

      call.end();
      call.advance(10_000);

      assert.deepEqual([call.state().listeners, call.pendingTimers(), reported(call)], [[], 0, []]);
      assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
    });
  }

  it("counts a pattern that is given up as no match, says so once, and tries again when the keys were dropped", () => {
    let tries = 0;
    const call = driveCall({
      audio: "by-hand",
      matches: (_pattern, text) => {
        tries += 1;
        return text === "9" ? true : "too-slow";
      },
      script: [respond([receiveDigits("^(\\d+)+$"), speak()])],
    });
    happen(call, ["1", "2", "3", 5_000]);
    assert.deepEqual([tries, call.did("warn").length, reported(call)], [1, 1, []]);

    happen(call, ["9", 1_000]);

    assert.deepEqual([tries, call.did("warn").length, reported(call)], [2, 1, ["9"]]);
    assert.match(call.did("warn")[0]?.message ?? "", /ReceiveDigits on LEG-A: .*takes too long/);
  });
});

/** A bridged call with both legs. `script` begins with the reply to the bridge. */
function bridged(...script: ScriptedReply[]): { readonly call: CallDriver; readonly legB: LegId } {
  const call = driveCall({
    ...{ audio: "by-hand", extraActions: [callAndBridge] },
    script: [respond([bridge()]), ...script],
  });
  const legB = call.did("dial-leg")[0]?.legId as LegId;
  call.give({ type: "leg-answered", legId: legB });
  return { call, legB };
}

describe("ReceiveDigits: two legs", () => {
  it("both may have a listener at once; each event names its leg (Contract: actions-receive-digits-one)", () => {
    const listeners = ["LEG-A", "LEG-B"].map((ParticipantTag) => receiveDigits("^\\d$", { ParticipantTag }));
    const { call, legB } = bridged(respond(listeners));
    call.give({ type: "digit", legId: legB, digit: "2" });
    happen(call, ["1", 1_000]);

    assert.deepEqual(reported(call), ["2", "1"]);
    assert.deepEqual(
      call.events.slice(-2).map((event) => event.ActionData?.Parameters["ParticipantTag"]),
      ["LEG-B", "LEG-A"],
    );
  });

  it("keys of one leg go to its listener while the other leg's keys are gathered (Contract: actions-receive-digits-taken)", () => {
    const { call, legB } = bridged(
      respond([
        receiveDigits("^\\d$", { ParticipantTag: "LEG-B" }),
        playAudioAndGetDigits({ ParticipantTag: "LEG-A" }),
      ]),
    );
    call.give({ type: "digit", legId: legB, digit: "2" });
    call.advance(1_000);

    assert.deepEqual(reported(call), ["2"]);
    assert.equal(call.did("stop-playback").length, 0);
  });

  it("a listener ends with its leg; the other stays", () => {
    const listeners = ["LEG-A", "LEG-B"].map((ParticipantTag) => receiveDigits("^\\d$", { ParticipantTag }));
    const { call, legB } = bridged(respond(listeners));
    call.give({ type: "leg-ended", legId: legB, end: { type: "bye" } });
    happen(call, ["1", 1_000]);

    assert.deepEqual(
      call.state().listeners.map(({ legId }) => legId),
      [call.state().legs[0]?.id],
    );
    assert.deepEqual(reported(call), ["1"]);
  });
});

const bad = (name: string) => `The ${name} parameter is invalid.`;
const between = "InBetweenDigitsDurationInMilliseconds";
const flush = "FlushDigitsDurationInMilliseconds";
const regex = "InputDigitsRegex";
const refusals: readonly [parameters: JsonObject, name: string][] = [
  [{ [between]: 0 }, between],
  [{ [between]: undefined }, between],
  [{ [between]: "soon" }, between],
  [{ [flush]: 0 }, flush],
  [{ [flush]: undefined }, flush],
  [{ [flush]: 999 }, flush],
  [{ [regex]: undefined }, regex],
  [{ [regex]: "" }, regex],
  [{ [regex]: null }, regex],
  [{ [regex]: "(" }, regex],
  [{ [regex]: {} }, regex],
];

describe("ReceiveDigits: failures (Contract: actions-receive-digits, actions-receive-digits-times)", () => {
  for (const [parameters, name] of refusals) {
    const [[key, value] = ["", undefined]] = Object.entries(parameters);
    it(`fails with "${bad(name)}" for ${key} ${JSON.stringify(value) ?? "left out"}; nobody listens`, () => {
      const call = driving([respond([receiveDigits("^\\d$", parameters)])]);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], ["InvalidActionParameter", bad(name)]);
      assert.deepEqual(call.state().listeners, []);
    });
  }

  it("leaves the listener that was there when a new one is wrong", () => {
    const call = driving([respond([receiveDigits("^\\d$"), pause()]), respond([receiveDigits("(")])]);
    happen(call, [1_000, "1", 1_000]);

    assert.deepEqual(reported(call), ["1"]);
  });

  it("fails with the documented text for a leg that does not exist (Contract: actions-leg-unknown)", () => {
    const call = driving([respond([receiveDigits("^\\d$", { ParticipantTag: "LEG-B" })])]);

    assert.equal(
      call.lastEvent().ActionData?.ErrorMessage,
      "CallId or ParticipantTag parameter for action is invalid.",
    );
  });
});
