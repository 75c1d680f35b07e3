import { test } from "node:test";
import { sharedBrowser } from "./scene.ts";
import { playSoftphones } from "./softphone-scene.ts";

test("JsSIP and SIP.js, unmodified, in Chromium: register, call, are called, hold, press keys and are bridged", async (t) => {
  await playSoftphones(await sharedBrowser("chromium"), (title, body) => t.test(title, body));
});
