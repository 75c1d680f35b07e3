import assert from "node:assert/strict";
import { slicePcm, toneLevelDbfs, type Pcm, type PhoneCall } from "../../src/testing/index.ts";
import { answeredB, eventLine, messageLines, theirBye, untilHears } from "../wire/flow-lines.ts";
import { bridge, hangUpLeg, talk } from "../wire/flow-scene.ts";
import { createDoorbell } from "../wire/call-scene.ts";
import { startBaresip } from "./baresip.ts";
import { timedCallTest, ownNumber, peerNumber, type CallKit, type KitOptions } from "./kit.ts";

const hz = { phone: 440, baresip: 880 } as const;
const both = "[A Connected, B Connected]";
const toPeer = bridge({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }] });
const bridging: KitOptions = {
  functions: [
    `const { ParticipantTag: left } = event.ActionData?.Parameters ?? {};
     if (event.InvocationEventType === "NEW_INBOUND_CALL") return [${JSON.stringify(toPeer)}];
     if (event.InvocationEventType !== "HANGUP") return [];
     return left === "LEG-B" ? [${JSON.stringify(hangUpLeg("LEG-A"))}] : [${JSON.stringify(hangUpLeg("LEG-B"))}];`,
  ],
};

const isBridged = (kit: CallKit) => kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));

/** Whether a tone is heard somewhere in a recording for some time, and another never. */
function assertHeardOnly(heard: Pcm, frequencyHz: number, other: number): void {
  const pieces = Array.from({ length: Math.floor(heard.samples.length / 1_600) }, (_, index) =>
    slicePcm(heard, index * 200, (index + 1) * 200),
  );
  const sounding = pieces.filter((piece) => toneLevelDbfs(piece, frequencyHz) > -16);
  assert.ok(sounding.length >= 2, `${frequencyHz} Hz in ${sounding.length} pieces of ${pieces.length}`);
  assert.ok(pieces.every((piece) => toneLevelDbfs(piece, other) < -40));
}

timedCallTest(
  "LEG-B leaves a bridge: a baresip as LEG-B talks with a phone, holds, resumes and leaves",
  bridging,
  async (kit) => {
    const { phone, close } = await kit.openPhone();
    try {
      const baresip = await startBaresip(kit, { saysHz: hz.baresip });
      const { host, port } = kit.address("udp");
      const call = phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: peerNumber });
      await Promise.all([call.answered, isBridged(kit)]);
      talk(call, hz.phone);
      await untilHears(kit, call, hz, "baresip");
      // What baresip writes of what it hears ends with the hold.
      await kit.pass(800);
      baresip.hold();
      await untilHears(kit, call, hz, "");
      baresip.resume();
      await untilHears(kit, call, hz, "baresip");
      baresip.hangUp();
      const heard = await baresip.heard();
      await call.ended;
      await kit.untilEnded();

      assertHeardOnly(heard, hz.phone, hz.baresip);
      assert.deepEqual(kit.events().map(eventLine), [
        "NEW_INBOUND_CALL [A -]",
        `ACTION_SUCCESSFUL CallAndBridge ${both}`,
        "HANGUP LEG-B 0 [A Connected, B Disconnected]",
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ]);
      const legB = kit.facts.findLast((fact) => fact.type === "leg-signalled");
      const lines = messageLines(kit, legB?.type === "leg-signalled" ? legB.sipCallId : "");
      assert.deepEqual(
        lines.filter((line) => !line.endsWith(" 100")),
        [
          ...answeredB.filter((line) => !line.endsWith(" 100")),
          ...["< INVITE", "> 200", "< ACK", "< INVITE", "> 200", "< ACK"],
          ...theirBye,
        ],
      );
    } finally {
      await close();
    }
  },
);

// Contract: sip-and-media-g722
timedCallTest("a baresip that has G.722 only talks with a phone that has PCMU only", bridging, async (kit) => {
  const doorbell = createDoorbell();
  const { phone, close } = await kit.openPhone({ codecs: ["PCMU"], onCall: doorbell.take });
  try {
    const baresip = await startBaresip(kit, { codecs: "G722", saysHz: hz.baresip });
    kit.routeTo(phone.address);
    baresip.dial();
    const call = await doorbell.next();
    await Promise.all([call.answered, isBridged(kit)]);
    talk(call, hz.phone);
    await untilHears(kit, call, hz, "baresip");
    await kit.pass(1000);
    baresip.hangUp();
    const heard = await baresip.heard();
    await call.ended;
    await kit.untilEnded();

    assertHeardOnly(heard, hz.phone, hz.baresip);
  } finally {
    await close();
  }
});

timedCallTest(
  "LEG-A leaves a bridge: a baresip as LEG-A is answered when LEG-B answers, talks, presses keys and leaves",
  bridging,
  async (kit) => {
    const doorbell = createDoorbell();
    const pressed: string[] = [];
    const onDigit = (_call: PhoneCall, digit: string) => void pressed.push(digit);
    const { phone, close } = await kit.openPhone({ onCall: doorbell.take, onDigit });
    try {
      const baresip = await startBaresip(kit, { saysHz: hz.baresip });
      kit.routeTo(phone.address);
      baresip.dial();
      const call = await doorbell.next();
      await Promise.all([call.answered, isBridged(kit)]);
      talk(call, hz.phone);
      await untilHears(kit, call, hz, "baresip");
      baresip.press("4");
      await kit.until("the key", () => pressed.length > 0);
      baresip.hangUp();
      const [heard, { digits }] = [await baresip.heard(), await call.ended];
      await kit.untilEnded();

      assertHeardOnly(heard, hz.phone, hz.baresip);
      assert.equal(digits, "4");
      assert.deepEqual(kit.events().map(eventLine), [
        "NEW_INBOUND_CALL [A -]",
        `ACTION_SUCCESSFUL CallAndBridge ${both}`,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ]);
    } finally {
      await close();
    }
  },
);
