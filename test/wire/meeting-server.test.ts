import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ChimeSDKMeetings } from "@aws-sdk/client-chime-sdk-meetings";
import { WebSocket } from "ws";
import { officialFrames } from "../../src/testing/internal/official-frames.ts";
import { functionTest } from "./function-kit.ts";
import { startServeProcess } from "./serve-process.ts";

const handler = `export const handler = async (event) => void console.log("got", event.detail?.eventType, event.source);`;

function clientOf(endpoint: string): ChimeSDKMeetings {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return new ChimeSDKMeetings({ region: "us-east-1", endpoint, credentials });
}

/** A browser's way into a meeting, up to the answer to its JOIN; `told`: that answer, or the code by which its socket was closed. */
async function join(signalingUrl: string, token: string) {
  const socket = new WebSocket(`${signalingUrl}?X-Chime-Control-Protocol-Version=3`, ["_aws_wt_session", token]);
  socket.on("open", () => socket.send(officialFrames.encode("JOIN", { join: { audioSessionId: 5 } })));
  const answered = once(socket, "message").then(([bytes]) =>
    officialFrames.print(officialFrames.decode(bytes as Buffer)),
  );
  const closed = once(socket, "close").then(([code]) => `closed ${code as number}`);
  return { told: await Promise.race([answered, closed]), leave: () => (socket.close(), closed) };
}

// Acceptance: 18. Contract: meetings-tokens
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
  const back = await join(Meeting?.MediaPlacement?.SignalingUrl ?? "", Attendee?.JoinToken ?? "");
  assert.equal(back.told, "JOIN_ACK");
  await back.leave();
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

// Acceptance: 16
functionTest(
  "a bad token, a full room and a meeting that ended are told to the client, and each has a line in the log and a count",
  { files: { "app.mjs": handler } },
  async (kit) => {
    const client = clientOf(kit.server.apiUrl);
    const { Meeting } = await client.createMeeting({
      ...{ ClientRequestToken: "1234", MediaRegion: "us-east-1", ExternalMeetingId: "for one" },
      MeetingFeatures: { Attendee: { MaxCount: 1 } },
    });
    const MeetingId = Meeting?.MeetingId;
    const tokenOf = async (ExternalUserId: string) =>
      (await client.createAttendee({ MeetingId, ExternalUserId })).Attendee?.JoinToken ?? "";
    const [ada, bob] = [await tokenOf("ada"), await tokenOf("bob")];
    const come = (token: string) => join(Meeting?.MediaPlacement?.SignalingUrl ?? "", token);

    const inside = await come(ada);
    const stranger = await come(`${bob.slice(0, -4)}AAAA`);
    const tooMany = await come(bob);
    await client.deleteMeeting({ MeetingId });
    const late = await come(ada);
    client.destroy();
    for (const one of [inside, tooMany]) await one.leave();

    assert.deepEqual(
      [inside, stranger, tooMany, late].map(({ told }) => told),
      ["JOIN_ACK", "closed 4403", "JOIN_ACK error 409", "closed 4410"],
    );
    const causes = ["bad-join-token", "meeting-full", "no-meeting"];
    const lines = kit.log.filter(({ refusal }) => refusal !== undefined);
    assert.deepEqual(
      lines.map(({ refusal }) => refusal),
      causes,
    );
    for (const { msg } of lines) assert.match(String(msg), /^meeting: [a-z-]+: .{20,}/);
    assert.deepEqual(kit.server.ledger().refusals, Object.fromEntries(causes.map((cause) => [cause, 1])));
  },
);
