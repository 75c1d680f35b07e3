import assert from "node:assert/strict";
import { toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";
import { startBaresip } from "./baresip.ts";
import { startLinphone } from "./linphone.ts";
import { timedCallTest, ownNumber, type KitOptions } from "./kit.ts";

const deskNumber = "+12065550111";
const callers = { username: "caller", password: "correct-horse" };
const desk = { username: "desk", password: "battery-staple" };
const options: KitOptions = {
  functions: [
    `const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return [{ Type: "CallAndBridge", Parameters: { CallerIdNumber: "${ownNumber}",
         Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${deskNumber}" }] } }];
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
     }`,
  ],
  config: {
    phones: [
      { name: callers.username, password: callers.password, numbers: ["+12065550112"] },
      { name: desk.username, password: desk.password, numbers: [deskNumber] },
    ],
  },
};

const hears = (heard: Pcm, hz: number) => toneLevelDbfs(heard, hz) > -30;

timedCallTest(
  "a baresip that registered over TCP with its password calls, and one that registered over UDP is called: both are heard",
  options,
  async (kit) => {
    const caller = await startBaresip(kit, { saysHz: 500, registers: { ...callers, transport: "tcp" } });
    const called = await startBaresip(kit, { saysHz: 900, registers: { ...desk, transport: "udp" } });

    caller.dial(ownNumber, "tcp");
    await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
    await kit.pass(1_500);
    caller.hangUp();
    const [heard, alsoHeard] = [await caller.heard(), await called.heard()];
    await kit.untilEnded();

    assert.ok(hears(heard, 900), "the caller does not hear the called party");
    assert.ok(hears(alsoHeard, 500), "the called party does not hear the caller");
    assert.equal(kit.events()[0]?.CallDetails.Participants[0]?.["From"], "+12065550112");
  },
);

timedCallTest(
  "a linphone that registered with its password calls another one, which rings, answers and hangs up: both are heard",
  options,
  async (kit) => {
    const caller = await startLinphone(kit, callers, 500);
    const called = await startLinphone(kit, desk, 900);

    caller.dial(ownNumber);
    await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
    await kit.pass(1_500);
    called.hangUp();
    await kit.untilEnded();

    await kit.until("the caller hears the called party", () => hears(caller.heard(), 900));
    await kit.until("the called party hears the caller", () => hears(called.heard(), 500));
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
    assert.equal(kit.events()[2]?.ActionData?.Parameters["ParticipantTag"], "LEG-B");
  },
);
