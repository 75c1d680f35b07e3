import assert from "node:assert/strict";
import { virtualCallTest, ownNumber, peerNumber, type CallKit, type WireAction } from "../interop/kit.ts";
import { tone, toneLevelDbfs, type Pcm, type Phone, type PhoneOptions } from "../../src/testing/index.ts";
import { createDoorbell, heardTone, playAudio, storedTone } from "./call-scene.ts";
import { assertTones } from "./heard.ts";

const bridge = (more: Readonly<Record<string, unknown>> = {}): WireAction => ({
  Type: "CallAndBridge",
  Parameters: {
    CallerIdNumber: ownNumber,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }],
    ...more,
  },
});
const hangUp = (ParticipantTag: string): WireAction => ({ Type: "Hangup", Parameters: { ParticipantTag } });

/** Hangs up whoever is left when one leg leaves; does `actions` first of all. */
const bridging = (...actions: readonly WireAction[]) => `
  const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL": return ${JSON.stringify(actions)};
    case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
    case "ACTION_FAILED": return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
    default: return [];
  }`;

/** A caller and a called party. */
async function withPhones(
  kit: CallKit,
  called: Partial<PhoneOptions>,
  body: (caller: Phone, callee: Phone) => Promise<void>,
): Promise<void> {
  const caller = await kit.openPhone({ user: "+15105550123" });
  const callee = await kit.openPhone(called);
  try {
    await body(caller.phone, callee.phone);
  } finally {
    await caller.close();
    await callee.close();
  }
}

function dial(kit: CallKit, caller: Phone) {
  const { host, port } = kit.address("udp");
  return caller.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550123" });
}

function assertHears(heard: Pcm, frequencyHz: number, other: number): void {
  const level = toneLevelDbfs(heard, frequencyHz);
  assert.ok(level > -30, `${frequencyHz} Hz is heard at ${level.toFixed(0)} dBFS`);
  assert.ok(toneLevelDbfs(heard, other) < -50, `${other} Hz should not be heard`);
}

virtualCallTest(
  "both parties of a bridge hear each other, and not themselves",
  { functions: [bridging(bridge())] },
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhones(kit, { onCall: doorbell.take }, async (caller, callee) => {
      kit.routeTo(callee.address);
      const call = dial(kit, caller);
      const incoming = await doorbell.next();
      await Promise.all([call.answered, incoming.answered]);

      await Promise.all([call.play(tone(440, 800, -12)), incoming.play(tone(880, 800, -12))]);
      assertHears(await call.takeHeard(), 880, 440);
      assertHears(await incoming.takeHeard(), 440, 880);
      call.hangUp();
      await incoming.ended;
      await kit.untilEnded();

      assert.equal(incoming.remoteUser, ownNumber);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
      const participants = kit.events()[1]?.CallDetails.Participants;
      assert.deepEqual(
        participants?.map(({ ParticipantTag, Direction, Status, To }) => [ParticipantTag, Direction, Status, To]),
        [
          ["LEG-A", "Inbound", "Connected", ownNumber],
          ["LEG-B", "Outbound", "Connected", peerNumber],
        ],
      );
    });
  },
);

virtualCallTest(
  "the caller is answered only when the called party answers, and hears the ringback tone until then",
  {
    functions: [bridging(bridge({ RingbackTone: { Type: "S3", BucketName: "prompts", Key: "ring.wav" } }))],
    prompts: { "ring.wav": storedTone(440, 400) },
  },
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhones(kit, { onCall: doorbell.take, greeting: { type: "ring" } }, async (caller, callee) => {
      kit.routeTo(callee.address);
      const call = dial(kit, caller);
      const incoming = await doorbell.next();
      await kit.until("early media", () => kit.trace.some(({ startLine }) => startLine.startsWith("183")));
      assert.equal(
        kit.trace.some(({ startLine, method }) => method === "INVITE" && startLine.startsWith("200")),
        false,
      );

      incoming.answer();
      await call.answered;
      call.hangUp();
      await kit.untilEnded();

      assert.equal((await call.ended).answered, true);
    });
  },
);

virtualCallTest(
  "a busy called party fails the action, and the caller was never answered",
  { functions: [bridging(bridge())] },
  async (kit) => {
    await withPhones(kit, { greeting: { type: "reject", status: 486 } }, async (caller, callee) => {
      kit.routeTo(callee.address);

      const report = await dial(kit, caller).ended;
      await kit.untilEnded();

      assert.equal(report.answered, false);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.equal(kit.events()[1]?.ActionData?.ErrorType, "CallNotAnswered");
      assert.equal(kit.events()[1]?.CallDetails.Participants.length, 1);
    });
  },
);

virtualCallTest(
  "a prompt to one party of a bridge is heard by that one only, and the bridge goes on after it",
  {
    functions: [
      `switch (event.InvocationEventType) {
         case "NEW_INBOUND_CALL": return [${JSON.stringify(bridge())}];
         case "CALL_UPDATE_REQUESTED": return [${JSON.stringify(playAudio("note.wav", { ParticipantTag: "LEG-A" }))}];
         case "HANGUP": return [${JSON.stringify(hangUp("LEG-B"))}];
         default: return [];
       }`,
    ],
    prompts: { "note.wav": storedTone(600, 500) },
  },
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhones(kit, { onCall: doorbell.take }, async (caller, callee) => {
      kit.routeTo(callee.address);
      const call = dial(kit, caller);
      const incoming = await doorbell.next();
      await Promise.all([call.answered, incoming.answered]);
      await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));

      await kit.update(kit.events()[0]?.CallDetails.TransactionId ?? "", {});
      await kit.until(
        "the end of the prompt",
        () => kit.eventTypes().filter((type) => type === "ACTION_SUCCESSFUL").length === 2,
      );
      assertTones(await call.takeHeard(), [heardTone(600, 500)]);
      await incoming.takeHeard();
      await incoming.play(tone(880, 500, -12));
      assertHears(await call.takeHeard(), 880, 600);
      assert.ok(toneLevelDbfs(await incoming.takeHeard(), 600) < -50);
      call.hangUp();
      await kit.untilEnded();
    });
  },
);

virtualCallTest(
  "a number of another application of this server starts a call of its own there",
  {
    functions: [
      `if (event.InvocationEventType === "HANGUP") return [];
       const { From, SipHeaders } = event.CallDetails.Participants[0];
       if (event.InvocationEventType !== "NEW_INBOUND_CALL") return [];
       if (SipHeaders?.["X-Hop"] === "2") return [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }];
       return [${JSON.stringify(bridge({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri: ownNumber }], SipHeaders: { "X-Hop": "2" } }))}];`,
    ],
  },
  async (kit) => {
    await withPhones(kit, {}, async (caller) => {
      const call = dial(kit, caller);
      await kit.until(
        "the second call",
        () => kit.eventTypes().filter((type) => type === "NEW_INBOUND_CALL").length === 2,
      );
      await kit.until("the failure", () => kit.eventTypes().includes("ACTION_FAILED"));
      call.hangUp();
      await kit.untilEnded(2);

      const [first, second] = kit
        .events()
        .filter(({ InvocationEventType }) => InvocationEventType === "NEW_INBOUND_CALL");
      assert.notEqual(first?.CallDetails.TransactionId, second?.CallDetails.TransactionId);
      assert.equal(second?.CallDetails.Participants[0]?.["From"], ownNumber);
      assert.deepEqual(second?.CallDetails.Participants[0]?.["SipHeaders"], { "X-Hop": "2" });
    });
  },
);
