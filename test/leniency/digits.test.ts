import assert from "node:assert/strict";
import type { JsonObject } from "../../src/call/index.ts";
import { createPatternMatcher } from "../../src/call/pattern/pattern-matcher.ts";
import { driveCall, drivenLegId, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import { respond, type WireAction } from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  pause,
  playAudioAndGetDigits,
  receiveDigits,
  speak,
  speakAndGetDigits,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, partnerId, section, story, tryAction } from "./kit.ts";

const getDigits = [playAudioAndGetDigits, speakAndGetDigits];

/** The keys that a get-digits action gives for what was pressed; undefined when that was not good. Terminated by time where nothing else does. */
function received(parameters: JsonObject, keys: string): unknown {
  const press = (call: CallDriver) => [...keys].forEach((key) => call.press(key));
  return tryAction(playAudioAndGetDigits(parameters), press).data["ReceivedDigits"];
}

/** The keys of each DIGITS_RECEIVED; a number is a time without any key, milliseconds. */
function heardBy(listener: WireAction, ...happenings: readonly (string | number)[]): readonly unknown[] {
  const call = driveCall({ script: [respond([listener, speak()])] });
  for (const happening of happenings) {
    if (typeof happening === "number") call.advance(happening);
    else call.press(happening);
  }
  return digitsReported(call);
}

const digitsReported = (call: CallDriver) =>
  call.events
    .filter((event) => event.InvocationEventType === "DIGITS_RECEIVED")
    .map(({ ActionData }) => ActionData?.["ReceivedDigits"]);

const fixed = (count: number, InputDigitsRegex?: string) => ({
  ...{ MinNumberOfDigits: count, MaxNumberOfDigits: count },
  ...(InputDigitsRegex === undefined ? {} : { InputDigitsRegex }),
});

section("digits and regular expressions", {
  // Contract: actions-pattern-search
  "the pattern is searched, not matched as a whole: [0-9] with six digits, [1-2], [5-7], [0-1]$, ^1": () => {
    assert.equal(received(fixed(6, "[0-9]"), "123456"), "123456");
    assert.equal(received(fixed(1, "[1-2]"), "2"), "2");
    assert.equal(received(fixed(1, "[5-7]"), "4"), undefined);
    assert.equal(received(fixed(2, "[5-7]"), "96"), "96");
    assert.equal(received(fixed(2, "[0-1]$"), "91"), "91");
    assert.equal(received(fixed(2, "[0-1]$"), "19"), undefined);
    assert.equal(received(fixed(3, "^1"), "199"), "199");
    assert.equal(received(fixed(3, "^1"), "919"), undefined);
  },
  // Contract: actions-pattern-syntax
  "look-ahead excludes ranges of numbers": () => {
    const notPremium = fixed(10, "^(?!900|976)[2-9]\\d{9}$");
    assert.equal(received(notPremium, "2065550100"), "2065550100");
    assert.equal(received(notPremium, "9005550100"), undefined);
  },
  "^\\*\\d{1}$ finds in-call codes": () => {
    assert.deepEqual(heardBy(receiveDigits("^\\*\\d{1}$"), "*", "1", 1_000), ["*1"]);
    assert.deepEqual(heardBy(receiveDigits("^\\*\\d{1}$"), "1", "2", 1_000), []);
  },
  // Contract: actions-pattern-slow
  "slow patterns are guarded against, with look-ahead too": () => {
    for (const InputDigitsRegex of ["^(\\d+)+$", "^(?=(\\d+)+#)\\d"]) {
      const press = (call: CallDriver) => [..."1".repeat(60), "*"].forEach((key) => call.press(key));
      const action = playAudioAndGetDigits({ InputDigitsRegex, TerminatorDigits: ["#"] });
      const { outcome, data } = tryAction(action, press, { matches: createPatternMatcher() });
      assert.deepEqual([outcome, data.ErrorMessage], ["ACTION_FAILED", "The InputDigitsRegex parameter is invalid."]);
    }
  },
  // Contract: actions-get-digits-terminator
  "ReceivedDigits is a string without the terminator": () => {
    for (const build of getDigits) {
      const { data } = tryAction(build(), (call) => ["1", "5", "#"].forEach((key) => call.press(key)));
      assert.equal(data["ReceivedDigits"], "15");
    }
  },
  // Contract: actions-get-digits-terminator
  "ReceivedDigits with + or +1 before it can be dialled at once": () => {
    for (const [plus, keys] of [
      ["+", "12065550177"],
      ["+1", "2065550177"],
    ] as const) {
      const call = driveCall({
        script: ({ ActionData: data }) => {
          if (data === undefined) return respond([speakAndGetDigits()]);
          const Uri = `${plus}${String(data["ReceivedDigits"])}`;
          return respond([callAndBridge({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri }] })]);
        },
      });
      [...keys, "#"].forEach((key) => call.press(key));
      assert.deepEqual(
        call.did("dial-leg").map(({ to }) => to),
        ["+12065550177"],
      );
    }
  },
  'ReceivedDigits compares with "1"': () => assert.equal(received(fixed(1), "1"), "1"),
  // Contract: actions-get-digits-end, actions-get-digits-most-keys
  "fixed length (Min = Max) ends at the last digit, without a terminator": () => {
    const call = driveCall({ script: [respond([playAudioAndGetDigits(fixed(4))])] });
    [..."1234"].forEach((key) => call.press(key));
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL PlayAudioAndGetDigits"]);
  },
  // Contract: actions-get-digits-attempts, actions-get-digits-last-attempt, actions-get-digits-failed
  "a failed attempt: failure prompt, main prompt again; after the last, ACTION_FAILED InvalidDigitsReceived": () => {
    for (const build of getDigits) {
      const { outcome, data, call } = tryAction(build({ Repeat: 2 }));
      const prompts = call.did("play-audio").map(({ source }) => JSON.stringify(source));
      const [main, failure] = prompts;
      assert.notEqual(main, failure);
      assert.deepEqual(prompts, [main, failure, main, failure]);
      assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "InvalidDigitsReceived"]);
    }
  },
  // Contract: actions-receive-digits-stays
  "ReceiveDigits stays armed after a match": () =>
    assert.deepEqual(heardBy(receiveDigits("^\\*\\d$"), "*", "1", 1_000, "*", "2", 1_000), ["*1", "*2"]),
  // Contract: actions-receive-digits-one
  "sending ReceiveDigits again replaces it": () => {
    const call = driveCall({
      script: ({ InvocationEventType: type }) => {
        if (type === "NEW_INBOUND_CALL") return respond([receiveDigits("^1$"), pause(30_000)]);
        return respond(type === "DIGITS_RECEIVED" ? [receiveDigits("^2$")] : []);
      },
    });
    for (const key of ["2", "1", "1", "2"]) {
      call.press(key);
      call.advance(6_000);
    }
    assert.deepEqual(digitsReported(call), ["1", "2"]);
  },
  // Contract: actions-receive-digits-one
  "both legs may be armed at once": () => {
    const listen = (ParticipantTag: string) => receiveDigits("^\\d$", { ParticipantTag });
    const call = driveCall({ script: [respond([callAndBridge()]), respond([listen("LEG-A"), listen("LEG-B")])] });
    answerPartner(call);
    call.give({ type: "digit", legId: partnerId(call), digit: "2" });
    call.give({ type: "digit", legId: drivenLegId, digit: "1" });
    call.advance(1_000);
    const reported = call.events.filter((event) => event.InvocationEventType === "DIGITS_RECEIVED");
    assert.deepEqual(
      reported.map(({ ActionData: data }) => [data?.Parameters["ParticipantTag"], data?.["ReceivedDigits"]]),
      [
        ["LEG-B", "2"],
        ["LEG-A", "1"],
      ],
    );
  },
  // Contract: actions-receive-digits-match
  "digits within the inter-digit time are one string: 20 matches an end-anchored class": () => {
    assert.deepEqual(heardBy(receiveDigits("[0-1]$"), "2", 900, "0", 1_000), ["20"]);
    assert.deepEqual(heardBy(receiveDigits("[0-1]$"), "2", 6_000, "0", 1_000), ["0"]);
  },
  // Contract: events-digits-received, events-digits-leg
  "DIGITS_RECEIVED has ActionData.Type ReceiveDigits; ReceivedDigits and DigitsReceived are no types": () => {
    const call = driveCall({ script: [respond([receiveDigits("^1$")])] });
    call.press("1");
    call.advance(1_000);
    const { InvocationEventType: type, ActionData: data } = call.lastEvent();
    assert.deepEqual([type, data?.Type, data?.["ReceivedDigits"]], ["DIGITS_RECEIVED", "ReceiveDigits", "1"]);
    // Functions look for the leg under either name.
    assert.deepEqual([data?.Parameters["CallId"], data?.Parameters["ParticipantTag"]], [drivenLegId, "LEG-A"]);
  },
});
