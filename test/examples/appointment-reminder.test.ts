import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import { createDoorbell } from "../wire/call-scene.ts";
import { virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";
import { assertSpeech, begun, eventTypes, said, untilBegun, withFarPhone } from "./scene.ts";

const example = "examples/appointment-reminder";

/** Runs the example's own program, which uses the official client; what it printed. */
async function remind(kit: FunctionKit, ...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(packageRoot(), example, "remind.mjs"), ...words], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_CHIME_SDK_VOICE: kit.server.apiUrl,
      ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "offhook", AWS_SECRET_ACCESS_KEY: "offhook" },
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const [code] = (await kit.world.during(once(child, "close"))) as [number | null];
  assert.deepEqual([code, errors], [0, ""]);
  return output.trim();
}

/** Waits for the line that tells how the call ended. */
async function assertOutcome(kit: FunctionKit, outcome: string): Promise<void> {
  await kit.untilEnded();
  const line = `+15105550101: ${outcome}`;
  await kit.untilPrinted(`"${line}"`, (lines) => lines.includes(line));
}

virtualFunctionTest(
  "appointment reminder: says the time of the request, and 1 confirms it",
  { example },
  async (kit) => {
    const incoming = kit.doorbell.next();
    await remind(kit, "--name", "Grace", "--time", "Friday at three");
    const call = await incoming;
    await untilBegun(kit, "SpeakAndGetDigits");
    await call.pressKeys("1");
    const report = await call.ended;
    await assertOutcome(kit, "confirmed, hung up");

    assert.deepEqual(report.end, { type: "bye" });
    assertSpeech(report.heard, 3000);
    assert.deepEqual(said(kit), [
      "Hello Grace. This is Example Dental.",
      "Your appointment is on Friday at three. To confirm it, press 1. To cancel it, press 2.",
      "Thank you. We see you on Friday at three. Goodbye.",
    ]);
    assert.deepEqual(eventTypes(kit), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "ACTION_SUCCESSFUL", "HANGUP"]);
  },
);

virtualFunctionTest("appointment reminder: an update interrupts the words, and 2 cancels", { example }, async (kit) => {
  const incoming = kit.doorbell.next();
  // A long name, so that the update meets the words while they are said.
  const transaction = await remind(kit, "--name", "Wolfeschlegelsteinhausenbergerdorff, ".repeat(10));
  const call = await incoming;
  await untilBegun(kit, "Speak");
  await remind(kit, "--update", transaction, "--time", "Wednesday at nine");
  await untilBegun(kit, "SpeakAndGetDigits");
  await call.pressKeys("2");
  const report = await call.ended;
  await assertOutcome(kit, "cancelled, hung up");

  assert.deepEqual(report.end, { type: "bye" });
  assert.deepEqual(begun(kit), ["Speak", "Speak", "SpeakAndGetDigits", "Speak", "Hangup"]);
  assert.deepEqual(eventTypes(kit).slice(2, 5), ["CALL_ANSWERED", "CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED"]);
  assert.match(said(kit)[2] ?? "", /^Your appointment is on Wednesday at nine\./);
});

virtualFunctionTest(
  "appointment reminder: a key for a question that an update has made wrong does not count",
  { example },
  async (kit) => {
    const incoming = kit.doorbell.next();
    const transaction = await remind(kit);
    const call = await incoming;
    await untilBegun(kit, "SpeakAndGetDigits");
    await remind(kit, "--update", transaction, "--time", "Wednesday at nine");
    await kit.until("the update is told", () => eventTypes(kit).includes("CALL_UPDATE_REQUESTED"));
    await call.pressKeys("1");
    await untilBegun(kit, "SpeakAndGetDigits", 2);
    await call.pressKeys("1");
    await call.ended;
    await assertOutcome(kit, "confirmed, hung up");

    assert.deepEqual(said(kit).slice(2), [
      "Excuse me, there is news.",
      "Your appointment is on Wednesday at nine. To confirm it, press 1. To cancel it, press 2.",
      "Thank you. We see you on Wednesday at nine. Goodbye.",
    ]);
  },
);

virtualFunctionTest(
  "appointment reminder: an update that comes while it rings changes what is said",
  { example },
  async (kit) => {
    const doorbell = createDoorbell();
    await withFarPhone(kit, { onCall: doorbell.take, greeting: { type: "ring" } }, async () => {
      const transaction = await remind(kit);
      const call = await doorbell.next();
      await remind(kit, "--update", transaction, "--time", "Wednesday at nine");
      await kit.until("the update is told", () => eventTypes(kit).includes("CALL_UPDATE_REQUESTED"));
      call.answer();
      await untilBegun(kit, "SpeakAndGetDigits");
      await call.pressKeys("1");
      await call.ended;
      await assertOutcome(kit, "confirmed, hung up");

      assert.equal(said(kit).at(-1), "Thank you. We see you on Wednesday at nine. Goodbye.");
      assert.ok(!eventTypes(kit).includes("ACTION_FAILED"));
    });
  },
);

virtualFunctionTest("appointment reminder: who presses no key gets a message", { example }, async (kit) => {
  const incoming = kit.doorbell.next();
  await remind(kit);
  const call = await incoming;
  await untilBegun(kit, "SpeakAndGetDigits");
  await kit.until("the message", () => said(kit).some((text) => text.startsWith("This is a message for Ada.")));
  const report = await call.ended;
  await assertOutcome(kit, "message left, hung up");

  assert.deepEqual(report.end, { type: "bye" });
  assert.equal(eventTypes(kit).at(3), "ACTION_FAILED");
  assertSpeech(report.heard, 12_000);
});

virtualFunctionTest("appointment reminder: a busy patient is told as busy", { example }, async (kit) => {
  await withFarPhone(kit, { greeting: { type: "reject", status: 486 } }, async () => {
    await remind(kit);
    await assertOutcome(kit, "open, busy");

    assert.deepEqual(begun(kit), []);
    assert.equal(eventTypes(kit).at(-1), "HANGUP");
  });
});
