import assert from "node:assert/strict";
import { describe } from "node:test";
import {
  BadRequestException,
  ChimeSDKVoiceClient,
  CreateSipMediaApplicationCallCommand,
} from "@aws-sdk/client-chime-sdk-voice";
import { ownNumber, peerNumber } from "../interop/kit.ts";
import { virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";
import { makeMeeting } from "../wire/meeting-scene.ts";
import { otherNumber, twoApplications } from "./two-applications.ts";

const meetingNumber = "+17035550122";

const types = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);

/** A function that hangs up what it gets. */
const hangsUp = {
  "app.mjs": `export const handler = async () =>
    ({ SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }] });`,
};

interface SeenParticipant {
  readonly From: string;
  readonly To: string;
  readonly SipHeaders?: unknown;
}
const legA = (event: ReturnType<FunctionKit["events"]>[number] | undefined) =>
  (event?.CallDetails["Participants"] as readonly SeenParticipant[] | undefined)?.[0];

describe("what functions send and read: order and meaning of events, with real calls and clients", () => {
  // Contract: sip-and-media-own-numbers
  virtualFunctionTest(
    "CallAndBridge may dial another application here: a call of its own, From is CallerIdNumber, headers pass through",
    {
      files: {
        "app.mjs": `const endpoint = { BridgeEndpointType: "PSTN", Uri: "${otherNumber}" };
          const bridge = { CallerIdNumber: "${ownNumber}", Endpoints: [endpoint], SipHeaders: { "X-Ticket": "A7" } };
          const replies = {
            NEW_INBOUND_CALL: [{ Type: "CallAndBridge", Parameters: bridge }],
            HANGUP: [{ Type: "Hangup", Parameters: { ParticipantTag: "LEG-A" } }],
          };
          export const handler = async ({ InvocationEventType: type }) =>
            ({ SchemaVersion: "1.0", Actions: replies[type] });`,
        "other.mjs": `export const handler = async ({ InvocationEventType: type }) => {
            const say = { Type: "Pause", Parameters: { DurationInMilliseconds: "100" } };
            const text = { Type: "Speak", Parameters: { Text: "The other one" } };
            return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [text, say, { Type: "Hangup" }] : [] };
          };`,
      },
      config: twoApplications,
    },
    async (kit) => {
      const { answered } = await kit.phone.dial(kit.uri()).ended;
      await kit.untilEnded(2);

      assert.equal(answered, true);
      const [first, second] = kit.events().filter((event) => event.InvocationEventType === "NEW_INBOUND_CALL");
      assert.notEqual(first?.CallDetails["TransactionId"], second?.CallDetails["TransactionId"]);
      assert.notEqual(first?.CallDetails["SipMediaApplicationId"], second?.CallDetails["SipMediaApplicationId"]);
      const { From, To, SipHeaders } = legA(second) ?? {};
      assert.deepEqual([From, To, SipHeaders], [ownNumber, otherNumber, { "X-Ticket": "A7" }]);
    },
  );

  // Contract: sip-and-media-own-headers, sip-and-media-meeting-number
  virtualFunctionTest(
    `an outbound call to ${meetingNumber} with meeting headers joins a meeting; the function does not see the headers`,
    { files: hangsUp },
    async (kit) => {
      const meeting = await makeMeeting(kit);
      const { joinToken } = await meeting.attend("caller");
      const [application] = kit.config.applications;
      await kit.client.send(
        new CreateSipMediaApplicationCallCommand({
          ...{ SipMediaApplicationId: application?.id, FromPhoneNumber: ownNumber, ToPhoneNumber: meetingNumber },
          SipHeaders: { "X-chime-meeting-id": meeting.meetingId, "X-chime-join-token": joinToken },
        }),
      );
      await kit.untilEnded();

      assert.deepEqual(types(kit), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED", "HANGUP"]);
      for (const event of kit.events()) assert.equal("SipHeaders" in (legA(event) ?? {}), false);
    },
  );

  // Contract: api-call-from-inventory
  virtualFunctionTest(
    "the API refuses a FromPhoneNumber outside the inventory: a function that calls back in a loop stops there",
    { files: hangsUp },
    async (kit) => {
      const [application] = kit.config.applications;
      const outside = { SipMediaApplicationId: application?.id, FromPhoneNumber: peerNumber, ToPhoneNumber: ownNumber };

      await assert.rejects(kit.client.send(new CreateSipMediaApplicationCallCommand(outside)), BadRequestException);

      assert.deepEqual(kit.facts, []);
    },
  );

  // Contract: api-call-headers
  virtualFunctionTest("the API takes empty SipHeaders", { files: hangsUp }, async (kit) => {
    const [application] = kit.config.applications;
    const numbers = { FromPhoneNumber: ownNumber, ToPhoneNumber: peerNumber };
    const request = { SipMediaApplicationId: application?.id, ...numbers, SipHeaders: {} };

    const { $metadata } = await kit.client.send(new CreateSipMediaApplicationCallCommand(request));
    await kit.untilEnded();

    assert.equal($metadata.httpStatusCode, 202);
  });

  for (const [signingName, region] of [
    ["chime", "us-east-1"],
    ["chime-sdk-voice", "eu-west-1"],
  ] as const) {
    // Contract: api-old-namespace, api-signatures
    virtualFunctionTest(
      `a client that signs for the service ${signingName} in ${region} is served: same path, same body`,
      { files: hangsUp },
      async (kit) => {
        const client = new ChimeSDKVoiceClient({
          ...{ region, endpoint: kit.server.apiUrl, signingName, maxAttempts: 1 },
          credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "any" },
        });
        const sent: { path: string; scope: string | undefined }[] = [];
        client.middlewareStack.add(
          (next) => (step) => {
            const { path, headers } = step.request as { path: string; headers: Record<string, string> };
            sent.push({ path, scope: headers["authorization"]?.match(/\/([\w-]+\/[\w-]+)\/aws4_request/)?.[1] });
            return next(step);
          },
          { step: "finalizeRequest", priority: "low" },
        );
        const id = kit.config.applications[0]?.id;
        const numbers = { FromPhoneNumber: ownNumber, ToPhoneNumber: peerNumber };

        const { SipMediaApplicationCall: placed } = await client.send(
          new CreateSipMediaApplicationCallCommand({ SipMediaApplicationId: id, ...numbers }),
        );
        await kit.untilEnded();
        client.destroy();

        assert.deepEqual(sent, [{ path: `/sip-media-applications/${id}/calls`, scope: `${region}/${signingName}` }]);
        assert.equal(placed?.TransactionId, kit.events()[0]?.CallDetails["TransactionId"]);
      },
    );
  }
});
