import assert from "node:assert/strict";
import { measureSpeech, type Pcm } from "../../src/media/index.ts";
import { dominantFrequencyHz, tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { startBaresip, toneFile } from "./baresip.ts";
import { readRecording } from "../wire/read-recording.ts";
import { withPhone } from "../wire/call-phone.ts";
import { peerNumber, timedCallTest, type CallKit, type WireAction } from "./kit.ts";

const play = (Key: string, parameters: object = {}): WireAction => ({
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key }, ...parameters },
});
const speak = (Text: string): WireAction => ({ Type: "Speak", Parameters: { Text } });
const pause = (ms: number): WireAction => ({ Type: "Pause", Parameters: { DurationInMilliseconds: ms } });
const hangUp: WireAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };

/** The one piece of sound in what was heard. */
function onlySegment(heard: Pcm): { readonly startMs: number; readonly endMs: number } {
  const { segments } = measureSpeech(heard);
  assert.equal(segments.length, 1, JSON.stringify(segments));
  return segments[0]!;
}

/** Fails unless the segment lasts `durationMs`; a jitter buffer of another kind may cut or stretch by two packets. */
function assertLasts(segment: { readonly startMs: number; readonly endMs: number }, durationMs: number): void {
  const lastsMs = segment.endMs - segment.startMs;
  assert.ok(Math.abs(lastsMs - durationMs) <= 40, `lasts ${lastsMs} ms instead of ${durationMs} ms`);
}

function assertTone(heard: Pcm, frequencyHz: number, levelDbfs: number, fromMs: number, toMs: number): void {
  assert.equal(dominantFrequencyHz(heard, fromMs, toMs), frequencyHz);
  const level = toneLevelDbfs(heard, frequencyHz, fromMs, toMs);
  assert.ok(Math.abs(level - levelDbfs) < 1, `${level} dBFS instead of ${levelDbfs}`);
}

const tones = { "1000.wav": toneFile(1000, 1_000, -10), "400.wav": toneFile(400, 600, -20) };

for (const codecs of ["PCMU", "PCMA"]) {
  timedCallTest(
    `a calling baresip with ${codecs} hears a 1 kHz WAV at its level for its duration`,
    { functions: [{ NEW_INBOUND_CALL: [play("1000.wav"), pause(200), hangUp] }], prompts: tones },
    async (kit) => {
      const baresip = await startBaresip(kit, { codecs });

      baresip.dial();

      const heard = await baresip.heard();
      await kit.untilEnded();
      const segment = onlySegment(heard);
      assertLasts(segment, 1_000);
      assertTone(heard, 1000, -10, segment.startMs + 50, segment.endMs - 50);
      assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    },
  );
}

timedCallTest(
  "a called baresip answers and hears consecutive prompts without a gap, and each at its own frequency",
  { functions: [{ CALL_ANSWERED: [play("1000.wav"), play("400.wav"), pause(200), hangUp] }], prompts: tones },
  async (kit) => {
    const baresip = await startBaresip(kit);

    await kit.call();

    const heard = await baresip.heard();
    await kit.untilEnded();
    const segment = onlySegment(heard);
    assertLasts(segment, 1_600);
    assertTone(heard, 1000, -10, segment.startMs + 50, segment.startMs + 900);
    assertTone(heard, 400, -20, segment.endMs - 500, segment.endMs - 50);
    assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "HANGUP"]);
  },
);

timedCallTest(
  "a called baresip hears speech",
  { functions: [{ CALL_ANSWERED: [speak("Good day. This is the sound of a human voice."), pause(200), hangUp] }] },
  async (kit) => {
    const baresip = await startBaresip(kit);

    await kit.call();

    const { speechMs, levelDbfs } = measureSpeech(await baresip.heard());
    await kit.untilEnded();
    assert.ok(speechMs > 1_500 && speechMs < 5_000, `${speechMs} ms of speech`);
    assert.ok(levelDbfs !== undefined && levelDbfs > -35 && levelDbfs < -5, `${levelDbfs} dBFS`);
  },
);

timedCallTest(
  "a key of PlaybackTerminators stops the prompt at once, another key does not",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [play("1000.wav", { Repeat: 20, PlaybackTerminators: ["#"] })],
        ACTION_SUCCESSFUL: [play("400.wav"), pause(200), hangUp],
      },
    ],
    prompts: tones,
  },
  async (kit) => {
    const baresip = await startBaresip(kit);
    baresip.dial();
    await kit.until("the prompt plays", () => kit.facts.some(({ type }) => type === "audio-started"));

    baresip.press("5");
    baresip.press("#");

    const heard = await baresip.heard();
    await kit.untilEnded();
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.equal(kit.events()[1]?.ActionData?.Type, "PlayAudio");
    const { segments } = measureSpeech(heard);
    const last = segments.at(-1)!;
    assert.ok(last.endMs < 10_000, `${last.endMs} ms until the end of the sound`);
    assertTone(heard, 400, -20, last.endMs - 500, last.endMs - 50);
  },
);

timedCallTest(
  "a baresip that holds and resumes is answered, and the call goes on",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [play("400.wav"), pause(20_000)],
        CALL_UPDATE_REQUESTED: [play("1000.wav"), pause(200), hangUp],
      },
    ],
    prompts: tones,
  },
  async (kit) => {
    const baresip = await startBaresip(kit);
    const answers = () =>
      kit.trace.filter(
        ({ direction, method, startLine }) =>
          direction === "sent" && method === "INVITE" && startLine.startsWith("200"),
      ).length;
    baresip.dial();
    await kit.until("the first prompt was played", () =>
      kit.facts.some((fact) => fact.type === "action-started" && fact.action === "Pause"),
    );

    baresip.hold();
    await kit.until("the hold is answered", () => answers() === 2);
    baresip.resume();
    await kit.until("the resume is answered", () => answers() === 3);
    await kit.update(kit.events()[0]?.CallDetails.TransactionId ?? "", {});

    await kit.untilEnded();
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED", "HANGUP"]);
    // baresip's recording ends with the hold, so what plays afterwards cannot be measured here.
    const { segments } = measureSpeech(await baresip.heard());
    assertTone(await baresip.heard(), 400, -20, segments[0]!.startMs + 50, segments[0]!.endMs - 50);
  },
);

timedCallTest(
  "a baresip is held and resumed by a phone of ours, which hears it before and afterwards",
  { functions: [{}] },
  async (kit) => {
    const baresip = await startBaresip(kit, { saysHz: 700 });
    await withPhone(kit, async ({ phone }) => {
      const call = phone.dial(`sip:${peerNumber}@127.0.0.1:${baresip.address.port}`);
      const isHeard = async () => toneLevelDbfs(await call.takeHeard(), 700) > -20;
      await call.answered;
      await kit.until("baresip is heard", isHeard);

      await call.hold();
      assert.ok(baresip.events.includes("CALL_ESTABLISHED"));
      await call.takeHeard();
      await call.play(tone(500, 500, -12));
      assert.ok(!(await isHeard()), "baresip is heard while it is held");
      await call.resume();
      await kit.until("baresip is heard again", isHeard);

      call.hangUp();
      assert.deepEqual((await call.ended).end, { type: "local" });
    });
  },
);

timedCallTest("a baresip that declines a ringing call gives HANGUP 486", { functions: [{}] }, async (kit) => {
  const baresip = await startBaresip(kit, { answers: false });
  await kit.call();
  await kit.until("baresip rings", () => baresip.events.includes("CALL_INCOMING"));

  baresip.hangUp();

  await kit.untilEnded();
  assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "HANGUP"]);
  assert.equal(kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"], 486);
});

timedCallTest(
  "a calling baresip that hangs up during a prompt gives ACTION_FAILED, then HANGUP",
  { functions: [{ NEW_INBOUND_CALL: [play("1000.wav", { Repeat: 20 })] }], prompts: tones },
  async (kit) => {
    const baresip = await startBaresip(kit);
    baresip.dial();
    await kit.until("the prompt plays", () => kit.facts.some(({ type }) => type === "audio-started"));

    baresip.hangUp();

    await kit.untilEnded();
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
  },
);

/** What was agreed on with each leg. */
const encryptionOf = (kit: CallKit) =>
  kit.facts.flatMap((fact) =>
    fact.type === "audio-encryption" ? [fact.encryption.sent, fact.encryption.received] : [],
  );

timedCallTest(
  "a calling baresip with encrypted audio hears a tone, says one that is recorded, and holds the call",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [
          play("400.wav"),
          {
            Type: "RecordAudio",
            Parameters: {
              DurationInSeconds: 1,
              RecordingDestination: { Type: "S3", BucketName: "recordings", Prefix: "baresip/" },
            },
          },
          pause(300),
          hangUp,
        ],
      },
    ],
    prompts: tones,
  },
  async (kit) => {
    const baresip = await startBaresip(kit, { account: ";mediaenc=srtp-mandf", saysHz: 600 });

    baresip.dial();
    await kit.until("the recording", () => kit.facts.some(({ type }) => type === "recording-stored"));
    baresip.hold();
    baresip.resume();

    const heard = await baresip.heard();
    await kit.untilEnded();
    const [suite, ...others] = encryptionOf(kit);
    assert.match(suite ?? "", /^A(?:ES|EAD)_/);
    assert.ok(
      others.every((other) => other === suite),
      String(others),
    );
    const { segments } = measureSpeech(heard);
    assertTone(heard, 400, -20, (segments[0]?.startMs ?? 0) + 100, (segments[0]?.startMs ?? 0) + 500);
    const [stored] = kit.facts.flatMap((fact) => (fact.type === "recording-stored" ? [fact] : []));
    const { channels } = await readRecording(kit, `${stored?.bucket}/${stored?.key}`);
    assertTone(channels[0] ?? assert.fail("nothing was recorded"), 600, -12, 200, 800);
    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    const [audio] = kit.facts.flatMap((fact) => (fact.type === "audio-ended" ? [fact.audio] : []));
    // Those under way while a re-INVITE changes its keys.
    const foreign = audio?.dropped["srtp-not-authentic"] ?? 0;
    assert.ok(foreign < 5, `${foreign} packets not authentic`);
  },
);

timedCallTest(
  "a called baresip with srtp-mand is offered encrypted audio where that is required, and hears it",
  {
    functions: [{ CALL_ANSWERED: [play("1000.wav"), pause(200), hangUp] }],
    prompts: tones,
    config: { sip: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"], srtp: "required" } },
  },
  async (kit) => {
    const baresip = await startBaresip(kit, { account: ";mediaenc=srtp-mand" });

    await kit.call();

    const heard = await baresip.heard();
    await kit.untilEnded();
    const segment = onlySegment(heard);
    assertLasts(segment, 1_000);
    assertTone(heard, 1000, -10, segment.startMs + 50, segment.endMs - 50);
    assert.deepEqual(encryptionOf(kit), ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_80"]);
  },
);
