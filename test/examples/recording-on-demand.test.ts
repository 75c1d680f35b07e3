import assert from "node:assert/strict";
import { tone, type Pcm, type PhoneCall } from "../../src/testing/index.ts";
import { virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";
import {
  assertHeardTone,
  assertSpeech,
  assertTheyTalk,
  begun,
  dialIn,
  eventTypes,
  readChannels,
  recordingsIn,
  said,
  untilBegun,
  withFarPhone,
} from "./scene.ts";

const example = "examples/recording-on-demand";

/** The caller calls and the agent answers. */
async function connect(kit: FunctionKit): Promise<{ readonly caller: PhoneCall; readonly agent: PhoneCall }> {
  const incoming = kit.doorbell.next();
  const caller = dialIn(kit);
  const agent = await incoming;
  await Promise.all([caller.answered, agent.answered]);
  await kit.until("the agent's keys are heard", () => eventTypes(kit).length >= 3);
  return { caller, agent };
}

/** The agent presses keys; resolves when the agent was told what they did. */
async function press(kit: FunctionKit, agent: PhoneCall, keys: string): Promise<void> {
  const before = eventTypes(kit).length;
  await agent.pressKeys(keys);
  await kit.until(`${keys} is answered`, () => eventTypes(kit).slice(before).includes("ACTION_SUCCESSFUL"));
}

/** Both speak at once, each by a tone. */
const talk = (caller: PhoneCall, callerHz: number, agent: PhoneCall, agentHz: number) =>
  Promise.all([caller.play(tone(callerHz, 800, -12)), agent.play(tone(agentHz, 800, -12))]);

virtualFunctionTest(
  "recording on demand: *1 starts, pauses and resumes, *2 stops; the caller is on the left, the agent on the right",
  { example },
  async (kit) => {
    const { caller, agent } = await connect(kit);
    await assertTheyTalk(caller, agent);
    await press(kit, agent, "*1");
    assertSpeech(await agent.takeHeard(), 300);
    assertSpeech(await caller.takeHeard(), 1000); // "This call is recorded from now on."
    await talk(caller, 300, agent, 1500);
    await press(kit, agent, "*1");
    await talk(caller, 450, agent, 1700);
    await press(kit, agent, "*1");
    await talk(caller, 600, agent, 1900);
    await press(kit, agent, "*2");
    await press(kit, agent, "*1");
    assert.equal(said(kit).at(-1), "The recording is finished.");
    agent.hangUp();
    const report = await caller.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    const [key = "", ...others] = await recordingsIn(kit, "recordings");
    assert.deepEqual(others, []);
    assert.match(key, /^calls\/\d{4}\/\d\d\/\d\d\//);
    const [left, right] = (await readChannels(kit, "recordings", key)) as [Pcm, Pcm];
    for (const [callerHz, agentHz] of [
      [300, 1500],
      [600, 1900],
    ] as const) {
      assertHeardTone(left, callerHz, 800);
      assertHeardTone(right, agentHz, 800);
      assertHeardTone(right, callerHz, 0);
    }
    for (const [channel, frequencyHz] of [
      [left, 450],
      [right, 1700],
    ] as const) {
      assertHeardTone(channel, frequencyHz, 0); // while it was paused
    }
    assert.deepEqual(
      begun(kit).filter((type) => type.endsWith("CallRecording")),
      ["StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"],
    );
  },
);

virtualFunctionTest(
  "recording on demand: what is recorded is delivered when the caller just hangs up",
  { example },
  async (kit) => {
    const { caller, agent } = await connect(kit);
    await press(kit, agent, "*1");
    await talk(caller, 500, agent, 1500);
    caller.hangUp();
    const report = await agent.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    await kit.until("the recording is delivered", () => kit.server.ledger().recordings === 0);
    const [key = ""] = await recordingsIn(kit, "recordings");
    const [left] = (await readChannels(kit, "recordings", key)) as [Pcm, Pcm];
    assertHeardTone(left, 500, 800);
    assert.deepEqual(eventTypes(kit).slice(-2), ["HANGUP", "HANGUP"]);
  },
);

virtualFunctionTest("recording on demand: nobody answers, and the caller is told so", { example }, async (kit) => {
  await withFarPhone(kit, { greeting: { type: "reject", status: 480 } }, async () => {
    const caller = dialIn(kit);
    const report = await caller.ended;
    await kit.untilEnded();

    assert.deepEqual(report.end, { type: "bye" });
    assertSpeech(report.heard, 1500);
    assert.deepEqual(begun(kit), ["CallAndBridge", "Speak", "Hangup"]);
    assert.deepEqual(eventTypes(kit), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
  });
});

virtualFunctionTest("recording on demand: *2 without a recording says so", { example }, async (kit) => {
  const { caller, agent } = await connect(kit);
  await untilBegun(kit, "ReceiveDigits");
  await press(kit, agent, "*2");
  assert.equal(said(kit).at(-1), "There is no recording.");
  caller.hangUp();
  await agent.ended;
  await kit.untilEnded();
  assert.deepEqual(await recordingsIn(kit, "recordings"), []);
});
