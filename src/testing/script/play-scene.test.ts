import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SceneError, type Handler } from "../scene/index.ts";
import { playScene } from "./play-scene.ts";
import { readScenes } from "./read-scenes.ts";

/** 1 calls sales, anything else ends the call. */
const menu: Handler = async (event: {
  InvocationEventType: string;
  ActionData?: { Type: string; ReceivedDigits?: string };
}) => {
  const { InvocationEventType: type, ActionData: data } = event;
  const Speech = { Text: "Press 1 for sales." };
  const ask = {
    Type: "SpeakAndGetDigits",
    Parameters: {
      InputDigitsRegex: "^[12]$",
      SpeechParameters: Speech,
      FailureSpeechParameters: Speech,
      MinNumberOfDigits: 1,
      MaxNumberOfDigits: 1,
      Repeat: 1,
      RepeatDurationInMilliseconds: 3_000,
    },
  };
  const call = {
    Type: "CallAndBridge",
    Parameters: {
      CallTimeoutSeconds: 20,
      CallerIdNumber: "+12065550100",
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550123" }],
    },
  };
  const reply = (...Actions: object[]) => ({ SchemaVersion: "1.0", Actions, TransactionAttributes: { last: type } });
  if (type === "NEW_INBOUND_CALL") return reply(ask);
  if (type === "ACTION_SUCCESSFUL" && data?.Type === "SpeakAndGetDigits")
    return data.ReceivedDigits === "1" ? reply(call) : reply({ Type: "Hangup", Parameters: { SipResponseCode: "0" } });
  return reply();
};

const scene = (...lines: readonly string[]) =>
  readScenes(["function: menu.mjs", "scenes:", "  - title: a call", ...lines].join("\n"), "menu.scene.yaml")
    .scenes[0] ?? assert.fail();

describe("a scene in YAML that is played", () => {
  it("does and expects what the same steps in code do", async () => {
    const call = await playScene(
      scene(
        "    steps:",
        "      - asksFor: SpeakAndGetDigits",
        "        with: { InputDigitsRegex: '^[12]$' }",
        "      - hears: press 1",
        '      - presses: "1"',
        "      - isTold: ACTION_SUCCESSFUL",
        '        with: { ActionData: { ReceivedDigits: "1" } }',
        '      - { dials: "+12065550123", as: sales, showing: "+12065550100" }',
        "      - { who: sales, rings: true }",
        "      - { who: sales, answers: true }",
        "      - isBridged: true",
        "      - waits: 5000",
        "      - { who: sales, hangsUp: true }",
        "      - isTold: HANGUP",
        "      - hangsUp",
        "      - ends",
        "      - hasAttributes: { last: HANGUP }",
      ),
      menu,
    );
    assert.ok(call.elapsedMs >= 5_000);
  });

  it("fails with file, line and step, what was expected and the timeline", async () => {
    const failing = scene("    steps:", "      - hears: Press 1", '      - presses: "2"', "      - hears: Goodbye");
    await assert.rejects(playScene(failing, menu), (error) => {
      assert.ok(error instanceof SceneError);
      assert.match(
        error.message,
        /^menu\.scene\.yaml:7:9: step 3, hears: expected \+15105550101 to hear "Goodbye", but the call is over/,
      );
      assert.match(error.message, /SpeakAndGetDigits/);
      return true;
    });
  });

  it("is played in each way", async () => {
    await playScene(scene("    eachWay: true", "    steps:", "      - hears: Press 1"), menu);
    const oneWay = scene("    eachWay: true", "    steps:", "      - hangsUp", "      - isTold: ACTION_FAILED");
    await assert.rejects(playScene(oneWay, menu), /tellActionWhenLegLeaves: false: menu\.scene\.yaml:7:9: step 2/);
  });
});

describe("keys that come otherwise than they should", () => {
  it("come late, doubled, and early: before the function has asked for them", async () => {
    const late = scene(
      "    steps:",
      "      - hears: Press 1",
      '      - { presses: "1", lateMs: 60000 }',
      "      - isTold: ACTION_FAILED",
    );
    assert.ok((await playScene(late, menu)).elapsedMs > 60_000);
    const doubled = await playScene(
      scene(
        "    steps:",
        "      - hears: Press 1",
        '      - { presses: "1", doubled: true }',
        '      - dials: "+12065550123"',
      ),
      menu,
    );
    assert.equal(doubled.events.filter(({ InvocationEventType: type }) => type === "ACTION_SUCCESSFUL").length, 1);
    const early = scene(
      "    dial: { functionMs: 800 }",
      "    steps:",
      "      - hears: Press 1",
      '      - { presses: "9", early: true }',
      '      - presses: "1"',
      '      - dials: "+12065550123"',
    );
    const inputs = (await playScene(early, menu)).history
      .split("\n")
      .map((line) => /"type":"(digit|function-replied)"/.exec(line)?.[1]);
    assert.deepEqual(inputs.filter((type) => type !== undefined).slice(1, 4), ["digit", "digit", "function-replied"]);
  });
});
