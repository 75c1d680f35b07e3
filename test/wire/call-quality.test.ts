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

virtualCallTest(
  "a call over a way that loses, delays and mixes up packets says so: as much as the way did, in both directions",
  {
    functions: [{ NEW_INBOUND_CALL: [playAudio("long.wav"), hangUp()] }],
    prompts: { "long.wav": storedTone(440, 60_000) },
  },
  async (kit) => {
    const { relay } = kit.world;
    assert.ok(relay !== undefined);
    await withBarePhones(kit, [{}], async (caller) => {
      if (caller === undefined) return;
      const port = caller.rtp.session.localPort;
      relay.treat(port, { lossRatio: 0.04, delayMs: 30, jitterMs: 40, reorders: true });
      const call = caller.sip.invite(kit.address("udp"), ownNumber, caller.offer());
      const answer = await call.until("200 sdp");
      const serverPort = Number(/^m=audio (\d+)/m.exec(answer)?.[1]);
      relay.treat(serverPort, { lossRatio: 0.02, delayMs: 20, jitterMs: 10 });
      caller.startWith(answer);
      await kit.untilEnded();
      await kit.until("the figures", () => audioOf(kit).length > 0);

      const [audio] = audioOf(kit);
      assert.ok(audio !== undefined);
      const percent = (lost = Number.NaN, all = 1) => (100 * lost) / all;
      const [from, to] = [relay.did(port), relay.did(serverPort)];
      const heard = percent(audio.packetsLost, audio.packetsLost + audio.packetsReceived);
      assert.ok(
        Math.abs(heard - percent(from.lost, from.sent)) <= 0.1,
        `${heard} % of ${percent(from.lost, from.sent)}`,
      );
      const jitterMs = from.delayChangesMs / from.delayChanges;
      assert.ok(Math.abs(audio.jitterMs - jitterMs) <= 0.2 * jitterMs, `${audio.jitterMs} ms of ${jitterMs}`);
      const reported = percent(audio.remotePacketsLost, audio.packetsSent);
      assert.ok(Math.abs(reported - percent(to.lost, to.sent)) <= 1, `${reported} % of ${percent(to.lost, to.sent)}`);
      assert.ok(Math.abs((audio.roundTripMs ?? 0) - 52) < 3, String(audio.roundTripMs));
      assert.ok(
        (audio.mos ?? 5) < (audio.remoteMos ?? 0) && (audio.remoteMos ?? 5) < 4.3,
        `${audio.mos} ${audio.remoteMos}`,
      );
      // A caller who sends zeros only.
      assert.deepEqual(problemsOf(kit), ["LEG-A digital-silence"]);
    });
  },
);
