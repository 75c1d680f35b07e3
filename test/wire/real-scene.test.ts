import assert from "node:assert/strict";
import { test } from "node:test";
import { dial, type Handler, type SceneError, type SceneOptions } from "../../src/testing/index.ts";

interface Told {
  readonly InvocationEventType: string;
  readonly ActionData?: { readonly Type: string };
}

/** Asks for a key, and puts the caller through. */
const menu: Handler = async ({ InvocationEventType: type, ActionData: data }: Told) => {
  const ask = {
    Type: "SpeakAndGetDigits",
    Parameters: {
      InputDigitsRegex: "^1$",
      SpeechParameters: { Text: "Press one for sales." },
      FailureSpeechParameters: { Text: "Sorry." },
      MinNumberOfDigits: 1,
      MaxNumberOfDigits: 1,
      Repeat: 1,
      RepeatDurationInMilliseconds: 60_000,
    },
  };
  const bridge = {
    Type: "CallAndBridge",
    Parameters: {
      CallTimeoutSeconds: 20,
      CallerIdNumber: "+12065550100",
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550123" }],
    },
  };
  const usual: Readonly<Record<string, readonly object[]>> = {
    "NEW_INBOUND_CALL ": [ask],
    "ACTION_SUCCESSFUL SpeakAndGetDigits": [{ Type: "Speak", Parameters: { Text: "One moment, please." } }, bridge],
    "HANGUP Hangup": [{ Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-B" } }],
  };
  return { SchemaVersion: "1.0", Actions: usual[`${type} ${data?.Type ?? ""}`] ?? [] };
};

for (const real of [false, true]) {
  test(`a scene goes ${real ? "over SIP and RTP, judged by what phones hear" : "in virtual time"}`, async () => {
    const options: SceneOptions = { real };
    const call = await dial(menu, options);
    try {
      const other = call.hears("Welcome", { withinMs: 60_000 });
      await assert.rejects(other, ({ found }: SceneError) => found === 'it heard "Press one for sales."');
      await call.presses("1");
      await call.hears("One moment, please", { withinMs: 60_000 });
      const sales = await call.dials("+12065550123");
      assert.equal(sales.from, "+12065550100");
      await sales.answers();
      await call.isTold("ACTION_SUCCESSFUL", { ActionData: { Type: "CallAndBridge" } });
      await call.hearsNothing(500);
      await call.hangsUp();
      await sales.isHungUp();
      await call.ends();
      assert.deepEqual(call.findings, []);
    } finally {
      await call.close();
    }
  });
}

const greeter: Handler = async ({ InvocationEventType: type }: Told) => {
  const words = { Type: "Speak", Parameters: { Text: "Good morning, and welcome to the house." } };
  return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [words] : [] };
};

test("a real function is late, loses an answer, and is at work while keys come, when the scene says so", async () => {
  const call = await dial(greeter, { real: true, functionMs: [300, 0], faults: { "1": "answer-lost" } });
  try {
    assert.ok(call.elapsedMs > 300);
    await call.presses("5", { early: true });
    await call.hears("Good morning", { toTheEnd: true });
    await call.hangsUp();
    await call.ends();
    assert.equal(call.events.filter(({ Sequence }) => Sequence === 1).length, 1, "what is asked again is one event");
    assert.match(call.findings.join(), /^the function failed \(unreachable\): [^,]*$/);
  } finally {
    await call.close();
  }
});
