import assert from "node:assert/strict";
import { ownNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import { withBarePhones } from "./bare-phone.ts";
import { hangUp, pause, playAudio, storedTone } from "./call-scene.ts";

const problemsOf = (kit: CallKit) =>
  kit.facts.flatMap((fact) => (fact.type === "audio-problem" ? [`${fact.participantTag} ${fact.problem.cause}`] : []));
const audioOf = (kit: CallKit) => kit.facts.flatMap((fact) => (fact.type === "audio-ended" ? [fact.audio] : []));

virtualCallTest(
  "a caller whose phone never sends is told with the address that it signalled while the call is up, and again at its end",
  {
    functions: [{ NEW_INBOUND_CALL: [playAudio("long.wav"), pause(1000), hangUp()] }],
    prompts: { "long.wav": storedTone(440, 12_000) },
  },
  async (kit) => {
    await withBarePhones(kit, [{}], async (caller) => {
      const call = caller?.sip.invite(kit.address("udp"), ownNumber, caller.offer());
      await call?.until("200 sdp");
      await kit.until("the fault", () => problemsOf(kit).length > 0);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL"]);
      await kit.untilEnded();
      await kit.until("the figures", () => audioOf(kit).length > 0);

      assert.deepEqual(problemsOf(kit), ["LEG-A no-packets"]);
      const [audio] = audioOf(kit);
      assert.ok(audio !== undefined && audio.packetsReceived === 0 && audio.packetsSent > 600);
      const port = caller?.rtp.session.localPort;
      assert.deepEqual(
        audio.problems.map(({ type, message }) => [type, message.endsWith(`signalled address 127.0.0.1:${port}`)]),
        [["one-way", true]],
      );
      assert.equal(audio.mos, undefined);
      const { sent, received } = kit.server.ledger().rtpPackets;
      assert.deepEqual([sent, received], [audio.packetsSent, 0]);
    });
  },
);

virtualCallTest(
  "silence before the answer is no fault: neither of a leg that rings for long nor of the one that waits for it",
  {
    functions: [{ NEW_OUTBOUND_CALL: [], CALL_ANSWERED: [playAudio("long.wav"), hangUp()] }],
    prompts: { "long.wav": storedTone(440, 8_000) },
  },
  async (kit) => {
    await withBarePhones(kit, [{}], async (callee) => {
      if (callee === undefined) return;
      kit.routeTo(callee.sip.address);
      await kit.call();
      const incoming = await callee.sip.incoming();
      incoming.respond(183, callee.answerTo(incoming));
      await kit.pass(25_000);
      incoming.respond(200, callee.answerTo(incoming));
      await incoming.until("BYE");
      await kit.untilEnded();

      assert.deepEqual(problemsOf(kit), []);
    });
  },
);
