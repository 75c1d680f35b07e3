// Calls by script, in virtual time: no phone, no network, no waiting. Run it with: node --test

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dial, openFunction } from "offhook/testing";

// TypeScript runs in a process of its own, as on the server; `import { handler }` does where the tests are compiled too.
const app = await openFunction(new URL("index.ts", import.meta.url), { onOutput: () => undefined });
after(() => app.close());

test("1 plays the opening hours and asks again, 9 ends the call", async () => {
  const call = await dial(app);
  await call.hears(
    /^Welcome to Example Bikes\. For our opening hours, press 1\. To talk to us, press 0\. To end this call, press 9\.$/,
  );
  await call.asksFor("SpeakAndGetDigits", {
    ParticipantTag: "LEG-A",
    FailureSpeechParameters: { Text: "Sorry, I did not get that." },
    MinNumberOfDigits: 1,
    MaxNumberOfDigits: 1,
    Repeat: 3,
    RepeatDurationInMilliseconds: 5_000,
  });
  await call.presses("1");
  await call.hears({ prompt: "opening-hours.wav" });
  await call.hears("For our opening hours, press 1");
  await call.presses("9");
  await call.hears(/^Thank you for calling\. Goodbye\.$/);
  await call.isHungUp();

  assert.deepEqual(call.findings, []);
});

test("0 calls the operator, and who hangs up first takes the other along, or gets the menu", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.presses("0");
  await call.hears(/^One moment, please\.$/);
  const operator = await call.dials("+12065550142");
  await operator.rings();
  await call.hears({ prompt: "ringback.wav" });
  await operator.answers();
  assert.ok(call.isBridged);
  await call.asksFor("SpeakAndGetDigits");
  await call.asksFor("Speak");
  await call.asksFor("CallAndBridge", { CallTimeoutSeconds: 20 });
  await operator.hangsUp();
  await call.hears(/^The operator has left\. For our opening hours, press 1\./);
});

test("a busy operator can be tried again", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.presses("0");
  await call.hears("One moment");
  await (await call.dials("+12065550142")).isBusy();
  await call.hears({ prompt: "ringback.wav" });
  await call.hears(/^Nobody is free at the moment\. To try again, press 1\. For the menu, press 2\.$/);
  await call.presses("1");
  await call.hears(/^I try again\.$/);
  const operator = await call.dials("+12065550142");
  await operator.answers();
  await call.hangsUp();
  await operator.isHungUp();
  await call.ends();
});

test("the hours are said where their file is missing", async () => {
  const call = await dial(app, { prompts: { "opening-hours.wav": "missing" } });
  await call.hears("Welcome");
  await call.presses("1");
  await call.hears(/^Our opening hours are on our web site\. For our opening hours, press 1\./);
});

test("who presses nothing is asked three times", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.hears("Sorry, I did not get that.");
  await call.hears("Welcome");
  await call.hears("Sorry");
  await call.hears("Welcome");
  await call.hears("Sorry");
  await call.hears(/^Please call again when you know what you would like\. Goodbye\.$/);
  await call.isHungUp();
});

test("a caller who has been hung up on is not asked again, and one who leaves is not either", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.presses("9");
  await call.asksFor("SpeakAndGetDigits");
  await call.asksFor("Speak", { ParticipantTag: "LEG-A" });
  await call.asksFor("Hangup", { ParticipantTag: "LEG-A" });
  await call.ends();

  const other = await dial(app);
  await other.hears("Welcome");
  await other.hangsUp();
  await other.ends();
  await other.asksFor("SpeakAndGetDigits");
  assert.equal(other.actions.length, 1);
});

test("2 leads back to the menu from the question of a busy operator", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.presses("0");
  await call.hears("One moment");
  await (await call.dials("+12065550142")).isBusy();
  await call.hears({ prompt: "ringback.wav" });
  await call.hears(/^Nobody is free at the moment\. To try again, press 1\. For the menu, press 2\.$/);
  await call.presses("2");
  await call.hears(/^For our opening hours, press 1/);
});
