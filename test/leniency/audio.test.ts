import assert from "node:assert/strict";
import { describe } from "node:test";
import { virtualCallTest, type WireAction } from "../interop/kit.ts";
import { tone } from "../../src/testing/index.ts";
import { playAudio as playStored } from "../../src/testing/internal/wire-actions.ts";
import { withPhone } from "../wire/call-phone.ts";
import { callIn, hangUp, heardTone, levelDbfs, playAudio } from "../wire/call-scene.ts";
import { assertNear, assertTones } from "../wire/heard.ts";
import { wavOf, type WavForm } from "../wire/wav-form.ts";
import { section, story, tryAction } from "./kit.ts";

/** The longest silence that is allowed where one file follows another, beside its own. */
const toleranceMs = 60;

interface Form extends WavForm {
  /** The line. */
  readonly what: string;
  readonly toneMs?: number;
}

const mono8k = { sampleRateHz: 8_000, channels: 1, bits: 16 } as const;
const forms: readonly Form[] = [
  { what: "PCM 16-bit mono at 8 kHz, 0.4 s", ...mono8k, toneMs: 400 },
  { what: "PCM 16-bit mono at 16 kHz", ...mono8k, sampleRateHz: 16_000 },
  { what: "PCM 16-bit mono at 24 kHz", ...mono8k, sampleRateHz: 24_000 },
  { what: "8-bit unsigned mono at 44.1 kHz (beep, ringback)", sampleRateHz: 44_100, channels: 1, bits: 8 },
  {
    ...{ what: "16-bit stereo at 96 kHz with an extensible header, 1.3 MB", toneMs: 3_500 },
    ...{ sampleRateHz: 96_000, channels: 2, bits: 16, isExtensible: true },
  },
  { what: "a LIST chunk before data", ...mono8k, chunksBefore: ["LIST"] },
  { what: "LIST and id3 chunks after data", ...mono8k, chunksAfter: ["LIST", "id3 "] },
  { what: "beyond the list: 8-bit stereo at 44.1 kHz", sampleRateHz: 44_100, channels: 2, bits: 8 },
  { what: "beyond the list: 24-bit at 48 kHz", sampleRateHz: 48_000, channels: 1, bits: 24 },
  { what: "beyond the list: 32-bit float at 44.1 kHz", sampleRateHz: 44_100, channels: 2, bits: 32, isFloat: true },
  { what: "beyond the list: 32-bit at 32 kHz", sampleRateHz: 32_000, channels: 1, bits: 32 },
];

// Contract: leniency-audio-forms, leniency-audio-more-forms, leniency-audio-chunks
describe("what functions send and read: audio files they ship, heard by a caller with their tone, level and length", () => {
  for (const { what, toneMs = 300, ...form } of forms) {
    virtualCallTest(
      what,
      {
        functions: [{ NEW_INBOUND_CALL: [playAudio("a.wav"), playAudio("b.wav"), hangUp()] }],
        prompts: {
          "a.wav": wavOf(form, { frequencyHz: 600, levelDbfs, toneMs, silenceMs: 60 }),
          "b.wav": wavOf(form, { frequencyHz: 900, levelDbfs, toneMs: 300, silenceMs: 60 }),
        },
      },
      async (kit) => {
        await withPhone(kit, async ({ phone }) => {
          const { report } = await callIn(kit, phone);

          const [, gap = Infinity] = assertTones(report.heard, [heardTone(600, toneMs), heardTone(900, 300)]);
          assertNear(gap, 60, toleranceMs, "silence between the files");
        });
      },
    );
  }

  const record: WireAction = {
    Type: "RecordAudio",
    Parameters: {
      DurationInSeconds: "2",
      RecordingTerminators: ["#"],
      RecordingDestination: { Type: "S3", BucketName: "prompts", Prefix: "name/" },
    },
  };
  // Contract: leniency-audio-own-recordings
  virtualCallTest(
    "a file made by RecordAudio can be played by PlayAudio at once, from the same bucket",
    {
      functions: [
        `const { RecordingDestination } = event.ActionData ?? {};
         if (event.InvocationEventType === "NEW_INBOUND_CALL") return [${JSON.stringify(record)}];
         if (event.InvocationEventType !== "ACTION_SUCCESSFUL") return [];
         const { BucketName, Key } = RecordingDestination;
         return [{ Type: "PlayAudio", Parameters: { AudioSource: { Type: "S3", BucketName, Key } } }, ${JSON.stringify(hangUp())}];`,
      ],
    },
    async (kit) => {
      await withPhone(kit, async ({ phone }) => {
        const { report, types } = await callIn(kit, phone, async (call) => {
          await call.answered;
          await call.play(tone(500, 400, levelDbfs));
          await call.pressKeys("#");
        });

        assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
        assertTones(report.heard, [heardTone(500, 400)]);
      });
    },
  );
});

section("a missing audio file", {
  // Contract: leniency-audio-missing
  "a missing key: ACTION_FAILED InvalidAudioSource, and the actions after it do not run": () => {
    const audio = () => ({ code: "CALL_AUDIO_NOT_FOUND", message: "not there" });
    const { call, outcome, data } = tryAction(playStored("nowhere.wav"), undefined, { audio });
    assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "InvalidAudioSource"]);
    assert.equal(data.ErrorMessage, "Cannot access S3 bucket or audio file.");
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_FAILED PlayAudio"]);
  },
});
