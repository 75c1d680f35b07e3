import assert from "node:assert/strict";
import { startBaresip, toneFile } from "./baresip.ts";
import { timedCallTest, type CallKit } from "./kit.ts";

const play = { Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "long.wav" } } };
const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };

/** How the audio of the one leg was. */
function audioOf(kit: CallKit) {
  const fact = kit.facts.find(({ type }) => type === "audio-ended");
  assert.ok(fact?.type === "audio-ended");
  return fact.audio;
}

timedCallTest(
  "baresip and we tell each other by RTCP how we hear each other, and neither says what cannot be (RFC 3550 §6.4)",
  { functions: [{ NEW_INBOUND_CALL: [play, hangUp] }], prompts: { "long.wav": toneFile(1000, 8_000, -10) } },
  async (kit) => {
    const baresip = await startBaresip(kit, { saysHz: 400 });
    baresip.dial();

    await kit.untilEnded();
    await kit.until("the audio is told", () => kit.facts.some(({ type }) => type === "audio-ended"));
    const audio = audioOf(kit);
    assert.ok(audio.packetsReceived > 350 && audio.packetsSent > 390);
    assert.deepEqual([audio.packetsLost, audio.problems, audio.reportsImplausible], [0, [], 0]);
    assert.ok(audio.reportsReceived >= 1);
    assert.ok((audio.remotePacketsLost ?? Infinity) <= 2, String(audio.remotePacketsLost));
    assert.ok(audio.roundTripMs !== undefined && audio.remoteJitterMs !== undefined);
    assert.ok((audio.mos ?? 0) > 4 && (audio.remoteMos ?? 0) > 4, `${audio.mos} ${audio.remoteMos}`);
  },
);
