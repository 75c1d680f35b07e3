import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Handler } from "../scene/index.ts";
import { playScene } from "../script/index.ts";
import { explore, type ExploreOptions } from "./explore.ts";

interface Told {
  readonly InvocationEventType: string;
  readonly ActionData?: { readonly Type: string; readonly ReceivedDigits?: string };
}
type Action = Readonly<Record<string, unknown>>;

const speak = (Text: string) => ({ Type: "Speak", Parameters: { Text } });
const hangup = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const ask = {
  Type: "SpeakAndGetDigits",
  Parameters: {
    InputDigitsRegex: "^[123]$",
    SpeechParameters: { Text: "Press 1, 2 or 3." },
    FailureSpeechParameters: { Text: "Sorry." },
    MinNumberOfDigits: 1,
    MaxNumberOfDigits: 1,
    Repeat: 2,
    RepeatDurationInMilliseconds: 3_000,
  },
};

/** A menu that is good but for one reply. */
const menu =
  (faulty: (told: Told) => readonly Action[] | undefined): Handler =>
  async (told: Told) => {
    const { InvocationEventType: type, ActionData: data } = told;
    const usual: Readonly<Record<string, readonly Action[]>> = {
      "NEW_INBOUND_CALL ": [ask],
      "ACTION_SUCCESSFUL SpeakAndGetDigits": [speak(`You pressed ${data?.ReceivedDigits}.`), hangup],
      "ACTION_FAILED SpeakAndGetDigits": [speak("Goodbye."), hangup],
    };
    return { SchemaVersion: "1.0", Actions: faulty(told) ?? usual[`${type} ${data?.Type ?? ""}`] ?? [] };
  };
const options: ExploreOptions = { calls: 30, seed: 7, isPlaced: false };
const is = (told: Told, keys: string) =>
  told.InvocationEventType === "ACTION_SUCCESSFUL" && told.ActionData?.ReceivedDigits === keys;

describe("random callers", () => {
  it("find nothing in a function that is good", async () => {
    assert.deepEqual(
      await explore(
        menu(() => undefined),
        options,
      ),
      [],
    );
  });

  const faulty: readonly (readonly [
    string,
    string,
    (told: Told) => readonly Action[] | undefined,
    readonly string[],
  ])[] = [
    ["a caller who is left in silence", "silence", (told) => (is(told, "2") ? [] : undefined), ["presses"]],
    [
      "an endless loop",
      "endless loop",
      (told) => (told.InvocationEventType === "ACTION_FAILED" ? [ask] : undefined),
      [],
    ],
    [
      "an action that fails",
      "failing list",
      (told) => (is(told, "3") ? [{ Type: "Speak", Parameters: {} }, hangup] : undefined),
      ["presses"],
    ],
    [
      "a caller whom nobody answers",
      "silence",
      (told) => (told.InvocationEventType === "NEW_INBOUND_CALL" ? [] : undefined),
      [],
    ],
  ];
  for (const [what, kind, fault, steps] of faulty) {
    it(`find ${what}, and show it by the shortest scene, which passes when it is mended`, async () => {
      const findings = await explore(menu(fault), options);
      const found = findings.find((one) => one.kind === kind);
      assert.ok(found !== undefined, JSON.stringify(findings));
      const shown = found.scene.steps
        .flatMap((step) => Object.keys(step))
        .filter((name) => name === "presses" || name === "hangsUp");
      assert.deepEqual(shown, steps, JSON.stringify(found.scene.steps));
      await assert.rejects(playScene(found.scene, menu(fault)));
      await playScene(
        found.scene,
        menu(() => undefined),
      );
    });
  }

  it("find who was called and is left alone when the caller has gone", async () => {
    const bridge = {
      Type: "CallAndBridge",
      Parameters: {
        CallTimeoutSeconds: 20,
        CallerIdNumber: "+12065550100",
        Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550142" }],
      },
    };
    const handler = menu((told) =>
      is(told, "1") ? [bridge] : told.InvocationEventType === "ACTION_FAILED" ? [hangup] : undefined,
    );
    const findings = await explore(handler, { ...options, calls: 40, seed: 1_000 });
    const left = findings.find(({ what }) => what.startsWith("+12065550142 hears nothing"));
    assert.deepEqual(
      left?.scene.steps.map((step) => Object.keys(step).sort().join()),
      ["presses", "as,dials", "answers,who", "hangsUp", "waits", "nobodyIsLeft"],
    );
  });

  it("make the same calls again by the same number", async () => {
    const handler = menu((told) => (is(told, "2") ? [] : undefined));
    const once = await explore(handler, options);
    assert.deepEqual(await explore(handler, options), once);
  });
});
