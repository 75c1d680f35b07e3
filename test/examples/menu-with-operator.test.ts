import assert from "node:assert/strict";
import { toneLevelDbfs } from "../../src/testing/index.ts";
import { createDoorbell } from "../wire/call-scene.ts";
import { virtualFunctionTest } from "../wire/function-kit.ts";
import { assertSpeech, assertTheyTalk, begun, dialIn, eventTypes, said, untilBegun, withFarPhone } from "./scene.ts";

const example = "examples/menu-with-operator";

virtualFunctionTest(
  "menu with operator: 1 plays the opening hours and asks again, 9 says goodbye and hangs up",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await untilBegun(kit, "SpeakAndGetDigits");
    await call.pressKeys("1");
    await untilBegun(kit, "PlayAudio");
    await call.takeHeard();
    await untilBegun(kit, "SpeakAndGetDigits", 2);
    assertSpeech(await call.takeHeard(), 1800); // the file has 2.3 s of words
    await call.pressKeys("9");
    const report = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    assert.deepEqual(begun(kit), ["SpeakAndGetDigits", "PlayAudio", "SpeakAndGetDigits", "Speak", "Hangup"]);
    assert.match(said(kit)[0] ?? "", /^Welcome to Example Bikes\. For our opening hours/);
    assert.deepEqual(eventTypes(kit), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "ACTION_SUCCESSFUL", "HANGUP"]);
  },
);

virtualFunctionTest(
  "menu with operator: 0 rings the operator with our number, the two talk, and the menu comes back when the operator leaves",
  { example },
  async (kit) => {
    const doorbell = createDoorbell();
    await withFarPhone(kit, { onCall: doorbell.take, greeting: { type: "answer", ringMs: 1200 } }, async () => {
      const call = dialIn(kit);
      await untilBegun(kit, "SpeakAndGetDigits");
      await call.pressKeys("0");
      const operator = await doorbell.next();
      await untilBegun(kit, "CallAndBridge");
      await call.takeHeard();
      await operator.answered;
      const ringing = await call.takeHeard();
      assert.ok(toneLevelDbfs(ringing, 440) > -40 && toneLevelDbfs(ringing, 480) > -40, "no ringback tone");
      await kit.until("the bridge is told", () => eventTypes(kit).length >= 3);
      await assertTheyTalk(call, operator);
      operator.hangUp();
      await untilBegun(kit, "SpeakAndGetDigits", 2);
      await call.pressKeys("9");
      const report = await call.ended;
      await kit.untilEnded();

      assert.deepEqual(report.end, { type: "bye" });
      assert.equal(operator.remoteUser, "+12065550100");
      assert.match(said(kit)[2] ?? "", /^The operator has left\. For our opening hours/);
      assert.deepEqual(eventTypes(kit).slice(2), ["ACTION_SUCCESSFUL", "HANGUP", "ACTION_SUCCESSFUL", "HANGUP"]);
    });
  },
);

virtualFunctionTest(
  "menu with operator: a busy operator can be tried again, and is hung up on when the caller leaves",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await withFarPhone(kit, { greeting: { type: "reject", status: 486 } }, async () => {
      await untilBegun(kit, "SpeakAndGetDigits");
      await call.pressKeys("0");
      await untilBegun(kit, "SpeakAndGetDigits", 2);
    });
    assert.match(said(kit).at(-1) ?? "", /^Nobody is free at the moment\. To try again, press 1\./);
    kit.routeTo(kit.phone);
    const incoming = kit.doorbell.next();
    await call.pressKeys("1");
    const operator = await incoming;
    await kit.until("the bridge is told", () => eventTypes(kit).length >= 5);
    call.hangUp();
    const report = await operator.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    assert.deepEqual(eventTypes(kit).slice(1), [
      ...["ACTION_SUCCESSFUL", "ACTION_FAILED", "ACTION_SUCCESSFUL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"],
    ]);
  },
);

virtualFunctionTest(
  "menu with operator: after three wrong keys it says goodbye and hangs up",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await untilBegun(kit, "SpeakAndGetDigits");
    for (let attempt = 1; attempt <= 3; attempt++) {
      const before = kit.facts.filter(({ type }) => type === "audio-started").length;
      await call.pressKeys("7");
      // The words of the failure, then the question again.
      const sounds = attempt < 3 ? 2 : 1;
      await kit.until(
        "it asks again",
        () => kit.facts.filter(({ type }) => type === "audio-started").length >= before + sounds,
      );
    }
    const report = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    assert.deepEqual(eventTypes(kit), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.match(said(kit).at(-1) ?? "", /Goodbye\.$/);
  },
);
