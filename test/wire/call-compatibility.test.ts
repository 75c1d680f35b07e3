import assert from "node:assert/strict";
import { CreateSipMediaApplicationCallCommand } from "@aws-sdk/client-chime-sdk-voice";
import { ownNumber, peerNumber } from "../interop/kit.ts";
import { virtualFunctionTest } from "./function-kit.ts";

/** Hangs up what it hears of, after a pause of 50 ms when that is allowed. */
const app = `const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
  const pause = { Type: "Pause", Parameters: { DurationInMilliseconds: "50" } };
  const replies = { NEW_INBOUND_CALL: [pause, hangUp], CALL_ANSWERED: [hangUp] };
  export const handler = async ({ InvocationEventType: type }) => ({ SchemaVersion: "1.0", Actions: replies[type] ?? [] });`;

virtualFunctionTest(
  "switches and limits of the configuration hold on the wire: another status for Hangup 0, for a created call, and a shorter Pause",
  {
    files: { "app.mjs": app },
    limits: { shortestPauseMilliseconds: 50 },
    config: { compatibility: { statusOfHangupZero: 603, createCallStatus: 201 } },
  },
  async (kit) => {
    const inbound = await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    assert.deepEqual(inbound.end, { ...inbound.end, type: "rejected", status: 603 });

    const SipMediaApplicationId = kit.config.applications[0]?.id;
    const request = { SipMediaApplicationId, FromPhoneNumber: ownNumber, ToPhoneNumber: peerNumber };
    const { $metadata } = await kit.client.send(new CreateSipMediaApplicationCallCommand(request));
    await kit.untilEnded(2);

    assert.equal($metadata.httpStatusCode, 201);
  },
);
