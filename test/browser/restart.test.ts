import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateAttendeeCommand, CreateMeetingCommand } from "@aws-sdk/client-chime-sdk-meetings";
import { openTestPhone, tone } from "../../src/testing/index.ts";
import { startServeProcess, type ServeProcess } from "../wire/serve-process.ts";
import { hears } from "./hearing.ts";
import { joinByBrowser } from "./member.ts";
import { joiningFunction, meetingsClient, sharedBrowser, since } from "./scene.ts";

const [ada, cy] = [430, 890];
const quiet = -20;
const files = {
  "app.mjs": `export const handler = async (event) => {
    const reply = async () => { ${joiningFunction} };
    return { SchemaVersion: "1.0", Actions: await reply() };
  };`,
};

/** The server is a process of its own here, so that it can be killed. What the store keeps is meetings, attendees and tokens; calls end with
 * their server. */
test("meetings: a server that is killed and started again", async (t) => {
  const serve = (after?: ServeProcess) =>
    startServeProcess(t, { files, stdio: ["ignore", "ignore", "inherit"], ...(after && { after }) });
  const before = await serve();
  await before.answers();
  const client = meetingsClient(before.apiUrl);
  t.after(() => client.destroy());
  const { Meeting } = await client.send(
    new CreateMeetingCommand({ ClientRequestToken: "restart", ExternalMeetingId: "test", MediaRegion: "us-east-1" }),
  );
  const attend = async (ExternalUserId: string) =>
    (await client.send(new CreateAttendeeCommand({ MeetingId: Meeting?.MeetingId, ExternalUserId }))).Attendee;
  const [attendee, caller] = [await attend("Ada"), await attend("Cy")];
  assert.ok(Meeting !== undefined && attendee !== undefined && caller !== undefined);

  const phone = await openTestPhone();
  t.after(() => phone.close());
  const callIn = () => {
    const headers = [
      { name: "X-Token", value: caller.JoinToken ?? "" },
      { name: "X-Meeting", value: Meeting.MeetingId ?? "" },
    ];
    const call = phone.dial(before.uri, { from: "+15105550101", headers });
    call.play(tone(cy, 1_000, quiet), 600).catch(() => undefined);
    return call;
  };
  const browser = await joinByBrowser(await sharedBrowser("chromium"), {
    meeting: Meeting,
    attendee,
    tones: [[ada, quiet]],
  });
  t.after(() => browser.close());
  await browser.until("started");
  const call = callIn();
  await hears(call, { tones: [ada], not: [cy] });
  await hears(browser, { tones: [cy], not: [ada] });

  const [from, atMs] = [browser.mark(), Date.now()];
  await before.stop("SIGKILL");
  const later = await serve(before);
  await later.answers();

  await t.test("18: the client is back with the same token", async (step) => {
    const back = await browser.until("started", {}, { from, limitMs: 120_000 });
    step.diagnostic(`back ${since({ atMs }, back)} after the server was killed`);
  });

  await t.test("18: a call that was up is out of the meeting, and may come again", async () => {
    await browser.until("presence", { attendeeId: caller.AttendeeId, present: false }, { from });
    call.hangUp();
    const again = callIn();
    await browser.until("presence", { attendeeId: caller.AttendeeId, present: true }, { from });
    await hears(again, { tones: [ada], not: [cy] });
    await hears(browser, { tones: [cy], not: [ada] });
    again.hangUp();
    await again.ended;
  });
});
