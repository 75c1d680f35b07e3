import assert from "node:assert/strict";
import { ownNumber, virtualCallTest, type CallKit, type KitOptions, type WireAction } from "../interop/kit.ts";
import type { PhoneCall, SipAddress } from "../../src/testing/index.ts";
import { createDoorbell } from "./call-scene.ts";

const at = (port: number) => ({ transport: "udp", host: "127.0.0.1", port }) as const;
const addresses = { equipment: at(7001), broken: at(7002), busy: at(7003) } as const;
const uriOf = ({ host, port }: SipAddress) => `sip:${host}:${port}`;
const connector = (id: string) => `arn:aws:chime:us-east-1:111122223333:vc/${id}`;
const group = "arn:aws:chime:us-east-1:111122223333:vcg/ward";
/** Nobody listens there. */
const closedPort = "sip:127.0.0.1:9";

const bridgeTo = (Arn: string): WireAction => ({
  Type: "CallAndBridge",
  Parameters: { CallerIdNumber: ownNumber, Endpoints: [{ BridgeEndpointType: "AWS", Arn, Uri: "5550" }] },
});
const bridging = (Arn: string): KitOptions => ({
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return ${JSON.stringify([bridgeTo(Arn)])};
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
       case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
       default: return [];
     }`,
  ],
  config: {
    voiceConnectors: {
      abcdef1ghij2klmno3pqr4: uriOf(addresses.equipment),
      [group]: [closedPort, uriOf(addresses.broken), uriOf(addresses.equipment)],
      busy: [uriOf(addresses.busy), uriOf(addresses.equipment)],
    },
  },
});

/** A caller of the server, who hangs up when the function has refused or bridged the call; `rung` is the equipment's call. */
async function callIn(
  kit: CallKit,
  body: (call: PhoneCall, rung: () => Promise<PhoneCall>) => Promise<void>,
): Promise<void> {
  const doorbell = createDoorbell();
  const refusing = (listen: SipAddress, status: number) =>
    kit.openPhone({ listen, greeting: { type: "reject", status } });
  const phones = [
    await kit.openPhone({ listen: addresses.equipment, onCall: doorbell.take }),
    await refusing(addresses.broken, 503),
    await refusing(addresses.busy, 486),
  ];
  const caller = await kit.openPhone({ user: "+15105550123" });
  try {
    const { host, port } = kit.address("udp");
    const call = caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550123" });
    await body(call, doorbell.next);
    await kit.untilEnded();
  } finally {
    for (const each of [caller, ...phones]) await each.close();
  }
}

// Contract: sip-and-media-connector-user, sip-and-media-connector-header
virtualCallTest(
  "a user of a Voice Connector is called at the connector's address, with X-VoiceConnector-ID (Contract: sip-and-media-connector-user, sip-and-media-connector-header)",
  bridging(connector("abcdef1ghij2klmno3pqr4")),
  async (kit) => {
    await callIn(kit, async (call, rung) => {
      const incoming = await rung();
      await call.answered;
      call.hangUp();

      const header = (name: string) => incoming.headers.find((each) => each.name === name)?.value;
      assert.equal(header("X-VoiceConnector-ID"), "abcdef1ghij2klmno3pqr4");
      assert.match(header("To") ?? "", /^<sip:5550@127\.0\.0\.1:\d+>/);
      assert.equal(incoming.remoteUser, ownNumber);
      await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
      const participant = kit.events()[1]?.CallDetails.Participants[1];
      assert.deepEqual([participant?.["To"], participant?.["Status"]], ["5550", "Connected"]);
      await incoming.ended;
    });
  },
);

// Contract: sip-and-media-connector-failover
virtualCallTest(
  "an address that cannot be reached, or answers 503, is followed by the next",
  bridging(group),
  async (kit) => {
    await callIn(kit, async (call, rung) => {
      const incoming = await rung();
      await call.answered;
      call.hangUp();
      await incoming.ended;

      const invites = kit.trace.filter(({ direction, startLine, isRetransmission }) => {
        return direction === "sent" && startLine.startsWith("INVITE") && !isRetransmission;
      });
      assert.deepEqual(
        invites.map(({ peer }) => peer.port),
        [9, addresses.broken.port, addresses.equipment.port],
      );
    });
  },
);

// Contract: sip-and-media-connector-failover
virtualCallTest("a user who is busy is busy: no other address is tried", bridging(connector("busy")), async (kit) => {
  await callIn(kit, async (call) => {
    assert.equal((await call.ended).answered, false);
    await kit.untilEnded();
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(kit.events()[1]?.ActionData?.ErrorType, "CallNotAnswered");
  });
});

virtualCallTest(
  "a connector that is not configured fails the action: Endpoint parameter is invalid.",
  bridging(connector("abcdef1ghij2klmno3pqr5")),
  async (kit) => {
    await callIn(kit, async (call) => {
      await call.ended;
      await kit.untilEnded();

      const failed = kit.facts.find((fact) => fact.type === "action-ended");
      assert.equal(failed?.errorType, "InvalidActionParameter");
      assert.match(
        failed?.message ?? "",
        /^Endpoint parameter is invalid\. .*the nearest is abcdef1ghij2klmno3pqr4\.?$/,
      );
      assert.equal(kit.events()[1]?.ActionData?.ErrorType, "InvalidActionParameter");
    });
  },
);
