import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../call/index.ts";
import { driveCall, type CallDriver } from "../../testing/internal/call-driver.ts";
import { respond, type WireAction } from "../../testing/internal/scripted-reply.ts";
import { pause, playAudioAndGetDigits, receiveDigits, speakAndGetDigits } from "../../testing/internal/wire-actions.ts";

/** What happens to an action: "end" is the end of what plays, a number is time in milliseconds, others are keys. */
type Happening = string | number;

const actionsUnderTest: Readonly<Record<string, (parameters?: JsonObject) => WireAction>> = {
  PlayAudioAndGetDigits: playAudioAndGetDigits,
  SpeakAndGetDigits: speakAndGetDigits,
};

function gather(action: WireAction, happenings: readonly Happening[], matches?: () => "too-slow"): CallDriver {
  const call = driveCall({
    audio: "by-hand",
    script: [respond([action, pause()])],
    ...(matches === undefined ? {} : { matches }),
  });
  for (const happening of happenings) {
    if (typeof happening === "number") call.advance(happening);
    else if (happening === "end") call.finishPlayback();
    else call.press(happening);
  }
  return call;
}

/** What was played, in order: "?" the prompt, "!" the failure prompt. */
function played(call: CallDriver): string {
  return call
    .did("play-audio")
    .map(({ source }) => (JSON.stringify(source).match(/bad\.wav|wrong/) ? "!" : "?"))
    .join("");
}

/** The keys of a success, the error of a failure, or that it still runs. */
function outcome(call: CallDriver): string {
  const event = call.events[1];
  if (event === undefined) return "runs";
  const data = event.ActionData;
  return event.InvocationEventType === "ACTION_SUCCESSFUL"
    ? (JSON.stringify(data?.["ReceivedDigits"]) ?? "nothing")
    : String(data?.ErrorType);
}

const none = "InvalidDigitsReceived";
const pin = { MinNumberOfDigits: 4, MaxNumberOfDigits: 4, InputDigitsRegex: "^\\d{4}$" };
const one = { MinNumberOfDigits: 1, MaxNumberOfDigits: 1 };

const rows: readonly [
  title: string,
  parameters: JsonObject,
  happenings: readonly Happening[],
  outcome: string,
  played: string,
][] = [
  ["plays the prompt and waits", {}, [], "runs", "?"],
  [
    "waits for the first key from the end of the prompt on (Contract: actions-get-digits-first-key)",
    {},
    [60_000, "end", 4_999],
    "runs",
    "?",
  ],
  ["plays the failure prompt when no key comes in time", {}, ["end", 5_000], "runs", "?!"],
  [
    "a key during the prompt stops it and counts (Contract: actions-get-digits-prompt)",
    pin,
    ["1", "2", "3", "4"],
    '"1234"',
    "?",
  ],
  ["keys during and after the prompt count alike", { ...pin, Repeat: 2 }, ["end", "1", "2", "3", "4"], '"1234"', "?"],
  ["fixed length ends at the last key, no terminator needed", one, ["end", "7"], '"7"', "?"],
  [
    "a terminator ends the input and is not told (Contract: actions-get-digits-end, actions-get-digits-terminator)",
    {},
    ["end", "1", "2", "#"],
    '"12"',
    "?",
  ],
  ["a terminator during the prompt ends the input at once", { TerminatorDigits: ["*"] }, ["1", "*"], '"1"', "?"],
  ["# is a key where other terminators are named", { TerminatorDigits: ["*"] }, ["1", "#", "*"], '"1#"', "?"],
  ["an empty list of terminators means none", { TerminatorDigits: [], MaxNumberOfDigits: 2 }, ["#", "#"], '"##"', "?"],
  ["time that runs out with enough keys is good", { MinNumberOfDigits: 2 }, ["1", "2", 5_000], '"12"', "?"],
  ["time that runs out with too few keys is bad", { MinNumberOfDigits: 3 }, ["1", "2", 5_000], "runs", "?!"],
  ["each key gives the time for the next anew", {}, ["1", 4_999, "2", 4_999, "3", 4_999], "runs", "?"],
  [
    "the time between keys is its own",
    { InBetweenDigitsDurationInMilliseconds: 1_000 },
    ["end", 4_000, "1", 1_000],
    '"1"',
    "?",
  ],
  ["a terminator with too few keys is bad", { MinNumberOfDigits: 3 }, ["1", "#"], "runs", "?!"],
  [
    "nothing but a terminator with Min 0 succeeds, with no keys (Contract: actions-get-digits-terminator-alone)",
    pinless(0),
    ["end", "#"],
    '""',
    "?",
  ],
  ["nothing but a terminator during the prompt with Min 0 does so too", pinless(0), ["#"], '""', "?"],
  [
    "a pattern does not judge an empty input (Contract: actions-get-digits-terminator-alone)",
    { InputDigitsRegex: "^\\d{4}$" },
    ["#"],
    '""',
    "?",
  ],
  ["nothing at all is good where the function sent Min 0", pinless(0), ["end", 5_000], "nothing", "?"],
  [
    "nothing at all is bad where Min 0 is the default (Contract: actions-get-digits-no-keys)",
    { MaxNumberOfDigits: 1 },
    ["end", 5_000],
    "runs",
    "?!",
  ],
  ["nothing but a terminator with Min 1 is bad", pinless(1), ["end", "#"], "runs", "?!"],
  ["Max 0 wants no keys: the end of the prompt ends the input", { MaxNumberOfDigits: 0 }, ["end"], "runs", "?!"],
  ["with Max 0 a key ends the input and does not count", { MaxNumberOfDigits: 0 }, ["1"], "runs", "?!"],
  ["with Max 0 only a terminator succeeds", { MaxNumberOfDigits: 0 }, ["#"], '""', "?"],
  ["keys that do not match are bad", { ...one, InputDigitsRegex: "[1-2]" }, ["3"], "runs", "?!"],
  [
    "a pattern is searched, not anchored (Contract: actions-pattern-search)",
    { ...six(), InputDigitsRegex: "[0-9]" },
    [..."123456"],
    '"123456"',
    "?",
  ],
  [
    "look-ahead works (Contract: actions-pattern-syntax)",
    { ...three(), InputDigitsRegex: "^(?!900)\\d{3}$" },
    [..."900"],
    "runs",
    "?!",
  ],
  ["look-ahead lets others pass", { ...three(), InputDigitsRegex: "^(?!900)\\d{3}$" }, [..."901"], '"901"', "?"],
  [
    "a pattern that ends in the terminator gets it (Contract: actions-get-digits-terminator-wanted)",
    { InputDigitsRegex: "^\\d{2}#$" },
    [..."12#"],
    '"12"',
    "?",
  ],
  ["and is not met without it", { InputDigitsRegex: "^\\d{2}#$" }, ["1", "2", 5_000], "runs", "?!"],
  ["nor by other keys with it", { InputDigitsRegex: "^\\d{2}#$" }, [..."123#"], "runs", "?!"],
  [
    "the terminator is tried for patterns that end in another one too",
    { InputDigitsRegex: "^\\d{2}\\*$", TerminatorDigits: ["*"] },
    [..."12*"],
    '"12"',
    "?",
  ],
  ["a pattern that does not end in it gets no terminator", { InputDigitsRegex: "#\\d?$" }, [..."12#"], "runs", "?!"],
  [
    "keys during the failure prompt are lost (Contract: actions-get-digits-failure-prompt)",
    { ...one, Repeat: 2 },
    ["#", "1", "2"],
    "runs",
    "?!",
  ],
  ["the failure prompt ends before the next attempt", { ...pin, Repeat: 2 }, ["1", "#", "end"], "runs", "?!?"],
  ["each attempt begins without keys", { ...pin, Repeat: 2 }, [..."12#", "end", ..."3456"], '"3456"', "?!?"],
  ["each attempt waits as long", { Repeat: 2 }, ["end", 5_000, "end", "end", 4_999], "runs", "?!?"],
  [
    "the failure prompt comes after the last attempt too (Contract: actions-get-digits-last-attempt)",
    {},
    ["end", 5_000, "end"],
    none,
    "?!",
  ],
  ["Repeat is the total of attempts", { Repeat: 2 }, ["end", 5_000, "end", "end", 5_000, "end"], none, "?!?!"],
  ["Repeat as a string counts", { Repeat: "2" }, ["end", 5_000, "end", "end", 5_000, "end"], none, "?!?!"],
  ["Repeat 0 is one attempt", { Repeat: 0 }, ["end", 5_000, "end"], none, "?!"],
  ["Repeat 9999 goes on", { Repeat: 9_999 }, ["end", 5_000, "end", "end", 5_000, "end"], "runs", "?!?!?"],
  ["the latest moment of a wait of 99999999 ms", long(), ["end", 80_000_000, "1"], '"1"', "?"],
];

function pinless(MinNumberOfDigits: number): JsonObject {
  return { MinNumberOfDigits, MaxNumberOfDigits: 1 };
}
function three(): JsonObject {
  return { MinNumberOfDigits: 3, MaxNumberOfDigits: 3 };
}
function six(): JsonObject {
  return { MinNumberOfDigits: "6", MaxNumberOfDigits: "6" };
}
function long(): JsonObject {
  return { ...one, RepeatDurationInMilliseconds: 99_999_999 };
}

for (const [name, action] of Object.entries(actionsUnderTest)) {
  describe(`${name}: gathering keys (Contract: actions-get-digits, actions-get-digits-good)`, () => {
    for (const [title, parameters, happenings, expected, expectedPlayed] of rows) {
      it(title, () => {
        const call = gather(action(parameters), happenings);

        assert.deepEqual([outcome(call), played(call)], [expected, expectedPlayed]);
        assert.equal(call.did("ignore").length, 0, "no key of the action goes elsewhere");
      });
    }

    it("stops the prompt in the moment of the first key, and once", () => {
      const call = gather(action(), ["1", "2"]);

      assert.deepEqual(
        call.did("stop-playback").map((stopped) => stopped.playbackId),
        [call.did("play-audio")[0]?.playbackId],
      );
    });

    it("takes a pattern that is given up as wrong, says why in the log, and does not try again", () => {
      const call = gather(action({ ...one, InputDigitsRegex: "^(\\d+)+$", Repeat: 3 }), ["1"], () => "too-slow");

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(
        [ErrorType, ErrorMessage],
        ["InvalidActionParameter", "The InputDigitsRegex parameter is invalid."],
      );
      assert.match(call.did("warn")[0]?.message ?? "", /\^\(\\d\+\)\+\$ takes too long/);
      assert.equal(played(call), "?");
    });

    it("tells its success in the middle of a list, and the rest waits for the reply (Contract: events-success-midway, events-success-midway-newer)", () => {
      const call = gather(action(one), ["1"]);

      assert.deepEqual(call.eventTypes().slice(0, 2), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
      assert.equal(call.facts.filter(({ type }) => type === "action-started").length, 2);
    });

    it("hides its keys from the leg's listener; later ones are heard again (Contract: actions-receive-digits-taken)", () => {
      const call = driveCall({ audio: "by-hand", script: [respond([receiveDigits("^\\d$"), action(one)])] });
      call.press("4");
      call.advance(60_000);
      call.press("5");
      call.advance(60_000);

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "DIGITS_RECEIVED"]);
      assert.equal(call.events[1]?.ActionData?.["ReceivedDigits"], "4");
      assert.equal(call.events[2]?.ActionData?.["ReceivedDigits"], "5");
    });

    it("goes on to its end when an update comes, and is reported before the new list (Contract: events-outlived-update)", () => {
      const call = driveCall({
        audio: "by-hand",
        script: (event) => respond(reply[event.InvocationEventType]?.(action) ?? []),
      });
      call.update();
      call.press("4");

      assert.equal(call.did("stop-playback").length, 1);
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_SUCCESSFUL"]);
      assert.equal(call.state().list.running?.request.type, "Pause");
    });

    for (const [moment, before] of [
      ["during the prompt", []],
      ["while it waits for keys", ["1"]],
      ["during the failure prompt", ["#", "#"]],
    ] as const) {
      it(`fails with SystemException when the caller leaves ${moment}, then HANGUP (Contract: events-leg-leaves-action)`, () => {
        const call = gather(action({ ...one, MaxNumberOfDigits: 2 }), before);

        call.end();

        assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
        assert.equal(call.events[1]?.ActionData?.ErrorType, "SystemException");
        assert.deepEqual([call.pendingTimers(), call.state().finished], [0, true]);
      });
    }
  });
}

const reply: Readonly<Record<string, (action: (parameters?: JsonObject) => WireAction) => WireAction[]>> = {
  NEW_INBOUND_CALL: (action) => [action(one)],
  CALL_UPDATE_REQUESTED: () => [pause()],
};
