import assert from "node:assert/strict";
import { virtualCallTest, type KitOptions, type WireAction } from "../interop/kit.ts";
import { measureSpeech } from "../../src/testing/index.ts";
import { withPhone } from "./call-phone.ts";
import {
  callIn,
  callOut,
  createDoorbell,
  hangUp,
  heardTone,
  levelDbfs,
  pause,
  playAudio,
  storedTone,
} from "./call-scene.ts";
import { assertTone, assertTones, soundingParts } from "./heard.ts";

const prompts = {
  "low.wav": storedTone(440, 700),
  "high.wav": storedTone(880, 500),
  "short.wav": storedTone(500, 300),
};

/** A function that does this with each call, in either direction. */
const always = (...actions: WireAction[]): KitOptions => ({
  functions: [{ NEW_INBOUND_CALL: actions, CALL_ANSWERED: actions }],
  prompts,
});

/** The longest silence that is allowed where one action follows another. */
const shortestPauseMs = 60;

virtualCallTest(
  "a phone that is called hears a stored tone in its frequency, level and length, and silence around it",
  always(pause(200), playAudio("low.wav"), pause(300), hangUp()),
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhone(
      kit,
      async ({ phone }) => {
        const { report, types } = await callOut(kit, phone, doorbell);

        const [before = 0, after = 0] = assertTones(report.heard, [heardTone(440, 700)]);
        assert.ok(before >= 160, `${before} ms before`);
        assert.ok(after >= 260, `${after} ms after`);
        assert.deepEqual(types, ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "HANGUP"]);
        assert.deepEqual(report.end, { type: "bye" });
      },
      { onCall: doorbell.take },
    );
  },
);

virtualCallTest(
  "a caller hears the whole of a stored tone: the call is answered before it begins",
  always(playAudio("low.wav"), hangUp()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, types } = await callIn(kit, phone);

      assertTones(report.heard, [heardTone(440, 700)]);
      assert.deepEqual(types, ["NEW_INBOUND_CALL", "HANGUP"]);
      assert.deepEqual(report.end, { type: "bye" });
    });
  },
);

virtualCallTest(
  "two PlayAudio of one list follow each other with hardly any silence, and one event reports both",
  always(playAudio("low.wav"), playAudio("high.wav")),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone, async (call) => {
        await kit.until("both were played", () => kit.eventTypes().at(-1) === "ACTION_SUCCESSFUL");
        call.hangUp();
      });

      const [, between = Infinity] = assertTones(report.heard, [heardTone(440, 700), heardTone(880, 500)]);
      assert.ok(between <= shortestPauseMs, `${between} ms between the tones`);
      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.deepEqual(events[1]?.ActionData?.Parameters["AudioSource"], {
        ...{ Type: "S3", BucketName: "prompts", Key: "high.wav" },
      });
      assert.equal(events[1]?.ActionData?.Parameters["Repeat"], 1);
    });
  },
);

virtualCallTest(
  "Repeat 3 plays three times without a break",
  always(playAudio("short.wav", { Repeat: "3" }), hangUp()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report } = await callIn(kit, phone);

      assertTones(report.heard, [heardTone(500, 900)]);
    });
  },
);

virtualCallTest(
  "Pause is silence of its length between two tones",
  always(playAudio("short.wav"), pause(700), playAudio("high.wav"), hangUp()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report } = await callIn(kit, phone);

      const [, between = 0] = assertTones(report.heard, [heardTone(500, 300), heardTone(880, 500)]);
      // A playback ends when its last packet leaves, 20 ms before that has been heard.
      assert.ok(between >= 675 && between <= 700 + 2 * shortestPauseMs, `${between} ms between the tones`);
    });
  },
);

virtualCallTest(
  "Speak is heard as speech, loud enough, for as long as the words take",
  always({ Type: "Speak", Parameters: { Text: "Hello, this is the weather for tomorrow." } }, hangUp()),
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report } = await callIn(kit, phone);

      const { speechMs, levelDbfs: loudness = -Infinity } = measureSpeech(report.heard);
      assert.ok(loudness > -30 && loudness < -6, `${loudness} dBFS`);
      assert.ok(speechMs > 1200 && speechMs < 4000, `${speechMs} ms of speech`);
      // Speech rises and falls; a tone or a hum would be one part.
      assert.ok(soundingParts(report.heard).length > 3);
    });
  },
);

for (const { what, key, errorMessage } of [
  { what: "that is not there", key: "nowhere.wav", errorMessage: "Cannot access S3 bucket or audio file." },
  { what: "that holds MP3", key: "music.wav", errorMessage: "Audio Source parameter value is invalid." },
]) {
  virtualCallTest(
    `an audio file ${what} gives ACTION_FAILED InvalidAudioSource; the rest of the list does not run, the call stays up`,
    {
      functions: [
        {
          NEW_INBOUND_CALL: [playAudio("low.wav"), playAudio(key), playAudio("high.wav"), hangUp()],
          CALL_UPDATE_REQUESTED: [playAudio("short.wav"), hangUp()],
        },
      ],
      prompts: {
        ...prompts,
        "music.wav": Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64", "latin1")]),
      },
    },
    async (kit) => {
      await withPhone(kit, async ({ phone }) => {
        const { report, events, types } = await callIn(kit, phone, async () => {
          await kit.until("the action failed", () => kit.eventTypes().at(-1) === "ACTION_FAILED");
          assert.equal(await kit.update(kit.events().at(-1)?.CallDetails.TransactionId ?? "", {}), 202);
        });

        assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "CALL_UPDATE_REQUESTED", "HANGUP"]);
        const { ErrorType, ErrorMessage, Parameters } = (events[1]?.ActionData ?? {}) as Record<string, unknown>;
        assert.deepEqual([ErrorType, ErrorMessage], ["InvalidAudioSource", errorMessage]);
        assert.deepEqual((Parameters as { AudioSource: { Key: string } }).AudioSource.Key, key);
        assertTones(report.heard, [heardTone(440, 700), heardTone(500, 300)]);
      });
    },
  );
}

virtualCallTest(
  "a key of PlaybackTerminators stops the tone and its repeats, and the action succeeds; other keys do not",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [playAudio("low.wav", { Repeat: 10, PlaybackTerminators: ["#", "*"] })],
        ACTION_SUCCESSFUL: [playAudio("high.wav"), hangUp()],
      },
    ],
    prompts,
  },
  async (kit) => {
    await withPhone(kit, async ({ phone }) => {
      const { report, events, types } = await callIn(kit, phone, (call) => call.pressKeys("123,#"));

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
      assert.deepEqual(events[1]?.ActionData?.Parameters["PlaybackTerminators"], ["#", "*"]);
      const parts = soundingParts(report.heard);
      const [start, end] = [parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0];
      // The next tone has 500 ms; between them lies one invocation.
      assertTone(report.heard, { start: end - 500 * 8, end }, { frequencyHz: 880, levelDbfs });
      const stoppedMs = (end - start) / 8 - 500;
      assertTone(report.heard, { start, end: start + 800 * 8 }, { frequencyHz: 440, levelDbfs });
      // Three keys of 100 ms with gaps and half a second went by in vain; ten plays would take seven seconds.
      assert.ok(stoppedMs > 900 && stoppedMs < 3000, `${stoppedMs} ms of the tone`);
    });
  },
);

virtualCallTest(
  "a phone that has nothing but A-law hears the same, both ways",
  always(playAudio("low.wav"), hangUp()),
  async (kit) => {
    const doorbell = createDoorbell();
    await withPhone(
      kit,
      async ({ phone }) => {
        for (const call of [() => callIn(kit, phone), () => callOut(kit, phone, doorbell)]) {
          assertTones((await call()).report.heard, [heardTone(440, 700)]);
        }
      },
      { codecs: ["PCMA"], onCall: doorbell.take },
    );
  },
);

virtualCallTest(
  "a phone whose RTP stops is hung up after the RTP timeout; the function learns it by HANGUP",
  { ...always(playAudio("low.wav", { Repeat: 100 })), media: { rtpTimeoutSeconds: 1 } },
  async (kit) => {
    await withPhone(kit, async ({ phone, vanish }) => {
      const { report, types } = await callIn(kit, phone, async (call) => {
        await call.answered;
        await kit.until("the tone is on its way", () => kit.facts.some(({ type }) => type === "audio-started"));
        await vanish();
      });

      assert.deepEqual(types, ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.deepEqual(report.end, { type: "bye" });
      const ended = kit.facts.find((fact) => fact.type === "call-ended");
      assert.match(ended?.type === "call-ended" ? ended.cause : "", /RTP|audio|media/i);
    });
  },
);
