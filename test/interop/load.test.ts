import assert from "node:assert/strict";
import { toneFile } from "./baresip.ts";
import { callTest, type CallKit, type WireAction } from "./kit.ts";
import { caller, scenario, sdp, wait } from "./scenario.ts";
import { startCaller } from "./sipp.ts";

const hangUp: WireAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const pause: WireAction = { Type: "Pause", Parameters: { DurationInMilliseconds: 20_000 } };
const play = (Repeat: number): WireAction => ({
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "second.wav" }, Repeat },
});
const prompts = { "second.wav": toneFile(1000, 1_000, -10) };
const dial = caller.invite(sdp()) + caller.progress + caller.answered();

const answeredLegs = (kit: CallKit) =>
  kit.facts.filter((fact) => fact.type === "leg-changed" && fact.state === "answered").length;
const playedPrompts = (kit: CallKit) =>
  kit.facts.filter((fact) => fact.type === "action-ended" && fact.outcome === "succeeded").length;
const hangUps = (kit: CallKit) => kit.events().filter((event) => event.InvocationEventType === "HANGUP");

callTest(
  "200 calls are up at once, each hears one second and is hung up; then nothing is left open",
  {
    functions: [{ NEW_INBOUND_CALL: [play(1), pause, pause, pause], CALL_UPDATE_REQUESTED: [hangUp] }],
    prompts,
    media: { workers: 2 },
  },
  async (kit) => {
    const sipp = await startCaller(kit, {
      // A busy machine may refuse some at first.
      scenario: scenario(caller.untilTaken(sdp(), caller.takeBye)),
      calls: 200,
      words: ["-r", "100", "-l", "200"],
    });
    await kit.until("200 calls are up", () => answeredLegs(kit) === 200);
    assert.equal(kit.server.ledger().calls, 200);
    await kit.until("200 prompts were played", () => playedPrompts(kit) === 200);
    const calls = new Set(kit.events().map(({ CallDetails }) => CallDetails.TransactionId));
    for (const transactionId of calls) await kit.update(transactionId, {});

    await sipp.succeeded();
    await kit.untilEnded(200);
    assert.equal(hangUps(kit).length, 200);
    assert.equal(new Set(kit.events().map((event) => event.CallDetails.TransactionId)).size, 200);
  },
);

callTest(
  "callers that vanish are noticed by the silence of their RTP; each function is told HANGUP 0",
  { functions: [{ NEW_INBOUND_CALL: [play(60)] }], prompts, media: { rtpTimeoutSeconds: 3 } },
  async (kit) => {
    const sipp = await startCaller(kit, {
      scenario: scenario(dial, wait(30_000)),
      calls: 20,
      // What SIPp hears it sends back.
      words: ["-r", "50", "-rtp_echo"],
    });
    await kit.until("20 calls play", () => kit.facts.filter(({ type }) => type === "audio-started").length === 20);
    assert.equal(
      kit.facts.some(({ type }) => type === "call-ended"),
      false,
    );

    await sipp.program.end("SIGKILL");

    await kit.untilEnded(20);
    assert.deepEqual(
      hangUps(kit).map((event) => event.ActionData?.Parameters["SipResponseCode"]),
      Array.from({ length: 20 }, () => 0),
    );
    const causes = kit.facts.filter((fact) => fact.type === "call-ended").map((fact) => fact.cause);
    assert.deepEqual(new Set(causes), new Set(["the far end's audio stopped"]));
  },
);
