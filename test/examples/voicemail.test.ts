import assert from "node:assert/strict";
import { tone } from "../../src/testing/index.ts";
import { virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";
import {
  assertHeardTone,
  assertSpeech,
  begun,
  dialIn,
  eventTypes,
  readChannels,
  filesIn,
  recordingsIn,
  said,
  untilBegun,
} from "./scene.ts";

const example = "examples/voicemail";

/** Listens to the greeting and the beep, speaks by a tone, and ends the message with the pound key. */
async function leaveMessage(kit: FunctionKit, call: ReturnType<typeof dialIn>, frequencyHz: number, count = 1) {
  await call.takeHeard();
  await untilBegun(kit, "RecordAudio", count);
  const heard = await call.takeHeard();
  await call.play(tone(frequencyHz, 1000, -12));
  await call.pressKeys("#");
  await untilBegun(kit, "SpeakAndGetDigits", count);
  return heard;
}

virtualFunctionTest(
  "voicemail: after greeting and beep a message is recorded, played back at 1, saved at 2",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await call.answered;
    const greeting = await leaveMessage(kit, call, 500);
    assertSpeech(greeting, 3000);
    assertHeardTone(greeting, 1000, 400); // the beep
    await call.takeHeard();
    await call.pressKeys("1");
    await untilBegun(kit, "SpeakAndGetDigits", 2);
    assertHeardTone(await call.takeHeard(), 500, 1000);
    await call.pressKeys("2");
    const report = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    const [key = "", ...others] = await recordingsIn(kit, "messages");
    assert.deepEqual(others, []);
    assert.match(key, /^inbox\//);
    const [message] = await readChannels(kit, "messages", key);
    assert.ok(message !== undefined);
    assertHeardTone(message, 500, 1000);
    assert.deepEqual(begun(kit), [
      ...["Speak", "PlayAudio", "RecordAudio", "SpeakAndGetDigits"],
      ...["PlayAudio", "SpeakAndGetDigits", "Speak", "Hangup"],
    ]);
    assert.equal(said(kit).at(-1), "Your message is saved. Goodbye.");
    await kit.untilPrinted("the message is told", (lines) => lines.includes(`message kept: ${key}`));
  },
);

virtualFunctionTest(
  "voicemail: 3 deletes the message and records another, which is kept when the caller just hangs up",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await call.answered;
    await leaveMessage(kit, call, 500);
    const [first = ""] = await recordingsIn(kit, "messages");
    await call.pressKeys("3");
    await call.takeHeard();
    await untilBegun(kit, "RecordAudio", 2);
    assert.deepEqual(await filesIn(kit, "messages"), [], "not even its metadata is left");
    assertHeardTone(await call.takeHeard(), 1000, 400);
    await call.play(tone(700, 1000, -12));
    call.hangUp();
    await call.ended;
    await kit.untilEnded();

    const [second = "", ...others] = await recordingsIn(kit, "messages");
    assert.deepEqual(others, []);
    assert.notEqual(second, first);
    const [message] = await readChannels(kit, "messages", second);
    assert.ok(message !== undefined);
    assertHeardTone(message, 700, 1000);
    await kit.untilPrinted("the message is told", (lines) => lines.includes(`message kept: ${second}`));
  },
);

virtualFunctionTest(
  "voicemail: a caller who hangs up during the greeting leaves no message",
  { example },
  async (kit) => {
    const call = dialIn(kit);
    await untilBegun(kit, "Speak");
    call.hangUp();
    await call.ended;
    await kit.untilEnded();

    assert.equal(eventTypes(kit).at(-1), "HANGUP");
    assert.deepEqual(begun(kit), ["Speak"]);
    assert.deepEqual(await recordingsIn(kit, "messages"), []);
  },
);

virtualFunctionTest("voicemail: the message is saved when only wrong keys come", { example }, async (kit) => {
  const call = dialIn(kit);
  await call.answered;
  await leaveMessage(kit, call, 500);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const before = kit.facts.filter(({ type }) => type === "audio-started").length;
    await call.pressKeys("9");
    const sounds = attempt < 3 ? 2 : 1;
    await kit.until(
      "it asks again",
      () => kit.facts.filter(({ type }) => type === "audio-started").length >= before + sounds,
    );
  }
  const report = await call.ended;
  await kit.untilEnded();

  assert.deepEqual(report.end, { type: "bye" });
  assert.equal(said(kit).at(-1), "Your message is saved. Goodbye.");
  assert.equal((await recordingsIn(kit, "messages")).length, 1);
});
