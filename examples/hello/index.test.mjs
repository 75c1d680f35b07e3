// Calls by script, in virtual time: no phone, no network, no waiting. Run it with: node --test

import assert from "node:assert/strict";
import { test } from "node:test";
import { dial, placeCall } from "offhook/testing";
import { handler } from "./index.mjs";

test("a caller is greeted, and hung up after the goodbye", async () => {
  const call = await dial(handler);
  await call.hears(/^Hello there\. This is your function speaking\.$/);
  await call.asksFor("Speak");
  await call.asksFor("Pause", { DurationInMilliseconds: 500 });
  await call.hears(/^Change me, and call again\. Goodbye\.$/, { toTheEnd: true });
  await call.isHungUp();
  await call.ends();

  assert.deepEqual(call.findings, []);
});

test("who is called by the API is greeted by name", async () => {
  const call = await placeCall(handler, { arguments: { name: "Ada" } });
  await call.rings();
  await call.answers();
  await call.hears("Hello Ada");
});

test("an update of the call is told at once", async () => {
  const call = await dial(handler);
  await call.hears("Hello there");
  await call.updates({ text: "It is raining." });
  await call.hears("It is raining.", { toTheEnd: true });
  await call.isHungUp();
});

test("an update without a text says that there are news; who is called without a name is greeted too", async () => {
  const call = await placeCall(handler);
  await call.answers();
  await call.hears("Hello there.");
  await call.updates();
  await call.hears(/^You have news\.$/, { toTheEnd: true });
  await call.isHungUp();
});
