import assert from "node:assert/strict";
import {
  virtualCallTest,
  ownNumber,
  peerNumber,
  type CallKit,
  type KitOptions,
  type WireAction,
} from "../interop/kit.ts";
import { assertConversation, assertTone, listen, withBarePhones, type BarePhone } from "./bare-phone.ts";
import type { BareDialog } from "./bare-sip.ts";
import { hangUp, pause, playAudio, storedTone } from "./call-scene.ts";

const bridge = (more: Readonly<Record<string, unknown>> = {}): WireAction => ({
  Type: "CallAndBridge",
  Parameters: {
    CallerIdNumber: ownNumber,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }],
    ...more,
  },
});

/** Does `first` of all, and `afterFailure` when that fails; hangs up whoever is left when one leg leaves. */
const bridging = (first: readonly WireAction[], afterFailure: readonly WireAction[] = [hangUp("486")]): KitOptions => ({
  functions: [
    `const { ErrorType } = event.ActionData ?? {};
     const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
     switch (event.InvocationEventType) {
       case "NEW_INBOUND_CALL": return ${JSON.stringify(first)};
       case "HANGUP": return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
       case "ACTION_FAILED": return ${JSON.stringify(afterFailure)};
       case "CALL_UPDATE_REQUESTED": return [{ Type: "Hangup", Parameters: { ParticipantTag: "LEG-B" } }];
       default: return [];
     }`,
  ],
  prompts: { "ring.wav": storedTone(440, 400), "note.wav": storedTone(660, 500) },
});

/** A caller whose INVITE is out, and the called party that it has come to. */
async function scene(
  kit: CallKit,
  body: (at: { caller: BarePhone; callee: BarePhone; call: BareDialog; incoming: BareDialog }) => Promise<void>,
): Promise<void> {
  await withBarePhones(kit, [{}, {}], async (caller, callee) => {
    if (caller === undefined || callee === undefined) return;
    kit.routeTo(callee.sip.address);
    const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
    await body({ caller, callee, call, incoming: await callee.sip.incoming() });
    await kit.untilEnded();
  });
}

// Contract: sip-and-media-early-media
virtualCallTest(
  "LEG-B's 180 is relayed as 180, its 183 with audio as 183, and both are heard before and after the answer (Contract: actions-bridge-ringing, sip-and-media-early-media)",
  bridging([bridge()]),
  async (kit) => {
    await scene(kit, async ({ caller, callee, call, incoming }) => {
      await call.until("180");
      incoming.respond(180);
      await kit.until("a second 180", () => call.reported.filter((word) => word === "180").length === 2);
      const answer = callee.answerTo(incoming);
      incoming.respond(183, answer);
      caller.startWith(await call.until("183 sdp"));
      await assertConversation(caller.rtp, callee.rtp);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL"]);

      incoming.respond(200, answer);
      await incoming.until("ACK");
      caller.startWith(await call.until("200 sdp"));
      await assertConversation(caller.rtp, callee.rtp);
      call.bye();
      await incoming.until("BYE");

      assert.deepEqual(call.reported, ["180", "180", "183 sdp", "200 sdp"]);
      await kit.untilEnded();
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
    });
  },
);

virtualCallTest(
  "180 with audio is early media too; a 200 without a description keeps it",
  bridging([bridge()]),
  async (kit) => {
    await scene(kit, async ({ caller, callee, call, incoming }) => {
      incoming.respond(180, callee.answerTo(incoming));
      caller.startWith(await call.until("183 sdp"));
      await assertConversation(caller.rtp, callee.rtp);

      incoming.respond(200);
      caller.startWith(await call.until("200 sdp"));
      await assertConversation(caller.rtp, callee.rtp);
      call.bye();
      await incoming.until("BYE");
    });
  },
);

for (const [what, reply, word] of [
  ["refuses", [hangUp("486")], "486"],
  ["answers", [playAudio("note.wav"), hangUp()], "200 sdp"],
] as const) {
  virtualCallTest(
    `a LEG-B that fails after early media leaves the caller ringing, without a packet; the next action ${what} (Contract: actions-bridge-ringing-again)`,
    bridging([bridge()], [pause(500), ...reply]),
    async (kit) => {
      await scene(kit, async ({ caller, callee, call, incoming }) => {
        incoming.respond(183, callee.answerTo(incoming));
        caller.startWith(await call.until("183 sdp"));
        assertTone(await listen(callee.rtp, caller.rtp, 900), 900);
        const rings = call.reported.filter((each) => each === "180").length;

        incoming.respond(486);
        await kit.until("ringing", () => call.reported.filter((each) => each === "180").length === rings + 1);
        const before = (await caller.rtp.session.stats()).packetsReceived;
        await listen(caller.rtp, callee.rtp, 500, 200);
        assert.ok((await caller.rtp.session.stats()).packetsReceived <= before + 1, "no more audio comes");
        caller.rtp.session.startCapture();
        const body = await call.until(word);
        if (body !== "") {
          caller.startWith(body);
          await call.until("BYE");
          assertTone(await caller.rtp.session.stopCapture(), 660);
        }
        await kit.untilEnded();

        assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      });
    },
  );
}

virtualCallTest(
  "after a failure with early media a new CallAndBridge has early media again, then joins both",
  bridging([bridge()], [bridge()]),
  async (kit) => {
    await scene(kit, async ({ caller, callee, call, incoming }) => {
      incoming.respond(183, callee.answerTo(incoming));
      caller.startWith(await call.until("183 sdp"));
      incoming.respond(503);

      const second = await callee.sip.incoming();
      const answer = callee.answerTo(second);
      second.respond(183, answer);
      await kit.until("a second 183", () => call.reported.filter((word) => word === "183 sdp").length === 2);
      await assertConversation(caller.rtp, callee.rtp);
      second.respond(200, answer);
      await call.until("200 sdp");
      await assertConversation(caller.rtp, callee.rtp);
      second.bye();
      await call.until("BYE");
    });
  },
);

// Contract: sip-and-media-early-media
virtualCallTest(
  "an unanswered caller hears the ringback tone again and again, until the called party answers",
  bridging([bridge({ RingbackTone: { Type: "S3", BucketName: "prompts", Key: "ring.wav" } })]),
  async (kit) => {
    await scene(kit, async ({ caller, callee, call, incoming }) => {
      incoming.respond(180);
      caller.startWith(await call.until("183 sdp"));
      assertTone(await listen(caller.rtp, caller.rtp, 300, 1_000), 440);

      const answer = callee.answerTo(incoming);
      incoming.respond(183, answer);
      assertTone(await listen(callee.rtp, caller.rtp, 900), 900, false);
      incoming.respond(200, answer);
      await call.until("200 sdp");
      const heard = await listen(callee.rtp, caller.rtp, 900);
      assertTone(heard, 900);
      assertTone(heard, 440, false);
      call.bye();
      await incoming.until("BYE");
      assert.equal(call.reported.filter((word) => word === "180").length, 1);
    });
  },
);

virtualCallTest(
  "an answered caller hears the called party's audio before the answer",
  bridging([playAudio("note.wav"), bridge()]),
  async (kit) => {
    await scene(kit, async ({ caller, callee, call, incoming }) => {
      caller.startWith(await call.until("200 sdp"));
      const answer = callee.answerTo(incoming);
      incoming.respond(183, answer);
      await kit.until("the bridge", async () => (await callee.rtp.session.stats()).packetsReceived > 0);
      await assertConversation(caller.rtp, callee.rtp);
      incoming.respond(200, answer);
      await incoming.until("ACK");
      await assertConversation(caller.rtp, callee.rtp);
      call.bye();
      await incoming.until("BYE");
    });
  },
);

virtualCallTest("a caller who gives up cancels LEG-B at once", bridging([bridge()]), async (kit) => {
  await scene(kit, async ({ call, incoming }) => {
    incoming.respond(180);
    await call.until("180");
    call.cancel();
    await incoming.until("CANCEL");
    incoming.respond(487);
    await call.until("487");
    await kit.untilEnded();

    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  });
});

virtualCallTest(
  "a LEG-B that does not answer in time is cancelled; one whose 200 crosses the CANCEL is acknowledged and hung up",
  bridging([bridge({ CallTimeoutSeconds: 1 })]),
  async (kit) => {
    await scene(kit, async ({ callee, call, incoming }) => {
      incoming.respond(180);
      await incoming.until("CANCEL");
      incoming.respond(200, callee.answerTo(incoming));
      await incoming.until("BYE");
      await call.until("486");
      await kit.untilEnded();

      assert.deepEqual(incoming.reported, ["CANCEL", "ACK", "BYE"]);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.equal(kit.events()[1]?.ActionData?.ErrorType, "CallNotAnswered");
    });
  },
);

virtualCallTest(
  "a Hangup of the ringing LEG-B by an update cancels it, and CallAndBridge fails (beyond the original)",
  bridging([bridge()]),
  async (kit) => {
    await scene(kit, async ({ call, incoming }) => {
      incoming.respond(180);
      await kit.until("ringing", () =>
        kit.facts.some((fact) => fact.type === "leg-changed" && fact.state === "ringing"),
      );
      await kit.update(kit.events()[0]?.CallDetails.TransactionId ?? "", {});
      await incoming.until("CANCEL");
      incoming.respond(487);
      await call.until("486");
      await kit.untilEnded();

      const types = ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_FAILED", "HANGUP"];
      assert.deepEqual(kit.eventTypes(), types);
      assert.equal(kit.events()[2]?.CallDetails.Participants.length, 1);
    });
  },
);
