// Calls by script, in virtual time: no phone, no network, no waiting. Run it with: node --test

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dial, openFunction } from "offhook/testing";

const app = await openFunction(new URL("voicemail.py", import.meta.url), { onOutput: () => undefined });
after(() => app.close());

test("a message ends by silence, is heard again, and saved", async () => {
  const call = await dial(app);
  await call.hears("Nobody is here right now.");
  await call.hears({ prompt: "beep.wav" }, { toTheEnd: true });
  call.speaks(20_000);
  await call.hears("To hear your message, press 1.");
  const [message] = call.recordings;
  assert.match(message, /^messages\/inbox\//);
  await call.presses("1");
  await call.hears({ prompt: message.replace(/^messages\//, "") });
  await call.hears("To hear your message");
  await call.presses("2");
  await call.hears("Your message is saved. Goodbye.");
  await call.isHungUp();
});

test("pound ends a message, and who hangs up while speaking has left one too", async () => {
  const call = await dial(app);
  await call.hears("Nobody is here");
  await call.hears({ prompt: "beep.wav" }, { toTheEnd: true });
  call.speaks(60_000);
  await call.waits(3_000);
  await call.presses("#");
  await call.hears("To hear your message");

  const other = await dial(app);
  await other.hears("Nobody is here");
  await other.hears({ prompt: "beep.wav" }, { toTheEnd: true });
  other.speaks(60_000);
  await other.waits(3_000);
  await other.hangsUp();
  await other.ends();
  assert.match(other.attributes.key, /^inbox\//);
});

test("a message that cannot be played can still be saved", async () => {
  const prompts = {};
  const call = await dial(app, { prompts });
  await call.hears("Nobody is here");
  await call.hears({ prompt: "beep.wav" }, { toTheEnd: true });
  call.speaks(3_000);
  await call.hears("To hear your message");
  prompts[call.recordings[0].replace(/^messages\//, "")] = "missing";
  await call.presses("1");
  await call.hears(/^I cannot play your message\.$/);
  await call.hears("To hear your message");
  await call.presses("2");
  await call.hears("saved");
});

test("who hangs up in the question has left a message, and is not spoken to any more", async () => {
  const call = await dial(app);
  await call.hears("Nobody is here");
  await call.hears({ prompt: "beep.wav" }, { toTheEnd: true });
  await call.hears("To hear your message");
  const { length } = call.actions;
  await call.hangsUp();
  await call.ends();
  assert.equal(call.actions.length, length);
  assert.match(call.attributes.key, /^inbox\//);
  assert.deepEqual(call.findings, []);
});
