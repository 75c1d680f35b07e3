import assert from "node:assert/strict";
import { virtualFunctionTest } from "../wire/function-kit.ts";
import {
  assertSpeech,
  assertTheyTalk,
  begun,
  callerNumber,
  dialIn,
  eventTypes,
  said,
  untilBegun,
  withFarPhone,
} from "./scene.ts";

const example = "examples/dial-and-bridge";

virtualFunctionTest(
  "dial and bridge: dials what the caller presses, with the caller's number, and asks for the next number afterwards",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await untilBegun(kit, "PlayAudioAndGetDigits");
    let incoming = kit.doorbell.next();
    await call.pressKeys("2065550142#");
    const first = await incoming;
    await kit.until("the bridge is told", () => eventTypes(kit).length >= 3);
    await assertTheyTalk(call, first);
    first.hangUp();

    await untilBegun(kit, "PlayAudioAndGetDigits", 2);
    await withFarPhone(kit, { greeting: { type: "reject", status: 486 } }, async () => {
      await call.pressKeys("12065550143");
      await untilBegun(kit, "PlayAudioAndGetDigits", 3);
    });
    assert.equal(said(kit).at(-1), "That number does not answer.");

    kit.routeTo(kit.phone);
    incoming = kit.doorbell.next();
    await call.pressKeys("2065550144#");
    const third = await incoming;
    await third.answered;
    await call.takeHeard();
    third.hangUp();
    const report = await call.ended;
    await kit.untilEnded();

    assert.equal(first.remoteUser, callerNumber);
    assert.match(said(kit)[0] ?? "", /2065550142/);
    assert.match(said(kit)[2] ?? "", />2065550143</);
    assert.equal(said(kit).at(-1), "That call is over. Goodbye."); // three calls are the limit
    assert.deepEqual(report.end, { type: "bye" });
    assertSpeech(report.heard, 1000);
    assert.deepEqual(
      kit.facts.flatMap((fact) =>
        fact.type === "action-started" && fact.action === "CallAndBridge" ? [endpointOf(fact.parameters)] : [],
      ),
      ["+12065550142", "+12065550143", "+12065550144"],
    );
  },
);

const endpointOf = (parameters: unknown) =>
  (parameters as { readonly Endpoints: readonly { readonly Uri: string }[] }).Endpoints[0]?.Uri;

virtualFunctionTest(
  "dial and bridge: 900 numbers and short ones are refused, and three of them end the call",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await untilBegun(kit, "PlayAudioAndGetDigits");
    const sounds = () => kit.facts.filter(({ type }) => type === "audio-started").length;
    for (const [index, keys] of ["19005550100", "9005550100#", "911#"].entries()) {
      const before = sounds();
      await call.pressKeys(keys);
      await kit.until("it asks again", () => sounds() >= before + (index < 2 ? 2 : 1));
    }
    const report = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    assert.deepEqual(begun(kit), ["PlayAudioAndGetDigits", "Speak", "Hangup"]);
    assert.deepEqual(eventTypes(kit), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
  },
);

virtualFunctionTest("dial and bridge: the far end is hung up on when the caller leaves", { example }, async (kit) => {
  const call = dialIn(kit);
  await untilBegun(kit, "PlayAudioAndGetDigits");
  const incoming = kit.doorbell.next();
  await call.pressKeys("2065550142#");
  const far = await incoming;
  await kit.until("the bridge is told", () => eventTypes(kit).length >= 3);
  call.hangUp();
  const report = await far.ended;
  await kit.untilEnded();

  assert.deepEqual(report.end, { type: "bye" });
  assert.deepEqual(eventTypes(kit).slice(2), ["ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
});
