import assert from "node:assert/strict";
import {
  ChimeSDKMeetingsClient,
  CreateMeetingCommand,
  DeleteMeetingCommand,
  ListAttendeesCommand,
} from "@aws-sdk/client-chime-sdk-meetings";
import { functionTest, virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";
import { assertTheyTalk, begun, callerNumber, dialIn, eventTypes, said, untilBegun, untilSaid } from "./scene.ts";

const example = "examples/meeting-dial-in";
const mode = "development";

/** What the page does: the meeting of a PIN, made or found. */
async function meetingOf(kit: FunctionKit, pin: string) {
  const client = new ChimeSDKMeetingsClient({
    ...{ region: "us-east-1", endpoint: kit.server.apiUrl },
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
  });
  const token = `pin-${pin}`;
  const request = { ClientRequestToken: token, ExternalMeetingId: token, MediaRegion: "us-east-1" };
  const { Meeting } = await client.send(new CreateMeetingCommand(request));
  const MeetingId = Meeting?.MeetingId ?? "";
  return {
    attendees: async () =>
      (await client.send(new ListAttendeesCommand({ MeetingId }))).Attendees?.map(
        ({ ExternalUserId }) => ExternalUserId?.split("#")[0],
      ),
    end: async () => {
      await client.send(new DeleteMeetingCommand({ MeetingId }));
      client.destroy();
    },
  };
}

virtualFunctionTest(
  "meeting-dial-in: a PIN lets two callers into its meeting, *7 mutes, and its end is told",
  { example, mode },
  async (kit) => {
    const meeting = await meetingOf(kit, "1234");
    const [one, other] = [dialIn(kit), dialIn(kit)];
    for (const call of [one, other]) {
      await call.answered;
      await call.pressKeys("1234");
    }
    await kit.until("both are in", () => said(kit).filter((text) => text.startsWith("You are in.")).length === 2);
    await kit.until(
      "both were told",
      () =>
        kit.facts.filter(({ type, ...fact }) => type === "action-ended" && "action" in fact && fact.action === "Speak")
          .length === 2,
    );
    assert.deepEqual(await meeting.attendees(), [callerNumber, callerNumber]);
    await assertTheyTalk(one, other);

    await one.pressKeys("*7");
    await untilSaid(kit, /^Muted/);
    await meeting.end();
    await Promise.all([one.ended, other.ended]);
    await kit.untilEnded(2);
    assert.equal(said(kit).filter((text) => text === "The meeting is over. Goodbye.").length, 2);
  },
);

virtualFunctionTest("meeting-dial-in: whoever knows no PIN is told goodbye", { example, mode }, async (kit) => {
  const call = dialIn(kit);
  await untilBegun(kit, "SpeakAndGetDigits");
  for (let attempt = 1; attempt <= 3; attempt++) await call.pressKeys("12#");
  const report = await call.ended;
  await kit.untilEnded();

  assert.deepEqual(report.end, { type: "bye" });
  assert.deepEqual(begun(kit), ["SpeakAndGetDigits", "Speak", "Hangup"]);
  assert.equal(eventTypes(kit).at(-1), "HANGUP");
});

functionTest(
  "meeting-dial-in: the page is served with its client, and names the meeting as the function does",
  { example, mode },
  async (kit) => {
    const page = await fetch(`${kit.server.apiUrl}/`);
    const script = await fetch(`${kit.server.apiUrl}/page.js`);

    assert.equal(page.status, 200);
    assert.match(await page.text(), /src="page.js"/);
    const text = await script.text();
    assert.match(text, /DefaultMeetingSession/);
    assert.match(text, /`pin-\$\{pin\}`/);
  },
);
