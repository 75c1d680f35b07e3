import assert from "node:assert/strict";
import { virtualCallTest, ownNumber, type KitOptions } from "../interop/kit.ts";
import { createDoorbell } from "./call-scene.ts";

/** Calls its own number again and again. */
const endless: KitOptions = {
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: {
         CallerIdNumber: "${ownNumber}",
         CallTimeoutSeconds: 120,
         Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${ownNumber}" }],
       } }];
       case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
       default: return [];
     }`,
  ],
};

for (const [what, limits, calls] of [
  ["when Max-Forwards is used up", {}, 70],
  ["when no more calls are allowed", { maxCalls: 5 }, 5],
] as const) {
  // Contract: sip-and-media-call-loops
  virtualCallTest(
    `an application that bridges to itself for ever ends ${what}: each call fails in turn, and nothing stays`,
    { ...endless, limits },
    async (kit) => {
      const caller = await kit.openPhone({ user: "+15105550123" });
      try {
        const { host, port } = kit.address("udp");
        const { answered } = await caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550123" })
          .ended;
        await kit.untilEnded(calls);

        assert.equal(answered, false);
        const count = (type: string) => kit.eventTypes().filter((each) => each === type).length;
        assert.deepEqual([count("NEW_INBOUND_CALL"), count("ACTION_FAILED"), count("HANGUP")], [calls, calls, calls]);
      } finally {
        await caller.close();
      }
    },
  );
}

virtualCallTest(
  "an update hangs up an outbound call that still rings: CANCEL, and HANGUP (beyond the original)",
  {
    functions: [
      `return event.InvocationEventType === "CALL_UPDATE_REQUESTED" ? [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }] : [];`,
    ],
  },
  async (kit) => {
    const doorbell = createDoorbell();
    const callee = await kit.openPhone({ onCall: doorbell.take, greeting: { type: "ring" } });
    try {
      kit.routeTo(callee.phone.address);
      const transactionId = await kit.call();
      const incoming = await doorbell.next();
      await kit.until("RINGING", () => kit.eventTypes().includes("RINGING"));

      await kit.update(transactionId, {});
      const { end } = await incoming.ended;
      await kit.untilEnded();

      assert.equal(end.type, "cancelled");
      assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_UPDATE_REQUESTED", "HANGUP"]);
    } finally {
      await callee.close();
    }
  },
);
