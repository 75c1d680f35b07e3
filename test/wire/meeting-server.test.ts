import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ChimeSDKMeetings } from "@aws-sdk/client-chime-sdk-meetings";
import { functionTest } from "./function-kit.ts";
import { startServeProcess } from "./serve-process.ts";

const handler = `export const handler = async (event) => void console.log("got", event.detail?.eventType, event.source);`;

function clientOf(endpoint: string): ChimeSDKMeetings {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return new ChimeSDKMeetings({ region: "us-east-1", endpoint, credentials });
}

// Contract: meetings-tokens
test("a meeting, its attendees and their tokens outlive a server that is killed", async (context) => {
  const files = { "app.mjs": handler };
  const stdio = ["ignore", "ignore", "inherit"] as const;
  const before = await startServeProcess(context, { files, stdio: [...stdio] });
  await before.answers();
  const client = clientOf(before.apiUrl);
  context.after(() => client.destroy());
  const request = { ClientRequestToken: "1234", MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" };
  const { Meeting } = await client.createMeeting(request);
  const MeetingId = Meeting?.MeetingId;
  const { Attendee } = await client.createAttendee({ MeetingId, ExternalUserId: "ada" });
  await before.stop("SIGKILL");

  const later = await startServeProcess(context, { files, stdio: [...stdio], after: before });
  await later.answers();

  assert.deepEqual((await client.createMeeting(request)).Meeting, Meeting);
  const { AttendeeId } = Attendee ?? {};
  assert.deepEqual((await client.getAttendee({ MeetingId, AttendeeId })).Attendee, Attendee);
  assert.deepEqual((await client.createAttendee({ MeetingId, ExternalUserId: "ada" })).Attendee, Attendee);
});

/** A receiver of webhooks on loopback. */
async function openReceiver() {
  const types: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      types.push((JSON.parse(body) as { detail: { eventType: string } }).detail.eventType);
      response.writeHead(204).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => (server.closeAllConnections(), server.close());
  return { types, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const receiver = await openReceiver();
test.after(receiver.close);

// Contract: meetings-events-where
functionTest(
  "events of a meeting reach the function that it names, and the webhook of the configuration",
  { files: { "app.mjs": handler }, config: { meetings: { webhook: { url: receiver.url } } } },
  async (kit) => {
    const client = clientOf(kit.server.apiUrl);
    const [LambdaFunctionArn] = kit.config.functions.map(({ arn }) => arn);
    const { Meeting } = await client.createMeeting({
      ...{ ClientRequestToken: "1234", MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" },
      NotificationsConfiguration: { LambdaFunctionArn },
    });
    const MeetingId = Meeting?.MeetingId;
    await client.createAttendee({ MeetingId, ExternalUserId: "ada" });
    await client.deleteMeeting({ MeetingId });
    client.destroy();
    await kit.untilPrinted("all events", (lines) => lines.filter((line) => line.startsWith("got")).length >= 3);
    await kit.until("the webhook has all", () => receiver.types.length >= 3);

    const types = ["chime:MeetingStarted", "chime:AttendeeAdded", "chime:MeetingEnded"];
    const printed = kit.output.filter(({ stream }) => stream === "stdout").map(({ line }) => line);
    assert.deepEqual(
      printed,
      types.map((type) => `got ${type} aws.chime`),
    );
    assert.deepEqual(receiver.types, types);
  },
);
